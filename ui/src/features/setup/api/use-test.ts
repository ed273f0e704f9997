import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { Check } from "@/ipc/generated/Check";
import type { Subject } from "@/ipc/generated/Subject";
import type { TestId } from "@/ipc/generated/TestId";
import type { TestReport } from "@/ipc/generated/TestReport";
import { testChecksQuery } from "@/ipc/queries";

/** How a connection test is doing. */
export interface RunningTest {
  state: "testing" | "stopping" | "done" | "cancelled" | "failed";
  /** Verdicts so far, one for each check. */
  checks: Check[];
  report: TestReport | null;
  error: unknown;
  start: () => void;
  cancel: () => void;
}

/** Tests a connection as soon as it is used, and stops when it no longer is. `onDone` hears of each report. */
export function useTest(subject: Subject, onDone: (report: TestReport) => void): RunningTest {
  const transport = useTransport();
  const client = useQueryClient();
  const running = useRef<TestId | null>(null);
  const test = useMutation({
    mutationFn: (id: TestId) => transport.invoke("test_connection", { subject, test: id }),
    meta: { quiet: true },
    onSuccess: onDone,
    onSettled: (_report, _error, id) => {
      if (running.current === id) running.current = null;
      // The verdicts of tests that are over are in their reports.
      client.removeQueries({ queryKey: testChecksQuery(id).queryKey });
    },
  });
  const stop = useMutation({
    mutationFn: (id: TestId) => transport.invoke("cancel_test", { test: id }),
  });
  const { mutate } = test;
  const { mutate: mutateStop, reset } = stop;
  const start = useCallback(() => {
    const id = crypto.randomUUID();
    running.current = id;
    reset();
    mutate(id);
  }, [mutate, reset]);
  const cancel = useCallback(() => {
    if (running.current !== null) mutateStop(running.current);
  }, [mutateStop]);
  useEffect(() => {
    // A turn later: what mounts and unmounts in the same turn tests nothing.
    const timer = setTimeout(start, 0);
    return () => {
      clearTimeout(timer);
      cancel();
    };
  }, [start, cancel]);
  const live = useQuery(testChecksQuery(test.variables ?? ""));
  const byName = new Map((test.data?.checks ?? live.data ?? []).map((one) => [one.name, one]));
  return {
    state: stateOf(test.status, test.error, stop.isPending || stop.isSuccess),
    checks: [...byName.values()],
    report: test.data ?? null,
    error: test.error,
    start,
    cancel,
  };
}

function stateOf(
  status: "idle" | "pending" | "success" | "error",
  error: unknown,
  stopping: boolean,
): RunningTest["state"] {
  if (status === "success") return "done";
  if (status === "error") return toApiError(error).code === "cancelled" ? "cancelled" : "failed";
  return stopping ? "stopping" : "testing";
}
