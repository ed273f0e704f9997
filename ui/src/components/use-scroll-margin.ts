import { useLayoutEffect, useState, type RefObject } from "react";

/** How far down the page the list begins, in pixels. Whatever stands above it may change its height. */
export function useScrollMargin(list: RefObject<HTMLElement | null>): number {
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const element = list.current;
    const scroller = element?.closest("main");
    if (!element || !scroller) return;
    const measure = () => {
      const top = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
      setMargin(Math.round(top + scroller.scrollTop));
    };
    measure();
    const observer = new ResizeObserver(measure);
    for (const part of [...scroller.children, element.parentElement]) {
      if (part) observer.observe(part);
    }
    return () => observer.disconnect();
  }, [list]);
  return margin;
}
