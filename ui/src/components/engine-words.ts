import type { EngineStep } from "@/ipc/generated/EngineStep";
import type { EnvironmentState } from "@/ipc/generated/EnvironmentState";
import type { StatusWords } from "./status-words";

/** What preparing does, in words. */
export const stepWords: Record<EngineStep, string> = {
  finding_python: "Looking for Python on this computer",
  fetching_python: "Fetching Python",
  installing: "Putting the parts in place",
  compiling: "Making it start fast",
  activating: "Switching over",
  done: "Done",
};

/** How an environment is, in words. */
export const environmentWords: Record<EnvironmentState, StatusWords> = {
  ready: { tone: "ok", text: "Ready" },
  missing: { tone: "neutral", text: "Not installed yet" },
  outdated: { tone: "late", text: "Needs an update" },
  damaged: { tone: "attention", text: "Damaged" },
};

/** What people call an environment. */
export function environmentName(name: string): string {
  return name === "meltano" ? "Meltano" : name;
}
