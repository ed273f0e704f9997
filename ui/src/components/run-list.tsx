import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { Button } from "@/components/ui/button";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { Run } from "@/ipc/generated/Run";
import { integrationsQuery } from "@/ipc/queries";
import { durationOf, isActive } from "@/ipc/run-status";
import { formatDuration, formatNumber, formatRows } from "@/lib/format";
import { formatClock, formatDay, useNow } from "@/lib/time";
import { ConnectorTile } from "./connector-tile";
import { useLiveRun } from "./live-run";
import { Status } from "./status";
import { outcomeWords, triggerWords } from "./status-words";
import type { RunPages } from "./use-run-pages";

/** Heights in pixels. */
const ROW = 40;
const DAY = 29;
/** How many rows before the end more are asked for. */
const SOON = 30;

interface RunListProps {
  label: string;
  pages: RunPages;
  /** Names the integration in each row: for lists that hold the runs of several. */
  withName?: boolean;
}

type Item = { day: string } | { run: Run; place: number };

/** Runs, newest first, under the days they were asked for. Each leads to its page. It stays quick however many there are. */
export function RunList({ label, pages, withName = false }: RunListProps) {
  "use no memo"; // The virtualiser hands out functions whose answers change without them.
  const now = useNow();
  const scroller = useRef<HTMLDivElement>(null);
  const today = formatDay(new Date(now).toISOString(), now);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the words for days change with the day, not with the second
  const items = useMemo(() => itemsOf(pages.runs, now), [pages.runs, today]);
  // eslint-disable-next-line react-hooks/incompatible-library -- this component is not compiled
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (isDay(items[index]) ? DAY : ROW),
    getItemKey: (index) => keyOf(items[index], index),
    overscan: 16,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const { hasMore, moreError, more } = pages;
  useEffect(() => {
    if (hasMore && !moreError && last > items.length - SOON) more();
  }, [hasMore, moreError, more, last, items.length]);
  const before = shown[0]?.start ?? 0;
  const after = rows.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const columns = withName ? 6 : 5;
  return (
    <div
      ref={scroller}
      // A region that scrolls must be reachable with the keyboard.
      tabIndex={0}
      role="region"
      aria-label={`${label}, list`}
      className="min-h-0 flex-1 scroll-area focus-visible:-outline-offset-2"
    >
      <table
        aria-label={label}
        aria-rowcount={pages.total + 1}
        className="w-full min-w-[36rem] table-fixed text-small"
      >
        <colgroup>
          {withName && <col />}
          <col className={withName ? "w-40" : undefined} />
          <col className="w-28" />
          <col className="w-32" />
          <col className="w-36" />
          <col className="w-28" />
        </colgroup>
        <thead className="sr-only">
          <tr>
            {withName && <th scope="col">Integration</th>}
            <th scope="col">Outcome</th>
            <th scope="col">Rows</th>
            <th scope="col">Duration</th>
            <th scope="col">Started by</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Space height={before} columns={columns} />}
          {shown.map(({ index, key }) => {
            const item = items[index];
            if (!item) return null;
            return "day" in item ? (
              <tr key={key} style={{ height: DAY }}>
                <th
                  scope="colgroup"
                  colSpan={columns}
                  className="border-b border-line bg-canvas px-4 text-left text-tiny font-medium text-ink-3"
                >
                  {item.day}
                </th>
              </tr>
            ) : (
              <RunRow key={key} run={item.run} place={item.place} withName={withName} />
            );
          })}
          {after > 0 && <Space height={after} columns={columns} />}
        </tbody>
      </table>
      <Foot pages={pages} />
    </div>
  );
}

function Space({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden style={{ height }}>
      <td colSpan={columns} />
    </tr>
  );
}

function Foot({ pages }: { pages: RunPages }) {
  if (pages.moreError) {
    return (
      <p role="alert" className="flex items-center justify-center gap-3 p-3 text-small text-ink-2">
        {toApiError(pages.moreError).message}
        <Button size="small" onClick={pages.retry}>
          Try again
        </Button>
      </p>
    );
  }
  return pages.hasMore ? (
    <p className="p-3 text-center text-tiny text-ink-3">Reading earlier syncs</p>
  ) : null;
}

function isDay(item: Item | undefined): boolean {
  return item !== undefined && "day" in item;
}

function keyOf(item: Item | undefined, index: number): string | number {
  if (!item) return index;
  return "day" in item ? item.day : item.run.id;
}

function itemsOf(runs: readonly Run[], now: number): Item[] {
  const items: Item[] = [];
  let day = "";
  runs.forEach((run, place) => {
    const own = formatDay(run.queued_at, now);
    if (own !== day) items.push({ day: own });
    day = own;
    items.push({ run, place });
  });
  return items;
}

function RunRow({ run, place, withName }: { run: Run; place: number; withName: boolean }) {
  const { records, active } = useLiveRun(run);
  const words = outcomeWords(run);
  const to = {
    to: "/integrations/$id/runs/$run",
    params: { id: run.integration, run: run.id },
  } as const;
  const what = `${words.text}, ${formatRows(records)}, ${formatClock(run.queued_at)}`;
  return (
    <tr
      aria-rowindex={place + 2}
      style={{ height: ROW }}
      className="group relative border-b border-line hover:bg-hover"
    >
      {withName && (
        <th scope="row" className="px-4 text-left font-medium">
          <IntegrationName run={run} />
        </th>
      )}
      <td className={withName ? "px-3" : "px-4"}>
        <span className="flex min-w-0 items-center gap-3">
          <Status words={words} className="max-w-full shrink-0" />
          {!withName && run.problem && (
            <span className="truncate text-ink-2">{run.problem.title}</span>
          )}
          {withName && run.problem && <span className="sr-only">: {run.problem.title}</span>}
        </span>
      </td>
      <td className="px-3 text-right tabular-nums">
        <span className={active ? "font-medium text-working" : ""}>{formatNumber(records)}</span>
        <span className="text-ink-3"> {records === 1 ? "row" : "rows"}</span>
      </td>
      <td className="truncate px-3 text-right text-ink-2 tabular-nums">
        <Duration run={run} />
      </td>
      <td className="truncate px-3 text-ink-2">{triggerWords[run.trigger]}</td>
      <td className="pr-3">
        <span className="flex items-center justify-end gap-1 text-ink-2 tabular-nums">
          {formatClock(run.queued_at)}
          <Link
            {...to}
            aria-label={withName ? `${run.integration_name}: ${what}` : what}
            className="rounded-control after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-(--focus)"
          >
            <ChevronRight className="size-4 text-ink-3" aria-hidden />
          </Link>
        </span>
      </td>
    </tr>
  );
}

/** The name a run goes by, with the logo of its connector where the integration still exists. */
function IntegrationName({ run }: { run: Run }) {
  const { data: integrations } = useQuery(integrationsQuery(useTransport()));
  const type = integrations?.find(({ id }) => id === run.integration)?.type;
  return (
    <span className="flex items-center gap-2.5">
      {type !== undefined && <ConnectorTile type={type} size="small" />}
      <span className="truncate">{run.integration_name}</span>
    </span>
  );
}

/** How long a run took, or takes so far. */
export function Duration({ run }: { run: Run }) {
  return isActive(run.status) ? <RunningDuration run={run} /> : words(run, 0);
}

function RunningDuration({ run }: { run: Run }) {
  return words(run, useNow(true));
}

function words(run: Run, now: number): string {
  const duration = durationOf(run, now);
  return duration === null ? "–" : formatDuration(duration);
}
