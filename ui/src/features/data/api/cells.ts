import type { DataColumn } from "@/ipc/generated/DataColumn";
import type { DataTable } from "@/ipc/generated/DataTable";
import { formatBytes, formatRows } from "@/lib/format";

/** What a cell shows. Times stay as they were brought in: nothing is rounded or moved to another zone. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return String(value);
  return JSON.stringify(value);
}

/** The whole of a value, for reading: nested data is indented, also where it is kept as text. */
export function wholeText(value: unknown, kind: DataColumn["kind"]): string {
  if (typeof value === "object" && value !== null) return JSON.stringify(value, null, 2);
  const text = cellText(value);
  if (kind !== "json" && !/^[[{]/u.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Whether values of a column stand at its right side. */
export function isNumeric({ kind }: DataColumn): boolean {
  return kind === "integer" || kind === "number";
}

/** "12,345 rows", "about 3 rows", "3.4 MB". */
export function sizeWords({ rows, rows_estimated, bytes }: DataTable): string {
  if (rows !== null) return rows_estimated ? `about ${formatRows(rows)}` : formatRows(rows);
  return bytes === null ? "" : formatBytes(bytes);
}

/** Names a table among all. */
export function tableKey({ destination, stream }: Pick<DataTable, "destination" | "stream">) {
  return `${destination}/${stream}`;
}

/** How a table is kept, in words. */
export const formatWords: Record<DataTable["format"], string> = {
  sqlite: "SQLite",
  csv: "CSV",
  jsonl: "JSON Lines",
  parquet: "Parquet",
  duckdb: "DuckDB",
};
