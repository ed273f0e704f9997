import { useQuery } from "@tanstack/react-query";
import { SearchX, Terminal } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { EmptyState, ErrorState } from "@/components/states";
import { IconButton } from "@/components/ui/icon-button";
import { SearchField } from "@/components/ui/search-field";
import { Skeleton } from "@/components/ui/skeleton";
import { formatWords } from "@/features/data/api/cells";
import { useTransport } from "@/ipc/context";
import { rowsQuery } from "@/ipc/data-queries";
import type { DataRows } from "@/ipc/generated/DataRows";
import type { DataTable } from "@/ipc/generated/DataTable";
import { formatNumber, formatRows } from "@/lib/format";
import { DataGrid, type Order } from "./data-grid";
import { SqlBox } from "./sql-box";
import { TableMenu } from "./table-menu";

/** Rows that are asked for at a time, and how much more each time. */
const ROWS = 200;
const MOST = 10_000;

/** A table: its newest rows, search, order, export; and questions in SQL where it is in such a database. */
export function TableView({ table }: { table: DataTable }) {
  const [text, setText] = useState("");
  const [order, setOrder] = useState<Order | null>(null);
  const [limit, setLimit] = useState(ROWS);
  const [asking, setAsking] = useState(false);
  const search = useDeferredValue(text.trim());
  const rows = useQuery(
    rowsQuery(useTransport(), {
      destination: table.destination,
      stream: table.stream,
      limit,
      search,
      sort: order?.column ?? null,
      descending: order?.descending ?? false,
    }),
  );
  return (
    <section aria-label={table.stream} className="flex min-w-0 flex-1 flex-col">
      <div className="mb-2 flex items-center gap-2">
        <SearchField
          label={`Search in ${table.stream}`}
          value={text}
          onChange={setText}
          className="w-64"
        />
        <p role="status" className="min-w-0 flex-1 truncate text-small text-ink-2">
          {rows.data ? shownWords(rows.data, search !== "") : ""}
        </p>
        <span className="text-tiny text-ink-3">{formatWords[table.format]}</span>
        {table.format === "sqlite" && (
          <IconButton
            label="Ask in SQL"
            aria-pressed={asking}
            icon={<Terminal className="size-4" aria-hidden />}
            onClick={() => setAsking(!asking)}
          />
        )}
        <TableMenu table={table} search={search} />
      </div>
      {asking && <SqlBox table={table} />}
      {rows.data?.partial === true && <p className="mb-2 text-small text-late">{rows.data.note}</p>}
      <Rows
        table={table}
        rows={rows}
        search={search}
        order={order}
        onOrder={setOrder}
        onMore={limit < MOST ? () => setLimit(Math.min(MOST, limit * 5)) : null}
      />
    </section>
  );
}

interface RowsProps {
  table: DataTable;
  rows: ReturnType<typeof useQuery<DataRows>>;
  search: string;
  order: Order | null;
  onOrder: (order: Order | null) => void;
  onMore: (() => void) | null;
}

function Rows({ table, rows, search, order, onOrder, onMore }: RowsProps) {
  if (rows.isPending) {
    return (
      <div role="status" aria-label="Loading the rows" className="space-y-2">
        {[0, 1, 2, 3, 4, 5].map((place) => (
          <Skeleton key={place} className="h-7 w-full" />
        ))}
      </div>
    );
  }
  if (rows.isError) {
    return (
      <ErrorState
        title="The rows could not be shown"
        error={rows.error}
        busy={rows.isFetching}
        onRetry={() => void rows.refetch()}
      />
    );
  }
  if (rows.data.rows.length === 0) {
    return (
      <EmptyState
        icon={<SearchX aria-hidden />}
        title={search === "" ? "This table has no rows" : "No row fits"}
      >
        {search === ""
          ? "The source had nothing to bring in, or its rows were deleted."
          : `Nothing in ${table.stream} holds “${search}”.`}
      </EmptyState>
    );
  }
  return (
    <DataGrid
      name={table.stream}
      data={rows.data}
      order={order}
      onOrder={onOrder}
      onMore={onMore}
    />
  );
}

function shownWords({ rows, total }: DataRows, searched: boolean): string {
  if (searched) return `${formatRows(rows.length)} found`;
  if (total === null || total <= rows.length) return formatRows(rows.length);
  return `${formatNumber(rows.length)} of ${formatRows(total)}`;
}
