import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Info, Table2 } from "lucide-react";
import { useState } from "react";
import { Banner } from "@/components/banner";
import { EmptyState, ErrorState } from "@/components/states";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { tableKey } from "@/features/data/api/cells";
import { useTransport } from "@/ipc/context";
import { tablesQuery } from "@/ipc/data-queries";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import { TableChooser } from "./table-chooser";
import { TableView } from "./table-view";

/** Tables beside the rows of the chosen one: of an integration, or (`null`) of all. */
export function DataBrowser({ integration }: { integration: IntegrationId | null }) {
  const list = useQuery(tablesQuery(useTransport(), integration));
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<string | null>(null);
  if (list.isPending) return <Loading />;
  if (list.isError && list.data === undefined) {
    return (
      <ErrorState
        title="The data could not be shown"
        error={list.error}
        busy={list.isFetching}
        onRetry={() => void list.refetch()}
      />
    );
  }
  const { tables, notes } = list.data;
  const table = tables.find((one) => tableKey(one) === chosen) ?? tables[0];
  return (
    <>
      {notes.map((note) => (
        <Banner
          key={note.destination}
          tone="paused"
          icon={<Info aria-hidden />}
          title={`The tables of “${note.name}” are not shown`}
        >
          <p className="text-ink-2">
            {note.message} {note.hint}
          </p>
        </Banner>
      ))}
      {table === undefined ? (
        notes.length === 0 && (
          <EmptyState
            icon={<Table2 aria-hidden />}
            title="No data on this computer yet"
            action={
              integration === null && (
                <Button kind="primary" onClick={() => void navigate({ to: "/integrations" })}>
                  Show integrations
                </Button>
              )
            }
          >
            {integration === null
              ? "What your integrations bring to this computer is shown here, ready to search and export."
              : "After its first sync, the tables this integration brings in are shown here."}
          </EmptyState>
        )
      ) : (
        <div className="flex min-h-0 flex-1 gap-4">
          <TableChooser
            tables={tables}
            chosen={tableKey(table)}
            onChoose={(next) => setChosen(tableKey(next))}
          />
          <TableView key={tableKey(table)} table={table} />
        </div>
      )}
    </>
  );
}

function Loading() {
  return (
    <div role="status" aria-label="Loading the tables" className="flex min-h-0 flex-1 gap-4">
      <div className="w-52 shrink-0 space-y-2">
        {[0, 1, 2, 3].map((place) => (
          <Skeleton key={place} className="h-11 w-full rounded-control" />
        ))}
      </div>
      <Skeleton className="h-72 flex-1 rounded-card" />
    </div>
  );
}
