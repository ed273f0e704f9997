import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useTransport } from "@/ipc/context";
import type { Run } from "@/ipc/generated/Run";
import type { RunId } from "@/ipc/generated/RunId";
import { newestRunsQuery, runPagesQuery, type RunSearch } from "@/ipc/queries";

/** Runs that are looked for, as many as were asked for so far. */
export interface RunPages {
  runs: Run[];
  /** How many there are in all. */
  total: number;
  isPending: boolean;
  isFetching: boolean;
  /** The first page could not be read, and there is none of before. */
  error: Error | null;
  /** Older ones could not be read. */
  moreError: Error | null;
  isFetchingMore: boolean;
  hasMore: boolean;
  more: () => void;
  retry: () => void;
}

/** Reads runs page by page. The newest page follows what happens; older ones do not change and are read once. */
export function useRunPages(search: RunSearch): RunPages {
  const transport = useTransport();
  const head = useQuery({
    ...newestRunsQuery(transport, search),
    placeholderData: (before) => before,
  });
  const rest = useInfiniteQuery({
    ...runPagesQuery(transport, search),
    enabled: head.isSuccess && !head.isPlaceholderData && head.data.next !== null,
  });
  const { data: newest } = head;
  const { data: older, isFetching, hasNextPage, fetchNextPage } = rest;
  const runs = useMemo(
    () =>
      joined(newest?.runs ?? [], newest?.next ?? null, older?.pages.map((one) => one.runs) ?? []),
    [newest, older],
  );
  const more = useCallback(() => {
    if (!isFetching && hasNextPage) void fetchNextPage();
  }, [isFetching, hasNextPage, fetchNextPage]);
  return {
    runs,
    total: Math.max(newest?.total ?? 0, runs.length),
    isPending: head.isPending,
    isFetching: head.isFetching,
    error: newest === undefined ? head.error : null,
    moreError: rest.error,
    isFetchingMore: rest.isFetching,
    hasMore: typeof newest?.next === "string" && (rest.hasNextPage || older === undefined),
    more,
    retry: () => void (head.isError ? head.refetch() : rest.fetchNextPage()),
  };
}

/** The newest page, then what is older than its last run. */
export function joined(newest: Run[], next: RunId | null, pages: Run[][]): Run[] {
  if (next === null) return newest;
  const older = pages.flat();
  const last = newest.at(-1);
  const place = older.findIndex(({ id }) => id === last?.id);
  if (place >= 0) return [...newest, ...older.slice(place + 1)];
  // More came than a page holds since the older ones were read: what lies between is not there, so nothing may follow.
  return newest;
}
