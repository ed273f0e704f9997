import type { Integration } from "@/ipc/generated/Integration";
import type { Run } from "@/ipc/generated/Run";
import type { RunPhase } from "@/ipc/generated/RunPhase";
import type { RunStatus } from "@/ipc/generated/RunStatus";
import type { Trigger } from "@/ipc/generated/Trigger";
import { isActive, totalRecords } from "@/ipc/run-status";
import { formatRows } from "@/lib/format";

/** How a state looks. Each tone has its own shape, so that colour is never alone. */
export type Tone = "ok" | "working" | "waiting" | "late" | "attention" | "paused" | "neutral";

/** A state in words. */
export interface StatusWords {
  tone: Tone;
  text: string;
}

/** How an integration is doing, in the words people see. `records` are the live rows of a run at work. */
export function integrationWords(integration: Integration, records: number): StatusWords {
  const run = integration.last_run;
  if (run && isActive(run.status)) {
    return run.status === "queued"
      ? { tone: "waiting", text: "Waiting to start" }
      : { tone: "working", text: `Syncing (${formatRows(records)})` };
  }
  switch (integration.status) {
    case "draft":
      return { tone: "neutral", text: "Set-up not finished" };
    case "attention":
      return { tone: "attention", text: "Needs attention" };
    case "paused":
      return integration.schedule_state?.paused_because
        ? { tone: "attention", text: "Paused itself" }
        : { tone: "paused", text: "Paused" };
    case "syncing":
      return { tone: "waiting", text: "Waiting to start" };
    case "untested":
      return untestedWords(integration);
    case "ready":
      return isLate(integration) ? lateWords(integration) : readyWords(integration);
  }
}

/** Whether its data is older than its schedule promises, and nothing else is the matter. */
export function isLate({ status, schedule_state, last_run }: Integration): boolean {
  return status === "ready" && (schedule_state?.late === true || waitsForQuota(last_run));
}

/** Whether a sync waits to begin until enough API calls of the source are free. */
function waitsForQuota(run: Run | null): boolean {
  return run?.status === "skipped" && run.retry_at !== null;
}

/** What a late one waits for, as far as the window can tell. */
function lateWords({ last_run: run }: Integration): StatusWords {
  if (waitsForQuota(run)) return { tone: "late", text: "Late (waiting for API calls)" };
  return { tone: "late", text: navigator.onLine ? "Late" : "Late (waiting for the network)" };
}

/** A first sync that did not come to its end says so; one of before the last change says nothing about now. */
function untestedWords(integration: Integration): StatusWords {
  if (integration.last_synced_at) return { tone: "neutral", text: "Changed since the last sync" };
  if (waitsForQuota(integration.last_run)) return lateWords(integration);
  return stoppedWords(integration) ?? { tone: "neutral", text: "Never synced" };
}

function stoppedWords({ last_run: run }: Integration): StatusWords | null {
  if (run?.status === "interrupted") return { tone: "late", text: "Interrupted" };
  if (run?.status === "cancelled") return { tone: "paused", text: "Stopped" };
  return null;
}

/** "Up to date" only when data really arrived, or there really was nothing new. */
function readyWords(integration: Integration): StatusWords {
  const { last_run: run, last_synced_at } = integration;
  const stopped = stoppedWords(integration);
  if (stopped) return stopped;
  if (!last_synced_at) return { tone: "neutral", text: "Never synced" };
  return run?.status === "succeeded" ? outcomeWords(run) : { tone: "ok", text: "Up to date" };
}

/** How a run went, in words: a run that ended well brought rows, found nothing new, or left something out. */
export function outcomeWords({ status, streams }: Pick<Run, "status" | "streams">): StatusWords {
  if (status !== "succeeded") return runWords[status];
  if (streams.some(({ mark }) => mark !== null && mark !== "usually_more")) {
    return { tone: "late", text: "Partly up to date" };
  }
  if (totalRecords(streams) === 0) return { tone: "ok", text: "Nothing new" };
  return { tone: "ok", text: "Up to date" };
}

/** The life of a run, in words. */
export const runWords: Record<RunStatus, StatusWords> = {
  queued: { tone: "waiting", text: "Waiting to start" },
  running: { tone: "working", text: "Syncing" },
  succeeded: { tone: "ok", text: "Succeeded" },
  failed: { tone: "attention", text: "Failed" },
  cancelled: { tone: "paused", text: "Stopped" },
  interrupted: { tone: "late", text: "Interrupted" },
  skipped: { tone: "neutral", text: "Skipped" },
};

/** Where a run is, in words. */
export const phaseWords: Record<RunPhase, string> = {
  preparing: "Getting everything ready",
  discovering: "Asking the source what it has",
  reading: "Bringing in data",
  loading: "Writing the last rows",
  finishing: "Saving where to go on next time",
};

/** What started a run, in words. */
export const triggerWords: Record<Trigger, string> = {
  manual: "Started by hand",
  scheduled: "On schedule",
  catch_up: "Caught up",
  retry: "Tried again",
};
