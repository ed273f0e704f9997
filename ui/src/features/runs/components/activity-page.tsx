import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Activity, ChevronRight, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Card, Page } from "@/components/page";
import { RelativeTime } from "@/components/relative-time";
import { RunTable } from "@/components/run-table";
import { RunTableSkeleton } from "@/components/run-table-skeleton";
import { EmptyState, ErrorState } from "@/components/states";
import { Button } from "@/components/ui/button";
import { Segmented } from "@/components/ui/segmented";
import { filterRuns, openFailures, type ActivityFilter } from "@/features/runs/api/activity";
import { useTransport } from "@/ipc/context";
import type { Run } from "@/ipc/generated/Run";
import { runsQuery } from "@/ipc/queries";

/** How many runs the page begins with, and how many more each press brings. */
const RUNS = 100;

/** The runs of all integrations; what is broken now stands first. */
export function ActivityPage() {
  const [filter, setFilter] = useState<ActivityFilter>("all");
  const [limit, setLimit] = useState(RUNS);
  const runs = useQuery({
    ...runsQuery(useTransport(), null, limit),
    placeholderData: (before) => before,
  });
  return (
    <Page
      title="Activity"
      actions={
        <Segmented
          label="Show"
          value={filter}
          onChange={setFilter}
          options={[
            { value: "all", label: "All" },
            { value: "attention", label: "Needs attention" },
            { value: "active", label: "Syncing" },
          ]}
        />
      }
    >
      {runs.isPending ? (
        <Card className="overflow-hidden">
          <RunTableSkeleton rows={8} />
        </Card>
      ) : runs.isError ? (
        <ErrorState
          title="The activity could not be shown"
          error={runs.error}
          busy={runs.isFetching}
          onRetry={() => void runs.refetch()}
        />
      ) : (
        <>
          {filter === "all" && <OpenFailures runs={openFailures(runs.data)} />}
          <History runs={filterRuns(runs.data, filter)} filter={filter} />
          {runs.data.length >= limit && (
            <div className="mt-3 flex justify-center">
              <Button kind="quiet" busy={runs.isFetching} onClick={() => setLimit(limit + RUNS)}>
                Show earlier syncs
              </Button>
            </div>
          )}
        </>
      )}
    </Page>
  );
}

function OpenFailures({ runs }: { runs: readonly Run[] }) {
  if (runs.length === 0) return null;
  return (
    <section aria-label="Needs attention" className="mb-7">
      <h2 className="mb-2 text-small font-semibold text-ink-2">Needs attention</h2>
      <ul className="overflow-hidden rounded-card border border-attention-line bg-attention-soft">
        {runs.map((run) => (
          <li key={run.id} className="border-b border-attention-line last:border-b-0">
            <Link
              to="/integrations/$id"
              params={{ id: run.integration }}
              className="flex items-center gap-3 px-4 py-2.5 hover:bg-hover focus-visible:-outline-offset-2"
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
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

const emptyTitles: Record<ActivityFilter, string> = {
  all: "Nothing has happened yet",
  attention: "Nothing needs your attention",
  active: "Nothing is syncing now",
};

const emptyWords: Record<ActivityFilter, string> = {
  all: "Every sync of every integration will be listed here, with what it brought in.",
  attention: "Syncs that failed or were interrupted will be listed here.",
  active: "Syncs will be listed here while they are at work.",
};

function History({ runs, filter }: { runs: readonly Run[]; filter: ActivityFilter }) {
  if (runs.length === 0) {
    return (
      <EmptyState icon={<Activity aria-hidden />} title={emptyTitles[filter]}>
        {emptyWords[filter]}
      </EmptyState>
    );
  }
  return (
    <Card className="overflow-x-auto overflow-y-hidden">
      <RunTable label="Syncs" runs={runs} withName />
    </Card>
  );
}
