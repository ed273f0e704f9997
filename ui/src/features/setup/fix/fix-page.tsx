import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { CircleCheck, TriangleAlert, Unplug } from "lucide-react";
import { useState, type ReactNode } from "react";
import { BackLink } from "@/components/back-link";
import { ConnectorTile } from "@/components/connector-tile";
import { Card, Page } from "@/components/page";
import { RelativeTime } from "@/components/relative-time";
import { EmptyState, ErrorState } from "@/components/states";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useTransport } from "@/ipc/context";
import { isApiError } from "@/ipc/errors";
import type { Integration } from "@/ipc/generated/Integration";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import type { Problem } from "@/ipc/generated/Problem";
import type { Run } from "@/ipc/generated/Run";
import { integrationQuery, newestRunsQuery } from "@/ipc/queries";
import { plural } from "@/lib/format";
import { Remedy } from "./remedy";
import { openProblem, streakOf, type Streak } from "./streak";
import { SyncAgain, Verify } from "./verify";

/** How many runs are looked at to find since when it fails. */
const LOOKED_AT = 200;

interface FixPageProps {
  id: IntegrationId;
  /** The kind of problem that the address names. */
  code: string;
}

/** Where notifications lead: what happened, since when, what it means, and the one thing to do, done in place. */
export function FixPage({ id, code }: FixPageProps) {
  const transport = useTransport();
  const integration = useQuery(integrationQuery(transport, id));
  const runs = useQuery(newestRunsQuery(transport, { integration: id }, LOOKED_AT));
  const back = (
    <BackLink to="/integrations/$id" params={{ id }}>
      {integration.data?.name ?? "Integration"}
    </BackLink>
  );
  if (integration.isPending || runs.isPending) {
    return (
      <Page title="Fix a problem" above={back}>
        <div role="status" aria-label="Loading the problem" className="max-w-2xl space-y-4">
          <Skeleton className="h-32 w-full rounded-card" />
          <Skeleton className="h-44 w-full rounded-card" />
        </div>
      </Page>
    );
  }
  if (!integration.data || !runs.data) {
    const error = integration.error ?? runs.error;
    const gone = isApiError(integration.error) && integration.error.code === "not_found";
    return (
      <Page title="Fix a problem" above={back}>
        {gone ? (
          <EmptyState icon={<Unplug aria-hidden />} title="This integration no longer exists">
            It was deleted, so there is nothing left to fix.
          </EmptyState>
        ) : (
          <ErrorState
            title="The problem could not be shown"
            error={error}
            busy={integration.isFetching || runs.isFetching}
            onRetry={() => {
              void integration.refetch();
              void runs.refetch();
            }}
          />
        )}
      </Page>
    );
  }
  return (
    <Fixing
      integration={integration.data}
      runs={runs.data.runs}
      streak={streakOf(runs.data.runs, runs.data.next !== null)}
      code={code}
      back={back}
    />
  );
}

interface FixingProps {
  integration: Integration;
  runs: readonly Run[];
  streak: Streak | null;
  code: string;
  back: ReactNode;
}

