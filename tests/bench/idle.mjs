// What the app costs while nobody uses it: hidden in the tray, with many integrations on schedules that are not due.
//
//   scripts/build && scripts/with-session xvfb-run -a node tests/bench/idle.mjs [INTEGRATIONS [SECONDS]]
//
// Of one core at most 0.5 % (user and system time of the app and of the processes of its window), and how often a second any
// of their threads woke up. Also what the menu of the icon lists. Needs the engine of the tests (`scripts/test rust`).
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freshComputer, trib } from "../e2e/support/app.mjs";
import { desktop, entry } from "../e2e/support/desktop.mjs";
import { descendants, find } from "../e2e/support/processes.mjs";
import { until } from "../e2e/support/wait.mjs";

const [integrations = 10_000, seconds = 120] = process.argv.slice(2).map(Number);
const program = resolve(import.meta.dirname, "../../build/app/tributary");
const tidying = [];
const t = { name: "benchmark of an idle app", after: (tidy) => tidying.unshift(tidy) };

/** Copies of one integration, as many as asked for, each with a schedule that is not due for hours. */
const MULTIPLY = `
import sqlite3, sys, uuid
database = sqlite3.connect(sys.argv[1])
columns = "type, config, secrets, status, destination_id, schedule, created_at, updated_at"
for index in range(int(sys.argv[2])):
    database.execute(f"INSERT INTO integrations (id, name, {columns}) SELECT ?, name || ?, {columns} FROM integrations LIMIT 1",
                     (str(uuid.uuid4()), f" {index}"))
database.commit()
`;

async function measure() {
  const computer = await freshComputer(t);
  const around = await desktop(t, "panel", "notifications");
  const files = [{ path: "/tmp/none.csv", format: "csv" }];
  const schedule = "weekly mon 03:10";
  await trib(computer, ["integrations", "create"], { type: "spreadsheets", name: "Idle", config: { files }, streams: ["none"], schedule });
  execFileSync("python3", ["-c", MULTIPLY, join(computer.home, "tributary.db"), String(integrations - 1)]);

  const started = spawn(program, ["--hidden"], { env: { ...process.env, ...computer.environment }, stdio: "ignore" });
  t.after(async () => {
    if (started.exitCode === null && started.signalCode === null) {
      started.kill("SIGTERM");
      await once(started, "exit");
    }
  });
  const app = await until("the app runs", () => find(program, `TRIBUTARY_HOME=${computer.home}`));
  const listed = await until("the menu is there", async () => {
    const texts = (entry(await around.menu(), "Sync")?.entries ?? []).map(({ text }) => text).filter((text) => text !== "");
    return texts.length > 1 && texts;
  });
  console.log(`the menu lists ${listed.length} of ${integrations} integrations, the last entry: “${listed.at(-1)}”`);
  await pause(20_000); // What a start does later is not idling.

  const all = [app, ...descendants(app)];
  const before = all.map(look);
  const begun = performance.now();
  await pause(seconds * 1000);
  const passed = (performance.now() - begun) / 1000;
  console.log(`${passed.toFixed(0)} s idle; load of the computer ${loadavg()[0].toFixed(1)}`);
  let sum = 0;
  for (const [at, { name }] of all.entries()) {
    const [was, is] = [before[at], look(all[at])];
    const share = ((is.time - was.time) / passed) * 100;
    sum += share;
    const wakes = (is.wakes - was.wakes) / passed;
    console.log(`${name}: ${share.toFixed(2)} % of one core, ${wakes.toFixed(2)} wakes a second, ${was.memory} MB, then ${is.memory} MB`);
  }
  console.log(`together ${sum.toFixed(2)} % of one core (at most 0.5)`);
}

/** Seconds of the processor a process used so far, how often its threads waited for something, and its megabytes. */
function look({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  const threads = readdirSync(`/proc/${pid}/task`);
  const waits = (thread) =>
    Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8"))[1]);
  return {
    // Clock ticks: a hundred a second on Linux.
    time: (Number(fields[11]) + Number(fields[12])) / 100,
    wakes: threads.reduce((total, thread) => total + waits(thread), 0),
    memory: Math.round(Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) / 1024),
  };
}

try {
  await measure();
} finally {
  for (const tidy of tidying) await tidy();
}
