import { describe, expect, it } from "vitest";
import { nextCard } from "./next-card";

describe("moving among cards", () => {
  // Three columns, eight cards: the last row is not full.
  const from = (key: string, index: number) => nextCard(key, index, 3, 7);

  it("goes one card or one row on, and stays at the edges", () => {
    expect(from("ArrowRight", 2), "across the end of a row").toBe(3);
    expect(from("ArrowRight", 7)).toBe(7);
    expect(from("ArrowLeft", 0)).toBe(0);
    expect(from("ArrowDown", 1)).toBe(4);
    expect(from("ArrowDown", 5), "there is nothing below").toBe(5);
    expect(from("ArrowUp", 4)).toBe(1);
    expect(from("ArrowUp", 2)).toBe(2);
  });

  it("goes to both ends, and leaves other keys alone", () => {
    expect(from("Home", 5)).toBe(0);
    expect(from("End", 0)).toBe(7);
    expect(from("Enter", 3)).toBeNull();
  });
});
