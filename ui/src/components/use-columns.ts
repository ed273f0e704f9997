import { useLayoutEffect, useState, type RefObject } from "react";

/** The gap between two cards in rem: it grows with the text. */
export const GAP = 0.75;

/** How many pixels a rem has. */
export function remInPixels(): number {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Number.isFinite(size) && size > 0 ? size : 16;
}

/** How many cards stand beside each other in an element; narrower than `card` rem one is hard to read. */
export function useColumns(element: RefObject<HTMLElement | null>, card: number): number {
  const [columns, setColumns] = useState(3);
  useLayoutEffect(() => {
    const grid = element.current;
    if (!grid) return;
    const measure = () => {
      const rem = remInPixels();
      const fit = Math.floor((grid.clientWidth + GAP * rem) / ((card + GAP) * rem));
      setColumns(Math.max(1, fit));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(grid);
    return () => observer.disconnect();
  }, [element, card]);
  return columns;
}
