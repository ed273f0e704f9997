import { describe, expect, it, vi } from "vitest";
import { makeLine, makeRun } from "@/ipc/fake/builders";
import { LINE_BYTES, logHandlers } from "@/ipc/fake/fake-logs";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { asText, everything, splitAt } from "./log-filter";
import { LogSearch } from "./log-search";

/** A log in which each line whose number can be divided by `every` says “needle”. */
function open(count: number, every: number) {
  const run = makeRun({ status: "running" });
  const fake = new FakeTransport({ runs: [run] });
  const size = { count };
  const handlers = logHandlers(fake, () => ({
    ...size,
    line: (index) => makeLine(index % every === 0 ? `Needle ${index}` : "hay"),
  }));
  fake.answer("search_log", handlers.search_log);
  const shown: number[] = [];
  const search = new LogSearch(fake, run.id, (offset) => shown.push(offset / LINE_BYTES));
  return { fake, search, shown, size };
}

const done = (search: LogSearch, state = "done") =>
  vi.waitFor(() => expect(search.snapshot().state).toBe(state));

describe("searching a log", () => {
  it("looks on until the end, whatever the case of letters, and shows the first hit from here on", async () => {
    const { search, shown, fake } = open(400_000, 150_000);
    search.look("NEEDLE", everything, 10 * LINE_BYTES);
    await done(search);
    expect(search.snapshot().offsets).toEqual([0, 150_000, 300_000].map((n) => n * LINE_BYTES));
    expect(shown).toEqual([150_000]);
    expect(fake.calls.length, "each question looks through a part").toBeGreaterThan(7);
  });

  it("goes to the next and the one before, and round both ends", async () => {
    const { search, shown } = open(400, 150);
    search.look("needle", everything, 0);
    await done(search);
    search.next();
    search.next();
    expect(shown).toEqual([0, 150, 300]);
    search.next();
    await vi.waitFor(() => expect(shown.at(-1)).toBe(0));
    expect(search.snapshot().wrapped).toBe(true);
    search.previous();
    expect(shown.at(-1)).toBe(300);
    search.previous();
    expect(shown.at(-1)).toBe(150);
  });

  it("finds what was written since", async () => {
    const { search, shown, size } = open(100, 60);
    search.look("needle", everything, 60 * LINE_BYTES);
    await done(search);
    size.count = 130;
    search.next();
    await vi.waitFor(() => expect(shown).toEqual([60, 120]));
  });

  it("stops when there is enough, or when asked, and goes on from there", async () => {
    const { search } = open(30_000, 1);
    search.look("needle", everything, 0);
    await done(search, "many");
    expect(search.snapshot().offsets).toHaveLength(10_000);
    search.goOn();
    search.stop();
    expect(search.snapshot().state).toBe("stopped");
    search.goOn();
    await done(search, "many");
    expect(search.snapshot().offsets).toHaveLength(20_000);
  });

  it("forgets an answer that belongs to an older text", async () => {
    const { search } = open(100, 10);
    search.look("needle", everything, 0);
    search.look("nothing like it", everything, 0);
    await done(search);
    expect(search.snapshot().offsets).toEqual([]);
  });
});

it("marks what was searched for", () => {
  expect(splitAt("One none ONE", "one")).toEqual(["", "One", " n", "one", " ", "ONE", ""]);
  expect(splitAt("İstanbul one", "one"), "its small form is longer: no wrong mark").toEqual([
    "İstanbul one",
  ]);
});

it("gives lines as text", () => {
  const line = makeLine("Refused", { level: "error", stream: "Account" });
  expect(asText([{ offset: 0, line }])).toMatch(/ ERROR extractor Account: Refused$/u);
});
