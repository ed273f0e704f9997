import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { Tooltip } from "@/components/ui/tooltip";
import { useTransport } from "@/ipc/context";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import type { Run } from "@/ipc/generated/Run";
import { runsQuery } from "@/ipc/queries";
import { totalRecords } from "@/ipc/run-status";
import { formatRows, plural } from "@/lib/format";
import { formatRelative, useNow } from "@/lib/time";
import { runWords, type Tone } from "./status-words";

/** How many runs the strip shows. */
const SHOWN = 14;
const HEIGHT = 22;
const BAR = 4;
const GAP = 2;

const fills: Record<Tone, string> = {
  // Quieter than the rest: what went well is the ground on which the others are seen.
  ok: "fill-ok/60",
  working: "fill-working",
  waiting: "fill-working",
  late: "fill-late",
  attention: "fill-attention",
  paused: "fill-paused",
  neutral: "fill-ink-3",
};

/** The last 14 runs as small bars, the newest on the right: height for rows, colour and shape for the outcome. */
export function RunStrip({ integration }: { integration: IntegrationId }) {
  const { data: runs } = useQuery(runsQuery(useTransport(), integration, SHOWN));
  const now = useNow();
  if (!runs) return <span className="block h-[22px] w-[82px]" />;
  const shown = [...runs].reverse();
  const most = Math.max(1, ...shown.map((run) => totalRecords(run.streams)));
  return (
    <Tooltip text={<Summary runs={runs} now={now} />}>
      <svg
        role="img"
        aria-label={summaryText(runs)}
        width={SHOWN * (BAR + GAP) - GAP}
        height={HEIGHT}
        className="block"
      >
        {Array.from({ length: SHOWN - shown.length }, (_, index) => (
          <Bar key={index} index={index} height={2} className="fill-line-strong" />
        ))}
        {shown.map((run, index) => (
          <Bar
            key={run.id}
            index={SHOWN - shown.length + index}
            height={barHeight(run, most)}
            className={clsx(
              fills[runWords[run.status].tone],
              runWords[run.status].tone === "working" && "animate-breathe",
            )}
            hollow={run.status === "failed"}
          />
        ))}
      </svg>
    </Tooltip>
  );
}

/** Logarithmic, so that one big first sync does not flatten all that follow. */
function barHeight(run: Run, most: number): number {
  if (run.status === "failed") return HEIGHT;
  const share = Math.log1p(totalRecords(run.streams)) / Math.log1p(most);
  return Math.max(3, Math.round(share * HEIGHT));
}

interface BarProps {
  index: number;
  height: number;
  className: string;
  /** Drawn with a gap, so that a failure is seen without colour too. */
  hollow?: boolean;
}

function Bar({ index, height, className, hollow = false }: BarProps) {
  const x = index * (BAR + GAP);
  if (hollow) {
    return (
      <g className={className}>
        <rect x={x} y={0} width={BAR} height={HEIGHT - 7} rx={1.5} />
        <rect x={x} y={HEIGHT - 4} width={BAR} height={4} rx={1.5} />
      </g>
    );
  }
  return (
    <rect x={x} y={HEIGHT - height} width={BAR} height={height} rx={1.5} className={className} />
  );
}

function Summary({ runs, now }: { runs: Run[]; now: number }) {
  const [newest] = runs;
  if (!newest) return "No sync yet";
  return (
    <span>
      {summaryText(runs)}
      <br />
      <span className="text-ink-3">
        Newest: {runWords[newest.status].text.toLowerCase()},{" "}
        {formatRows(totalRecords(newest.streams))}, {formatRelative(newest.queued_at, now)}
      </span>
    </span>
  );
}

function summaryText(runs: Run[]): string {
  if (runs.length === 0) return "No sync yet";
  const failed = runs.filter(({ status }) => status === "failed").length;
  const all = `Last ${plural(runs.length, "sync", "syncs")}`;
  return failed === 0 ? `${all}: none failed` : `${all}: ${failed} failed`;
}
