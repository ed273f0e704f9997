import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Integration } from "@/ipc/generated/Integration";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";

/** Which integrations are chosen. Only those that are shown count: nothing happens to what is out of sight. */
export interface Selection {
  chosen: readonly Integration[];
  has: (id: IntegrationId) => boolean;
  /** Chooses one or lets go of it; with `range`, all from the last one that was pressed. */
  toggle: (id: IntegrationId, range: boolean) => void;
  all: boolean;
  /** Chooses all that are shown, or none of them when all are chosen. */
  toggleAll: () => void;
  choose: (ids: Iterable<IntegrationId>) => void;
  clear: () => void;
}

/** The selection in a list that shows these. */
export function useSelection(shown: readonly Integration[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<IntegrationId>>(() => new Set());
  const anchor = useRef<IntegrationId | null>(null);
  const chosen = useMemo(
    () => (ids.size === 0 ? [] : shown.filter(({ id }) => ids.has(id))),
    [shown, ids],
  );
  const all = chosen.length > 0 && chosen.length === shown.length;
  const order = useRef(shown);
  useEffect(() => {
    order.current = shown;
  }, [shown]);
  // The same function for ever, so that rows that did not change are not drawn again.
  const toggle = useCallback((id: IntegrationId, range: boolean) => {
    const from = anchor.current;
    anchor.current = id;
    setIds((known) => {
      const next = new Set(known);
      const wanted = !known.has(id);
      for (const one of range ? between(order.current, from, id) : [id]) {
        if (wanted) next.add(one);
        else next.delete(one);
      }
      return next;
    });
  }, []);
  return {
    chosen,
    has: (id) => ids.has(id),
    toggle,
    all,
    toggleAll: () => setIds(all ? new Set() : new Set(shown.map(({ id }) => id))),
    choose: (wanted) => setIds(new Set(wanted)),
    clear: () => setIds(new Set()),
  };
}

/** The ids from one to another, in the order of the list. */
function between(
  shown: readonly Integration[],
  from: IntegrationId | null,
  to: IntegrationId,
): IntegrationId[] {
  const start = shown.findIndex(({ id }) => id === from);
  const end = shown.findIndex(({ id }) => id === to);
  if (start < 0 || end < 0) return [to];
  return shown.slice(Math.min(start, end), Math.max(start, end) + 1).map(({ id }) => id);
}
