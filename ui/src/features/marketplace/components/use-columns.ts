import { useLayoutEffect, useState, type RefObject } from "react";

/** Width below which a card is hard to read, and the gap between two, both in rem: they grow with the text. */
const CARD = 14;
export const GAP = 0.75;

/** How many pixels a rem has. */
export function remInPixels(): number {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Number.isFinite(size) && size > 0 ? size : 16;
}

/** How many cards stand beside each other in an element. */
export function useColumns(element: RefObject<HTMLElement | null>): number {
  const [columns, setColumns] = useState(3);
  useLayoutEffect(() => {
    const grid = element.current;
    if (!grid) return;
    const measure = () => {
      const rem = remInPixels();
      const fit = Math.floor((grid.clientWidth + GAP * rem) / ((CARD + GAP) * rem));
      setColumns(Math.max(1, fit));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(grid);
    return () => observer.disconnect();
  }, [element]);
  return columns;
}
