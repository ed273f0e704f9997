import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatDuration,
  formatNumber,
  formatRows,
  formatShare,
  plural,
} from "./format";

describe("numbers in words", () => {
  it("separates thousands", () => expect(formatNumber(1_234_567)).toBe("1,234,567"));

  it("knows one row from many", () => {
    expect(formatRows(0)).toBe("0 rows");
    expect(formatRows(1)).toBe("1 row");
    expect(formatRows(12_345)).toBe("12,345 rows");
    expect(plural(2, "sync", "syncs")).toBe("2 syncs");
  });

  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1_000, "1 kB"],
    [3_449_000, "3.4 MB"],
    [48_000_000, "48 MB"],
    [2_000_000_000_000_000, "2,000 TB"],
  ])("%d bytes are %s", (bytes, words) => expect(formatBytes(bytes)).toBe(words));

  it.each([
    [0, "less than a second"],
    [999, "less than a second"],
    [42_900, "42 s"],
    [60_000, "1 min"],
    [185_000, "3 min 5 s"],
    [7_800_000, "2 h 10 min"],
    [3_600_000, "1 h"],
  ])("%d ms are %s", (milliseconds, words) => expect(formatDuration(milliseconds)).toBe(words));

  it("keeps shares between nothing and all", () => {
    expect(formatShare(-1)).toBe("0 %");
    expect(formatShare(0.425)).toBe("43 %");
    expect(formatShare(7)).toBe("100 %");
  });
});
