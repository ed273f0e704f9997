import type { Problem } from "@/ipc/generated/Problem";
import type { Integration } from "@/ipc/generated/Integration";
import type { Run } from "@/ipc/generated/Run";
import { isActive } from "@/ipc/run-status";

/** Since when an integration fails. */
export interface Streak {
  /** When the first of its failures ended. */
  since: string;
  failures: number;
  /** It may have begun earlier: older runs were not looked at. */
  atLeast: boolean;
}

/** The failures in a row up to now. `runs` are the newest first; `more` says that there are older ones. */
export function streakOf(runs: readonly Run[], more: boolean): Streak | null {
  let first: Run | null = null;
  let failures = 0;
  for (const run of runs) {
    if (run.status === "succeeded") return first && asStreak(first, failures, false);
    if (run.status !== "failed" && run.status !== "interrupted") continue;
    first = run;
    failures += 1;
  }
  return first && asStreak(first, failures, more);
}

function asStreak(first: Run, failures: number, atLeast: boolean): Streak {
  return { since: first.finished_at ?? first.queued_at, failures, atLeast };
}

/** What is to be mended: the problem of the newest run that ended, or the one it paused itself for. */
export function openProblem(integration: Integration, runs: readonly Run[]): Problem | null {
  const ended = [integration.last_run, ...runs].find((run) => run && !isActive(run.status));
  if (ended?.status === "succeeded") return null;
  return ended?.problem ?? integration.schedule_state?.paused_because ?? null;
}
