import type { StreamChanges } from "@/ipc/generated/StreamChanges";
import { formatNumber, plural } from "@/lib/format";

/** What changed, in little room: "+12 ~3 −1". */
export function changeWords({ added, updated, deleted, new_columns }: StreamChanges): string {
  const parts = [
    added > 0 && `+${formatNumber(added)}`,
    updated > 0 && `~${formatNumber(updated)}`,
    deleted > 0 && `−${formatNumber(deleted)}`,
    new_columns.length > 0 && plural(new_columns.length, "new column"),
  ].filter((part) => part !== false);
  return parts.length === 0 ? "Nothing" : parts.join(" ");
}

/** The same as a sentence. */
export function changeSentence({ added, updated, deleted, new_columns }: StreamChanges): string {
  const rows = `${formatNumber(added)} added, ${formatNumber(updated)} updated, ${formatNumber(deleted)} deleted`;
  return new_columns.length === 0 ? rows : `${rows}; new columns: ${new_columns.join(", ")}`;
}
