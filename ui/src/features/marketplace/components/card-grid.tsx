import { useQueries } from "@tanstack/react-query";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useScrollMargin } from "@/components/use-scroll-margin";
import { GAP, remInPixels, useColumns } from "@/components/use-columns";
import { nextCard } from "@/features/marketplace/api/next-card";
import type { MarketView } from "@/features/marketplace/api/view";
import { useTransport } from "@/ipc/context";
import type { ConnectorCard } from "@/ipc/generated/ConnectorCard";
import type { ConnectorPage } from "@/ipc/generated/ConnectorPage";
import { CARDS_A_PAGE, marketQuery, type MarketQuery } from "@/ipc/queries";
import { CardLink, CardSkeleton } from "./connector-card";

/** Height of a row of cards before it is measured, in rem. */
const ROW = 10.25;
/** Width below which a card is hard to read, in rem. */
const CARD = 14;

interface CardGridProps {
  query: MarketQuery;
  first: ConnectorPage;
  view: MarketView;
  /** The card to begin at: the one that was opened before coming back. */
  startAt: number | undefined;
}

/** All cards that were found. Only those in sight are drawn, and only their pages are asked for. */
export function CardGrid({ query, first, view, startAt }: CardGridProps) {
  "use no memo"; // The virtualiser hands out functions whose answers change without them.
  const list = useRef<HTMLDivElement>(null);
  const columns = useColumns(list, CARD);
  const margin = useScrollMargin(list);
  const [active, setActive] = useActive(query, startAt ?? 0);
  const wanted = useRef<number | null>(startAt ?? null);
  const last = first.total - 1;
  const reachable = Math.min(active, last);
  const activeRow = Math.floor(reachable / columns);
  const rem = remInPixels();
  // eslint-disable-next-line react-hooks/incompatible-library -- this component is not compiled
  const rows = useVirtualizer({
    count: Math.ceil(first.total / columns),
    getScrollElement: () => list.current?.closest("main") ?? null,
    estimateSize: () => ROW * rem,
    gap: GAP * rem,
    overscan: 3,
    scrollMargin: margin,
    // The card with the focus stays in the page, or the focus would be lost.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), activeRow])].sort((a, b) => a - b),
  });
  const items = rows.getVirtualItems();
  const cardAt = useCards(
    query,
    first,
    items.map(({ index }) => index),
    columns,
  );

  useEffect(() => {
    if (wanted.current === null) return;
    const card = list.current?.querySelector<HTMLElement>(`[data-card="${wanted.current}"]`);
    if (!card) return;
    const cameBack = wanted.current === startAt;
    wanted.current = null;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: cameBack ? "center" : "nearest" });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextCard(event.key, reachable, columns, last);
    if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (next === reachable) return;
    wanted.current = next;
    setActive(next);
  };

  return (
    <div
      ref={list}
      role="list"
      aria-label="Connectors"
      onKeyDown={onKeyDown}
      className="relative w-full"
      style={{ height: rows.getTotalSize() }}
    >
      {items.map((row) => (
        <div
          key={row.key}
          ref={rows.measureElement}
          data-index={row.index}
          role="presentation"
          className="absolute inset-x-0 top-0 grid gap-3"
          style={{
            transform: `translateY(${row.start - margin}px)`,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          }}
        >
          {cellsOf(row.index, columns, first.total).map((index) => {
            const card = cardAt(index);
            return (
              <div key={index} role="listitem" aria-setsize={first.total} aria-posinset={index + 1}>
                {card ? (
                  <CardLink
                    {...{ card, index, view }}
                    reachable={index === reachable}
                    onReach={setActive}
                  />
                ) : (
                  <CardSkeleton />
                )}
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}

function cellsOf(row: number, columns: number, total: number): number[] {
  const start = row * columns;
  return Array.from({ length: Math.min(columns, total - start) }, (_, cell) => start + cell);
}

/** The card that the keyboard is at; another search begins at its first. */
function useActive(query: MarketQuery, start: number): [number, (index: number) => void] {
  const key = JSON.stringify(query);
  const [active, setActive] = useState({ key, index: start });
  const change = useCallback((index: number) => setActive({ key, index }), [key]);
  return [active.key === key ? active.index : 0, change];
}

/** The cards of some rows: the first page is at hand, the others are asked for when they come into sight. */
function useCards(
  query: MarketQuery,
  first: ConnectorPage,
  rows: readonly number[],
  columns: number,
): (index: number) => ConnectorCard | undefined {
  const transport = useTransport();
  const pages = [
    ...new Set(
      rows.flatMap((row) => [row * columns, (row + 1) * columns - 1]).map((index) => pageOf(index)),
    ),
  ].filter((page) => page > 0 && page <= pageOf(first.total - 1));
  const found = useQueries({ queries: pages.map((page) => marketQuery(transport, query, page)) });
  return (index) => {
    const page = pageOf(index);
    const place = index % CARDS_A_PAGE;
    if (page === 0) return first.connectors[place];
    return found[pages.indexOf(page)]?.data?.connectors[place];
  };
}

function pageOf(index: number): number {
  return Math.floor(index / CARDS_A_PAGE);
}
