import type { Run } from "@/ipc/generated/Run";
import { isActive } from "@/ipc/run-status";

/** Which runs the activity shows. */
export const activityFilters = ["all", "attention", "active"] as const;
export type ActivityFilter = (typeof activityFilters)[number];

/** Whether a run ended in a way that someone should look at. */
function troubled({ status }: Run): boolean {
  return status === "failed" || status === "interrupted";
}

/** The runs that fit a filter, newest first as they came. */
export function filterRuns(runs: readonly Run[], filter: ActivityFilter): Run[] {
  switch (filter) {
    case "all":
      return [...runs];
    case "attention":
      return runs.filter(troubled);
    case "active":
      return runs.filter(({ status }) => isActive(status));
  }
}

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
