import type { LogLevel } from "@/ipc/generated/LogLevel";
import type { LogLine } from "@/ipc/generated/LogLine";

/** The least serious level that is shown. */
export const levels = ["all", "info", "warning", "error"] as const;
export type LevelFilter = (typeof levels)[number];

/** What a level filter is called. */
export const levelWords: Record<LevelFilter, string> = {
  all: "Everything",
  info: "Without detail",
  warning: "Warnings and errors",
  error: "Errors",
};

const weight: Record<LogLevel, number> = { debug: 0, info: 1, warning: 2, error: 3 };
const least: Record<LevelFilter, number> = { all: 0, info: 1, warning: 2, error: 3 };

/**
 * Keeps the positions of the lines that fit. It looks at each line once, also while the log grows: `extend` goes on
 * where it stopped.
 */
export class LogFilter {
  readonly #found: number[] = [];
  readonly #search: string;
  #seen = 0;

  constructor(
    readonly level: LevelFilter,
    search: string,
  ) {
    this.#search = search.trim().toLocaleLowerCase("en");
  }

  /** Positions of all lines that fit. The same array grows from call to call. */
  extend(lines: readonly LogLine[]): readonly number[] {
    for (; this.#seen < lines.length; this.#seen += 1) {
      const line = lines[this.#seen];
      if (line && this.#fits(line)) this.#found.push(this.#seen);
    }
    return this.#found;
  }

  #fits(line: LogLine): boolean {
    if (weight[line.level] < least[this.level]) return false;
    return this.#search === "" || line.text.toLocaleLowerCase("en").includes(this.#search);
  }
}

/** Lines as text, for the clipboard. */
export function asText(lines: readonly LogLine[], positions: readonly number[]): string {
  return positions
    .flatMap((position) => {
      const line = lines[position];
      return line ? [`${line.time} ${line.level.toUpperCase()} ${line.source}: ${line.text}`] : [];
    })
    .join("\n");
}
