import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useRef, useState } from "react";
import { Page } from "@/components/page";
import { useSlashToSearch } from "@/components/slash-to-search";
import { ErrorState } from "@/components/states";
import {
  isFiltered,
  orderedCategories,
  toQuery,
  type MarketView,
} from "@/features/marketplace/api/view";
import { useTransport } from "@/ipc/context";
import { marketQuery } from "@/ipc/queries";
import { plural } from "@/lib/format";
import { CardGrid } from "./card-grid";
import { CategoryList, CategoryMenu } from "./category-list";
import { HubLine } from "./hub-line";
import { MarketSkeleton } from "./market-skeleton";
import { MarketToolbar, type MarketChange } from "./market-toolbar";
import { NothingFound } from "./nothing-found";

/** Everything that can be connected. */
export function MarketplacePage({ view }: { view: MarketView }) {
  const navigate = useNavigate();
  const searchRef = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);
  useSlashToSearch(searchRef);
  const startAt = useRouterState({ select: ({ location }) => location.state.card });
  // Typing replaces the address, so that Back leaves the marketplace and does not undo letters.
  const show = (change: MarketChange) =>
    void navigate({ to: "/marketplace", search: merged(view, change), replace: true });
  const [text, setText] = useText(view.q ?? "", (q) => show({ q: q === "" ? undefined : q }));

  const query = toQuery(view, useDeferredValue(text));
  const first = useQuery({
    ...marketQuery(useTransport(), query, 0),
    // What was found before stays until the next is there: no flicker while typing.
    placeholderData: keepPreviousData,
  });
  useTopOnChange(results, JSON.stringify(query));
  const categories = orderedCategories(first.data?.categories ?? [], view.category);
  const chooseCategory = (category: string | undefined) => show({ category });
  const clearFilters = () =>
    show({ kind: undefined, category: undefined, verified: undefined, offline: undefined });

  return (
    <Page title="Marketplace">
      <MarketToolbar
        {...{ view, text, searchRef }}
        categories={
          <CategoryMenu categories={categories} chosen={view.category} onChoose={chooseCategory} />
        }
        onText={setText}
        onArrowDown={() =>
          results.current?.querySelector<HTMLElement>("[data-card][tabindex='0']")?.focus()
        }
        onView={show}
      />
      <div ref={results}>
        {first.isPending ? (
          <MarketSkeleton />
        ) : first.isError ? (
          <ErrorState
            title="The connectors could not be shown"
            error={first.error}
            busy={first.isFetching}
            onRetry={() => void first.refetch()}
          />
        ) : (
          <div className="flex items-start gap-6">
            <div className="sticky top-16 max-h-[calc(100vh-5rem)] w-48 shrink-0 scroll-area py-0.5 max-wide:hidden">
              <CategoryList
                categories={categories}
                chosen={view.category}
                onChoose={chooseCategory}
              />
            </div>
            <div className="min-w-0 flex-1">
              <div className="mb-3 flex min-h-7 flex-wrap items-center justify-between gap-x-4 gap-y-2">
                <p role="status" className="text-small text-ink-2 tabular-nums">
                  {plural(first.data.total, "connector")}
                </p>
                <HubLine hub={first.data.hub} />
              </div>
              {first.data.total === 0 ? (
                <NothingFound
                  text={query.text}
                  filtered={isFiltered(view)}
                  onClearFilters={clearFilters}
                  onClearText={() => setText("")}
                />
              ) : (
                <CardGrid query={query} first={first.data} view={view} startAt={startAt} />
              )}
            </div>
          </div>
        )}
      </div>
    </Page>
  );
}

function merged(view: MarketView, change: MarketChange): MarketView {
  const next = { ...view, ...change };
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined));
}

/**
 * The text in the search field. It is shown at once and written to the address, which takes a moment; when the address
 * changes in another way (Back, a link) the field follows it.
 */
function useText(address: string, write: (text: string) => void): [string, (t: string) => void] {
  const [text, setText] = useState(address);
  const written = useRef<string | null>(null);
  useEffect(() => {
    if (written.current === null) setText(address);
    else if (written.current === address) written.current = null;
  }, [address]);
  const change = (next: string) => {
    written.current = next === address ? null : next;
    setText(next);
    write(next);
  };
  return [text, change];
}

/** Another search shows its best first. */
function useTopOnChange(inside: React.RefObject<HTMLElement | null>, key: string): void {
  const seen = useRef(key);
  useEffect(() => {
    if (seen.current === key) return;
    seen.current = key;
    inside.current?.closest("main")?.scrollTo(0, 0);
  }, [inside, key]);
}
