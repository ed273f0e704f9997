import { useVirtualizer } from "@tanstack/react-virtual";
import { Ellipsis, FileJson, RefreshCcwDot } from "lucide-react";
import { useRef } from "react";
import { Card } from "@/components/page";
import { modeWords } from "@/components/sync-words";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem } from "@/components/ui/menu";
import type { StreamRow } from "@/features/integrations/api/stream-rows";
import { formatNumber } from "@/lib/format";
import { formatMoment } from "@/lib/time";
import { StreamName, When } from "./stream-freshness";

const ROW = 40;
const COLUMNS = 7;

interface StreamTableProps {
  rows: readonly StreamRow[];
  /** A sync is at work: nothing may be forgotten meanwhile. */
  busy: boolean;
  onAgain: (stream: string) => void;
  onRaw: (stream: string) => void;
}

/** The streams; quick with thousands of them. */
export function StreamTable({ rows: streams, busy, onAgain, onRaw }: StreamTableProps) {
  "use no memo"; // The virtualiser hands out functions whose answers change without them.
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- this component is not compiled
  const virtual = useVirtualizer({
    count: streams.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 16,
  });
  const shown = virtual.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <Card className="flex min-h-0 flex-col overflow-hidden">
      <div
        ref={scroller}
        role="region"
        aria-label="Streams, list"
        // A region that scrolls must be reachable with the keyboard.
        tabIndex={0}
        className="min-h-0 scroll-area focus-visible:-outline-offset-2"
      >
        <table
          aria-label="Streams"
          aria-rowcount={streams.length + 1}
          className="w-full min-w-[44rem] table-fixed text-small"
        >
          <thead className="sticky top-0 z-10 bg-surface text-left text-tiny text-ink-3">
            <tr className="shadow-[0_1px_0_var(--line)]">
              <th scope="col" className="px-4 py-2 font-normal">
                Stream
              </th>
              <th scope="col" className="hidden w-40 px-3 font-normal wide:table-cell">
                How
              </th>
              <th scope="col" className="w-24 px-3 text-right font-normal">
                Last rows
              </th>
              <th scope="col" className="w-32 px-3 font-normal">
                Read
              </th>
              <th scope="col" className="w-32 px-3 font-normal">
                Rows last came
              </th>
              <th scope="col" className="w-44 px-3 font-normal">
                Brought in up to
              </th>
              <th scope="col" className="w-12">
                <span className="sr-only">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {before > 0 && <Space height={before} />}
            {shown.map(({ index }) => {
              const stream = streams[index];
              return (
                stream && (
                  <tr
                    key={stream.name}
                    aria-rowindex={index + 2}
                    style={{ height: ROW }}
                    className="border-b border-line last:border-b-0 hover:bg-hover"
                  >
                    <th scope="row" className="px-4 text-left font-medium">
                      <StreamName stream={stream} />
                    </th>
                    <td className="hidden truncate px-3 text-ink-2 wide:table-cell">
                      {howWords(stream)}
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
                    <td className="selectable truncate px-3 text-ink-2 tabular-nums">
                      <Position stream={stream} />
                    </td>
                    <td className="pr-2 text-right">
                      <Menu
                        trigger={
                          <IconButton
                            label={`More for ${stream.name}`}
                            icon={<Ellipsis className="size-4" aria-hidden />}
                          />
                        }
                      >
                        <MenuItem
                          disabled={busy || stream.position === null}
                          icon={<RefreshCcwDot aria-hidden />}
                          onSelect={() => onAgain(stream.name)}
                        >
                          Bring in again from the start
                        </MenuItem>
                        <MenuItem
                          disabled={stream.raw === null}
                          icon={<FileJson aria-hidden />}
                          onSelect={() => onRaw(stream.name)}
                        >
                          Details of its state
                        </MenuItem>
                      </Menu>
                    </td>
                  </tr>
                )
              );
            })}
            {after > 0 && <Space height={after} />}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Space({ height }: { height: number }) {
  return (
    <tr aria-hidden style={{ height }}>
      <td colSpan={COLUMNS} />
    </tr>
  );
}

function howWords({ mode, chosen }: StreamRow): string {
  if (!chosen) return "No longer chosen";
  return mode === null ? "As recommended" : modeWords[mode];
}

/** A moment is shown as one; anything else as the connector wrote it. */
function Position({ stream }: { stream: StreamRow }) {
  const { position } = stream;
  if (position === null) return <span className="text-ink-3">From the start next time</span>;
  const moment = /^\d{4}-\d\d-\d\dT/u.test(position) && !Number.isNaN(Date.parse(position));
  return <span title={position}>{moment ? formatMoment(position) : position}</span>;
}
