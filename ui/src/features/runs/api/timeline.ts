import { isActive } from "@/ipc/run-status";
import type { Run } from "@/ipc/generated/Run";
import type { RunPhase } from "@/ipc/generated/RunPhase";

/** The phases of a run, in order. */
export const phases = [
  "preparing",
  "discovering",
  "reading",
  "loading",
  "finishing",
] as const satisfies RunPhase[];

/** How one phase of a run is. A sync that somebody cancelled was left there; one that failed was stopped. */
export type PhaseState = "done" | "now" | "coming" | "stopped" | "left" | "unreached";

/**
 * How the phases of a run are. `reached` is where it was last heard of. What is not known is not claimed: of an older run
 * that did not end well only its rows tell how far it came, and without rows nothing does: `null`.
 */
export function phaseStates(run: Run, reached: RunPhase | null): PhaseState[] | null {
  if (run.status === "succeeded") return phases.map(() => "done");
  if (run.status === "queued") return phases.map(() => "coming");
  const rows = run.streams.some(({ records }) => records > 0);
  const active = isActive(run.status);
  if (!active && !rows && reached === null) return null;
  const place = phases.indexOf(reached ?? (rows ? "reading" : "preparing"));
  return phases.map((_phase, index) => {
    if (index < place) return "done";
    if (index > place) return active ? "coming" : "unreached";
    if (active) return "now";
    return run.status === "cancelled" ? "left" : "stopped";
  });
}
