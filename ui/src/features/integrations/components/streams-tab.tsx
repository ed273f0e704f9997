import { useQuery } from "@tanstack/react-query";
import { Rows3 } from "lucide-react";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { Card } from "@/components/page";
import { useSlashToSearch } from "@/components/slash-to-search";
import { EmptyState, ErrorState } from "@/components/states";
import { SyncButton } from "@/components/sync-button";
import { Button } from "@/components/ui/button";
import { SearchField } from "@/components/ui/search-field";
import { Skeleton } from "@/components/ui/skeleton";
import { streamRows } from "@/features/integrations/api/stream-rows";
import { useTransport } from "@/ipc/context";
import type { Integration } from "@/ipc/generated/Integration";
import { streamHistoryQuery, syncStateQuery } from "@/ipc/queries";
import { isActive } from "@/ipc/run-status";
import { formatNumber, plural } from "@/lib/format";
import { formatExact } from "@/lib/time";
import { ResyncDialog } from "./resync-dialog";
import { StateDialog } from "./state-dialog";
import { StreamTable } from "./stream-table";

/** Every stream: how fresh, how it is brought in, up to where; each can be brought in again from the start. */
export function StreamsTab({ integration }: { integration: Integration }) {
  const transport = useTransport();
  const history = useQuery(streamHistoryQuery(transport, integration.id));
  const state = useQuery(syncStateQuery(transport, integration.id));
  const [search, setSearch] = useState("");
  const [again, setAgain] = useState<{ stream: string | null } | null>(null);
  const [raw, setRaw] = useState<{ stream: string | null } | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useSlashToSearch(field);
  const all = useMemo(
    () => streamRows(integration.streams, history.data ?? [], state.data?.streams ?? []),
    [integration.streams, history.data, state.data],
  );
  const wanted = useDeferredValue(search.trim().toLocaleLowerCase("en"));
  const shown = useMemo(
    () => all.filter(({ name }) => name.toLocaleLowerCase("en").includes(wanted)),
    [all, wanted],
  );
  if (history.isPending || state.isPending) {
    return (
      <div role="status" aria-label="Loading the streams" className="space-y-3">
        <Skeleton className="h-8 w-72" />
        <Skeleton className="h-64 w-full rounded-card" />
      </div>
    );
  }
  const failed = history.error ?? state.error;
  if (failed && (!history.data || !state.data)) {
    return (
      <Card>
        <ErrorState
          title="The streams could not be shown"
          error={failed}
          busy={history.isFetching || state.isFetching}
          onRetry={() => {
            void history.refetch();
            void state.refetch();
          }}
        />
      </Card>
    );
  }
  if (all.length === 0) {
    return (
      <Card>
        <EmptyState
          icon={<Rows3 aria-hidden />}
          title="No streams yet"
          action={<SyncButton integration={integration} kind="primary" size="medium" />}
        >
          After the first sync each stream is listed here, with how fresh it is.
        </EmptyState>
      </Card>
    );
  }
  const busy = integration.last_run !== null && isActive(integration.last_run.status);
  const nothingKept = !state.data?.streams.some(({ position }) => position !== null);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <SearchField
          ref={field}
          label="Search the streams"
          value={search}
          onChange={setSearch}
          className="w-60"
        />
        <p role="status" className="flex-1 text-small text-ink-2 tabular-nums">
          {wanted === ""
            ? plural(all.length, "stream")
            : `${formatNumber(shown.length)} of ${plural(all.length, "stream")}`}
        </p>
        {state.data?.saved_at && (
          <Button size="small" kind="quiet" onClick={() => setRaw({ stream: null })}>
            Details
          </Button>
        )}
        <Button
          size="small"
          disabled={busy || nothingKept}
          title={busy ? "Not while it syncs" : undefined}
          onClick={() => setAgain({ stream: null })}
        >
          Bring in everything again
        </Button>
      </div>
      {shown.length === 0 ? (
        <Card>
          <p className="p-6 text-center text-ink-2">No stream has this in its name.</p>
        </Card>
      ) : (
        <StreamTable
          rows={shown}
          busy={busy}
          onAgain={(stream) => setAgain({ stream })}
          onRaw={(stream) => setRaw({ stream })}
        />
      )}
      <ResyncDialog
        integration={integration}
        stream={again?.stream ?? null}
        open={again !== null}
        onOpenChange={(open) => !open && setAgain(null)}
      />
      {raw && (
        <StateDialog
          title={
            raw.stream === null
              ? `State of all streams, saved ${formatExact(state.data?.saved_at ?? "")}`
              : `State of “${raw.stream}”`
          }
          raw={
            raw.stream === null
              ? Object.fromEntries((state.data?.streams ?? []).map((one) => [one.name, one.raw]))
              : all.find(({ name }) => name === raw.stream)?.raw
          }
          onClose={() => setRaw(null)}
        />
      )}
    </div>
  );
}
