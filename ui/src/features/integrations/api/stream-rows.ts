import type { StreamChoice } from "@/ipc/generated/StreamChoice";
import type { StreamHistory } from "@/ipc/generated/StreamHistory";
import type { StreamState } from "@/ipc/generated/StreamState";
import type { SyncMode } from "@/ipc/generated/SyncMode";

/** All that is known of a stream. */
export interface StreamRow extends StreamHistory {
  /** How it is brought in; `null`: as the connector recommends. */
  mode: SyncMode | null;
  /** Whether it is (still) brought in. */
  chosen: boolean;
  position: string | null;
  raw: unknown;
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The streams that are chosen, that were read, or whose position is kept, by name. */
export function streamRows(
  chosen: readonly StreamChoice[] | null,
  history: readonly StreamHistory[],
  states: readonly StreamState[],
): StreamRow[] {
  const rows = new Map<string, StreamRow>();
  const modes = new Map(chosen?.map(({ name, mode }) => [name, mode]));
  const row = (name: string): StreamRow => {
    const known = rows.get(name);
    if (known) return known;
    const made: StreamRow = {
      name,
      last_read_at: null,
      last_rows_at: null,
      last_records: 0,
      records: [],
      mark: null,
      mode: modes.get(name) ?? null,
      chosen: chosen === null || modes.has(name),
      position: null,
      raw: null,
    };
    rows.set(name, made);
    return made;
  };
  for (const name of modes.keys()) row(name);
  for (const one of history) Object.assign(row(one.name), one);
  for (const { name, position, raw } of states) Object.assign(row(name), { position, raw });
  return [...rows.values()].sort((a, b) => collator.compare(a.name, b.name));
}
