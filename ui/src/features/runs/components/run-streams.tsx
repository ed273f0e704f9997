import { useVirtualizer } from "@tanstack/react-virtual";
import { TriangleAlert } from "lucide-react";
import { useRef } from "react";
import { useLiveRun } from "@/components/live-run";
import { Card } from "@/components/page";
import { markSentence } from "@/components/stream-marks";
import { changeSentence, changeWords } from "@/features/runs/api/change-words";
import { Tooltip } from "@/components/ui/tooltip";
import type { Run } from "@/ipc/generated/Run";
import type { RunStream } from "@/ipc/generated/RunStream";
import { formatBytes, formatNumber } from "@/lib/format";

const ROW = 30;
const GRID = "grid grid-cols-[minmax(8rem,1.2fr)_minmax(4rem,1fr)_6.5rem_5rem_8.5rem] gap-x-4 px-4";

/** What each stream brings: rows, size, how fast. It stays quick with thousands of them. */
export function RunStreams({ run }: { run: Run }) {
  "use no memo"; // The virtualiser hands out functions whose answers change without them.
  const { streams, active, rates } = useLiveRun(run);
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- this component is not compiled
  const rows = useVirtualizer({
    count: streams.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
  });
  if (streams.length === 0) return null;
  const changed = streams.some(({ changes }) => changes !== null);
  const most = Math.max(1, ...streams.map(({ records }) => records));
  return (
    <Card className="shrink-0 overflow-hidden">
      <div
        role="table"
        aria-label="Streams"
        aria-rowcount={streams.length + 1}
        className="text-small"
      >
        <div role="rowgroup">
          <div role="row" className={`${GRID} border-b border-line py-1.5 text-tiny text-ink-3`}>
            <div role="columnheader">Stream</div>
            <div role="columnheader" className="opacity-0">
              Share
            </div>
            <div role="columnheader" className="text-right">
              Rows
            </div>
            <div role="columnheader" className="text-right">
              Size
            </div>
            <div role="columnheader" className="text-right">
              {active ? "Rows a second" : changed ? "Changed" : "Arrived"}
            </div>
          </div>
        </div>
        <div
          ref={scroller}
          role="rowgroup"
          tabIndex={0}
          aria-label="Streams and their rows"
          className="max-h-40 scroll-area focus-visible:-outline-offset-2"
        >
          <div role="presentation" className="relative" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map((item) => {
              const stream = streams[item.index];
              return (
                stream && (
                  <div
                    key={stream.name}
                    role="row"
                    aria-rowindex={item.index + 2}
                    style={{ transform: `translateY(${item.start}px)`, height: ROW }}
                    className={`${GRID} absolute top-0 left-0 w-full items-center`}
                  >
                    <Cells
                      stream={stream}
                      share={stream.records / most}
                      rate={rates[item.index] ?? null}
                      active={active}
                    />
                  </div>
                )
              );
            })}
          </div>
        </div>
      </div>
    </Card>
  );
}

interface CellsProps {
  stream: RunStream;
  share: number;
  rate: number | null;
  active: boolean;
}

function Cells({ stream, share, rate, active }: CellsProps) {
  const odd = markSentence(stream);
  const working = active && rate !== null && rate > 0;
  return (
    <>
      <div role="rowheader" className="flex min-w-0 items-center gap-1.5">
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
      </div>
      <div role="cell">
        <svg width="100%" height="6" aria-hidden className="block overflow-hidden rounded-full">
          <rect width="100%" height="6" className="fill-paused-soft" />
          <rect
            width={`${share * 100}%`}
            height="6"
            rx="3"
            className={working ? "animate-breathe fill-working" : "fill-accent"}
          />
        </svg>
      </div>
      <div role="cell" className="text-right tabular-nums">
        {formatNumber(stream.records)}
      </div>
      <div role="cell" className="text-right text-ink-3 tabular-nums">
        {formatBytes(stream.bytes)}
      </div>
      <div role="cell" className="text-right text-ink-2 tabular-nums">
        {active ? (
          working ? (
            formatNumber(rate)
          ) : (
            "–"
          )
        ) : (
          <span title={stream.changes === null ? undefined : changeSentence(stream.changes)}>
            {arrived(stream)}
          </span>
        )}
      </div>
    </>
  );
}

function arrived({ records, loaded, changes }: RunStream): string {
  if (changes !== null) return changeWords(changes);
  if (loaded === null) return "Not known";
  return loaded === records ? "All" : formatNumber(loaded);
}
