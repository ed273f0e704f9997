import { ArrowDownToLine, Download, ListFilter, WrapText } from "lucide-react";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { toast } from "sonner";
import { CopyButton } from "@/components/copy-button";
import { Card } from "@/components/page";
import { useSlashToSearch } from "@/components/slash-to-search";
import { ErrorState } from "@/components/states";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuChoice, MenuSeparator } from "@/components/ui/menu";
import {
  asText,
  everything,
  levels,
  levelWords,
  sources,
  sourceWords,
  type LogFilter,
} from "@/features/runs/api/log-filter";
import { LogSearch } from "@/features/runs/api/log-search";
import { LogWindow } from "@/features/runs/api/log-window";
import { useTransport } from "@/ipc/context";
import type { Run } from "@/ipc/generated/Run";
import { useSaveLog } from "@/ipc/mutations";
import { isActive } from "@/ipc/run-status";
import { usePreference } from "@/lib/preference";
import { LogFoot } from "./log-foot";
import { LogLines } from "./log-lines";
import { LogSearchBar } from "./log-search-bar";

/** How long the typing has to rest before the search begins, in milliseconds. */
const REST = 180;

const levelOptions = levels.map((value) => ({ value, label: levelWords[value] }));
const sourceOptions = sources.map((value) => ({
  value,
  label: value === "all" ? "From everyone" : sourceWords[value],
}));

/** The log of a run. It stays smooth at a million lines and follows a run that still writes. */
export function LogViewer({ run }: { run: Run }) {
  const transport = useTransport();
  // Where it begins is decided once: a run that ends while it is looked at stays where it is.
  const [begun] = useState(() => ({
    active: isActive(run.status),
    end: isActive(run.status) || run.status === "failed",
  }));
  const log = useMemo(
    () => new LogWindow(transport, run.id, begun.end ? "end" : "start", begun.active),
    [transport, run.id, begun],
  );
  const search = useMemo(
    () => new LogSearch(transport, run.id, log.goTo),
    [transport, run.id, log],
  );
  const view = useSyncExternalStore(log.subscribe, log.snapshot);
  const hits = useSyncExternalStore(search.subscribe, search.snapshot);
  const [filter, setFilter] = useState<LogFilter>(everything);
  const [text, setText] = useState("");
  const [wrapping, setWrapping] = usePreference("log.wrap", ["on", "off"], "on");
  const [top, setTop] = useState(0);
  const position = useRef(0);
  const field = useRef<HTMLInputElement>(null);
  const save = useSaveLog();
  useSlashToSearch(field);
  useEffect(() => {
    const begin = () => search.look(text, filter, position.current);
    const timer = setTimeout(begin, text === "" ? 0 : REST);
    return () => clearTimeout(timer);
  }, [search, text, filter]);
  const show = (change: Partial<LogFilter>) => {
    const next = { ...filter, ...change };
    setFilter(next);
    log.filter(next, position.current);
  };
  const filtered = filter.level !== "debug" || filter.source !== "all";
  const shown =
    filter.source === "all"
      ? levelWords[filter.level]
      : `${levelWords[filter.level]}, ${sourceWords[filter.source]}`;
  return (
    <Card className="flex min-h-72 flex-1 flex-col overflow-hidden">
      <div
        role="toolbar"
        aria-label="Log"
        className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2"
      >
        <h2 className="mr-1 flex-1 font-semibold">Log</h2>
        <LogSearchBar
          field={field}
          text={text}
          onChange={setText}
          search={search}
          hits={hits}
          end={view.end}
        />
        <Menu
          trigger={
            <Button
              icon={<ListFilter className="size-4" aria-hidden />}
              className={filtered ? "border-accent! bg-accent-soft! text-accent-ink!" : ""}
              aria-label={`Lines shown: ${shown}`}
            >
              <span className="max-w-40 truncate">{shown}</span>
            </Button>
          }
        >
          <MenuChoice
            label="Lines shown"
            value={filter.level}
            options={levelOptions}
            onChange={(level) => show({ level })}
          />
          <MenuSeparator />
          <MenuChoice
            label="Whose lines"
            value={filter.source}
            options={sourceOptions}
            onChange={(source) => show({ source })}
          />
        </Menu>
        <Button
          aria-pressed={view.follow}
          className={view.follow ? "border-accent! bg-accent-soft! text-accent-ink!" : ""}
          icon={<ArrowDownToLine className="size-4" aria-hidden />}
          onClick={() => log.setFollow(!view.follow)}
        >
          Follow
        </Button>
        <span className="flex items-center">
          <IconButton
            label="Wrap long lines"
            aria-pressed={wrapping === "on"}
            className={wrapping === "on" ? "bg-accent-soft text-accent-ink!" : ""}
            icon={<WrapText className="size-4" aria-hidden />}
            onClick={() => setWrapping(wrapping === "on" ? "off" : "on")}
          />
          <CopyButton label="Copy the lines shown" text={() => asText(view.lines)} />
          <IconButton
            label="Save the whole log"
            disabled={save.isPending}
            icon={<Download className="size-4" aria-hidden />}
            onClick={() =>
              save.mutate(run.id, {
                onSuccess: (path) =>
                  path !== null && toast.success("The log is saved", { description: path }),
              })
            }
          />
        </span>
      </div>
      {view.state === "failed" && view.lines.length === 0 ? (
        <ErrorState
          title="The log could not be read"
          error={view.error}
          busy={false}
          onRetry={() => void log.open(begun.end ? "end" : "start")}
        />
      ) : (
        <LogLines
          key={wrapping}
          log={log}
          view={view}
          wrap={wrapping === "on"}
          wanted={hits.text}
          current={hits.current}
          top={position}
          onTop={setTop}
        />
      )}
      <LogFoot log={log} view={view} filtered={filtered} top={top} />
    </Card>
  );
}
