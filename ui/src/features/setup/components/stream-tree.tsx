import { useQueries, useQueryClient } from "@tanstack/react-query";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { SearchX } from "lucide-react";
import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type Dispatch,
  type KeyboardEvent,
  type SetStateAction,
} from "react";
import { fieldsQuery } from "@/features/setup/api/queries";
import type { Selection } from "@/features/setup/api/selection";
import { treeRows, type FieldsAnswer, type TreeRow } from "@/features/setup/api/tree-rows";
import { useTransport } from "@/ipc/context";
import type { OfferedStream } from "@/ipc/generated/OfferedStream";
import type { Subject } from "@/ipc/generated/Subject";
import { TreeRowView, type TreeActs } from "./stream-rows";

/** Heights of rows in pixels. */
const STREAM = 38;
const FIELD = 30;

export interface StreamTreeProps {
  subject: Subject;
  /** The streams to show. */
  streams: readonly OfferedStream[];
  selection: Selection;
  /** Fields that the search found, by stream. */
  found: ReadonlyMap<string, string[]>;
  /** The stream whose rows are shown beside the tree. */
  sample: string | null;
  /** Changes what is chosen; stays the same function. */
  onChange: (change: (selection: Selection) => Selection) => void;
  /** Stays the same function. */
  onSample: (stream: string) => void;
}

/**
 * Streams with their fields beneath. Only what is in sight is drawn, so thousands are no heavier than ten. Arrow keys move
 * and open, Space chooses.
 */
export function StreamTree(props: StreamTreeProps) {
  const { subject, streams, selection, found, sample, onChange, onSample } = props;
  const transport = useTransport();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const open = useMemo(() => streams.filter(({ name }) => opened.has(name)), [streams, opened]);
  const answers = useQueries({
    queries: open.map(({ name }) => fieldsQuery(transport, subject, name)),
    // Shares what did not change, so that the rows are made anew only when an answer came.
    combine: (results) => results.map(({ data, error }) => ({ fields: data ?? null, error })),
  });
  const rows = useMemo(() => {
    const known = new Map<string, FieldsAnswer | undefined>(
      open.map(({ name }, index) => [name, answers[index]]),
    );
    return treeRows(streams, opened, found, (name) => known.get(name) ?? noAnswer);
  }, [streams, opened, found, open, answers]);
  const acts = useActs(subject, setOpened, onChange, onSample);
  if (rows.length === 0) {
    return (
      <div className="flex flex-1 flex-col items-center justify-center rounded-card border border-line bg-surface text-ink-2">
        <SearchX className="mb-2 size-5 text-ink-3" aria-hidden />
        <p>No stream or field has this in its name.</p>
      </div>
    );
  }
  return <Rows {...{ rows, opened, selection, sample, acts }} />;
}

const noAnswer: FieldsAnswer = { fields: null, error: null };

/** What rows can do. The same object for the life of the tree: a row is drawn again only when it is another one. */
function useActs(
  subject: Subject,
  setOpened: Dispatch<SetStateAction<ReadonlySet<string>>>,
  onChange: StreamTreeProps["onChange"],
  onSample: StreamTreeProps["onSample"],
): TreeActs {
  const client = useQueryClient();
  const transport = useTransport();
  return useMemo(
    () => ({
      toggle: (name, wanted) =>
        setOpened((opened) => {
          const next = new Set(opened);
          if (wanted ?? !opened.has(name)) next.add(name);
          else next.delete(name);
          return next;
        }),
      retry: (name) => void client.refetchQueries(fieldsQuery(transport, subject, name)),
      change: onChange,
      sample: onSample,
    }),
    [client, transport, subject, setOpened, onChange, onSample],
  );
}

interface RowsProps {
  rows: readonly TreeRow[];
  opened: ReadonlySet<string>;
  selection: Selection;
  sample: string | null;
  acts: TreeActs;
}

/** The rows in sight. Scrolling draws nothing else anew. */
function Rows({ rows, opened, selection, sample, acts }: RowsProps) {
  "use no memo"; // The virtualiser hands out functions whose answers change without them.
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const moved = useRef(false);
  const current = Math.min(active, rows.length - 1);
  // eslint-disable-next-line react-hooks/incompatible-library -- this component is not compiled
  const drawn = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === "stream" ? STREAM : FIELD),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 6,
    // The row with the focus stays, wherever one scrolls to.
    rangeExtractor: (range) => {
      const inSight = defaultRangeExtractor(range);
      if (inSight.includes(current)) return inSight;
      return [...inSight, current].sort((a, b) => a - b);
    },
  });
  useEffect(() => {
    drawn.measure();
    // Heights follow from the kinds of rows: they are another list now.
  }, [drawn, rows.length]);
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    drawn.scrollToIndex(current);
    document.getElementById(`tree-${current}`)?.focus({ preventScroll: true });
  }, [current, drawn]);
  const go = (index: number) => {
    moved.current = true;
    setActive(Math.max(0, Math.min(index, rows.length - 1)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[current];
    if (event.target instanceof HTMLSelectElement || !row) return;
    const keys: Record<string, () => void> = {
      ArrowDown: () => go(current + 1),
      ArrowUp: () => go(current - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => {
        if (row.kind === "stream" && !opened.has(row.stream.name))
          acts.toggle(row.stream.name, true);
        else go(current + 1);
      },
      ArrowLeft: () => {
        if (row.kind === "stream") acts.toggle(row.stream.name, false);
        else go(row.parent);
      },
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <div
      ref={scroller}
      role="treegrid"
      aria-label="Streams"
      aria-rowcount={rows.length}
      onKeyDown={onKeyDown}
      className="min-h-0 flex-1 scroll-area rounded-card border border-line bg-surface"
    >
      <div
        role="presentation"
        className="relative w-full contain-strict"
        style={{ height: drawn.getTotalSize() }}
      >
        {drawn.getVirtualItems().map(({ key, index, start, size }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <TreeRowView
              key={key}
              row={row}
              index={index}
              top={start}
              height={size}
              active={index === current}
              open={row.kind === "stream" && opened.has(row.stream.name)}
              choice={selection.get(row.stream.name)}
              sampled={sample === row.stream.name}
              acts={acts}
              onActive={setActive}
            />
          );
        })}
      </div>
    </div>
  );
}
