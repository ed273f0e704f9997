import { describe, expect, it } from "vitest";
import { categoryName, isFiltered, orderedCategories, readView, toQuery } from "./view";

describe("the address of a view", () => {
  it("is read, and what makes no sense is left out", () => {
    expect(
      readView({ q: "sales", kind: "loader", category: "", verified: true, offline: true }),
    ).toEqual({ q: "sales", kind: "loader", category: "", verified: true, offline: true });
    expect(readView({ q: 365 })).toEqual({ q: "365" });
    expect(
      readView({ q: "", kind: "tap", category: 7, verified: "yes", offline: false, more: 1 }),
    ).toEqual({});
    expect(readView({ q: { a: 1 } })).toEqual({});
  });

  it("becomes a question to the core", () => {
    expect(toQuery({ q: "old", category: "crm", verified: true }, "  sales  org ")).toEqual({
      text: "sales  org",
      kind: null,
      category: "crm",
      verified: true,
      offline: false,
    });
  });

  it("is filtered by anything but its text", () => {
    expect(isFiltered({ q: "sales" })).toBe(false);
    expect(isFiltered({ kind: "loader" })).toBe(true);
    expect(isFiltered({ category: "" }), "the cards without a category are a choice too").toBe(
      true,
    );
    expect(isFiltered({ offline: true })).toBe(true);
  });
});

describe("categories", () => {
  it("are called what people call them", () => {
    expect(["crm", "", "data_warehouse", "e-mail", "HR"].map(categoryName)).toEqual([
      "CRM",
      "Without a category",
      "Data warehouse",
      "E mail",
      "HR",
    ]);
  });

  it("are sorted by name, the unnamed last, and the chosen one never vanishes", () => {
    const counts = ["", "finance", "crm"].map((category) => ({ category, count: 1 }));
    expect(orderedCategories(counts, "databases").map(({ category }) => category)).toEqual([
      "crm",
      "databases",
      "finance",
      "",
    ]);
  });
});
