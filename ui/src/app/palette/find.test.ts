import { describe, expect, it } from "vitest";
import { findEntries } from "./find";

const entries = ["Open Sales org", "Open Wholesale", "Open Support", "Sync Sales org now"].map(
  (text) => ({ id: text, text }),
);
const found = (search: string, limit = 8) =>
  findEntries(entries, search, limit).map(({ text }) => text);

describe("finding an entry", () => {
  it("asks for every word, in any order and case", () => {
    expect(found("org SALES")).toEqual(["Open Sales org", "Sync Sales org now"]);
    expect(found("sync support")).toEqual([]);
  });

  it("puts those first in which a word begins like that", () => {
    expect(found("sale")).toEqual(["Open Sales org", "Sync Sales org now", "Open Wholesale"]);
  });

  it("shows the first ones when nothing is typed, and never more than asked for", () => {
    expect(found("", 2)).toEqual(["Open Sales org", "Open Wholesale"]);
  });
});
