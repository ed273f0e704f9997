import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { remInPixels } from "@/components/use-columns";
import { useScrollMargin } from "@/components/use-scroll-margin";

/** Rows beyond those in sight that are drawn, so that scrolling shows no gaps. */
const BEYOND = 6;

interface VirtualListOptions {
  list: RefObject<HTMLElement | null>;
  /** How many integrations there are. */
  count: number;
  /** How many stand beside each other. */
  columns: number;
  /** Height of a line in rem before it is measured, and the gap below it. */
  height: number;
  gap: number;
  /** Height in rem of what stands above the first line. */
  head: number;
  keyOf: (line: number) => string | number;
}

/** A list of which only what is in sight is drawn. The arrow keys go from tick to tick. */
export function useVirtualList(options: VirtualListOptions) {
  "use no memo"; // The virtualiser hands out functions whose answers change without them.
  const { list, count, columns, height, gap, head, keyOf } = options;
  const [active, setActive] = useState(0);
  const wanted = useRef<number | null>(null);
  const [rem] = useState(remInPixels);
  const margin = useScrollMargin(list) + head * rem;
  const reachable = Math.min(active, count - 1);
  const activeLine = Math.floor(reachable / columns);
  // eslint-disable-next-line react-hooks/incompatible-library -- this hook is not compiled
  const virtual = useVirtualizer({
    count: Math.ceil(count / columns),
    getScrollElement: () => list.current?.closest("main") ?? null,
    // Before the window is measured: enough to fill it, so that the first paint shows rows.
    initialRect: { width: 0, height: window.innerHeight },
    getItemKey: keyOf,
    estimateSize: () => height * rem,
    gap: gap * rem,
    overscan: BEYOND,
    scrollMargin: margin,
    // The line with the focus stays in the page, or the focus would be lost.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), activeLine])].sort((a, b) => a - b),
  });

  useEffect(() => {
    if (wanted.current === null) return;
    const tick = list.current?.querySelector<HTMLElement>(`[data-tick="${wanted.current}"]`);
    if (!tick) return;
    wanted.current = null;
    tick.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const tick = event.target instanceof HTMLElement ? event.target.dataset.tick : undefined;
    if (tick === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = nextTick(event.key, Number(tick), columns, count - 1);
    if (next === null) return;
    event.preventDefault();
    wanted.current = next;
    setActive(next);
    virtual.scrollToIndex(Math.floor(next / columns));
  };
  return { virtual, margin, onKeyDown, onReach: setActive };
}

/** The tick that a key leads to; `null` for keys that lead nowhere. */
export function nextTick(key: string, from: number, columns: number, last: number): number | null {
  const within = (to: number) => Math.min(last, Math.max(0, to));
  switch (key) {
    case "ArrowDown":
      return within(from + columns);
    case "ArrowUp":
      return within(from - columns);
    case "ArrowRight":
      return columns > 1 ? within(from + 1) : null;
    case "ArrowLeft":
      return columns > 1 ? within(from - 1) : null;
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}
