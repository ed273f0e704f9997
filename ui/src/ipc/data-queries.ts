import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { DataQuery } from "./generated/DataQuery";
import type { DataRows } from "./generated/DataRows";
import type { ExportProgress } from "./generated/ExportProgress";
import type { IntegrationId } from "./generated/IntegrationId";
import type { TableList } from "./generated/TableList";
import type { Transport } from "./transport";

// Data changes with runs, so these keys begin with the word of the tag that each run's end declares.

/** The tables on this computer: all, or those of an integration. */
export function tablesQuery(transport: Transport, integration: IntegrationId | null) {
  return queryOptions<TableList>({
    queryKey: ["runs", "data", "tables", integration ?? "all"],
    queryFn: () => transport.invoke("list_tables", { integration }),
  });
}

/** Rows of a table. What was shown stays until the next answer: typing a search does not blink. */
export function rowsQuery(transport: Transport, query: DataQuery) {
  return queryOptions<DataRows>({
    queryKey: ["runs", "data", "rows", query],
    queryFn: () => transport.invoke("preview_data", { query }),
    placeholderData: keepPreviousData,
  });
}

/** How far an export is; written by its events alone. */
export function exportProgressQuery(id: string) {
  return queryOptions<ExportProgress | null>({
    queryKey: ["export", id],
    queryFn: () => null,
    initialData: null,
    staleTime: Infinity,
  });
}
