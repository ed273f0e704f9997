import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { useLiveRun } from "@/components/live-run";
import { Card } from "@/components/page";
import { RelativeTime } from "@/components/relative-time";
import { Duration } from "@/components/run-list";
import { Status } from "@/components/status";
import { outcomeWords, phaseWords } from "@/components/status-words";
import { Progress } from "@/components/ui/progress";
import type { Run } from "@/ipc/generated/Run";
import { formatRows } from "@/lib/format";
import { formatMoment } from "@/lib/time";

/** The newest run: live while it works, afterwards how it went. It leads to the run's page. */
export function NewestRun({ run, strip }: { run: Run; strip: ReactNode }) {
  const { active, phase, records, expected } = useLiveRun(run);
  const title = active ? "This sync" : "Last sync";
  const share = expected !== null && expected > records ? records / expected : null;
  return (
    <section aria-label={title}>
      <div className="mb-2 flex items-baseline justify-between">
        <h2 className="text-small font-semibold text-ink-2">{title}</h2>
        <Link
          to="/integrations/$id/runs"
          params={{ id: run.integration }}
          className="rounded-sm text-small font-medium text-accent-ink hover:underline"
        >
          All syncs
        </Link>
      </div>
      <Card className="relative px-4 py-3 hover:border-line-strong">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <Status words={outcomeWords(run)} />
          <p data-testid="integration-rows" className="font-medium tabular-nums">
            {formatRows(records)}
          </p>
          <p className="text-small text-ink-2 tabular-nums">
            <Duration run={run} />
          </p>
          <p className="min-w-0 flex-1 truncate text-small text-ink-2">
            {active ? (
              phase !== null && phaseWords[phase]
            ) : (
              <RelativeTime capital time={run.finished_at ?? run.queued_at} />
            )}
            {run.retry_at !== null && ` · Tried again ${formatMoment(run.retry_at)}`}
          </p>
          {strip}
          <Link
            to="/integrations/$id/runs/$run"
            params={{ id: run.integration, run: run.id }}
            aria-label={active ? "Look at this sync" : "Look at the last sync"}
            className="rounded-control after:absolute after:inset-0 after:rounded-card focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-(--focus)"
          >
            <ChevronRight className="size-4 text-ink-3" aria-hidden />
          </Link>
        </div>
        {active && (
          <div className="mt-2.5">
            <Progress label="Progress of this sync" share={share} />
          </div>
        )}
      </Card>
    </section>
  );
}
