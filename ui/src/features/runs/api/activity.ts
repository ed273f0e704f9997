import type { Run } from "@/ipc/generated/Run";
import type { RunStatus } from "@/ipc/generated/RunStatus";
import { isActive } from "@/ipc/run-status";

/** Which runs the activity shows. */
export const activityFilters = ["all", "attention", "active", "succeeded", "stopped"] as const;
export type ActivityFilter = (typeof activityFilters)[number];

/** What a filter is called. */
export const activityWords: Record<ActivityFilter, string> = {
  all: "All syncs",
  attention: "Failed or interrupted",
  active: "Syncing",
  succeeded: "Went well",
  stopped: "Stopped or skipped",
};

/** The states of runs that a filter shows; none: all. */
export const activityStatuses: Record<ActivityFilter, RunStatus[]> = {
  all: [],
  attention: ["failed", "interrupted"],
  active: ["queued", "running"],
  succeeded: ["succeeded"],
  stopped: ["cancelled", "skipped"],
};

/** Of each integration the newest run, where that one failed: what still is broken now. `runs` are newest first. */
export function openFailures(runs: readonly Run[]): Run[] {
  const seen = new Set<string>();
  return runs.filter((run) => {
    // A sync that waits or works has not yet said that all is well again.
    if (seen.has(run.integration) || isActive(run.status)) return false;
    seen.add(run.integration);
    return run.status === "failed";
  });
}
