import type { OfferedField } from "@/ipc/generated/OfferedField";
import type { OfferedStream } from "@/ipc/generated/OfferedStream";

/** A row of the tree of streams. */
export type TreeRow = { key: string; stream: OfferedStream } & (
  | { kind: "stream" }
  | { kind: "field"; parent: number; name: string; field: OfferedField | null }
  | { kind: "loading"; parent: number }
  | { kind: "failed"; parent: number; error: unknown }
);

/** What is known of the fields of a stream. */
export interface FieldsAnswer {
  fields: readonly OfferedField[] | null;
  error: unknown;
}

/** The rows to show: streams, the fields of those that are open, and the fields that a search found. */
export function treeRows(
  streams: readonly OfferedStream[],
  opened: ReadonlySet<string>,
  found: ReadonlyMap<string, string[]>,
  fieldsOf: (stream: string) => FieldsAnswer,
): TreeRow[] {
  const rows: TreeRow[] = [];
  for (const stream of streams) {
    const { name } = stream;
    const parent = rows.length;
    rows.push({ kind: "stream", key: name, stream });
    if (!opened.has(name)) {
      for (const field of found.get(name) ?? []) {
        rows.push({
          kind: "field",
          key: `${name}\n${field}`,
          stream,
          parent,
          name: field,
          field: null,
        });
      }
      continue;
    }
    const { fields, error } = fieldsOf(name);
    if (fields) {
      for (const field of fields) {
        const key = `${name}\n${field.name}`;
        rows.push({ kind: "field", key, stream, parent, name: field.name, field });
      }
    } else if (error !== null) {
      rows.push({ kind: "failed", key: `${name}\n`, stream, parent, error });
    } else {
      rows.push({ kind: "loading", key: `${name}\n`, stream, parent });
    }
  }
  return rows;
}
