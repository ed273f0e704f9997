import type { BulkAction } from "@/ipc/generated/BulkAction";
import { plural } from "@/lib/format";

type Action = BulkAction["action"];

const many = (count: number) => plural(count, "integration");

/** What was done, said of those for which it worked. */
export function doneWords(action: Action, count: number): string {
  switch (action) {
    case "sync":
      return `${many(count)} ${count === 1 ? "is" : "are"} syncing`;
    case "pause":
      return `${many(count)} paused`;
    case "resume":
      return `${many(count)} resumed`;
    case "schedule":
      return `${many(count)} ${count === 1 ? "has its" : "have their"} new schedule`;
    case "delete":
      return `${many(count)} deleted`;
  }
}

/** What did not happen, said of those for which it failed. */
export function failedWords(action: Action, count: number): string {
  const past: Record<Action, string> = {
    sync: "synced",
    pause: "paused",
    resume: "resumed",
    schedule: "given the new schedule",
    delete: "deleted",
  };
  return `${many(count)} could not be ${past[action]}`;
}

/** What is being done. */
export const doingWords: Record<Action, string> = {
  sync: "Starting syncs",
  pause: "Pausing",
  resume: "Resuming",
  schedule: "Setting the schedule",
  delete: "Deleting",
};
