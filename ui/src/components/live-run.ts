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
  /** Where it was when it was last heard of; also of a run that has ended. */
  reached: RunPhase | null;
  streams: RunStream[];
  /** Rows per second of each stream, in the order of `streams`; empty when it does not work. */
  rates: readonly number[];
  /** Rows it will bring, by what earlier ones brought. */
  expected: number | null;
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
  return {
    active,
    phase: live?.phase ?? null,
    reached: run !== null && progress?.run === run.id ? progress.phase : null,
    streams,
    rates: streams === live?.streams ? live.rates : [],
    expected: live?.expected ?? null,
    records: totalRecords(streams),
  };
}
