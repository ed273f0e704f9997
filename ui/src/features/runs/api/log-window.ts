import type { LogMatch } from "@/ipc/generated/LogMatch";
import type { RunId } from "@/ipc/generated/RunId";
import type { Transport } from "@/ipc/transport";
import { asQuery, everything, type LogFilter } from "./log-filter";

/** Lines asked for at a time. */
const PAGE = 1_000;
/** The most lines that are held: more is dropped at the other end. */
const MOST = 6_000;
/** How far one step back goes at first, and at most, in bytes. */
const STRIDE = 128 * 1_024;
const LONGEST_STRIDE = 8 * 1_024 * 1_024;
/** How much before a position is shown with it, in bytes. */
const CONTEXT = 16 * 1_024;
/** How often a log that still grows is looked at, in milliseconds. */
const PAUSE = 500;

/** The part of a log that is held. */
export interface LogView {
  /** Lines that fit the filter, with their positions. */
  readonly lines: readonly LogMatch[];
  /** Whether they begin at the log's beginning, and end at its end as far as it is written. */
  readonly atStart: boolean;
  readonly atEnd: boolean;
  /** Nothing will follow any more. */
  readonly complete: boolean;
  /** Bytes of the whole log, and of what of it is no longer kept. */
  readonly end: number;
  readonly dropped: number;
  readonly follow: boolean;
  readonly state: "reading" | "idle" | "failed";
  readonly error: unknown;
  /** The line to bring into sight; a new object asks for it again. */
  readonly target: { readonly offset: number } | null;
}

const nothing: LogView = {
  lines: [],
  atStart: false,
  atEnd: false,
  complete: false,
  end: 0,
  dropped: 0,
  follow: false,
  state: "reading",
  error: null,
  target: null,
};

/**
 * A window on a run's log: reads by position what is looked at, forwards and backwards, and holds a bounded number of
 * lines, however long the log is. It goes on while the run writes.
 *
 * It stands beside the query cache on purpose: a log only grows, and its pieces have no names to be cached under.
 */
