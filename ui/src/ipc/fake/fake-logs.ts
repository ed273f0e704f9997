import type { Args, Result } from "@/ipc/commands";
import type { LogLevel } from "@/ipc/generated/LogLevel";
import type { LogLine } from "@/ipc/generated/LogLine";
import type { RunId } from "@/ipc/generated/RunId";
import { isActive } from "@/ipc/run-status";
import type { FakeTransport } from "./fake-transport";

/** The commands that read logs. */
type Name = "read_log" | "search_log" | "log_extent" | "save_log";

type LogHandlers = {
  [Command in Name]: (args: Args<Command>) => Result<Command> | Promise<Result<Command>>;
};

/** A log as the fake core reads it: lines by number, so that a long one need not be kept. */
export interface FakeLog {
  readonly count: number;
  line: (index: number) => LogLine;
}

/** How many bytes each line of a fake log takes. */
export const LINE_BYTES = 100;
/** How many lines one search looks through. */
export const SEARCHED_AT_ONCE = 50_000;

const weight: Record<LogLevel, number> = { debug: 0, info: 1, warning: 2, error: 3 };

/** How a fake core answers them. As the real one, it passes over the rest of a line that a position lies in. */
export function logHandlers(fake: FakeTransport, open = kept(fake)): LogHandlers {
  const grows = (run: RunId) => {
    const status = fake.state.runs.find(({ id }) => id === run)?.status;
    return status !== undefined && isActive(status);
  };
  return {
    read_log: ({ run, offset, limit }) => {
      const log = open(run);
      const first = Math.ceil(offset / LINE_BYTES);
      const last = Math.min(log.count, first + limit);
      const lines: LogLine[] = [];
      for (let index = first; index < last; index += 1) lines.push(log.line(index));
      const next_offset = Math.max(offset, last * LINE_BYTES);
      return { lines, next_offset, complete: !grows(run) };
    },
    search_log: ({ run, query }) => {
      const log = open(run);
      const { text = "", level = "debug", sources = [], offset = 0, limit = 1_000 } = query;
      const wanted = text.toLowerCase();
      const lines: Result<"search_log">["lines"] = [];
      let index = Math.ceil(offset / LINE_BYTES);
      const end = Math.min(log.count, index + SEARCHED_AT_ONCE);
      for (; index < end && lines.length < limit; index += 1) {
        const line = log.line(index);
        const fits =
          weight[line.level] >= weight[level] &&
          (sources.length === 0 || sources.includes(line.source)) &&
          line.text.toLowerCase().includes(wanted);
        if (fits) lines.push({ offset: index * LINE_BYTES, line });
      }
      return {
        lines,
        next_offset: Math.max(offset, index * LINE_BYTES),
        complete: index >= log.count && !grows(run),
      };
    },
    log_extent: ({ run, lines }) => {
      const { count } = open(run);
      return {
        end: count * LINE_BYTES,
        tail: Math.max(0, count - lines) * LINE_BYTES,
        dropped: 0,
      };
    },
    save_log: () => "/home/ada/Documents/sync.log",
  };
}

function kept(fake: FakeTransport): (run: RunId) => FakeLog {
  return (run) => {
    const lines = fake.state.logs.get(run) ?? [];
    return {
      count: lines.length,
      line: (index) => {
        const line = lines[index];
        if (!line) throw new Error(`the log has no line ${index}`);
        return line;
      },
    };
  };
}
