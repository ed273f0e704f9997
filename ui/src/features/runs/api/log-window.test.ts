import { describe, expect, it, vi } from "vitest";
import { makeError, makeLine, makeRun } from "@/ipc/fake/builders";
import { LINE_BYTES, logHandlers } from "@/ipc/fake/fake-logs";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import type { LogLine } from "@/ipc/generated/LogLine";
import type { RunStatus } from "@/ipc/generated/RunStatus";
import { everything } from "./log-filter";
import { LogWindow } from "./log-window";

const MILLION = 1_000_000;

function open(lines: LogLine[], status: RunStatus = "succeeded", begin: "start" | "end" = "start") {
  const run = makeRun({ status });
  const fake = new FakeTransport({ runs: [run], logs: new Map([[run.id, lines]]) });
  return { fake, run, log: new LogWindow(fake, run.id, begin, status === "running") };
}

/** A log of a million lines, one in a thousand of them a warning. */
function openMillion(begin: "start" | "end") {
  const run = makeRun();
  const fake = new FakeTransport({ runs: [run] });
  const handlers = logHandlers(fake, () => ({
    count: MILLION,
    line: (index) => makeLine(`line ${index}`, { level: index % 1_000 === 7 ? "warning" : "info" }),
  }));
  for (const name of ["search_log", "log_extent"] as const) fake.answer(name, handlers[name]);
  return { fake, log: new LogWindow(fake, run.id, begin, false) };
}

const many = (count: number) => Array.from({ length: count }, (_, n) => makeLine(`line ${n}`));
const texts = (log: LogWindow) => log.snapshot().lines.map(({ line }) => line.text);
const settled = (log: LogWindow) =>
  vi.waitFor(() => expect(log.snapshot().state).not.toBe("reading"));

describe("a window on a log", () => {
  it("reads a short log whole, from its start or from its end", async () => {
    for (const begin of ["start", "end"] as const) {
      const { log } = open(many(1_800), "failed", begin);
      const stop = log.subscribe(() => undefined);
      await settled(log);
      await log.more(begin === "start" ? "after" : "before");
      expect(texts(log)).toEqual(many(1_800).map(({ text }) => text));
      expect(log.snapshot()).toMatchObject({ atStart: true, atEnd: true });
      stop();
    }
  });

  it("holds a bounded part of a million lines, wherever one looks", async () => {
    const { log, fake } = openMillion("start");
    const stop = log.subscribe(() => undefined);
    await settled(log);
    expect(texts(log)[0]).toBe("line 0");
    for (let page = 0; page < 12; page += 1) await log.more("after");
    expect(log.snapshot().lines.length, "what is far away is dropped").toBeLessThanOrEqual(6_000);
    expect(texts(log).at(-1)).toBe("line 12999");
    expect(log.snapshot().atStart).toBe(false);
    fake.calls.length = 0;
    await log.open("end");
    expect(texts(log).at(-1)).toBe("line 999999");
    log.goTo(500_000 * LINE_BYTES);
    await settled(log);
    expect(texts(log)).toContain("line 500000");
    expect(log.snapshot().target).toEqual({ offset: 500_000 * LINE_BYTES });
    expect(fake.calls.length, "going anywhere takes a few questions").toBeLessThan(15);
    stop();
  });

  it("goes back without a gap, a double, or a broken line where a step begins inside one", async () => {
    const { log } = openMillion("end");
    const stop = log.subscribe(() => undefined);
    await settled(log);
    await log.open(700_000 * LINE_BYTES + 33);
    for (let page = 0; page < 2; page += 1) await log.more("before");
    const numbers = texts(log).map((text) => Number(text.slice("line ".length)));
    const first = numbers[0] ?? 0;
    expect(numbers).toEqual(numbers.map((_one, index) => first + index));
    expect(first).toBeLessThan(699_000);
    expect(numbers, "the line that the position lies in is not shown in part").toContain(700_001);
    stop();
  });

  it("shows only what fits, and looks as far as it must for it", async () => {
    const { log } = openMillion("start");
    const stop = log.subscribe(() => undefined);
    await settled(log);
    log.filter({ ...everything, level: "warning" }, null);
    await settled(log);
    expect(texts(log).slice(0, 2)).toEqual(["line 7", "line 1007"]);
    expect(log.snapshot().lines).toHaveLength(1_000);
    log.filter({ level: "error", source: "app" }, null);
    await settled(log);
    expect(log.snapshot()).toMatchObject({ lines: [], atEnd: true });
    stop();
  });

  it("follows a run that writes, also faster than can be read, and lets go", async () => {
    const { fake, run, log } = open(many(10), "running", "end");
    const stop = log.subscribe(() => undefined);
    await settled(log);
    fake.state.logs.set(run.id, many(50_000));
    await vi.waitFor(() => expect(texts(log).at(-1)).toBe("line 49999"), 5_000);
    expect(log.snapshot().lines.length).toBeLessThanOrEqual(1_000);
    log.setFollow(false);
    fake.state.logs.set(run.id, many(120_000));
    await vi.waitFor(() => expect(log.snapshot().end).toBe(120_000 * LINE_BYTES), 5_000);
    expect(texts(log)[0], "what is looked at stays").toBe("line 49000");
    stop();
  });

  it("keeps what it has when reading fails, and reads again when asked", async () => {
    const { fake, log } = open(many(3));
    const answer = fake.answerOf("search_log");
    fake.fail("search_log", makeError());
    const stop = log.subscribe(() => undefined);
    await vi.waitFor(() => expect(log.snapshot().state).toBe("failed"));
    fake.answer("search_log", answer);
    await log.open("start");
    expect(texts(log)).toHaveLength(3);
    stop();
  });

  it("reads once although it is left and looked at again, as React does in development", async () => {
    const { log } = open(many(10));
    log.subscribe(() => undefined)();
    const stop = log.subscribe(() => undefined);
    await settled(log);
    expect(texts(log)).toHaveLength(10);
    stop();
  });
});
