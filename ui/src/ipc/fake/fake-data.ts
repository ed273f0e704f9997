import type { Args, Result } from "@/ipc/commands";
import type { DataColumn } from "@/ipc/generated/DataColumn";
import type { DataTable } from "@/ipc/generated/DataTable";
import { makeError, minutesAgo, rejection } from "./builders";
import type { FakeTransport } from "./fake-transport";

/** A table with all its rows, newest first. */
export interface FakeTable {
  table: DataTable;
  columns: DataColumn[];
  rows: unknown[][];
}

/** A table of 200 accounts. */
export function makeTable(over: Partial<DataTable> = {}, count = 200): FakeTable {
  const columns: DataColumn[] = [
    { name: "Id", kind: "text" },
    { name: "Name", kind: "text" },
    { name: "AnnualRevenue", kind: "number" },
    { name: "IsActive", kind: "boolean" },
    { name: "CreatedDate", kind: "time" },
    { name: "Address", kind: "json" },
  ];
  const rows = Array.from({ length: count }, (_, index) => [
    `001${String(count - index).padStart(15, "0")}`,
    `Account ${count - index}`,
    index % 7 === 0 ? null : 1_000.5 * (count - index),
    index % 3 === 0,
    minutesAgo(index * 60),
    { city: "Hamburg", street: `Long Street ${index}` },
  ]);
  const table: DataTable = {
    destination: "here",
    destination_name: "This computer",
    stream: "Account",
    table: "Account",
    format: "sqlite",
    path: "/home/ada/.local/share/tributary/data/data.sqlite",
    rows: count,
    rows_estimated: false,
    bytes: null,
    updated_at: minutesAgo(5),
    brought_by: [],
    ...over,
  };
  return { table, columns, rows };
}

type Names =
  | "list_tables"
  | "preview_data"
  | "export_data"
  | "cancel_export"
  | "ask_sql"
  | "show_table"
  | "open_table"
  | "export_project"
  | "import_project";

type DataHandlers = {
  [Name in Names]: (args: Args<Name>) => Result<Name> | Promise<Result<Name>>;
};

/** How a core in memory answers questions about data. */
export function dataHandlers(fake: FakeTransport): DataHandlers {
  const find = (destination: string, stream: string): FakeTable => {
    const found = fake.state.tables.find(
      ({ table }) => table.destination === destination && table.stream === stream,
    );
    if (found) return found;
    throw rejection(makeError({ code: "not_found", message: `There is no table “${stream}”.` }));
  };
  return {
    list_tables: ({ integration }) => ({
      tables: fake.state.tables
        .map(({ table }) => table)
        .filter(
          ({ brought_by }) =>
            integration === null || brought_by.some(({ id }) => id === integration),
        ),
      notes: [],
    }),
    preview_data: ({ query }) => {
      const { columns, rows, table } = find(query.destination, query.stream);
      const text = query.search.toLowerCase();
      const found = rows.filter((row) => JSON.stringify(row).toLowerCase().includes(text));
      const place = columns.findIndex(({ name }) => name === query.sort);
      if (place >= 0) {
        found.sort((a, b) => compare(a[place], b[place]) * (query.descending ? -1 : 1));
      }
      return {
        columns,
        rows: found.slice(0, query.limit),
        clipped: [],
        total: text === "" ? table.rows : null,
        partial: false,
        note: "",
      };
    },
    export_data: ({ order }) => ({
      path: `/home/ada/${order.stream}.${order.format}`,
      rows: find(order.destination, order.stream).rows.length,
      bytes: 12_000,
      notes: [],
    }),
    cancel_export: () => null,
    ask_sql: ({ question }) => {
      if (!/^\s*(?:select|with|values)/iu.test(question)) {
        throw rejection(
          makeError({
            code: "invalid_input",
            message: "This statement is not allowed: only reading is possible here.",
            hint: "Ask one question that begins with SELECT, WITH or VALUES.",
          }),
        );
      }
      return {
        columns: [{ name: "count(*)", kind: "integer" }],
        rows: [[200]],
        clipped: [],
        more: false,
        took: 3,
      };
    },
    show_table: () => null,
    open_table: () => null,
    export_project: () => ({
      folder: "/home/ada/project",
      jobs: ["salesforce--sales-org"],
      variables: ["TAP_SALESFORCE_SALES_ORG_REFRESH_TOKEN"],
      notes: [],
    }),
    import_project: () => ({ integrations: [], destinations: [], left_out: [] }),
  };
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b));
}
