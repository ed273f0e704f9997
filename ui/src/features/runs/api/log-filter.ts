import type { LogLevel } from "@/ipc/generated/LogLevel";
import type { LogLine } from "@/ipc/generated/LogLine";
import type { LogMatch } from "@/ipc/generated/LogMatch";
import type { LogSource } from "@/ipc/generated/LogSource";

/** The least serious level that is shown, from all to the fewest lines. */
export const levels = ["debug", "info", "warning", "error"] as const satisfies LogLevel[];

/** What a level filter is called. */
export const levelWords: Record<LogLevel, string> = {
  debug: "Everything",
  info: "Without detail",
  warning: "Warnings and errors",
  error: "Errors",
};

/** Whose lines are shown. */
export const sources = ["all", "app", "meltano", "extractor", "loader"] as const;
export type SourceFilter = (typeof sources)[number];

/** What people call those who write a log. */
export const sourceWords: Record<LogSource, string> = {
  app: "Tributary",
  meltano: "Meltano",
  extractor: "Connector",
  loader: "Destination",
};

/** Which lines are shown. */
export interface LogFilter {
  level: LogLevel;
  source: SourceFilter;
}

/** Every line. */
export const everything: LogFilter = { level: "debug", source: "all" };

/** A filter as the core understands it. */
export function asQuery({ level, source }: LogFilter): { level: LogLevel; sources: LogSource[] } {
  return { level, sources: source === "all" ? [] : [source] };
}

/** A line as text. */
export function lineText({ time, level, source, stream, text }: LogLine): string {
  const where = stream === undefined ? source : `${source} ${stream}`;
  return `${time} ${level.toUpperCase()} ${where}: ${text}`;
}

/** Lines as text, for the clipboard. */
export function asText(lines: readonly LogMatch[]): string {
  return lines.map(({ line }) => lineText(line)).join("\n");
}

/** A text in pieces: those at odd places are what was searched for, in any case of letters. */
export function splitAt(text: string, wanted: string): string[] {
  if (wanted === "") return [text];
  const lower = text.toLowerCase();
  // Letters whose small form is longer than they are would move what follows: better no mark than a wrong one.
  if (lower.length !== text.length) return [text];
  const small = wanted.toLowerCase();
  const pieces: string[] = [];
  let from = 0;
  for (let at = lower.indexOf(small); at >= 0; at = lower.indexOf(small, from)) {
    pieces.push(text.slice(from, at), text.slice(at, at + small.length));
    from = at + small.length;
  }
  return [...pieces, text.slice(from)];
}
