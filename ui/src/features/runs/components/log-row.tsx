import { clsx } from "clsx";
import type { Ref } from "react";
import type { LogLevel } from "@/ipc/generated/LogLevel";
import type { LogLine } from "@/ipc/generated/LogLine";
import type { LogSource } from "@/ipc/generated/LogSource";
import { formatClock } from "@/lib/time";

const levelLook: Record<LogLevel, { words: string; text: string; mark: string }> = {
  debug: { words: "detail", text: "text-ink-3", mark: "text-ink-3" },
  info: { words: "info", text: "text-ink", mark: "text-ink-3" },
  warning: { words: "warning", text: "text-late", mark: "text-late" },
  error: { words: "error", text: "text-attention", mark: "text-attention" },
};

const sourceWords: Record<LogSource, string> = {
  app: "Tributary",
  meltano: "Meltano",
  extractor: "Connector",
  loader: "Destination",
};

interface LogRowProps {
  ref: Ref<HTMLDivElement>;
  /** Place in the list, which the virtualiser measures it by. */
  index: number;
  /** Distance from the start of the list, in pixels. */
  top: number;
  line: LogLine | undefined;
}

/** One line of the log, wrapped when it is long. */
export function LogRow({ ref, index, top, line }: LogRowProps) {
  const look = line && levelLook[line.level];
  return (
    <div
      ref={ref}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
      className="absolute top-0 left-0 flex w-full gap-3 px-4 py-0.5 leading-4 hover:bg-hover"
    >
      {line && look && (
        <>
          <span className="shrink-0 text-ink-3">{formatClock(line.time)}</span>
          <span className={clsx("w-14 shrink-0", look.mark)}>{look.words}</span>
          <span className="w-20 shrink-0 text-ink-3">{sourceWords[line.source]}</span>
          <span className={clsx("min-w-0 flex-1 wrap-anywhere whitespace-pre-wrap", look.text)}>
            {line.text}
          </span>
        </>
      )}
    </div>
  );
}
