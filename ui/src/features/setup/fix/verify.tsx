import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Check, CircleCheck, LoaderCircle } from "lucide-react";
import { useEffect, useState } from "react";
import { useLiveRun } from "@/components/live-run";
import { ProblemCard } from "@/components/problem-card";
import { phaseWords, outcomeWords } from "@/components/status-words";
import { Button } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { useTest } from "@/features/setup/api/use-test";
import { Checks, testWords } from "@/features/setup/components/checks";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { Integration } from "@/ipc/generated/Integration";
import type { Problem } from "@/ipc/generated/Problem";
import type { Run } from "@/ipc/generated/Run";
import type { RunId } from "@/ipc/generated/RunId";
import { useStartRun } from "@/ipc/mutations";
import { runQuery } from "@/ipc/queries";
import { isActive } from "@/ipc/run-status";
import { formatRows } from "@/lib/format";

/** How long the good news stays before the page leads back, in milliseconds. */
const BACK = 6_000;

interface VerifyProps {
  integration: Integration;
  /** The problem that is being mended: another one leads to its own page. */
  problem: Problem;
}

/** Tests the connection, then syncs, and says what came of it. It begins as soon as it is shown. */
export function Verify({ integration, problem }: VerifyProps) {
  const start = useStartRun();
  const test = useTest({ subject: "integration", id: integration.id }, (report) => {
    if (report.ok) start.mutate({ id: integration.id });
  });
  const working = test.state === "testing" || test.state === "stopping";
  return (
    <div className="space-y-3">
      <div className="flex min-h-7 items-center justify-between gap-3">
        <p role="status" className="font-medium">
          {testWords(test)}
        </p>
        {working && (
          <Button size="small" busy={test.state === "stopping"} onClick={test.cancel}>
            Cancel
          </Button>
        )}
      </div>
      <Checks kind="extractor" test={test} />
      {test.report?.problem && <StillWrong problem={test.report.problem} mended={problem} />}
      {test.state === "failed" && <Refused error={test.error} />}
      {start.isError && <Refused error={start.error} />}
      {start.data && <Retried integration={integration} id={start.data.id} mended={problem} />}
      {!working && !test.report?.ok && (
        <Button kind="primary" onClick={test.start}>
          Test again
        </Button>
      )}
    </div>
  );
}

/** Syncs as soon as it is shown, without a test before. */
export function SyncAgain({ integration, problem }: VerifyProps) {
  const start = useStartRun();
  const { mutate } = start;
  useEffect(() => {
    // A turn later: what mounts and unmounts in the same turn syncs nothing.
    const timer = setTimeout(() => mutate({ id: integration.id }), 0);
    return () => clearTimeout(timer);
  }, [mutate, integration.id]);
  if (start.isError) return <Refused error={start.error} />;
  if (!start.data) return <p role="status">Starting the sync</p>;
  return <Retried integration={integration} id={start.data.id} mended={problem} />;
}

interface RetriedProps {
  integration: Integration;
  id: RunId;
  mended: Problem;
}

function Retried({ integration, id, mended }: RetriedProps) {
  const { data: run } = useQuery(runQuery(useTransport(), id));
  if (!run) return null;
  if (isActive(run.status)) return <AtWork run={run} />;
  if (run.status === "succeeded") return <Works integration={integration} run={run} />;
  if (run.problem) return <StillWrong problem={run.problem} mended={mended} />;
  return <p role="status">{outcomeWords(run).text}.</p>;
}

function AtWork({ run }: { run: Run }) {
  const { records, phase, expected } = useLiveRun(run);
  const share = expected !== null && expected > records ? records / expected : null;
  return (
    <div className="rounded-card border border-line bg-surface px-4 py-3">
      <p className="mb-2 flex items-center gap-2 font-medium text-working tabular-nums">
        <LoaderCircle className="size-4 animate-spin" aria-hidden />
        <span role="status">{phase === null ? "Waiting to start" : phaseWords[phase]}</span>
        {records > 0 && (
          <span className="ml-auto font-normal text-ink-2">{formatRows(records)}</span>
        )}
      </p>
      <Progress label="Progress of this sync" share={share} />
    </div>
  );
}

/** The good news. After a while it leads back by itself, unless somebody is doing something here. */
function Works({ integration, run }: { integration: Integration; run: Run }) {
  const router = useRouter();
  const [stay, setStay] = useState(false);
  const to = `/integrations/${integration.id}`;
  useEffect(() => {
    if (stay) return;
    const timer = setTimeout(() => router.history.push(to), BACK);
    return () => clearTimeout(timer);
  }, [router, stay, to]);
  const { records } = useLiveRun(run);
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-3 rounded-card border border-line bg-ok-soft px-4 py-3"
    >
      <CircleCheck className="size-5 shrink-0 text-ok" aria-hidden />
      <div className="min-w-48 flex-1">
        <p className="font-semibold">It works again</p>
        <p className="text-small text-ink-2">
          {records > 0 ? `${formatRows(records)} came in.` : "There was nothing new at the source."}
          {!stay && ` This leads back to ${integration.name} in a moment.`}
        </p>
      </div>
      {!stay && (
        <Button size="small" kind="quiet" onClick={() => setStay(true)}>
          Stay here
        </Button>
      )}
      <Button
        size="small"
        kind="primary"
        icon={<Check className="size-4" aria-hidden />}
        onClick={() => router.history.push(to)}
      >
        Back to {integration.name}
      </Button>
    </div>
  );
}

/** It did not help, or something else came to light. */
function StillWrong({ problem, mended }: { problem: Problem; mended: Problem }) {
  const router = useRouter();
  const other = problem.code !== mended.code;
  return (
    <div role="alert" className="space-y-2">
      <p className="font-medium">
        {other ? "That is mended, but now something else is wrong:" : "It is still the same:"}
      </p>
      <ProblemCard
        problem={problem}
        actions={
          other &&
          problem.fix.route.includes("/fix/") && (
            <Button
              size="small"
              kind="primary"
              onClick={() => router.history.push(problem.fix.route)}
            >
              Fix this
            </Button>
          )
        }
      />
    </div>
  );
}

function Refused({ error }: { error: unknown }) {
  const { message, hint } = toApiError(error);
  return (
    <p
      role="alert"
      className="selectable rounded-card border border-attention-line bg-attention-soft px-4 py-3 wrap-anywhere"
    >
      {message} {hint}
    </p>
  );
}
