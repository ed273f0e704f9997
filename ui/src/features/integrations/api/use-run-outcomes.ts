import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTransport } from "@/ipc/context";
import type { Run } from "@/ipc/generated/Run";
import { integrationsQuery } from "@/ipc/queries";
import { isActive } from "@/ipc/run-status";

/** Calls `onChange` for each run that began or ended while the window was looking. What it finds at first is no news. */
export function useRunOutcomes(onChange: (run: Run) => void): void {
  const { data } = useQuery(integrationsQuery(useTransport()));
  const known = useRef<Map<string, boolean> | null>(null);
  useEffect(() => {
    if (!data) return;
    const before = known.current;
    const now = new Map<string, boolean>();
    for (const { last_run: run } of data) {
      if (!run) continue;
      const active = isActive(run.status);
      now.set(run.id, active);
      if (before && before.get(run.id) !== active) onChange(run);
    }
    known.current = now;
  }, [data, onChange]);
}
