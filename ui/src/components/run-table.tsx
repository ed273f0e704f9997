import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useTransport } from "@/ipc/context";
import type { Run } from "@/ipc/generated/Run";
import { integrationsQuery } from "@/ipc/queries";
import { durationOf, isActive } from "@/ipc/run-status";
import { formatDuration, formatNumber, formatRows } from "@/lib/format";
import { formatClock, formatDay, useNow } from "@/lib/time";
import { ConnectorTile } from "./connector-tile";
import { useLiveRun } from "./live-run";
import { Status } from "./status";
import { runWords, triggerWords } from "./status-words";

interface RunTableProps {
  label: string;
  runs: readonly Run[];
  /** Names the integration in each row: for lists that hold the runs of several. */
  withName?: boolean;
}

/** Runs, newest first, under the days they were asked for. Each leads to its page. */
export function RunTable({ label, runs, withName = false }: RunTableProps) {
  const now = useNow();
  const days = groupByDay(runs, now);
  return (
    <table aria-label={label} className="w-full min-w-[36rem] table-fixed text-small">
      <colgroup>
        {withName && <col />}
        <col className={withName ? "w-36" : undefined} />
        <col className="w-28" />
        <col className="w-32" />
        <col className="hidden w-36 wide:table-column" />
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
      {days.map(({ day, runs: ofDay }) => (
        <tbody key={day}>
          <tr>
            <th
              scope="rowgroup"
              colSpan={withName ? 5 : 4}
              className="border-b border-line bg-canvas px-4 py-1.5 text-left text-tiny font-medium text-ink-3"
            >
              {day}
            </th>
            <td className="hidden border-b border-line bg-canvas wide:table-cell" />
          </tr>
          {ofDay.map((run) => (
            <RunRow key={run.id} run={run} withName={withName} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function groupByDay(runs: readonly Run[], now: number): { day: string; runs: Run[] }[] {
  const days: { day: string; runs: Run[] }[] = [];
  for (const run of runs) {
    const day = formatDay(run.queued_at, now);
    const last = days.at(-1);
    if (last?.day === day) last.runs.push(run);
    else days.push({ day, runs: [run] });
  }
  return days;
}

function RunRow({ run, withName }: { run: Run; withName: boolean }) {
  const { records, active } = useLiveRun(run);
  const words = runWords[run.status];
  const to = {
    to: "/integrations/$id/runs/$run",
    params: { id: run.integration, run: run.id },
  } as const;
  const what = `${words.text}, ${formatRows(records)}, ${formatClock(run.queued_at)}`;
  return (
    <tr className="group relative h-10 border-b border-line last:border-b-0 hover:bg-hover">
      {withName && (
        <th scope="row" className="px-4 text-left font-medium">
          <IntegrationName run={run} />
        </th>
      )}
      <td className={withName ? "px-3" : "px-4"}>
        <Status words={words} className="max-w-full align-middle" />
        {run.problem && <span className="sr-only">: {run.problem.title}</span>}
      </td>
      <td className="px-3 text-right tabular-nums">
        <span className={active ? "font-medium text-working" : ""}>{formatNumber(records)}</span>
        <span className="text-ink-3"> {records === 1 ? "row" : "rows"}</span>
      </td>
      <td className="truncate px-3 text-right text-ink-2 tabular-nums">
        <Duration run={run} />
      </td>
      <td className="hidden truncate px-3 text-ink-2 wide:table-cell">
        {triggerWords[run.trigger]}
      </td>
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
