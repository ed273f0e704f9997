import { describe, expect, it } from "vitest";
import { makeOffer, makeStream } from "@/ipc/fake/fake-setup";
import { completed, dateValue, dayOf } from "./dates";
import { readTime } from "@/lib/time-of-day";
import { readSchedule, writeSchedule } from "./schedule";
import {
  add,
  choicesOf,
  recommended,
  remove,
  selectionOf,
  StreamSearch,
  withField,
  withMode,
} from "./selection";
import { readStep, stepsOf } from "./steps";

describe("schedules", () => {
  it.each(["off", "every 15m", "hourly", "daily 06:30", "weekly sun 23:05", "30 6 * * 1-5"])(
    "%s stays what it is",
    (schedule) => expect(writeSchedule(readSchedule(schedule))).toBe(schedule),
  );

  it("is by hand when there is none", () => expect(readSchedule(null).rhythm).toBe("off"));

  it.each([
    ["6", "06:00"],
    ["6:30", "06:30"],
    [" 18.05 ", "18:05"],
    ["24:00", null],
    ["6:7", null],
    ["noon", null],
  ])("%s is %s", (text, time) => expect(readTime(text)).toBe(time));
});

describe("dates", () => {
  const day = new Date(2024, 0, 31);
  it("is written as the schema wants it, and keeps a time that was there", () => {
    expect(dateValue(day, { format: "date" }, undefined)).toBe("2024-01-31");
    expect(dateValue(day, { format: "date-time" }, undefined)).toBe("2024-01-31T00:00:00Z");
    expect(dateValue(day, { format: "date-time" }, "2020-01-01T08:30:00Z")).toBe(
      "2024-01-31T08:30:00Z",
    );
  });

  it("reads days, and no days that are none", () => {
    expect(dayOf("2024-01-31T08:30:00Z")).toEqual(day);
    expect(dayOf("2024-02-31")).toBeUndefined();
    expect(dayOf(7)).toBeUndefined();
  });

  it("completes a bare day where a time is needed", () => {
    expect(completed("2024-01-31", { format: "date-time" })).toBe("2024-01-31T00:00:00Z");
    expect(completed("2024-01-31", { format: "date" })).toBe("2024-01-31");
    expect(completed("soon", { format: "date-time" })).toBe("soon");
  });
});

describe("selections", () => {
  const streams = [
    makeStream("Account", { recommended: true }),
    makeStream("Task"),
    makeStream("Log", { key: null }),
  ];
  const offer = makeOffer(streams);
  const none = selectionOf([]);

  it("takes all, none, and what is recommended", () => {
    const all = add(none, streams);
    expect(choicesOf(all, offer).map(({ mode }) => mode)).toEqual([
      "incremental",
      "incremental",
      "full",
    ]);
    expect(choicesOf(remove(all, streams), offer)).toEqual([]);
    expect(choicesOf(recommended(all, offer), offer).map(({ name }) => name)).toEqual(["Account"]);
  });

  it("keeps how a stream was set up when more is added", () => {
    const set = withField(
      withMode(add(none, streams), "Account", "full"),
      "Account",
      "Phone",
      false,
    );
    expect(add(set, streams).get("Account")).toEqual({
      ...{ name: "Account", mode: "full", excluded_fields: ["Phone"] },
    });
    expect(withField(set, "Account", "Phone", true).get("Account")?.excluded_fields).toEqual([]);
    expect(withMode(none, "Account", "full")).toBe(none);
  });

  it("saves only what the source still has", () => {
    const gone = selectionOf([{ name: "Gone", excluded_fields: [], mode: "full" }]);
    expect(choicesOf(gone, offer)).toEqual([]);
  });

  it("finds by a part of the name, and what a search of fields found", () => {
    const search = new StreamSearch(streams);
    expect(search.find(" AS").map(({ name }) => name)).toEqual(["Task"]);
    expect(search.find("as", new Set(["Log"])).map(({ name }) => name)).toEqual(["Task", "Log"]);
    expect(search.find("")).toHaveLength(3);
  });
});

describe("steps", () => {
  it("are fewer for a destination, and an unknown one is the first", () => {
    expect(stepsOf("loader")).toEqual(["setup", "test", "review"]);
    expect(readStep("loader", "data")).toBe("setup");
    expect(readStep("extractor", "data")).toBe("data");
  });
});