export class LogWindow {
  readonly #listeners = new Set<() => void>();
  #view: LogView = nothing;
  #filter: LogFilter = everything;
  /** What is held lies between these positions. */
  #start = 0;
  #stop = 0;
  /** Counts what was begun: an answer to something older is thrown away. */
  #turn = 0;
  #busy = false;
  /** What is shown is of another place: it stays only until the first lines of this one are there. */
  #elsewhere = false;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(
    readonly transport: Transport,
    readonly run: RunId,
    readonly begin: "start" | "end",
    follow: boolean,
  ) {
    this.#view = { ...nothing, follow };
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      if (this.#view.lines.length === 0) void this.open(this.begin);
      this.#timer = setInterval(() => void this.#look(), PAUSE);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#turn += 1;
      this.#busy = false;
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#timer = null;
    };
  };

  readonly snapshot = () => this.#view;

  /** Shows the log from its start, from its end, or from a position. */
  readonly open = (at: "start" | "end" | number): Promise<void> =>
    this.#work(async (turn) => {
      const { end, tail, dropped } = await this.transport.invoke("log_extent", {
        run: this.run,
        lines: PAGE,
      });
      if (turn !== this.#turn) return;
      // A line is seen with what stands before it.
      const near = (offset: number) => Math.max(0, Math.min(offset, end) - CONTEXT);
      this.#start = at === "start" ? 0 : at === "end" ? tail : near(at);
      this.#stop = this.#start;
      this.#elsewhere = true;
      this.#put({ end, dropped, atEnd: false, complete: false, target: null });
      await this.#after(turn, PAGE);
      if (turn === this.#turn && this.#view.lines.length < PAGE) await this.#before(turn, PAGE);
      const lines = this.#view.lines;
      const last = lines.at(-1)?.offset ?? 0;
      const wanted = at === "end" ? last : at === "start" ? 0 : at;
      if (turn === this.#turn) this.#put({ target: { offset: wanted } });
    }, true);

  /** Brings the line at a position into sight. */
  readonly goTo = (offset: number): void => {
    this.setFollow(false);
    const held = offset >= this.#start && offset < this.#stop;
    if (held) this.#put({ target: { offset } });
    else void this.open(offset);
  };

  /** Reads on at one end of what is held. */
  readonly more = (where: "before" | "after"): Promise<void> =>
    this.#work((turn) => (where === "before" ? this.#before(turn, PAGE) : this.#after(turn, PAGE)));

  /** Shows other lines, from about the same place. */
  readonly filter = (filter: LogFilter, near: number | null): void => {
    this.#filter = filter;
    void this.open(this.#view.follow ? "end" : (near ?? this.begin));
  };

  /** Stays at the end as the log grows. */
  readonly setFollow = (follow: boolean): void => {
    if (this.#view.follow === follow) return;
    this.#put({ follow });
    if (follow && !this.#view.atEnd) void this.open("end");
  };

  /** Stops looking for lines that fit; what was found stays. */
  readonly stop = (): void => {
    this.#turn += 1;
    this.#busy = false;
    this.#put({ state: "idle" });
  };

  /** Looks for what was written since. */
  async #look(): Promise<void> {
    const { complete, atEnd, follow, state } = this.#view;
    if (complete || this.#busy || state === "failed") return;
    await this.#work(async (turn) => {
      const { end, tail, dropped } = await this.transport.invoke("log_extent", {
        run: this.run,
        lines: PAGE,
      });
      if (turn !== this.#turn) return;
      this.#put({ end, dropped });
      // Written faster than it can be read: what matters is its end.
      if (follow && tail > this.#stop) {
        this.#start = tail;
        this.#stop = tail;
        this.#elsewhere = true;
      }
      if (follow || (atEnd && this.#view.lines.length < MOST)) await this.#after(turn, PAGE);
    });
  }

  async #work(work: (turn: number) => Promise<void>, first = false): Promise<void> {
    if (this.#busy && !first) return;
    this.#turn += 1;
    const turn = this.#turn;
    this.#busy = true;
    // While a log is only looked at for news nothing shows that.
    if (first) this.#put({ state: "reading", error: null });
    try {
      await work(turn);
      if (turn === this.#turn) this.#put({ state: "idle" });
    } catch (error) {
      if (turn === this.#turn) this.#put({ state: "failed", error });
    } finally {
      if (turn === this.#turn) this.#busy = false;
    }
  }

  /** Reads so many lines behind what is held, or to the end. */
  async #after(turn: number, wanted: number): Promise<void> {
    for (let found = 0; found < wanted;) {
      const offset = this.#stop;
      const page = await this.#search(offset, wanted - found);
      if (turn !== this.#turn) return;
      found += page.lines.length;
      this.#stop = page.next_offset;
      let lines = this.#held();
      if (page.lines.length > 0) lines = [...lines, ...page.lines];
      if (lines.length > MOST) {
        lines = lines.slice(-MOST);
        this.#start = lines[0]?.offset ?? this.#stop;
      }
      const still = page.lines.length === 0 && page.next_offset <= offset;
      const { complete } = page;
      const end = Math.max(this.#view.end, this.#stop);
      this.#put({ lines, complete, end, atEnd: complete || still });
      if (complete || still) return;
    }
  }

  /** Reads so many lines before what is held, or to the start. */
  async #before(turn: number, wanted: number): Promise<void> {
    let stride = STRIDE;
    for (let found = 0; found < wanted && this.#start > 0;) {
      const from = Math.max(0, this.#start - stride);
      stride = Math.min(stride * 2, LONGEST_STRIDE);
      const part = await this.#between(turn, from, this.#start);
      if (turn !== this.#turn) return;
      found += part.length;
      this.#start = from;
      let lines = this.#held();
      if (part.length > 0) lines = [...part, ...lines];
      let { atEnd, complete } = this.#view;
      if (lines.length > MOST) {
        this.#stop = lines[MOST]?.offset ?? this.#stop;
        lines = lines.slice(0, MOST);
        atEnd = false;
        complete = false;
      }
      this.#put({ lines, atEnd, complete });
    }
  }

  /** Lines that begin between two positions. */
  async #between(turn: number, from: number, stop: number): Promise<LogMatch[]> {
    const lines: LogMatch[] = [];
    for (let offset = from; offset < stop;) {
      const page = await this.#search(offset, PAGE);
      lines.push(...page.lines.filter((one) => one.offset < stop));
      if (turn !== this.#turn || page.next_offset <= offset) break;
      offset = page.next_offset;
    }
    return lines;
  }

  #held(): readonly LogMatch[] {
    const { lines } = this.#view;
    if (!this.#elsewhere) return lines;
    this.#elsewhere = false;
    return [];
  }

  #search(offset: number, limit: number) {
    const query = { ...asQuery(this.#filter), text: "", offset, limit };
    return this.transport.invoke("search_log", { run: this.run, query });
  }

  #put(change: Partial<LogView>): void {
    const before = this.#view;
    const after = { ...before, ...change, atStart: this.#start === 0 };
    const names = Object.keys(after) as (keyof LogView)[];
    // Looking for news that are none must not draw everything again.
    if (names.every((name) => before[name] === after[name])) return;
    this.#view = after;
    this.#listeners.forEach((listener) => listener());
  }
}
