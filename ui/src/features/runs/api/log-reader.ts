import type { LogLine } from "@/ipc/generated/LogLine";
import type { RunId } from "@/ipc/generated/RunId";
import type { Transport } from "@/ipc/transport";

/** Lines asked for at a time. */
const PAGE = 2_000;
/** How long to wait before asking again when there was nothing new, in milliseconds. */
const PAUSE = 700;

/** What is known of a log. `lines` only ever grows; a new `version` says that it did. */
export interface LogSnapshot {
  readonly version: number;
  readonly lines: readonly LogLine[];
  /** The end was reached: `following` waits for more, `complete` knows that nothing will follow. */
  readonly state: "reading" | "following" | "complete" | "failed";
  readonly error: unknown;
}

/**
 * Reads a run's log by position, from its start to its end, and goes on while the run writes.
 *
 * It stands beside the query cache on purpose: a log only grows, and a million lines must not be copied for each page.
 */
export class LogReader {
  readonly #listeners = new Set<() => void>();
  readonly #lines: LogLine[] = [];
  #snapshot: LogSnapshot;
  #offset = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #running = false;

  constructor(
    readonly transport: Transport,
    readonly run: RunId,
  ) {
    this.#snapshot = { version: 0, lines: this.#lines, state: "reading", error: null };
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    if (!this.#running && this.#snapshot.state !== "complete") this.start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  };

  readonly snapshot = () => this.#snapshot;

  /** Begins to read, or goes on after a failure from where it was. */
  readonly start = () => {
    if (this.#running) return;
    this.#running = true;
    void this.#read();
  };

  #stop(): void {
    this.#running = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #read(): Promise<void> {
    const offset = this.#offset;
    try {
      const page = await this.transport.invoke("read_log", { run: this.run, offset, limit: PAGE });
      // Stopped, or stopped and started again, while the answer was on its way.
      if (!this.#running || this.#offset !== offset) return;
      for (const line of page.lines) this.#lines.push(line);
      this.#offset = page.next_offset;
      const atEnd = page.lines.length === 0;
      if (atEnd && page.complete) {
        this.#running = false;
        this.#publish("complete", null);
        return;
      }
      this.#publish(atEnd ? "following" : "reading", null);
      this.#timer = setTimeout(() => void this.#read(), atEnd ? PAUSE : 0);
    } catch (error) {
      if (!this.#running) return;
      this.#running = false;
      this.#publish("failed", error);
    }
  }

  #publish(state: LogSnapshot["state"], error: unknown): void {
    const version = this.#snapshot.version + 1;
    this.#snapshot = { version, lines: this.#lines, state, error };
    this.#listeners.forEach((listener) => listener());
  }
}