/** What was found when the page was opened stays, while what is tried here changes what is true now. */
function Fixing({ integration, runs, streak, code, back }: FixingProps) {
  const [found] = useState(() => ({
    problem: openProblem(integration, runs),
    streak,
    missing: missingStreams(integration.last_run),
  }));
  const { problem } = found;
  const [attempt, setAttempt] = useState<{ how: "test" | "sync"; count: number } | null>(null);
  const begin = (how: "test" | "sync") =>
    setAttempt((before) => ({ how, count: (before?.count ?? 0) + 1 }));
  if (problem?.code !== code) {
    return (
      <Page title="Fix a problem" above={back}>
        <NotThere integration={integration} now={problem} />
      </Page>
    );
  }
  return (
    <Page
      title={problem.title}
      above={back}
      heading={
        <div className="flex min-w-0 flex-1 items-center gap-3.5">
          <ConnectorTile type={integration.type} size="large" />
          <div className="min-w-0">
            <h1 className="selectable text-title font-semibold tracking-[-0.012em] text-balance wrap-anywhere">
              {problem.title}
            </h1>
            <p className="flex items-center gap-1.5 text-small text-attention">
              <TriangleAlert className="size-4" aria-hidden />
              {integration.name} needs your attention
            </p>
          </div>
        </div>
      }
    >
      <div className="max-w-2xl space-y-5">
        <Facts problem={problem} streak={found.streak} />
        <section aria-labelledby="what-to-do">
          <Card className="flex flex-col gap-3.5 border-accent! px-5 py-4">
            <div>
              <h2 id="what-to-do" className="text-small font-semibold text-accent-ink">
                What to do
              </h2>
              <p className="mt-0.5 selectable text-heading font-semibold text-balance wrap-anywhere">
                {problem.hint}
              </p>
            </div>
            <Remedy
              integration={integration}
              problem={problem}
              missing={found.missing}
              onDone={() => begin("test")}
              onSync={() => begin("sync")}
            />
          </Card>
        </section>
        {attempt && (
          <section aria-label="Trying again">
            {attempt.how === "test" ? (
              <Verify key={attempt.count} integration={integration} problem={problem} />
            ) : (
              <SyncAgain key={attempt.count} integration={integration} problem={problem} />
            )}
          </section>
        )}
      </div>
    </Page>
  );
}

function missingStreams(run: Run | null): string[] {
  const marked = run?.streams.filter(({ mark }) => mark === "gone" || mark === "no_permission");
  return marked?.map(({ name }) => name) ?? [];
}

function Facts({ problem, streak }: { problem: Problem; streak: Streak | null }) {
  return (
    <Card>
      <dl className="divide-y divide-line">
        <Fact name="What happened">
          {problem.explanation}
          {problem.details !== null && (
            <details className="mt-1.5 text-small text-ink-2">
              <summary className="w-fit rounded-control font-medium hover:text-ink">
                Details
              </summary>
              <p className="mt-1 font-mono text-tiny wrap-anywhere">{problem.details}</p>
            </details>
          )}
        </Fact>
        {streak && (
          <Fact name="Since when">
            <RelativeTime capital time={streak.since} />
            {streak.atLeast && ", or earlier"}
            {streak.failures > 1 && `: ${plural(streak.failures, "sync", "syncs")} failed since`}
          </Fact>
        )}
        {problem.meaning !== "" && (
          <Fact name="What it means for your data">{problem.meaning}</Fact>
        )}
      </dl>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[11.5rem_1fr] gap-4 px-5 py-3">
      <dt className="text-small text-ink-3">{name}</dt>
      <dd className="min-w-0 selectable wrap-anywhere">{children}</dd>
    </div>
  );
}

/** The address names a problem that is not there: it was solved, or it is another one now. */
function NotThere({ integration, now }: { integration: Integration; now: Problem | null }) {
  const router = useRouter();
  const page = `/integrations/${integration.id}`;
  if (now) {
    return (
      <EmptyState
        icon={<TriangleAlert aria-hidden />}
        title="It is something else now"
        action={
          <Button kind="primary" onClick={() => router.history.push(now.fix.route || page)}>
            Fix this instead
          </Button>
        }
      >
        {now.title}. What this link was about is no longer the problem of {integration.name}.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<CircleCheck aria-hidden />}
      title="There is nothing to fix here any more"
      action={
        <Button kind="primary" onClick={() => router.history.push(page)}>
          Show {integration.name}
        </Button>
      }
    >
      {integration.last_synced_at ? (
        <>
          {integration.name} last synced <RelativeTime time={integration.last_synced_at} />.
        </>
      ) : (
        <>No problem of {integration.name} is known now.</>
      )}
    </EmptyState>
  );
}
