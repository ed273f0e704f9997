import { useQuery } from "@tanstack/react-query";
import { Clock, History } from "lucide-react";
import type { ReactNode } from "react";
import { BackLink } from "@/components/back-link";
import { Banner } from "@/components/banner";
import { useLiveRun } from "@/components/live-run";
import { Page } from "@/components/page";
import { ProblemCard } from "@/components/problem-card";
import { RelativeTime } from "@/components/relative-time";
import { Duration } from "@/components/run-list";
import { EmptyState, ErrorState } from "@/components/states";
import { Status } from "@/components/status";
import { outcomeWords, phaseWords, triggerWords } from "@/components/status-words";
import { StreamMarks } from "@/components/stream-marks";
import { Skeleton } from "@/components/ui/skeleton";
import { useTransport } from "@/ipc/context";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import type { Run } from "@/ipc/generated/Run";
import type { RunId } from "@/ipc/generated/RunId";
import { runQuery } from "@/ipc/queries";
import { durationOf, isActive, totalBytes } from "@/ipc/run-status";
import { formatBytes, formatNumber } from "@/lib/format";
import { formatMoment } from "@/lib/time";
import { LogViewer } from "./log-viewer";
import { PhaseLine } from "./phase-line";
import { RunActions } from "./run-actions";
import { RunStreams } from "./run-streams";

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
      actions={<RunActions run={run.data} />}
    >
      <div className="-mx-1 flex min-h-0 flex-1 flex-col gap-3.5 scroll-area px-1 pb-1">
        {run.data.retry_at !== null && <Retry run={run.data} at={run.data.retry_at} />}
        {run.data.problem && run.data.status === "failed" && (
          <ProblemCard problem={run.data.problem} />
        )}
        <PhaseLine run={run.data} />
        <Facts run={run.data} />
        {!isActive(run.data.status) && <StreamMarks streams={run.data.streams} />}
        <RunStreams run={run.data} />
        <LogViewer key={run.data.id} run={run.data} />
      </div>
    </Page>
  );
}

function Heading({ run }: { run: Run }) {
  const { phase } = useLiveRun(run);
  return (
    <div className="flex min-w-0 flex-1 items-baseline gap-3">
      <h1 className="text-title font-semibold tracking-[-0.012em]">Sync</h1>
      <Status words={outcomeWords(run)} testId="run-status" className="self-center" />
      {phase !== null && (
        <span className="truncate text-small text-ink-2">{phaseWords[phase]}</span>
      )}
    </div>
  );
}

/** A run that is tried again by itself needs nobody yet. */
function Retry({ run, at }: { run: Run; at: string }) {
  const words = `${formatMoment(at)}, try ${run.attempt + 1}`;
  return (
    <Banner
      tone="late"
      icon={<Clock aria-hidden />}
      title={`It is tried again by itself: ${words}`}
    >
      <p className="text-small text-ink-2">Try again begins at once instead.</p>
    </Banner>
  );
}

function Facts({ run }: { run: Run }) {
  const { records, streams, rates, active } = useLiveRun(run);
  const duration = durationOf(run, 0);
  const speed = active
    ? rates.reduce((sum, rate) => sum + rate, 0)
    : run.finished_at && duration !== null && duration >= 1_000
      ? records / (duration / 1_000)
      : 0;
  return (
    <dl className="flex shrink-0 flex-wrap gap-x-10 gap-y-3 px-1">
      <Fact name="Rows">
        <span data-testid="integration-rows">{formatNumber(records)}</span>
      </Fact>
      <Fact name="Size">{formatBytes(totalBytes(streams))}</Fact>
      <Fact name="Duration">
        <Duration run={run} />
      </Fact>
      <Fact name="Speed">{speed >= 1 ? `${formatNumber(speed)} rows a second` : "–"}</Fact>
      <Fact name="When">
        <RelativeTime capital time={run.queued_at} />
      </Fact>
      <Fact name="Why">
        {triggerWords[run.trigger]}
        {run.attempt > 1 && `, try ${run.attempt}`}
      </Fact>
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
