import { useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { useTransport } from "./context";
import type { Integration } from "./generated/Integration";
import type { IntegrationId } from "./generated/IntegrationId";
import type { NewDraft } from "./generated/NewDraft";
import type { Run } from "./generated/Run";
import type { RunId } from "./generated/RunId";
import { integrationQuery, integrationsQuery } from "./queries";

/** Starts a run. The lists show it at once, without waiting for the next question to the core. */
export function useStartRun() {
  const transport = useTransport();
  const client = useQueryClient();
  return useMutation({
    mutationKey: ["start_run"],
    mutationFn: ({ id, fullRefresh = false }: { id: IntegrationId; fullRefresh?: boolean }) =>
      transport.invoke("start_run", { id, fullRefresh }),
    onSuccess: (run) => {
      const list = integrationsQuery(transport).queryKey;
      client.setQueryData(list, (known) => known?.map((one) => withRun(one, run)));
      client.setQueryData(
        integrationQuery(transport, run.integration).queryKey,
        (known) => known && withRun(known, run),
      );
    },
    onSettled: (_run, _error, { id }) => {
      void client.invalidateQueries({ queryKey: ["integrations"] });
      void client.invalidateQueries({ queryKey: ["integration", id] });
      void client.invalidateQueries({ queryKey: ["runs"] });
    },
  });
}

function withRun(integration: Integration, run: Run): Integration {
  return integration.id === run.integration
    ? { ...integration, status: "syncing", last_run: run }
    : integration;
}

/** Asks a run to stop. It ends a moment later; until then `useStopping` says so. */
export function useCancelRun() {
  const transport = useTransport();
  const client = useQueryClient();
  return useMutation({
    mutationKey: ["cancel_run"],
    mutationFn: (run: RunId) => transport.invoke("cancel_run", { run }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["integrations"] });
      void client.invalidateQueries({ queryKey: ["runs"] });
    },
  });
}

/** Whether this run was asked to stop. Meaningful while it is active. */
export function useStopping(run: RunId | undefined): boolean {
  const asked = useMutationState({
    filters: {
      mutationKey: ["cancel_run"],
      predicate: ({ state }) => state.status !== "error" && state.variables === run,
    },
  });
  return run !== undefined && asked.length > 0;
}

/** Begins a draft, or finds the one that is there already for the same edit. */
export function useBeginDraft() {
  const transport = useTransport();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: NewDraft) => transport.invoke("create_draft", { input }),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["drafts"] }),
  });
}
