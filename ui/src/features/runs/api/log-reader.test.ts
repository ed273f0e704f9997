import { describe, expect, it, vi } from "vitest";
import { makeError, makeLine, makeRun } from "@/ipc/fake/builders";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import type { LogLine } from "@/ipc/generated/LogLine";
import { asText, LogFilter } from "./log-filter";
import { LogReader } from "./log-reader";

function open(lines: LogLine[], status: "running" | "succeeded" = "succeeded") {
  const run = makeRun({ status });
  const fake = new FakeTransport({ runs: [run], logs: new Map([[run.id, lines]]) });
  return { fake, run, reader: new LogReader(fake, run.id) };
}

const many = (count: number) => Array.from({ length: count }, (_, n) => makeLine(`line ${n}`));

describe("reading a log", () => {
  it("reads page after page until the end of a run that has ended", async () => {
    const { fake, reader } = open(many(4_500));
    const stop = reader.subscribe(() => undefined);
    await vi.waitFor(() => expect(reader.snapshot().state).toBe("complete"));
    expect(reader.snapshot().lines).toHaveLength(4_500);
    expect(reader.snapshot().lines[4_499]?.text).toBe("line 4499");
    const offsets = fake.calls.map(({ args }) => (args as { offset: number }).offset);
    expect(offsets, "each page goes on where the one before ended").toEqual([
      0, 2_000, 4_000, 4_500,
    ]);
    stop();
  });

  it("waits for more while the run writes", async () => {
    const { fake, run, reader } = open(many(3), "running");
    const stop = reader.subscribe(() => undefined);
    await vi.waitFor(() => expect(reader.snapshot().state).toBe("following"));
    fake.state.logs.set(run.id, [...many(3), makeLine("late")]);
    await vi.waitFor(() => expect(reader.snapshot().lines.at(-1)?.text).toBe("late"), 5_000);
    stop();
  });

  it("keeps what it has when reading fails, and goes on from there", async () => {
    const { fake, reader } = open(many(2));
    const answer = fake.answerOf("read_log");
    fake.fail("read_log", makeError());
    const stop = reader.subscribe(() => undefined);
    await vi.waitFor(() => expect(reader.snapshot().state).toBe("failed"));
    fake.answer("read_log", answer);
    reader.start();
    await vi.waitFor(() => expect(reader.snapshot().state).toBe("complete"));
    expect(reader.snapshot().lines).toHaveLength(2);
    stop();
  });

  it("reads once although it is left and looked at again, as React does in development", async () => {
    const { reader } = open(many(10));
    reader.subscribe(() => undefined)();
    const stop = reader.subscribe(() => undefined);
    await vi.waitFor(() => expect(reader.snapshot().state).toBe("complete"));
    expect(reader.snapshot().lines).toHaveLength(10);
    stop();
  });
});

describe("filtering a log", () => {
  const lines = [
    makeLine("Starting", { level: "debug" }),
    makeLine("Reading Account"),
    makeLine("Account is slow", { level: "warning" }),
    makeLine("Refused", { level: "error" }),
  ];

  it("shows from a level on, and finds text whatever its case", () => {
    expect(new LogFilter("all", "").extend(lines)).toEqual([0, 1, 2, 3]);
    expect(new LogFilter("info", "").extend(lines)).toEqual([1, 2, 3]);
    expect(new LogFilter("warning", "").extend(lines)).toEqual([2, 3]);
    expect(new LogFilter("error", "account").extend(lines)).toEqual([]);
    expect(new LogFilter("all", " ACCOUNT ").extend(lines)).toEqual([1, 2]);
  });

  it("goes on where it stopped when the log grows", () => {
    const filter = new LogFilter("warning", "");
    expect(filter.extend(lines.slice(0, 3))).toEqual([2]);
    expect(filter.extend(lines)).toEqual([2, 3]);
  });

  it("gives the lines as text", () => {
    expect(asText(lines, [3])).toMatch(/ ERROR extractor: Refused$/u);
  });
});
