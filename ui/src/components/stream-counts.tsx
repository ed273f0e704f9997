import type { RunStream } from "@/ipc/generated/RunStream";
import { formatBytes, formatNumber } from "@/lib/format";

interface StreamCountsProps {
  streams: readonly RunStream[];
  /** Counts are still rising: the newest stream is the one at work. */
  active: boolean;
  /** What to say when there are none. */
  empty: string;
}

/** What each stream brought in. */
export function StreamCounts({ streams, active, empty }: StreamCountsProps) {
  if (streams.length === 0) return <p className="text-small text-ink-3">{empty}</p>;
  const most = Math.max(1, ...streams.map(({ records }) => records));
  return (
    <table className="w-full text-small">
      <thead className="sr-only">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Share</th>
          <th scope="col">Rows</th>
          <th scope="col">Size</th>
        </tr>
      </thead>
      <tbody>
        {streams.map((stream, index) => (
          <tr key={stream.name}>
            <th scope="row" className="max-w-56 truncate py-1 pr-4 text-left font-normal">
              {stream.name}
            </th>
            <td className="w-1/2 py-1">
              <svg
                width="100%"
                height="6"
                aria-hidden
                className="block overflow-hidden rounded-full"
              >
                <rect width="100%" height="6" className="fill-paused-soft" />
                <rect
                  width={`${(stream.records / most) * 100}%`}
                  height="6"
                  rx="3"
                  className={
                    active && index === streams.length - 1
                      ? "animate-breathe fill-working"
                      : "fill-accent"
                  }
                />
              </svg>
            </td>
            <td className="py-1 pl-4 text-right whitespace-nowrap tabular-nums">
              {formatNumber(stream.records)}
            </td>
            <td className="w-20 py-1 pl-4 text-right whitespace-nowrap text-ink-3 tabular-nums">
              {formatBytes(stream.bytes)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
