import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent } from "react";
import { indexFrom } from "@/features/runs/api/log-search";
import type { LogView, LogWindow } from "@/features/runs/api/log-window";
import { LogRow } from "./log-row";

/** Height of a line that is not wrapped, in pixels. */
const LINE = 20;
/** How near an end counts as being there, in pixels; and from where on more is read, in lines. */
const NEAR = 24;
const SOON = 200;
/** How many drawings a line that is to be seen is kept in its place. */
const SETTLING = 6;

interface LogLinesProps {
  log: LogWindow;
  view: LogView;
  wrap: boolean;
  wanted: string;
  current: number | null;
  /** Position of the first line in sight; read by others. */
  top: { current: number };
  onTop: (offset: number) => void;
}

/** The lines that are held, as if they were all there are: at both ends more is read before it is seen. */
export function LogLines({ log, view, wrap, wanted, current, top, onTop }: LogLinesProps) {
  "use no memo"; // The virtualiser hands out functions whose answers change without them.
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ offset: number; above: number } | null>(null);
  const shown = useRef<LogView["target"]>(null);
  const settling = useRef(0);
  const { lines, follow, target } = view;
  // eslint-disable-next-line react-hooks/incompatible-library -- this component is not compiled
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    getItemKey: (index) => lines[index]?.offset ?? index,
    overscan: 20,
  });
  const items = rows.getVirtualItems();
  useEffect(() => rows.measure(), [rows, wrap]);

  /** What is in sight, by where it is scrolled to now: the rows that are drawn may be those of before. */
  const inSight = () => {
    const element = scroller.current;
    const first = element && rows.getVirtualItemForOffset(element.scrollTop);
    const match = first && lines[first.index];
    if (!element || !match) return null;
    const last = rows.getVirtualItemForOffset(element.scrollTop + element.clientHeight);
    return {
      first: first.index,
      last: last?.index ?? first.index,
      anchor: { offset: match.offset, above: element.scrollTop - first.start },
    };
  };

  // Lines that came or went above must not move those in sight.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || lines.length === 0) return;
    const kept = anchor.current;
    const index = kept ? placeOf(lines, kept.offset) : -1;
    if (follow) {
      rows.scrollToIndex(lines.length - 1, { align: "end" });
    } else if (target && (target !== shown.current || settling.current > 0)) {
      // Lines that wrap are measured when they are drawn: it takes some drawings until the place is right.
      settling.current = target === shown.current ? settling.current - 1 : SETTLING;
      const wanted = Math.min(placeOf(lines, target.offset), lines.length - 1);
      rows.scrollToIndex(wanted, { align: wanted === lines.length - 1 ? "end" : "center" });
    } else if (kept && lines[index]?.offset === kept.offset) {
      const start = rows.measurementsCache[index]?.start ?? 0;
      if (Math.abs(start + kept.above - element.scrollTop) > 1) {
        element.scrollTop = start + kept.above;
      }
    }
    // Only a new wish moves the lines.
    shown.current = target;
    anchor.current = inSight()?.anchor ?? null;
  });

  const remember = () => {
    const sight = inSight();
    if (!sight) return;
    anchor.current = sight.anchor;
    top.current = sight.anchor.offset;
    onTop(sight.anchor.offset);
    readOn();
  };
  /** Reads more before somebody comes to an end of what is held. */
  const readOn = () => {
    const sight = inSight();
    if (!sight || view.state !== "idle") return;
    if (sight.first < SOON && !view.atStart && !follow) void log.more("before");
    else if (sight.last > lines.length - SOON && !view.atEnd) void log.more("after");
  };
  // What was asked for while something else was being read was not done.
  useEffect(readOn);
  /** Scrolling up by hand lets go of the end; coming back to it does not take hold again: that is a choice. */
  const letGo = () => {
    settling.current = 0;
    const element = scroller.current;
    if (!follow || !element) return;
    if (element.scrollHeight - element.scrollTop - element.clientHeight > NEAR)
      log.setFollow(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Home") {
      event.preventDefault();
      log.setFollow(false);
      void log.open("start");
    }
    if (event.key === "End") {
      event.preventDefault();
      void log.open("end");
    }
  };
  return (
    <div
      ref={scroller}
      role="region"
      aria-label="Lines of the log"
      aria-busy={view.state === "reading"}
      // A region that scrolls must be reachable with the keyboard.
      tabIndex={0}
      onScroll={remember}
      onWheel={letGo}
      onTouchMove={letGo}
      onKeyUp={letGo}
      onKeyDown={onKeyDown}
      onPointerUp={letGo}
      className="min-h-0 flex-1 selectable scroll-area bg-canvas font-mono text-tiny focus-visible:-outline-offset-2"
    >
      {lines.length === 0 ? (
        <p className="p-4 font-sans text-small text-ink-3">{emptyWords(view)}</p>
      ) : (
        <div className="relative min-w-full" style={{ height: rows.getTotalSize() }}>
          {items.map((item) => {
            const match = lines[item.index];
            return (
              match && (
                <LogRow
                  key={item.key}
                  ref={wrap ? rows.measureElement : undefined}
                  index={item.index}
                  top={item.start}
                  match={match}
                  wrap={wrap}
                  wanted={wanted}
                  current={match.offset === current}
                />
              )
            );
          })}
        </div>
      )}
    </div>
  );
}

function placeOf(lines: LogView["lines"], offset: number): number {
  return indexFrom(
    lines.map((one) => one.offset),
    offset,
  );
}

function emptyWords({ state, end, complete }: LogView): string {
  if (state === "reading") return "Reading the log.";
  if (end > 0) return "No line fits this filter.";
  return complete ? "This log is empty." : "Nothing has been written yet.";
}
