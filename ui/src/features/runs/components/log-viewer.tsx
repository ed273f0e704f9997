import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDownToLine, ListFilter } from "lucide-react";
import {
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { CopyButton } from "@/components/copy-button";
import { Card } from "@/components/page";
import { ErrorState } from "@/components/states";
import { Button } from "@/components/ui/button";
import { Menu, MenuChoice } from "@/components/ui/menu";
import { SearchField } from "@/components/ui/search-field";
import {
  asText,
  levels,
  levelWords,
  LogFilter,
  type LevelFilter,
} from "@/features/runs/api/log-filter";
import { LogReader, type LogSnapshot } from "@/features/runs/api/log-reader";
import { useTransport } from "@/ipc/context";
import type { LogLine } from "@/ipc/generated/LogLine";
import type { RunId } from "@/ipc/generated/RunId";
import { formatNumber, plural } from "@/lib/format";
import { LogRow } from "./log-row";

/** Height of a line that is not wrapped, in pixels. */
const LINE = 20;
/** How near the end counts as being there, in pixels. */
const NEAR = 24;

const levelOptions = levels.map((value) => ({ value, label: levelWords[value] }));

/** The log of a run. It stays smooth at a million lines and follows a run that still writes. */
export function LogViewer({ run }: { run: RunId }) {
  const transport = useTransport();
  const reader = useMemo(() => new LogReader(transport, run), [transport, run]);
  const log = useSyncExternalStore(reader.subscribe, reader.snapshot);
  const [level, setLevel] = useState<LevelFilter>("all");
  const [search, setSearch] = useState("");
  const [follow, setFollow] = useState(false);
  const wanted = useDeferredValue(search);
  // A new reader begins with no lines: what the filter has seen of the old one must not be kept.
  const filter = useMemo(
    () => ({ reader, of: new LogFilter(level, wanted) }),
    [reader, level, wanted],
  );
  const shown = filter.of.extend(log.lines);
  return (
    <Card className="flex min-h-64 flex-1 flex-col overflow-hidden">
      <div
        role="toolbar"
        aria-label="Log"
        className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2"
      >
        <h2 className="mr-1 font-semibold">Log</h2>
        <p aria-live="off" className="text-small text-ink-3 tabular-nums">
          {countWords(log, shown.length)}
        </p>
        <div className="flex-1" />
        <SearchField label="Search the log" value={search} onChange={setSearch} className="w-52" />
        <Menu
          trigger={
            <Button
              icon={<ListFilter className="size-4" aria-hidden />}
              aria-label={`Lines shown: ${levelWords[level]}`}
            >
              {levelWords[level]}
            </Button>
          }
        >
          <MenuChoice
            label="Lines shown"
            value={level}
            options={levelOptions}
            onChange={setLevel}
          />
        </Menu>
        <Button
          aria-pressed={follow}
          className={follow ? "border-accent! bg-accent-soft! text-accent-ink!" : ""}
          icon={<ArrowDownToLine className="size-4" aria-hidden />}
          onClick={() => setFollow(!follow)}
        >
          Follow
        </Button>
        <CopyButton label="Copy the lines shown" text={() => asText(log.lines, shown)} />
      </div>
      {log.state === "failed" && log.lines.length === 0 ? (
        <ErrorState
          title="The log could not be read"
          error={log.error}
          busy={false}
          onRetry={reader.start}
        />
      ) : (
        <Lines
          log={log}
          shown={shown}
          version={log.version}
          follow={follow}
          onLeaveEnd={() => setFollow(false)}
        />
      )}
    </Card>
  );
}

function countWords(log: LogSnapshot, shown: number): string {
  if (log.state === "reading" && log.lines.length === 0) return "Reading";
  const all = plural(log.lines.length, "line");
  return shown === log.lines.length ? all : `${formatNumber(shown)} of ${all}`;
}

interface LinesProps {
  log: LogSnapshot;
  shown: readonly number[];
  /** The arrays grow in place; the version says that they did. */
  version: number;
  follow: boolean;
  onLeaveEnd: () => void;
}

function Lines({ log, shown, version, follow, onLeaveEnd }: LinesProps) {
  "use no memo"; // The virtualiser hands out functions whose answers change without them.
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- this component is not compiled
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 20,
  });
  useEffect(() => {
    if (follow && shown.length > 0) rows.scrollToIndex(shown.length - 1, { align: "end" });
  }, [follow, rows, shown, version]);
  const leaveWhenUp = () => {
    const element = scroller.current;
    if (!follow || !element) return;
    const rest = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (rest > NEAR) onLeaveEnd();
  };
  return (
    <div
      ref={scroller}
      role="region"
      aria-label="Lines of the log"
      // A region that scrolls must be reachable with the keyboard.
      tabIndex={0}
      onWheel={leaveWhenUp}
      onKeyUp={leaveWhenUp}
      className="min-h-0 flex-1 selectable scroll-area bg-canvas font-mono text-tiny focus-visible:-outline-offset-2"
    >
      {shown.length === 0 ? (
        <p className="p-4 font-sans text-small text-ink-3">{emptyWords(log)}</p>
      ) : (
        <div className="relative w-full" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => (
            <LogRow
              key={item.key}
              ref={rows.measureElement}
              index={item.index}
              top={item.start}
              line={lineAt(log, shown, item.index)}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function lineAt(log: LogSnapshot, shown: readonly number[], index: number): LogLine | undefined {
  const position = shown[index];
  return position === undefined ? undefined : log.lines[position];
}

function emptyWords(log: LogSnapshot): string {
  if (log.lines.length > 0) return "No line fits this search and filter.";
  if (log.state === "reading") return "Reading the log.";
  return log.state === "following" ? "Nothing has been written yet." : "This log is empty.";
}
