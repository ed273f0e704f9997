import { describe, expect, it } from "vitest";
import { usableLanguage } from "./language";

describe("the language of dates", () => {
  it("is the system's where it is one", () => {
    expect(usableLanguage("de-AT")).toBe("de-AT");
    expect(usableLanguage("en-us")).toBe("en-US");
  });

  it("is English where the system names none", () => {
    expect(["C", "POSIX!", "", "x"].map(usableLanguage)).toEqual(["en", "en", "en", "en"]);
  });
});
