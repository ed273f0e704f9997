import { clsx } from "clsx";
import { ChevronRight, KeyRound, Rows3 } from "lucide-react";
import { memo } from "react";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { add, remove, withField, withMode, type Selection } from "@/features/setup/api/selection";
import type { TreeRow } from "@/features/setup/api/tree-rows";
import { toApiError } from "@/ipc/errors";
import type { StreamChoice } from "@/ipc/generated/StreamChoice";
import type { SyncMode } from "@/ipc/generated/SyncMode";
import { formatNumber, plural } from "@/lib/format";

/** What ways of bringing a stream in are called. */
export const modeWords: Record<SyncMode, string> = {
  incremental: "New and changed",
  full: "Everything each time",
};

/** What fields hold, in words. */
const kindWords: Record<string, string> = {
  string: "Text",
  integer: "Whole number",
  number: "Number",
  boolean: "Yes or no",
  date: "Date",
  "date-time": "Date and time",
  time: "Time",
  array: "List",
  object: "Object",
};

interface TreeRowViewProps {
  row: TreeRow;
  index: number;
  top: number;
  height: number;
  /** The one row whose parts are reached with Tab. */
  active: boolean;
  open: boolean;
  choice: StreamChoice | undefined;
  sampled: boolean;
  acts: TreeActs;
  onActive: (index: number) => void;
}

/** What rows can do. */
export interface TreeActs {
  /** Shows or hides the fields of a stream; without `wanted`, the other of the two. */
  toggle: (stream: string, wanted?: boolean) => void;
  /** Changes what is chosen. */
  change: (change: (selection: Selection) => Selection) => void;
  /** Shows rows of a stream. */
  sample: (stream: string) => void;
  /** Asks for the fields of a stream once more. */
  retry: (stream: string) => void;
}

/**
 * A row of the tree: a stream, a field, or what stands where fields will be. Drawn again only when something of it changed:
 * while one scrolls, most rows in sight stay what they are.
 */
export const TreeRowView = memo(function TreeRowView(props: TreeRowViewProps) {
  const { row, index, top, height, active, open, onActive } = props;
  return (
    <div
      role="row"
      aria-level={row.kind === "stream" ? 1 : 2}
      aria-rowindex={index + 1}
      {...(row.kind === "stream" && { "aria-expanded": open })}
      onFocus={active ? undefined : () => onActive(index)}
      className={clsx(
        "absolute inset-x-0 top-0 flex items-center gap-2 pr-3 text-small",
        row.kind === "stream" ? "border-t border-line pl-2" : "pl-13",
        index === 0 && "border-t-0",
        props.sampled && row.kind === "stream" && "bg-accent-soft",
      )}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      <Cells {...props} />
    </div>
  );
});

function Cells(props: TreeRowViewProps) {
  const { row, index, active, choice, acts } = props;
  const tabIndex = active ? 0 : -1;
  switch (row.kind) {
    case "stream":
      return <StreamCells {...props} row={row} />;
    case "field": {
      const { name, field, stream } = row;
      const required = field?.required === true;
      const fixed = choice === undefined || required;
      const taken = choice !== undefined && (required || !choice.excluded_fields.includes(name));
      return (
        <>
          <span role="gridcell" className="flex min-w-0 flex-1 items-center gap-2">
            <Checkbox
              id={`tree-${index}`}
              tabIndex={tabIndex}
              aria-label={`${name} of ${stream.name}`}
              checked={taken}
              // Not `disabled`: the arrow keys go through all rows.
              aria-disabled={fixed}
              onChange={({ target }) => {
                if (fixed) return;
                const taken = target.checked;
                acts.change((selection) => withField(selection, stream.name, name, taken));
              }}
            />
            <span className={clsx("truncate", !taken && "text-ink-3")} title={name}>
              {name}
            </span>
            {field?.key && (
              <KeyRound className="size-3.5 shrink-0 text-ink-3" aria-label="Identifies a row" />
            )}
            {required && <span className="shrink-0 text-tiny text-ink-3">always</span>}
          </span>
          <span role="gridcell" className="shrink-0 text-tiny text-ink-3">
            {field ? (kindWords[field.type] ?? field.type) : ""}
          </span>
        </>
      );
    }
    case "loading":
      return (
        <span role="gridcell" className="flex-1">
          <Skeleton className="h-3 w-40" />
          <span className="sr-only">Loading the fields of {row.stream.name}</span>
        </span>
      );
    case "failed":
      return (
        <span role="gridcell" className="flex min-w-0 flex-1 items-center gap-2 text-attention">
          <span className="truncate">{toApiError(row.error).message}</span>
          <Button
            id={`tree-${index}`}
            size="small"
            tabIndex={tabIndex}
            onClick={() => acts.retry(row.stream.name)}
          >
            Try again
          </Button>
        </span>
      );
  }
}

