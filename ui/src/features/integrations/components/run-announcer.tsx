import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { toast } from "sonner";
import { useRunOutcomes } from "@/features/integrations/api/use-run-outcomes";
import { useTransport } from "@/ipc/context";
import type { Run } from "@/ipc/generated/Run";
import { integrationsQuery, runProgressQuery } from "@/ipc/queries";
import { isActive, totalRecords } from "@/ipc/run-status";
import { formatRows } from "@/lib/format";

/** How often rising counts are read out, in milliseconds: often enough to know, seldom enough to bear. */
const EVERY = 15_000;

/** Reads out what runs do, for those who hear the window, and shows a toast when one fails. */
export function RunAnnouncer() {
  const [message, setMessage] = useState("");
  const router = useRouter();
  const onChange = useCallback(
    (run: Run) => {
      setMessage(sentence(run));
      if (run.status !== "failed" || !run.problem) return;
      toast.error(`${run.integration_name}: ${run.problem.title}`, {
        description: run.problem.hint,
        action: {
          label: "Show",
          onClick: () =>
            void router.navigate({ to: "/integrations/$id", params: { id: run.integration } }),
        },
      });
    },
    [router],
  );
  useRunOutcomes(onChange);
  useCounts(setMessage);
  return (
    <p role="status" aria-live="polite" aria-label="Syncs" className="sr-only">
      {message}
    </p>
  );
}

/** Every few seconds, the counts of what is syncing. */
function useCounts(announce: (message: string) => void): void {
  const transport = useTransport();
  const client = useQueryClient();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.hidden) return;
      const integrations = client.getQueryData(integrationsQuery(transport).queryKey) ?? [];
      const counts = integrations.flatMap(({ id, name, last_run }) => {
        const progress = client.getQueryData(runProgressQuery(id).queryKey);
        return last_run && isActive(last_run.status) && progress?.run === last_run.id
          ? [`${name}: ${formatRows(totalRecords(progress.streams))} so far.`]
          : [];
      });
      if (counts.length > 0) announce(counts.join(" "));
    }, EVERY);
    return () => clearInterval(timer);
  }, [announce, client, transport]);
}

function sentence(run: Run): string {
  const rows = formatRows(totalRecords(run.streams));
  switch (run.status) {
    case "queued":
    case "running":
      return `${run.integration_name}: the sync has started.`;
    case "succeeded":
      return `${run.integration_name}: the sync is done, ${rows} brought in.`;
    case "failed":
      return `${run.integration_name}: the sync failed. ${run.problem?.title ?? ""}`;
    case "cancelled":
      return `${run.integration_name}: the sync was stopped, ${rows} brought in.`;
    case "interrupted":
      return `${run.integration_name}: the sync was interrupted.`;
    case "skipped":
      return `${run.integration_name}: the sync was skipped.`;
  }
}
