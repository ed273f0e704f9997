import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import type { ReactNode } from "react";
import { BackLink } from "@/components/back-link";
import { useLiveRun } from "@/components/live-run";
import { Card, Page } from "@/components/page";
import { ProblemCard } from "@/components/problem-card";
import { RelativeTime } from "@/components/relative-time";
import { Duration } from "@/components/run-table";
import { EmptyState, ErrorState } from "@/components/states";
import { Status } from "@/components/status";
import { phaseWords, runWords, triggerWords } from "@/components/status-words";
import { StreamCounts } from "@/components/stream-counts";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useTransport } from "@/ipc/context";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import type { Run } from "@/ipc/generated/Run";
import type { RunId } from "@/ipc/generated/RunId";
import { useCancelRun, useStartRun, useStopping } from "@/ipc/mutations";
import { runQuery } from "@/ipc/queries";
import { durationOf, isActive } from "@/ipc/run-status";
import { formatNumber } from "@/lib/format";
import { LogViewer } from "./log-viewer";

interface RunPageProps {
  integration: IntegrationId;
  id: RunId;
}

/** One run: how it went, what it brought in, its log. */
export function RunPage({ integration, id }: RunPageProps) {
  const run = useQuery(runQuery(useTransport(), id));
  const back = (name: string) => (
    <BackLink to="/integrations/$id" params={{ id: integration }}>
      {name}
    </BackLink>
  );
  if (run.isPending) {
    return (
      <Page title="Sync" above={back("Integration")}>
        <div role="status" aria-label="Loading the sync" className="space-y-4">
          <Skeleton className="h-16 w-full rounded-card" />
          <Skeleton className="h-72 w-full rounded-card" />
        </div>
      </Page>
    );
  }
  if (run.isError && run.data === undefined) {
    return (
      <Page title="Sync" above={back("Integration")}>
        <ErrorState
          title="The sync could not be shown"
          error={run.error}
          busy={run.isFetching}
          onRetry={() => void run.refetch()}
        />
      </Page>
    );
  }
  if (run.data === null) {
    return (
      <Page title="Sync" above={back("Integration")}>
        <EmptyState icon={<History aria-hidden />} title="This sync is no longer kept">
          Older syncs and their logs are removed after a while. The data is not touched by that.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page
      fill
      title={`Sync of ${run.data.integration_name}`}
      above={back(run.data.integration_name)}
      heading={<Heading run={run.data} />}
      actions={<Actions run={run.data} />}
    >
      <div className="-mx-1 flex min-h-0 flex-1 flex-col gap-4 scroll-area px-1">
        {run.data.problem && run.data.status === "failed" && (
          <ProblemCard problem={run.data.problem} />
        )}
        <Facts run={run.data} />
        <Streams run={run.data} />
        <LogViewer run={run.data.id} />
      </div>
    </Page>
  );
}

function Heading({ run }: { run: Run }) {
  const { phase } = useLiveRun(run);
  return (
    <div className="flex min-w-0 flex-1 items-baseline gap-3">
      <h1 className="text-title font-semibold tracking-[-0.012em]">Sync</h1>
      <Status words={runWords[run.status]} className="self-center" />
      {phase !== null && (
        <span className="truncate text-small text-ink-2">{phaseWords[phase]}</span>
      )}
    </div>
  );
}

function Actions({ run }: { run: Run }) {
  const cancel = useCancelRun();
  const start = useStartRun();
  const active = isActive(run.status);
  const stopping = useStopping(run.id) && active;
  if (active) {
    return (
      <Button busy={stopping} onClick={() => cancel.mutate(run.id)}>
        {stopping ? "Stopping" : "Cancel"}
      </Button>
    );
  }
  return run.status === "succeeded" ? null : (
    <Button
      kind="primary"
      busy={start.isPending}
      onClick={() => start.mutate({ id: run.integration, fullRefresh: run.full_refresh })}
    >
      Try again
    </Button>
  );
}

function Facts({ run }: { run: Run }) {
  const { records } = useLiveRun(run);
  const duration = durationOf(run, 0);
  const speed =
    run.finished_at && duration !== null && duration >= 1_000 && records > 0
      ? `${formatNumber(records / (duration / 1_000))} rows a second`
      : null;
  return (
    <dl className="flex flex-wrap gap-x-10 gap-y-3">
      <Fact name="Rows">
        <span data-testid="integration-rows">{formatNumber(records)}</span>
      </Fact>
      <Fact name="Duration">
        <Duration run={run} />
      </Fact>
      {speed !== null && <Fact name="Speed">{speed}</Fact>}
      <Fact name="When">
        <RelativeTime capital time={run.queued_at} />
      </Fact>
      <Fact name="Why">{triggerWords[run.trigger]}</Fact>
      <Fact name="What">{run.full_refresh ? "Everything again" : "New and changed"}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-tiny text-ink-3">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}

function Streams({ run }: { run: Run }) {
  const { streams, active } = useLiveRun(run);
  if (streams.length === 0) return null;
  return (
    <Card className="max-h-44 shrink-0 scroll-area px-4 py-3">
      <StreamCounts streams={streams} active={active} empty="" />
    </Card>
  );
}
