import { useQuery } from "@tanstack/react-query";
import type { Run } from "@/ipc/generated/Run";
import type { RunPhase } from "@/ipc/generated/RunPhase";
import type { RunStream } from "@/ipc/generated/RunStream";
import { runProgressQuery } from "@/ipc/queries";
import { isActive, totalRecords } from "@/ipc/run-status";

/** A run with the newest counts there are. */
export interface LiveRun {
  active: boolean;
  /** Where it is; `null` when it has ended or has not said so yet. */
  phase: RunPhase | null;
  streams: RunStream[];
  records: number;
}

/** The counts of a run: while it works those of its events, afterwards those that were saved. */
export function useLiveRun(run: Run | null): LiveRun {
  const { data: progress } = useQuery(runProgressQuery(run?.integration ?? ""));
  const active = run !== null && isActive(run.status);
  const live = active && progress?.run === run.id ? progress : null;
  const saved = run?.streams ?? [];
  // An answer that was on its way longer than an event must not count backwards.
  const streams = live && totalRecords(live.streams) >= totalRecords(saved) ? live.streams : saved;
  return { active, phase: live?.phase ?? null, streams, records: totalRecords(streams) };
}
