import { clsx } from "clsx";
import { CircleX, Info, ScanSearch, TriangleAlert } from "lucide-react";
import type { Ref } from "react";
import { sourceWords, splitAt } from "@/features/runs/api/log-filter";
import type { LogLevel } from "@/ipc/generated/LogLevel";
import type { LogMatch } from "@/ipc/generated/LogMatch";
import { formatNumber } from "@/lib/format";
import { formatClock } from "@/lib/time";

/** How much of a line is drawn: a line may be as long as the largest record. */
const DRAWN = 4_000;

const looks: Record<LogLevel, { words: string; icon: typeof Info; text: string; row: string }> = {
  debug: { words: "Detail", icon: ScanSearch, text: "text-ink-3", row: "" },
  info: { words: "Info", icon: Info, text: "text-ink", row: "" },
  warning: { words: "Warning", icon: TriangleAlert, text: "text-late", row: "bg-late-soft/50" },
  error: {
    words: "Error",
    icon: CircleX,
    text: "text-attention",
    row: "bg-attention-soft",
  },
};

interface LogRowProps {
  ref: Ref<HTMLDivElement> | undefined;
  /** Place in the list, which the virtualiser measures it by. */
  index: number;
  /** Distance from the start of the list, in pixels. */
  top: number;
  match: LogMatch;
  wrap: boolean;
  /** What is searched for. */
  wanted: string;
  /** It is the hit that is looked at. */
  current: boolean;
}

/** One line of the log. */
export function LogRow({ ref, index, top, match, wrap, wanted, current }: LogRowProps) {
  const { line } = match;
  const look = looks[line.level];
  const Icon = look.icon;
  const rest = line.text.length - DRAWN;
  const text = rest > 0 ? line.text.slice(0, DRAWN) : line.text;
  return (
    <div
      ref={ref}
      data-index={index}
      {...(current && { "aria-current": true })}
      style={{ transform: `translateY(${top}px)` }}
      className={clsx(
        "absolute top-0 left-0 flex gap-3 px-4 py-0.5 leading-4",
        wrap ? "w-full" : "w-max min-w-full",
        current ? "bg-accent-soft" : `${look.row} hover:bg-hover`,
      )}
    >
      <span className="shrink-0 text-ink-3">{formatClock(line.time)}</span>
      <Icon
        role="img"
        aria-label={look.words}
        className={clsx(
          "size-3.5 shrink-0 self-start",
          look.text,
          line.level === "info" && "text-ink-3",
        )}
      />
      <span className="w-20 shrink-0 truncate text-ink-3">{sourceWords[line.source]}</span>
      <span
        className={clsx(
          look.text,
          wrap ? "min-w-0 flex-1 wrap-anywhere whitespace-pre-wrap" : "whitespace-pre",
        )}
      >
        {line.stream !== undefined && <span className="text-ink-3">{line.stream}: </span>}
        {splitAt(text, wanted).map((piece, place) =>
          place % 2 === 1 ? (
            <mark key={place} className="rounded-xs bg-accent text-on-accent">
              {piece}
            </mark>
          ) : (
            piece
          ),
        )}
        {rest > 0 && (
          <span className="text-ink-3">
            {" "}
            … {formatNumber(rest)} more characters: save the log to see them
          </span>
        )}
      </span>
    </div>
  );
}
