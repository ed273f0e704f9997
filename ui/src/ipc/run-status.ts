import type { Run } from "./generated/Run";
import type { RunStatus } from "./generated/RunStatus";
import type { RunStream } from "./generated/RunStream";

/** Whether a run is waiting or at work. */
export function isActive(status: RunStatus): boolean {
  return status === "queued" || status === "running";
}

/** Records of all streams together. */
export function totalRecords(streams: readonly RunStream[]): number {
  return streams.reduce((sum, stream) => sum + stream.records, 0);
}

/** Bytes of all streams together. */
export function totalBytes(streams: readonly RunStream[]): number {
  return streams.reduce((sum, stream) => sum + stream.bytes, 0);
}

/** How long the run has worked, in milliseconds; `null` when it never began. */
export function durationOf(run: Run, now: number): number | null {
  if (!run.started_at) return null;
  const end = run.finished_at ? Date.parse(run.finished_at) : now;
  return Math.max(0, end - Date.parse(run.started_at));
}
