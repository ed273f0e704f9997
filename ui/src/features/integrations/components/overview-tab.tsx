import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useMemo } from "react";
import { Card } from "@/components/page";
import { RunStrip } from "@/components/run-strip";
import { SignInCard } from "@/components/sign-in/sign-in-card";
import { EmptyState, ErrorState } from "@/components/states";
import { StreamMarks } from "@/components/stream-marks";
import { SyncButton } from "@/components/sync-button";
import { Skeleton } from "@/components/ui/skeleton";
import { useTransport } from "@/ipc/context";
import type { Integration } from "@/ipc/generated/Integration";
import type { Run } from "@/ipc/generated/Run";
import type { Subject } from "@/ipc/generated/Subject";
import { newestRunsQuery, streamHistoryQuery } from "@/ipc/queries";
import { NewestRun } from "./newest-run";
import { OpenProblem } from "./open-problem";
import { RunCharts } from "./run-charts";
import { StreamFreshness } from "./stream-freshness";

/** How many runs the charts look back on. */
const CHARTED = 30;

/** What is wrong, what the newest run brought in, how fresh each stream is, how the last runs went. */
export function OverviewTab({ integration }: { integration: Integration }) {
  const transport = useTransport();
  const subject = useMemo<Subject>(
    () => ({ subject: "integration", id: integration.id }),
    [integration.id],
  );
  const history = useQuery(streamHistoryQuery(transport, integration.id));
  const runs = useQuery(newestRunsQuery(transport, { integration: integration.id }, CHARTED));
  const run = integration.last_run;
  return (
    <div className="space-y-6">
      {integration.status === "attention" && <OpenProblem integration={integration} />}
      {run && <NewestRun run={run} strip={<RunStrip integration={integration.id} />} />}
      {run && <StreamMarks streams={run.streams} />}
      {integration.type === "salesforce" && !integration.sample && (
        <SignInCard
          subject={subject}
          lapsed={integration.status === "attention" && isLapsed(run)}
        />
      )}
      {history.isPending || runs.isPending ? (
        <div role="status" aria-label="Loading the history" className="space-y-3">
          <Skeleton className="h-32 w-full rounded-card" />
          <Skeleton className="h-40 w-full rounded-card" />
        </div>
      ) : !history.data || !runs.data ? (
        <ErrorState
          title="The history could not be shown"
          error={history.error ?? runs.error}
          busy={history.isFetching || runs.isFetching}
          onRetry={() => {
            void history.refetch();
            void runs.refetch();
          }}
        />
      ) : run === null ? (
        <Card>
          <EmptyState
            icon={<History aria-hidden />}
            title="Not synced yet"
            action={<SyncButton integration={integration} kind="primary" size="medium" />}
          >
            What each sync brings in, and how fresh it is, will be shown here.
          </EmptyState>
        </Card>
      ) : (
        <>
          <RunCharts runs={runs.data.runs} />
          {history.data.length > 0 && (
            <StreamFreshness id={integration.id} streams={history.data} />
          )}
        </>
      )}
    </div>
  );
}

/** Whether a run ended because Salesforce no longer accepts the sign-in. */
function isLapsed(run: Run | null): boolean {
  const code = run?.problem?.code;
  return code === "sign_in_expired" || code === "sign_in_revoked";
}
