import type { Schema } from "./schema";

/** `2024-01-31` of a day in the computer's own time zone. */
export function isoDay(day: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(day.getFullYear()).padStart(4, "0")}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** The day at the beginning of a date or date with time, in the computer's own time zone; `undefined` when there is none. */
export function dayOf(text: unknown): Date | undefined {
  const found = typeof text === "string" ? /^(\d{4})-(\d{2})-(\d{2})/u.exec(text.trim()) : null;
  if (!found) return undefined;
  const day = new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  return isoDay(day) === found[0] ? day : undefined;
}

/** Whether the schema wants a time with each date. */
export function wantsTime({ format }: Schema): boolean {
  return format === "date-time";
}

/** A picked day as the schema wants it; a time that was there stays. */
export function dateValue(day: Date, schema: Schema, before: unknown): string {
  const time = typeof before === "string" ? /T.*$/u.exec(before)?.[0] : undefined;
  if (wantsTime(schema)) return `${isoDay(day)}${time ?? "T00:00:00Z"}`;
  return isoDay(day);
}

/** What was typed, completed: where a time is needed, midnight (UTC) is added to a bare day. */
export function completed(text: string, schema: Schema): string {
  const bare = /^\d{4}-\d{2}-\d{2}$/u.test(text);
  return bare && wantsTime(schema) ? `${text}T00:00:00Z` : text;
}
