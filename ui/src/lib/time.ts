import { useSyncExternalStore } from "react";
import { usableLanguage } from "./language";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Dates are written as this computer writes them. Sentences are English, and so are the words in them. */
const language = usableLanguage(navigator.language);

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const shortDate = new Intl.DateTimeFormat(language, {
  day: "numeric",
  month: "short",
  year: "numeric",
});
const full = new Intl.DateTimeFormat(language, {
  dateStyle: "long",
  timeStyle: "medium",
  hourCycle: "h23",
});
const clock = new Intl.DateTimeFormat(language, { timeStyle: "medium", hourCycle: "h23" });
const dayName = new Intl.DateTimeFormat(language, {
  weekday: "long",
  day: "numeric",
  month: "long",
});

/** "just now", "5 minutes ago", "yesterday", "12 Mar 2026". Clocks differ: a little in the future is "just now". */
export function formatRelative(time: string, now: number): string {
  const then = Date.parse(time);
  const age = now - then;
  if (age < MINUTE) return "just now";
  if (age < HOUR) return relative.format(-Math.floor(age / MINUTE), "minute");
  const days = daysBetween(then, now);
  if (days === 0 || age < 6 * HOUR) return relative.format(-Math.floor(age / HOUR), "hour");
  if (days < 14) return relative.format(-days, "day");
  return shortDate.format(then);
}

/** Nights between two moments, in the computer's own time zone. */
function daysBetween(then: number, now: number): number {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(then)) / DAY);
}

/** The exact moment, for tooltips. */
export function formatExact(time: string): string {
  return full.format(Date.parse(time));
}

/** Hours, minutes and seconds. */
export function formatClock(time: string): string {
  return clock.format(Date.parse(time));
}

const moment = new Intl.DateTimeFormat(language, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** A moment that comes, in the computer's own time: "Thu, Mar 12, 06:00". */
export function formatMoment(time: string): string {
  return moment.format(Date.parse(time));
}

const hours = new Intl.DateTimeFormat(language, {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const longDate = new Intl.DateTimeFormat(language, { dateStyle: "long" });

/** A day with its month in words: "November 26, 2026". */
export function formatDate(time: number): string {
  return longDate.format(time);
}

/** Hours and minutes. */
export function formatClockShort(time: string): string {
  return hours.format(Date.parse(time));
}

/** Whether a moment lies on the day of another. */
export function isToday(time: string, now: number): boolean {
  return daysBetween(Date.parse(time), now) === 0;
}

/** A moment that comes: "in a moment", "in 12 min", "at 14:30", "tomorrow, 06:00", "Thu, Mar 12, 06:00". */
export function formatComing(time: string, now: number): string {
  const then = Date.parse(time);
  const left = then - now;
  if (left < MINUTE) return "in a moment";
  if (left < HOUR) return `in ${Math.ceil(left / MINUTE)} min`;
  const days = -daysBetween(then, now);
  if (days === 0) return `at ${hours.format(then)}`;
  return days === 1 ? `tomorrow, ${hours.format(then)}` : moment.format(then);
}

/** "Today", "Yesterday", "Monday, March 9". */
export function formatDay(time: string, now: number): string {
  const days = daysBetween(Date.parse(time), now);
  if (days <= 0) return "Today";
  return days === 1 ? "Yesterday" : dayName.format(Date.parse(time));
}

/** One ticking clock for all who look at it. It stands still while nobody does, also while the window is hidden. */
class Ticker {
  #now = Date.now();
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(readonly interval: number) {}

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      document.addEventListener("visibilitychange", this.#follow);
      this.#start();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      document.removeEventListener("visibilitychange", this.#follow);
      this.#stop();
    };
  };

  readonly now = () => {
    // Nobody was looking: the kept value may be old.
    if (this.#timer === null) this.#now = roundDown(Date.now(), this.interval);
    return this.#now;
  };

  readonly #follow = () => {
    if (document.hidden) {
      this.#stop();
    } else {
      this.#start();
      this.#tick();
    }
  };

  #start() {
    if (!document.hidden) this.#timer ??= setInterval(this.#tick, this.interval);
  }

  #stop() {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  readonly #tick = () => {
    this.#now = Date.now();
    this.#listeners.forEach((listener) => listener());
  };
}

/** The same value for the same stretch of time, so that rendering twice gives the same answer. */
function roundDown(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

const coarse = new Ticker(10_000);
const fine = new Ticker(1_000);

/** The current time in milliseconds, renewed every ten seconds, or every second when `fineGrained`. */
export function useNow(fineGrained = false): number {
  const ticker = fineGrained ? fine : coarse;
  return useSyncExternalStore(ticker.subscribe, ticker.now);
}
