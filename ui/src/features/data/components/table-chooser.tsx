import { clsx } from "clsx";
import { useState } from "react";
import { RelativeTime } from "@/components/relative-time";
import { SearchField } from "@/components/ui/search-field";
import { sizeWords, tableKey } from "@/features/data/api/cells";
import type { DataTable } from "@/ipc/generated/DataTable";

/** From so many tables on they can be searched. */
const MANY = 12;
/** So many are shown at a time: the search finds the others. */
const SHOWN = 500;

interface TableChooserProps {
  tables: readonly DataTable[];
  chosen: string;
  onChoose: (table: DataTable) => void;
}

/** The tables, with how many rows each has and how fresh it is. */
export function TableChooser({ tables, chosen, onChoose }: TableChooserProps) {
  const [text, setText] = useState("");
  const several = new Set(tables.map(({ destination }) => destination)).size > 1;
  const found = tables.filter(({ stream }) => stream.toLowerCase().includes(text.toLowerCase()));
  return (
    <nav aria-label="Tables" className="flex w-52 shrink-0 flex-col">
      {tables.length > MANY && (
        <SearchField label="Find a table" value={text} onChange={setText} className="mb-2" />
      )}
      <ul className="min-h-0 space-y-0.5 scroll-area">
        {found.slice(0, SHOWN).map((table) => (
          <li key={tableKey(table)}>
            <button
              type="button"
              aria-current={tableKey(table) === chosen}
              onClick={() => onChoose(table)}
              className={clsx(
                "block w-full rounded-control px-2.5 py-1.5 text-left text-small focus-visible:-outline-offset-2",
                tableKey(table) === chosen
                  ? "bg-accent-soft text-accent-ink"
                  : "text-ink hover:bg-hover",
              )}
            >
              <span className="block truncate font-medium" title={table.stream}>
                {table.stream}
              </span>
              <span className="block truncate text-tiny text-ink-2">
                {sizeWords(table)}
                {table.updated_at !== null && (
                  <>
                    {" · "}
                    <RelativeTime time={table.updated_at} />
                  </>
                )}
                {several && ` · ${table.destination_name}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="px-2.5 py-2 text-small text-ink-2">No table fits.</p>}
      {found.length > SHOWN && (
        <p className="px-2.5 py-2 text-tiny text-ink-2">Search to find the others.</p>
      )}
    </nav>
  );
}
