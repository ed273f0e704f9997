import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { Card } from "@/components/page";
import { RelativeTime } from "@/components/relative-time";
import { markSentence } from "@/components/stream-marks";
import { Tooltip } from "@/components/ui/tooltip";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import type { StreamHistory } from "@/ipc/generated/StreamHistory";
import { formatNumber } from "@/lib/format";

/** How many streams the overview shows. */
const SHOWN = 8;

interface StreamFreshnessProps {
  id: IntegrationId;
  streams: readonly StreamHistory[];
}

/** What each stream brought last and how fresh it is. Those that are worth a look stand first. */
export function StreamFreshness({ id, streams }: StreamFreshnessProps) {
  const sorted = [...streams].sort(
    (a, b) => Number(b.mark !== null) - Number(a.mark !== null) || b.last_records - a.last_records,
  );
  return (
    <section aria-label="Streams">
      <div className="mb-2 flex items-baseline justify-between">
        <h2 className="text-small font-semibold text-ink-2">Streams</h2>
        <Link
          to="/integrations/$id/streams"
          params={{ id }}
          className="rounded-sm text-small font-medium text-accent-ink hover:underline"
        >
          {streams.length > SHOWN
            ? `All ${formatNumber(streams.length)} streams`
            : "More about them"}
        </Link>
      </div>
      <Card className="overflow-hidden">
        <table className="w-full table-fixed text-small">
          <thead className="text-tiny text-ink-3">
            <tr className="border-b border-line">
              <th scope="col" className="px-4 py-1.5 text-left font-normal">
                Stream
              </th>
              <th scope="col" className="w-32 px-3 text-left font-normal">
                Last 14 syncs
              </th>
              <th scope="col" className="w-28 px-3 text-right font-normal">
                Last rows
              </th>
              <th scope="col" className="w-40 px-3 text-left font-normal">
                Read
              </th>
              <th scope="col" className="w-40 px-3 text-left font-normal">
                Rows last came
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, SHOWN).map((stream) => (
              <tr key={stream.name} className="h-8 border-b border-line last:border-b-0">
                <th scope="row" className="px-4 text-left font-normal">
                  <StreamName stream={stream} />
                </th>
                <td className="px-3">
                  <Spark stream={stream} />
                </td>
                <td className="px-3 text-right tabular-nums">
                  {formatNumber(stream.last_records)}
                </td>
                <td className="truncate px-3 text-ink-2">
                  <When time={stream.last_read_at} />
                </td>
                <td className="truncate px-3 text-ink-2">
                  <When time={stream.last_rows_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    </section>
  );
}

/** A stream's name, with a sign when it is worth a look. */
export function StreamName({ stream }: { stream: Pick<StreamHistory, "name" | "mark"> }) {
  const odd = markSentence(stream);
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <span className="truncate" title={stream.name}>
        {stream.name}
      </span>{" "}
      {odd !== null && (
        <Tooltip text={`${stream.name} ${odd}`}>
          <TriangleAlert
            role="img"
            aria-label={odd}
            tabIndex={0}
            className="size-3.5 shrink-0 rounded-xs text-late"
          />
        </Tooltip>
      )}
    </span>
  );
}

/** A moment, or that there was none. */
export function When({ time }: { time: string | null }) {
  return time === null ? (
    <span className="text-ink-3">Never</span>
  ) : (
    <RelativeTime capital time={time} />
  );
}

function Spark({ stream }: { stream: StreamHistory }) {
  const most = Math.log1p(Math.max(1, ...stream.records));
  return (
    <svg
      role="img"
      aria-label={`Rows of the last syncs: ${stream.records.map((one) => formatNumber(one)).join(", ")}`}
      width={82}
      height={18}
      className="block"
    >
      {stream.records.map((records, index) => {
        const height = records === 0 ? 1.5 : Math.max(3, (Math.log1p(records) / most) * 18);
        const x = (14 - stream.records.length + index) * 6;
        return (
          <rect
            key={index}
            x={x}
            y={18 - height}
            width={4}
            height={height}
            rx={1}
            className={records === 0 ? "fill-line-strong" : "fill-accent/70"}
          />
        );
      })}
    </svg>
  );
}
