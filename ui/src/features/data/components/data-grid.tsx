import { useVirtualizer } from "@tanstack/react-virtual";
import { clsx } from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useRef, useState, type KeyboardEvent } from "react";
import { Card } from "@/components/page";
import { Button } from "@/components/ui/button";
import { cellText, isNumeric } from "@/features/data/api/cells";
import type { DataRows } from "@/ipc/generated/DataRows";
import { CellDialog } from "./cell-dialog";

const ROW = 28;
const WIDTH = 168;

/** What rows are sorted by. */
export interface Order {
  column: string;
  descending: boolean;
}

interface DataGridProps {
  name: string;
  data: Pick<DataRows, "columns" | "rows" | "clipped">;
  order: Order | null;
  /** `null`: the newest first. Absent: the order is given. */
  onOrder?: (order: Order | null) => void;
  /** Shows more rows, where there may be more. */
  onMore?: (() => void) | null;
}

interface Place {
  row: number;
  column: number;
}

/** Rows and columns, quick with thousands of both. Arrow keys move, Enter opens a value. */
export function DataGrid({ name, data, order, onOrder, onMore = null }: DataGridProps) {
  "use no memo"; // The virtualiser hands out functions whose answers change without them.
  const { columns, rows } = data;
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<Place>({ row: 0, column: 0 });
  const [open, setOpen] = useState<Place | null>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- this component is not compiled
  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => WIDTH,
    overscan: 6,
  });
  const focus = (place: Place) => {
    setAt(place);
    down.scrollToIndex(place.row);
    across.scrollToIndex(place.column);
    requestAnimationFrame(() => {
      const cell = `[data-cell="${place.row}/${place.column}"]`;
      scroller.current?.querySelector<HTMLElement>(cell)?.focus({ preventScroll: true });
    });
  };
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const page = Math.floor((scroller.current?.clientHeight ?? ROW * 10) / ROW) - 2;
    const [rowStep, columnStep] = step(page);
    focus({
      row: clamp(at.row + rowStep, rows.length),
      column: clamp(at.column + columnStep, columns.length),
    });
  };
  const width = across.getTotalSize();
  const visible = across.getVirtualItems();
  return (
    <Card className="flex min-h-0 flex-1 flex-col overflow-hidden">
      <div
        ref={scroller}
        role="grid"
        aria-label={`Rows of ${name}`}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        tabIndex={-1}
        onKeyDown={move}
        className="min-h-0 flex-1 scroll-area overflow-x-auto text-small outline-none"
      >
        <div role="rowgroup" className="sticky top-0 z-10 bg-surface" style={{ width }}>
          <div
            role="row"
            aria-rowindex={1}
            className="relative border-b border-line"
            style={{ height: ROW + 4 }}
          >
            {visible.map(({ index, start }) => {
              const column = columns[index];
              return (
                column && (
                  <div
                    key={index}
                    role="columnheader"
                    aria-colindex={index + 1}
                    aria-sort={sortOf(order, column.name)}
                    className="absolute top-0 flex h-full items-center px-2 text-tiny text-ink-2"
                    style={{ left: start, width: WIDTH }}
                  >
                    <HeadButton
                      name={column.name}
                      order={order}
                      onOrder={onOrder}
                      right={isNumeric(column)}
                    />
                  </div>
                )
              );
            })}
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ width, height: down.getTotalSize() }}>
          {down.getVirtualItems().map(({ index: row, start: top }) => (
            <div
              key={row}
              role="row"
              aria-rowindex={row + 2}
              className="absolute left-0 w-full border-b border-line hover:bg-hover"
              style={{ transform: `translateY(${top}px)`, height: ROW }}
            >
              {visible.map(({ index, start }) => {
                const column = columns[index];
                const value = rows[row]?.[index];
                return (
                  column && (
                    <div
                      key={index}
                      role="gridcell"
                      aria-colindex={index + 1}
                      data-cell={`${row}/${index}`}
                      tabIndex={at.row === row && at.column === index ? 0 : -1}
                      onFocus={() => setAt({ row, column: index })}
                      onDoubleClick={() => setOpen({ row, column: index })}
                      onKeyDown={(event) => {
                        if (event.key !== "Enter") return;
                        // Otherwise the same key would press the dialog's first button, which has the focus by then.
                        event.preventDefault();
                        setOpen({ row, column: index });
                      }}
                      className={clsx(
                        "absolute top-0 h-full truncate px-2 leading-7 focus-visible:-outline-offset-2",
                        isNumeric(column) && "text-right tabular-nums",
                        column.kind === "json" && "font-mono text-tiny",
                      )}
                      style={{ left: start, width: WIDTH }}
                    >
                      {value === null || value === undefined ? (
                        <span className="text-ink-3">–</span>
                      ) : (
                        cellText(value)
                      )}
                    </div>
                  )
                );
              })}
            </div>
          ))}
        </div>
      </div>
      <footer className="flex items-center gap-3 border-t border-line px-3 py-1.5 text-tiny text-ink-2">
        <span className="flex-1">Enter or a double click opens a value.</span>
        {onMore !== null && rows.length >= 200 && (
          <Button size="small" kind="quiet" onClick={onMore}>
            Show more rows
          </Button>
        )}
      </footer>
      {open !== null && <CellDialog data={data} place={open} onClose={() => setOpen(null)} />}
    </Card>
  );
}

const steps: Record<string, ((page: number) => [number, number]) | undefined> = {
  ArrowDown: () => [1, 0],
  ArrowUp: () => [-1, 0],
  ArrowRight: () => [0, 1],
  ArrowLeft: () => [0, -1],
  PageDown: (page) => [page, 0],
  PageUp: (page) => [-page, 0],
  Home: () => [0, -Infinity],
  End: () => [0, Infinity],
};

function clamp(place: number, count: number): number {
  return Math.min(Math.max(0, place), count - 1);
}

function sortOf(order: Order | null, column: string): "ascending" | "descending" | "none" {
  if (order?.column !== column) return "none";
  return order.descending ? "descending" : "ascending";
}

interface HeadButtonProps {
  name: string;
  order: Order | null;
  onOrder: DataGridProps["onOrder"];
  right: boolean;
}

/** Sorts by the column: the largest first, then the smallest, then as they came. */
function HeadButton({ name, order, onOrder, right }: HeadButtonProps) {
  const place = clsx("min-w-0 truncate font-medium", right && "ml-auto");
  if (onOrder === undefined) return <span className={place}>{name}</span>;
  const state = sortOf(order, name);
  const next =
    state === "none"
      ? { column: name, descending: true }
      : state === "descending"
        ? { column: name, descending: false }
        : null;
  return (
    <button
      type="button"
      title={name}
      onClick={() => onOrder(next)}
      className={clsx("flex max-w-full items-center gap-1 rounded-xs hover:text-ink", place)}
    >
      <span className="truncate">{name}</span>
      {state === "descending" && <ArrowDown className="size-3 shrink-0" aria-hidden />}
      {state === "ascending" && <ArrowUp className="size-3 shrink-0" aria-hidden />}
    </button>
  );
}
