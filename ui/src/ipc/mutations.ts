import {
  useMutation,
  useMutationState,
  useQueryClient,
  type QueryClient,
} from "@tanstack/react-query";
import { useTransport } from "./context";
import type { AppSettings } from "./generated/AppSettings";
import type { BulkAction } from "./generated/BulkAction";
import type { BulkResult } from "./generated/BulkResult";
import type { Integration } from "./generated/Integration";
import type { IntegrationId } from "./generated/IntegrationId";
import type { NewDraft } from "./generated/NewDraft";
import type { PauseFor } from "./generated/PauseFor";
import type { Run } from "./generated/Run";
import type { RunId } from "./generated/RunId";
import {
  integrationQuery,
  integrationsQuery,
  pauseQuery,
  settingsQuery,
  syncStateQuery,
} from "./queries";

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

/** Forgets up to where streams (`null`: all) were brought in: the next sync reads them from the start. */
export function useResetState() {
  const transport = useTransport();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: { id: IntegrationId; streams: string[] | null }) =>
      transport.invoke("reset_state", args),
    onSuccess: (state, { id }) =>
      client.setQueryData(syncStateQuery(transport, id).queryKey, state),
    onSettled: (_state, _error, { id }) =>
      void client.invalidateQueries({ queryKey: syncStateQuery(transport, id).queryKey }),
  });
}

/** Asks where, and writes the whole log of a run there; `null` when nothing was chosen. */
export function useSaveLog() {
  const transport = useTransport();
  return useMutation({
    mutationFn: (run: RunId) => transport.invoke("save_log", { run }),
  });
}

/** Saves the choices that concern the whole app. The page shows at the field what is refused: no toast. */
export function useSaveSettings() {
  const transport = useTransport();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: AppSettings) => transport.invoke("save_settings", { settings }),
    meta: { quiet: true },
    onSuccess: (saved) => client.setQueryData(settingsQuery(transport).queryKey, saved),
    onSettled: () => void client.invalidateQueries({ queryKey: ["settings"] }),
  });
}

/** Pauses everything for a while. */
export function usePauseEverything() {
  const transport = useTransport();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (pause: PauseFor) => transport.invoke("pause_everything", { pause }),
    onSuccess: (state) => client.setQueryData(pauseQuery(transport).queryKey, state),
    onSettled: () => afterPause(client),
  });
}

/** Ends the pause of everything. */
export function useResumeEverything() {
  const transport = useTransport();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => transport.invoke("resume_everything", {}),
    onSuccess: () => client.setQueryData(pauseQuery(transport).queryKey, null),
    onSettled: () => afterPause(client),
  });
}

function afterPause(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ["settings", "pause"] });
  void client.invalidateQueries({ queryKey: ["integrations"] });
  void client.invalidateQueries({ queryKey: ["integration"] });
}

/** How many integrations are asked for at a time: the core says how far it is after each such part. */
const BULK_PART = 25;

/** What is done to which integrations. */
export interface BulkOrder {
  ids: IntegrationId[];
  action: BulkAction;
  /** Called with how many are dealt with. */
  onProgress?: (done: number) => void;
  /** Stops after the part that is at work. */
  signal?: AbortSignal;
}

/** Does something to many integrations. Each answers for itself: the caller shows what did not work. */
export function useBulk() {
  const transport = useTransport();
  const client = useQueryClient();
  return useMutation({
    mutationKey: ["bulk"],
    mutationFn: async ({ ids, action, onProgress, signal }: BulkOrder) => {
      const results: BulkResult[] = [];
      for (let from = 0; from < ids.length && signal?.aborted !== true; from += BULK_PART) {
        const part = ids.slice(from, from + BULK_PART);
        results.push(...(await transport.invoke("bulk", { ids: part, action })));
        onProgress?.(results.length);
      }
      return results;
    },
    onSuccess: (results, { action }) => {
      if (action.action !== "delete") return;
      const gone = new Set(results.filter((one) => !one.error).map((one) => one.integration));
      client.setQueryData(integrationsQuery(transport).queryKey, (known) =>
        known?.filter(({ id }) => !gone.has(id)),
      );
      for (const id of gone) client.removeQueries({ queryKey: ["integration", id] });
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["integrations"] });
      void client.invalidateQueries({ queryKey: ["integration"] });
      void client.invalidateQueries({ queryKey: ["runs"] });
    },
  });
}

/** Takes note that the person has seen all notices up to this one. */
export function useSeeNotices() {
  const transport = useTransport();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (upTo: number) => transport.invoke("see_notices", { upTo }),
    onSettled: () => void client.invalidateQueries({ queryKey: ["notices"] }),
  });
}

/** Shows a native notification now. */
export function useTestNotification() {
  const transport = useTransport();
  return useMutation({ mutationFn: () => transport.invoke("test_notification", {}) });
}
