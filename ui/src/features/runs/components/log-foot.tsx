import { ChevronsDown, ChevronsUp } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import type { LogView, LogWindow } from "@/features/runs/api/log-window";
import { formatBytes, formatShare, plural } from "@/lib/format";

interface LogFootProps {
  log: LogWindow;
  view: LogView;
  filtered: boolean;
  /** Position of the first line in sight. */
  top: number;
}

/** How much there is, what is no longer kept, and the way to any place of a log that is too long to be held. */
export function LogFoot({ log, view, filtered, top }: LogFootProps) {
  const { lines, atStart, atEnd, end, dropped, state } = view;
  const whole = atStart && atEnd;
  return (
    <footer className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-3 py-1 text-tiny text-ink-2 tabular-nums">
      <p aria-live="off">
        {whole
          ? `${plural(lines.length, "line")}${filtered ? " of this kind" : ""}`
          : formatBytes(end)}
      </p>
      {dropped > 0 && (
        <p className="text-late">
          {formatBytes(dropped)} from the middle are no longer kept: of a long log the beginning and
          the end stay.
        </p>
      )}
      {state === "failed" && lines.length > 0 && (
        <p role="alert" className="flex items-center gap-2 text-attention">
          The log could not be read on.
          <Button size="small" onClick={() => void log.more("after")}>
            Try again
          </Button>
        </p>
      )}
      {state === "reading" && lines.length > 0 && !whole && <p>Reading</p>}
      {state === "reading" && filtered && (
        <Button size="small" kind="quiet" onClick={log.stop}>
          Stop
        </Button>
      )}
      {!whole && end > 0 && <Place log={log} end={end} top={top} />}
    </footer>
  );
}

/** A slider over the whole log. */
function Place({ log, end, top }: { log: LogWindow; end: number; top: number }) {
  const [dragged, setDragged] = useState<number | null>(null);
  const share = dragged ?? Math.min(1, top / end);
  const go = () => {
    if (dragged === null) return;
    setDragged(null);
    log.setFollow(false);
    void log.open(Math.floor(dragged * end));
  };
  return (
    <div className="sm:max-w-96 ml-auto flex min-w-48 flex-1 items-center gap-1.5">
      <IconButton
        label="To the beginning of the log"
        shortcut="Home"
        icon={<ChevronsUp className="size-4" aria-hidden />}
        onClick={() => {
          log.setFollow(false);
          void log.open("start");
        }}
      />
      <input
        type="range"
        aria-label="Place in the log"
        aria-valuetext={formatShare(share)}
        min={0}
        max={1000}
        value={Math.round(share * 1000)}
        onChange={({ target }) => setDragged(Number(target.value) / 1000)}
        onPointerUp={go}
        onKeyUp={go}
        onBlur={go}
        className="min-w-0 flex-1 accent-(--accent)"
      />
      <span className="w-10 text-right" aria-hidden>
        {formatShare(share)}
      </span>
      <IconButton
        label="To the end of the log"
        shortcut="End"
        icon={<ChevronsDown className="size-4" aria-hidden />}
        onClick={() => void log.open("end")}
      />
    </div>
  );
}