function StreamCells(props: TreeRowViewProps & { row: { kind: "stream" } }) {
  const { row, index, active, open, choice, acts } = props;
  const { name, fields, key, recommended } = row.stream;
  const tabIndex = active ? 0 : -1;
  const out = choice?.excluded_fields.length ?? 0;
  return (
    <>
      <span role="gridcell" className="flex min-w-0 flex-1 items-center gap-1.5">
        <button
          type="button"
          tabIndex={tabIndex}
          aria-label={`${open ? "Hide" : "Show"} the fields of ${name}`}
          onClick={() => acts.toggle(name)}
          className="rounded-md p-0.5 text-ink-3 hover:bg-hover hover:text-ink"
        >
          <ChevronRight
            className={clsx("size-4 transition-transform duration-100", open && "rotate-90")}
            aria-hidden
          />
        </button>
        <Checkbox
          id={`tree-${index}`}
          tabIndex={tabIndex}
          aria-label={name}
          checked={choice !== undefined}
          indeterminate={choice !== undefined && out > 0}
          onChange={({ target }) => {
            const change = target.checked ? add : remove;
            acts.change((selection) => change(selection, [row.stream]));
          }}
        />
        <span className={clsx("ml-0.5 truncate font-medium", !choice && "text-ink-2")} title={name}>
          {name}
        </span>
        {recommended && (
          <span className="shrink-0 rounded-full bg-accent-soft px-1.5 text-tiny text-accent-ink">
            Recommended
          </span>
        )}
      </span>
      <span role="gridcell" className="shrink-0 text-tiny text-ink-3 tabular-nums">
        {out > 0
          ? `${formatNumber(fields - out)} of ${plural(fields, "field")}`
          : plural(fields, "field")}
      </span>
      <span role="gridcell" className="flex w-40 shrink-0 justify-end">
        {choice &&
          (key === null ? (
            <span className="text-tiny text-ink-3">{modeWords.full}</span>
          ) : (
            <select
              tabIndex={tabIndex}
              aria-label={`How ${name} is brought in`}
              value={choice.mode}
              onChange={({ target }) => {
                const mode = target.value === "full" ? "full" : "incremental";
                acts.change((selection) => withMode(selection, name, mode));
              }}
              title={`What is new is told by ${key}`}
              className="h-6 rounded-md border border-line bg-surface px-1 text-tiny text-ink-2"
            >
              <option value="incremental">{modeWords.incremental}</option>
              <option value="full">{modeWords.full}</option>
            </select>
          ))}
      </span>
      <span role="gridcell" className="shrink-0">
        <button
          type="button"
          tabIndex={tabIndex}
          aria-label={`Sample rows of ${name}`}
          title="Sample rows"
          onClick={() => acts.sample(name)}
          className="rounded-md p-1 text-ink-3 hover:bg-hover hover:text-ink"
        >
          <Rows3 className="size-4" aria-hidden />
        </button>
      </span>
    </>
  );
}
