import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import { Card } from "@/components/page";
import { outcomeWords, type Tone } from "@/components/status-words";
import { Tooltip } from "@/components/ui/tooltip";
import type { Run } from "@/ipc/generated/Run";
import { durationOf, isActive, totalRecords } from "@/ipc/run-status";
import { formatDuration, formatNumber, formatRows } from "@/lib/format";
import { formatMoment } from "@/lib/time";

const fills: Record<Tone, string> = {
  ok: "bg-accent",
  working: "bg-working",
  waiting: "bg-working",
  late: "bg-late",
  attention: "bg-attention",
  paused: "bg-paused",
  neutral: "bg-ink-3",
};

/** Rows and duration of the newest runs that have ended, the newest on the right. `runs` are newest first. */
export function RunCharts({ runs }: { runs: readonly Run[] }) {
  const ended = runs.filter((run) => !isActive(run.status) && run.started_at !== null).reverse();
  if (ended.length < 2) return null;
  return (
    <section aria-label="The last syncs">
      <h2 className="mb-2 text-small font-semibold text-ink-2">The last {ended.length} syncs</h2>
      <Card className="px-4 py-3">
        <div className="grid grid-cols-2 gap-8">
          <Chart
            title="Rows"
            runs={ended}
            valueOf={rowsOf}
            say={(value) => formatNumber(value)}
            tens
          />
          <Chart title="Duration" runs={ended} valueOf={timeOf} say={formatDuration} />
        </div>
        <details className="mt-2 text-small text-ink-2">
          <summary className="w-fit rounded-control text-tiny font-medium hover:text-ink">
            Show as a table
          </summary>
          <AsTable runs={ended} />
        </details>
      </Card>
    </section>
  );
}

const rowsOf = (run: Run) => totalRecords(run.streams);
const timeOf = (run: Run) => durationOf(run, 0) ?? 0;

interface ChartProps {
  title: string;
  runs: readonly Run[];
  valueOf: (run: Run) => number;
  say: (value: number) => string;
  /** In steps of ten, so that one big first sync does not flatten all that follow. */
  tens?: boolean;
}

function Chart({ title, runs, valueOf, say, tens = false }: ChartProps) {
  const scale = (value: number) => (tens ? Math.log10(value + 1) : value);
  const most = Math.max(...runs.map(valueOf), 1);
  const sorted = runs.map(valueOf).sort((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lines = tens
    ? [1, 2, 3, 4, 5, 6, 7, 8, 9]
        .filter((power) => power < scale(most))
        .map((one) => one / scale(most))
    : [0.5];
  return (
    <figure>
      <figcaption className="mb-2 flex items-baseline justify-between gap-3 text-small">
        <span className="font-medium">
          {title}
          {tens && <span className="font-normal text-ink-3">, in steps of ten</span>}
        </span>
        <span className="text-right text-tiny text-ink-3 tabular-nums">
          usually {say(usual)}, at most {say(most)}
        </span>
      </figcaption>
      <p className="sr-only">
        {title} of the last {runs.length} syncs: usually {say(usual)}, at most {say(most)}. The
        table below has all of them.
      </p>
      <div aria-hidden className="relative h-24 border-b border-line-strong">
        {lines.map((share) => (
          <span
            key={share}
            className="absolute inset-x-0 border-t border-dashed border-line"
            style={{ bottom: `${share * 100}%` }}
          />
        ))}
        <div className="absolute inset-0 flex items-end gap-0.5">
          {runs.map((run) => (
            <Bar key={run.id} run={run} share={scale(valueOf(run)) / scale(most)} />
          ))}
        </div>
      </div>
    </figure>
  );
}

/** A bar that shows what it stands for and leads there. For keyboards there is the table, and the list of runs. */
function Bar({ run, share }: { run: Run; share: number }) {
  const words = outcomeWords(run);
  const failed = run.status === "failed";
  return (
    <Tooltip
      text={`${formatMoment(run.queued_at)}: ${words.text.toLowerCase()}, ${formatRows(rowsOf(run))}, ${formatDuration(timeOf(run))}`}
    >
      <Link
        to="/integrations/$id/runs/$run"
        params={{ id: run.integration, run: run.id }}
        tabIndex={-1}
        aria-hidden
        className="group flex h-full max-w-6 min-w-1 flex-1 items-end"
      >
        <span
          className={clsx(
            "block w-full rounded-t-xs group-hover:opacity-70",
            fills[words.tone],
            // A failure is seen without colour too.
            failed && "border-x-2 border-t-2 border-attention bg-attention-soft!",
          )}
          style={{ height: `max(3px, ${share * 100}%)` }}
        />
      </Link>
    </Tooltip>
  );
}

function AsTable({ runs }: { runs: readonly Run[] }) {
  return (
    <div
      className="mt-2 max-h-48 scroll-area"
      tabIndex={0}
      role="region"
      aria-label="The last syncs as a table"
    >
      <table className="w-full text-small tabular-nums">
        <thead className="text-left text-tiny text-ink-3">
          <tr>
            <th scope="col" className="py-1 font-normal">
              When
            </th>
            <th scope="col" className="font-normal">
              Outcome
            </th>
            <th scope="col" className="text-right font-normal">
              Rows
            </th>
            <th scope="col" className="pr-2 text-right font-normal">
              Duration
            </th>
          </tr>
        </thead>
        <tbody>
          {[...runs].reverse().map((run) => (
            <tr key={run.id}>
              <th scope="row" className="py-0.5 text-left font-normal">
                {formatMoment(run.queued_at)}
              </th>
              <td>{outcomeWords(run).text}</td>
              <td className="text-right">{formatNumber(rowsOf(run))}</td>
              <td className="pr-2 text-right">{formatDuration(timeOf(run))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
