import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Activity, ChevronRight, ListFilter, TriangleAlert } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Card, Page } from "@/components/page";
import { RelativeTime } from "@/components/relative-time";
import { RunList } from "@/components/run-list";
import { RunTableSkeleton } from "@/components/run-table-skeleton";
import { useSlashToSearch } from "@/components/slash-to-search";
import { EmptyState, ErrorState } from "@/components/states";
import { Button } from "@/components/ui/button";
import { Menu, MenuChoice } from "@/components/ui/menu";
import { SearchField } from "@/components/ui/search-field";
import { useRunPages } from "@/components/use-run-pages";
import {
  activityFilters,
  activityStatuses,
  activityWords,
  openFailures,
  type ActivityFilter,
} from "@/features/runs/api/activity";
import { useTransport } from "@/ipc/context";
import type { Run } from "@/ipc/generated/Run";
import { integrationsQuery } from "@/ipc/queries";
import { plural } from "@/lib/format";

/** How long the typing has to rest before the search begins, in milliseconds. */
const REST = 200;
/** How many broken integrations are shown before a button shows the rest. */
const BROKEN = 4;

const options = activityFilters.map((value) => ({ value, label: activityWords[value] }));

/** The runs of all integrations; what is broken now stands first. `notices` comes from outside. */
export function ActivityPage({ notices }: { notices?: ReactNode }) {
  const [filter, setFilter] = useState<ActivityFilter>("all");
  const [typed, setTyped] = useState("");
  const text = useRested(typed);
  const field = useRef<HTMLInputElement>(null);
  useSlashToSearch(field);
  const pages = useRunPages({ statuses: activityStatuses[filter], text });
  const narrowed = filter !== "all" || text !== "";
  const list = !pages.isPending && !pages.error && pages.runs.length > 0;
  return (
    <Page
      fill
      title="Activity"
      actions={
        <>
          <SearchField
            ref={field}
            label="Search by integration"
            value={typed}
            onChange={setTyped}
            className="w-56"
          />
          <Menu
            trigger={
              <Button
                icon={<ListFilter className="size-4" aria-hidden />}
                aria-label={`Shown: ${activityWords[filter]}`}
              >
                {activityWords[filter]}
              </Button>
            }
          >
            <MenuChoice label="Shown" value={filter} options={options} onChange={setFilter} />
          </Menu>
        </>
      }
    >
      <div className="-mx-1 flex min-h-0 flex-1 flex-col gap-5 scroll-area px-1 pb-1">
        {!narrowed && <OpenFailures />}
        {notices}
        <section aria-label="Syncs of all integrations" className="flex min-h-64 flex-1 flex-col">
          <p role="status" className="mb-2 text-small text-ink-2 tabular-nums">
            {list ? plural(pages.total, "sync", "syncs") : " "}
          </p>
          <Card className="flex min-h-0 flex-1 flex-col overflow-hidden">
            {pages.isPending ? (
              <RunTableSkeleton rows={8} />
            ) : pages.error ? (
              <ErrorState
                title="The activity could not be shown"
                error={pages.error}
                busy={pages.isFetching}
                onRetry={pages.retry}
              />
            ) : list ? (
              <RunList key={`${filter} ${text}`} label="Syncs" pages={pages} withName />
            ) : (
              <Nothing filter={filter} text={text} />
            )}
          </Card>
        </section>
      </div>
    </Page>
  );
}

function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value.trim()), REST);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

/** What is broken now, by the newest run of each integration: each leads to where it is mended. */
function OpenFailures() {
  const { data: integrations } = useQuery(integrationsQuery(useTransport()));
  const [all, setAll] = useState(false);
  const router = useRouter();
  const newest = (integrations ?? []).flatMap(({ last_run }) => (last_run ? [last_run] : []));
  const broken = openFailures(newest.sort((a, b) => b.queued_at.localeCompare(a.queued_at)));
  if (broken.length === 0) return null;
  const place = (run: Run) => run.problem?.fix.route ?? `/integrations/${run.integration}`;
  return (
    <section aria-label="Needs attention">
      <h2 className="mb-2 text-small font-semibold text-ink-2">Needs attention</h2>
      <ul className="max-h-64 scroll-area rounded-card border border-attention-line bg-attention-soft">
        {(all ? broken : broken.slice(0, BROKEN)).map((run) => (
          <li key={run.id} className="border-b border-attention-line last:border-b-0">
            <a
              href={`#${place(run)}`}
              onClick={(event) => {
                event.preventDefault();
                router.history.push(place(run));
              }}
              className="flex items-center gap-3 px-4 py-2 hover:bg-hover focus-visible:-outline-offset-2"
            >
              <TriangleAlert className="size-4 shrink-0 text-attention" aria-hidden />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{run.integration_name}</span>
                <span className="block truncate text-small text-ink-2">
                  {run.problem?.title ?? "The last sync failed"}
                </span>
              </span>
              <span className="shrink-0 text-small text-ink-2">
                <RelativeTime time={run.finished_at ?? run.queued_at} />
              </span>
              <ChevronRight className="size-4 shrink-0 text-ink-3" aria-hidden />
            </a>
          </li>
        ))}
      </ul>
      {broken.length > BROKEN && !all && (
        <Button size="small" kind="quiet" className="mt-1.5" onClick={() => setAll(true)}>
          Show all {broken.length}
        </Button>
      )}
    </section>
  );
}

const emptyTitles: Record<ActivityFilter, string> = {
  all: "Nothing has happened yet",
  attention: "Nothing failed",
  active: "Nothing is syncing now",
  succeeded: "No sync has gone well yet",
  stopped: "No sync was stopped",
};

const emptyWords: Record<ActivityFilter, string> = {
  all: "Every sync of every integration will be listed here.",
  attention: "Syncs that fail or are interrupted will be listed here.",
  active: "Syncs are listed here while they wait or work.",
  succeeded: "Syncs that brought rows, or found nothing new, will be listed here.",
  stopped: "Syncs that somebody stopped, or that were skipped, will be listed here.",
};

function Nothing({ filter, text }: { filter: ActivityFilter; text: string }) {
  if (text !== "") {
    return (
      <EmptyState icon={<Activity aria-hidden />} title="No sync fits">
        No integration with a sync of this kind has “{text}” in its name.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<Activity aria-hidden />} title={emptyTitles[filter]}>
      {emptyWords[filter]}
    </EmptyState>
  );
}
