import type { RunId } from "@/ipc/generated/RunId";
import type { Transport } from "@/ipc/transport";
import { asQuery, everything, type LogFilter } from "./log-filter";

/** Hits asked for at a time. */
const PAGE = 1_000;
/** Hits that are remembered before somebody asks for more. */
const ENOUGH = 10_000;

/** What a search has found. */
export interface Hits {
  readonly text: string;
  /** Positions of the lines, in order. */
  readonly offsets: readonly number[];
  /** Position up to which it has looked. */
  readonly looked: number;
  /** `many`: enough was found, there may be more. `stopped`: by the person. */
  readonly state: "idle" | "looking" | "many" | "stopped" | "done" | "failed";
  readonly error: unknown;
  /** Position of the hit that is looked at. */
  readonly current: number | null;
  /** The way to it led round the end of the log, or round its start. */
  readonly wrapped: boolean;
}

const none: Hits = {
  text: "",
  offsets: [],
  looked: 0,
  state: "idle",
  error: null,
  current: null,
  wrapped: false,
};

/** Where to go as soon as it is known: on from a position, or back from it. */
interface Wish {
  back: boolean;
  from: number;
}

/** Looks through a run's log for a text, piece by piece, as long as it is wanted, and goes from hit to hit. */
export class LogSearch {
  readonly #listeners = new Set<() => void>();
  #hits = none;
  #filter = everything;
  #turn = 0;
  #enough = ENOUGH;
  #wish: Wish | null = null;

  /** `show` brings the line at a position into sight. */
  constructor(
    readonly transport: Transport,
    readonly run: RunId,
    readonly show: (offset: number) => void,
  ) {}

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.stop();
    };
  };

  readonly snapshot = () => this.#hits;

  /** Begins anew and shows the first hit from a position on; an empty text ends the search. */
  readonly look = (text: string, filter: LogFilter, from: number): void => {
    this.#filter = filter;
    this.#enough = ENOUGH;
    this.#hits = { ...none, text };
    this.#wish = { back: false, from };
    if (text === "") {
      this.#turn += 1;
      this.#put({});
    } else void this.#read();
  };

  /** Shows the next hit. Behind the last one, what was written since is looked through, then it begins again. */
  readonly next = (): void => {
    const { state, current, offsets } = this.#hits;
    this.#wish = { back: false, from: current === null ? 0 : current + 1 };
    if (state === "done" && current === offsets.at(-1)) this.goOn();
    else this.#follow();
  };

  /** Shows the hit before. */
  readonly previous = (): void => {
    this.#wish = { back: true, from: this.#hits.current ?? 0 };
    this.#follow();
  };

  /** Looks on from where it stopped. */
  readonly goOn = (): void => {
    if (this.#hits.text === "" || this.#hits.state === "looking") return;
    this.#enough = this.#hits.offsets.length + ENOUGH;
    void this.#read();
  };

  /** Looks no further; what was found stays. */
  readonly stop = (): void => {
    if (this.#hits.state !== "looking") return;
    this.#turn += 1;
    this.#wish = null;
    this.#put({ state: "stopped" });
  };

  async #read(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#put({ state: "looking", error: null });
    const { text } = this.#hits;
    try {
      for (;;) {
        const offset = this.#hits.looked;
        const query = { ...asQuery(this.#filter), text, offset, limit: PAGE };
        const page = await this.transport.invoke("search_log", { run: this.run, query });
        if (turn !== this.#turn) return;
        const found = page.lines.map((one) => one.offset);
        const offsets = found.length > 0 ? [...this.#hits.offsets, ...found] : this.#hits.offsets;
        const done = page.complete || page.next_offset <= offset;
        const state = done ? "done" : offsets.length >= this.#enough ? "many" : "looking";
        this.#put({ offsets, looked: page.next_offset, state });
        this.#follow();
        if (state !== "looking") return;
      }
    } catch (error) {
      if (turn === this.#turn) this.#put({ state: "failed", error });
    }
  }

  /** Goes where it is wished to, as soon as that is known. */
  #follow(): void {
    const wish = this.#wish;
    if (!wish) return;
    const { offsets, state } = this.#hits;
    const place = indexFrom(offsets, wish.from);
    const hit = offsets[wish.back ? place - 1 : place];
    if (hit !== undefined) {
      this.#go(hit, false);
    } else if (state === "looking") {
      return;
    } else if (!wish.back && (state === "many" || state === "stopped")) {
      this.goOn();
    } else {
      const other = wish.back ? offsets.at(-1) : offsets[0];
      this.#wish = null;
      if (other !== undefined) this.#go(other, true);
    }
  }

  #go(offset: number, wrapped: boolean): void {
    this.#wish = null;
    this.#put({ current: offset, wrapped });
    this.show(offset);
  }

  #put(change: Partial<Hits>): void {
    this.#hits = { ...this.#hits, ...change };
    this.#listeners.forEach((listener) => listener());
  }
}

/** Place of the first offset that is not below a position. */
export function indexFrom(offsets: readonly number[], position: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
