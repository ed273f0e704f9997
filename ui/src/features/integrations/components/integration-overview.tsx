import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { History } from "lucide-react";
import { useState } from "react";
import { useLiveRun } from "@/components/live-run";
import { Card } from "@/components/page";
import { ProblemCard } from "@/components/problem-card";
import { RunTable } from "@/components/run-table";
import { RunTableSkeleton } from "@/components/run-table-skeleton";
import { EmptyState, ErrorState } from "@/components/states";
import { StreamCounts } from "@/components/stream-counts";
import { Button } from "@/components/ui/button";
import { useTransport } from "@/ipc/context";
import type { Integration } from "@/ipc/generated/Integration";
import type { Run } from "@/ipc/generated/Run";
import { useBeginDraft } from "@/ipc/mutations";
import { runsQuery } from "@/ipc/queries";
import { formatRows } from "@/lib/format";
import { TestDialog } from "./test-dialog";

/** How many runs the page begins with, and how many more each press brings. */
const RUNS = 20;

/** What is wrong, what the newest run brought in, and all runs. */
export function IntegrationOverview({ integration }: { integration: Integration }) {
  const run = integration.last_run;
  return (
    <div className="space-y-7">
      {integration.status === "attention" && <OpenProblem integration={integration} />}
      {run && <NewestRun run={run} />}
      <RunHistory integration={integration} />
    </div>
  );
}

function OpenProblem({ integration }: { integration: Integration }) {
  const [testing, setTesting] = useState(false);
  const run = integration.last_run;
  const problem = run?.problem ?? {
    code: "unknown" as const,
    title: "The last connection test found a problem",
    explanation: "Until it is mended, new data may not arrive.",
    details: null,
    hint: "Test the connection again to see what it is.",
    fix: { route: "", setting: null },
  };
  return (
    <>
      <ProblemCard
        problem={problem}
        actions={
          <>
            <Button size="small" onClick={() => setTesting(true)}>
              Test connection
            </Button>
            {problem.fix.route.endsWith("/setup") && (
              <EditSettings integration={integration} setting={problem.fix.setting} />
            )}
            {problem.fix.route.startsWith("/settings") && (
              <ActionLink to="/settings">Open settings</ActionLink>
            )}
            {run && (
              <Link
                to="/integrations/$id/runs/$run"
                params={{ id: integration.id, run: run.id }}
                className="inline-flex h-7 items-center rounded-control px-2.5 text-small font-medium text-ink-2 hover:bg-hover hover:text-ink"
              >
                Details
              </Link>
            )}
          </>
        }
      />
      {testing && <TestDialog integration={integration} onClose={() => setTesting(false)} />}
    </>
  );
}

/** Leads to the field that mends it. */
function EditSettings({
  integration,
  setting,
}: {
  integration: Integration;
  setting: string | null;
}) {
  const begin = useBeginDraft();
  const navigate = useNavigate();
  return (
    <Button
      size="small"
      kind="primary"
      busy={begin.isPending}
      onClick={() =>
        begin.mutate(
          { from: "edit", kind: "extractor", id: integration.id },
          {
            onSuccess: ({ id }) =>
              void navigate({
                to: "/setup/$draft",
                params: { draft: id },
                search: { step: "setup", ...(setting !== null && { setting }) },
              }),
          },
        )
      }
    >
      Edit settings
    </Button>
  );
}

function ActionLink({ to, children }: { to: "/settings"; children: string }) {
  return (
    <Link
      to={to}
      className="inline-flex h-7 items-center rounded-control border border-line-strong bg-surface px-2.5 text-small font-medium hover:bg-hover"
    >
      {children}
    </Link>
  );
}

function NewestRun({ run }: { run: Run }) {
  const { active, streams, records } = useLiveRun(run);
  return (
    <section aria-label={active ? "This sync" : "Last sync"}>
      <div className="mb-2 flex items-baseline justify-between">
        <h2 className="text-small font-semibold text-ink-2">
          {active ? "This sync" : "Last sync"}
        </h2>
        <p data-testid="integration-rows" className="text-small text-ink-2 tabular-nums">
          {formatRows(records)}
        </p>
      </div>
      <Card className="px-4 py-3">
        <StreamCounts
          streams={streams}
          active={active}
          empty={
            active
              ? "No rows have arrived yet."
              : run.status === "succeeded"
                ? "There was nothing new at the source."
                : "Nothing was brought in."
          }
        />
      </Card>
    </section>
  );
}

function RunHistory({ integration }: { integration: Integration }) {
  const [limit, setLimit] = useState(RUNS);
  const runs = useQuery({
    ...runsQuery(useTransport(), integration.id, limit),
    placeholderData: (before) => before,
  });
  return (
    <section aria-label="All syncs">
      <h2 className="mb-2 text-small font-semibold text-ink-2">All syncs</h2>
      <Card className="overflow-x-auto overflow-y-hidden">
        {runs.isPending ? (
          <RunTableSkeleton rows={4} />
        ) : runs.isError ? (
          <ErrorState
            title="The syncs could not be shown"
            error={runs.error}
            busy={runs.isFetching}
            onRetry={() => void runs.refetch()}
          />
        ) : runs.data.length === 0 ? (
          <EmptyState icon={<History aria-hidden />} title="Not synced yet">
            Each sync will be listed here with what it brought in. Press Sync now to begin.
          </EmptyState>
        ) : (
          <RunTable label="All syncs" runs={runs.data} />
        )}
      </Card>
      {runs.data && runs.data.length >= limit && (
        <div className="mt-3 flex justify-center">
          <Button kind="quiet" busy={runs.isFetching} onClick={() => setLimit(limit + 4 * RUNS)}>
            Show earlier syncs
          </Button>
        </div>
      )}
    </section>
  );
}
