import { CopyButton } from "@/components/copy-button";
import { Dialog } from "@/components/ui/dialog";
import { wholeText } from "@/features/data/api/cells";
import type { DataRows } from "@/ipc/generated/DataRows";

interface CellDialogProps {
  data: Pick<DataRows, "columns" | "rows" | "clipped">;
  place: { row: number; column: number };
  onClose: () => void;
}

/** A value in full, as far as it is known here. */
export function CellDialog({ data, place, onClose }: CellDialogProps) {
  const column = data.columns[place.column];
  if (column === undefined) return null;
  const value = data.rows[place.row]?.[place.column];
  const text = wholeText(value, column.kind);
  const cut = data.clipped.some(([row, at]) => row === place.row && at === place.column);
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={column.name}
      description={cut ? "Only the beginning is shown. An export has the whole value." : undefined}
    >
      {value === null || value === undefined ? (
        <p className="text-ink-2">No value</p>
      ) : (
        <div className="flex items-start gap-2">
          <pre
            tabIndex={0}
            role="region"
            aria-label={`Value of ${column.name}`}
            className="min-w-0 flex-1 font-mono text-small wrap-anywhere whitespace-pre-wrap"
          >
            {text}
          </pre>
          <CopyButton label="Copy the value" text={() => text} />
        </div>
      )}
    </Dialog>
  );
}
