import { describe, expect, it } from "vitest";
import { formatComing, formatDay, formatRelative } from "./time";

// Noon in the computer's own zone: days are counted there.
const noon = new Date(2026, 2, 12, 12, 0, 0).getTime();
const ago = (milliseconds: number) => new Date(noon - milliseconds).toISOString();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("relative times", () => {
  it.each([
    [-5 * MINUTE, "just now"],
    [0, "just now"],
    [59_000, "just now"],
    [MINUTE, "1 minute ago"],
    [59 * MINUTE, "59 minutes ago"],
    [HOUR, "1 hour ago"],
    [11 * HOUR, "11 hours ago"],
    [13 * HOUR, "yesterday"],
    [3 * 24 * HOUR, "3 days ago"],
    [30 * 24 * HOUR, "Feb 10, 2026"],
  ])("%d ms before", (age, words) => expect(formatRelative(ago(age), noon)).toBe(words));

  it("says hours, not yesterday, shortly after midnight", () => {
    const early = new Date(2026, 2, 12, 1, 0, 0).getTime();
    expect(formatRelative(new Date(early - 3 * HOUR).toISOString(), early)).toBe("3 hours ago");
  });

  it("names days", () => {
    expect(formatDay(ago(0), noon)).toBe("Today");
    expect(formatDay(ago(24 * HOUR), noon)).toBe("Yesterday");
    expect(formatDay(ago(72 * HOUR), noon)).toBe("Monday, March 9");
  });
});

describe("moments that come", () => {
  const coming = (milliseconds: number) =>
    formatComing(new Date(noon + milliseconds).toISOString(), noon);

  it("are said as people say them, the nearer the more exactly", () => {
    expect(coming(-MINUTE)).toBe("in a moment");
    expect(coming(50_000)).toBe("in a moment");
    expect(coming(12 * MINUTE)).toBe("in 12 min");
    expect(coming(11 * MINUTE + 1)).toBe("in 12 min");
    expect(coming(2.5 * HOUR)).toBe("at 14:30");
    expect(coming(18 * HOUR)).toBe("tomorrow, 06:00");
    expect(coming(4 * 24 * HOUR)).toMatch(/16.*12:00/u);
  });
});
