import { useRef, useState } from "react";
import { toast } from "sonner";
import type { BulkAction } from "@/ipc/generated/BulkAction";
import type { BulkResult } from "@/ipc/generated/BulkResult";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import { useBulk } from "@/ipc/mutations";
import { doneWords } from "./bulk-words";

/** What did not work, and what was to be done. */
export interface BulkFailure {
  action: BulkAction;
  failed: BulkResult[];
}

/** How far an action is. */
export interface BulkProgress {
  action: BulkAction["action"];
  done: number;
  total: number;
}

/** Does something to many integrations, and keeps what did not work to be shown. */
export interface BulkRunner {
  run: (ids: IntegrationId[], action: BulkAction) => void;
  progress: BulkProgress | null;
  stop: () => void;
  failure: BulkFailure | null;
  dismiss: () => void;
}

/** `onEnd` is told each time an action has ended for which of them it was not done. */
export function useBulkAction(onEnd: (left: IntegrationId[]) => void): BulkRunner {
  const bulk = useBulk();
  const [progress, setProgress] = useState<BulkProgress | null>(null);
  const [failure, setFailure] = useState<BulkFailure | null>(null);
  const abort = useRef<AbortController | null>(null);
  const run: BulkRunner["run"] = (ids, action) => {
    const controller = new AbortController();
    abort.current = controller;
    const report = (done: number) =>
      setProgress({ action: action.action, done, total: ids.length });
    setFailure(null);
    report(0);
    bulk.mutate(
      { ids, action, signal: controller.signal, onProgress: report },
      {
        onSuccess: (results) => {
          const failed = results.filter(({ error }) => error !== null);
          const done = results.length - failed.length;
          if (done > 0) toast.success(doneWords(action.action, done));
          if (failed.length > 0) setFailure({ action, failed });
          // Those that were not reached because it was stopped, too.
          const unreached = ids.slice(results.length);
          onEnd([...failed.map(({ integration }) => integration), ...unreached]);
        },
        onSettled: () => setProgress(null),
      },
    );
  };
  return {
    run,
    progress,
    stop: () => abort.current?.abort(),
    failure,
    dismiss: () => setFailure(null),
  };
}

/** Does something to one integration. Why it was refused is shown as a toast. */
export function useOneAction() {
  const bulk = useBulk();
  const act = (id: IntegrationId, action: BulkAction, onDone?: () => void) =>
    bulk.mutate(
      { ids: [id], action },
      {
        onSuccess: ([result]) => {
          if (result?.error) {
            toast.error(result.error.message, { description: result.error.hint });
          } else {
            onDone?.();
          }
        },
      },
    );
  return { act, pending: bulk.isPending };
}
