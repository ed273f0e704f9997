// How fast the window answers while a connector talks: it says 100,000 lines a second, the page of the run follows its log, and
// every half second something is clicked. A click counts from when it was due, so that what keeps the page busy counts too,
// until what it led to is painted. At most 200 ms.
//
//   scripts/build && (cd tests/e2e && npm ci) && scripts/with-session xvfb-run -a node tests/bench/flood.mjs [LINES [SECONDS]]
//
// Needs the engine of the tests (`scripts/test rust` makes it) and `rustc`.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { freshComputer, launch, trib } from "../e2e/support/app.mjs";
import { descendants } from "../e2e/support/processes.mjs";
import { until } from "../e2e/support/wait.mjs";
import { goTo, press, sees } from "../e2e/support/window.mjs";

const [lines = 100_000, seconds = 60] = process.argv.slice(2).map(Number);
const tidying = [];
const t = { name: "benchmark of a talkative connector", after: (tidy) => tidying.unshift(tidy) };

async function measure() {
  const computer = await freshComputer(t);
  computer.environment.TRIBUTARY_ENGINE = talkativeEngine(computer);
  // The connector takes what to do from the name of its file.
  const path = join(computer.place, `records=1,record_bytes=100,lines=${lines},seconds=${seconds}`);
  writeFileSync(path, "");
  const files = [{ path, format: "csv" }];
  const { integration } = await trib(computer, ["integrations", "create"], {
    type: "spreadsheets",
    name: "Flood",
    config: { files },
    streams: ["fast"],
  });
  const { driver, process: app } = await launch(t, computer);
  await driver.manage().setTimeouts({ script: (seconds + 60) * 1000 });
  await sees(driver, "Flood");
  await press(driver, "Sync now");
  const newest = async () => (await trib(computer, ["runs", "Flood"])).runs[0];
  const { id } = await until("it is queued", newest);
  await goTo(driver, `/integrations/${integration.id}/runs/${id}`);
  await sees(driver, "INFO line ", 60);
  const all = [app, ...descendants(app)].filter(({ name }) => name === "tributary" || name.startsWith("WebKitWeb"));
  const before = all.map(memory);
  const { times, lost } = await clicked(driver, integration.id, id, seconds * 1000);
  const after = all.map(memory);
  const run = await until("it has ended", async () => (await newest()).finished_at && (await newest()), seconds + 60);
  if (run.status !== "succeeded") throw new Error(`the run ${run.status}: ${JSON.stringify(run.problem)}`);
  console.log(`${lines} lines a second for ${seconds} s; load of the computer ${loadavg()[0].toFixed(1)}`);
  for (const [kind, some] of Object.entries(times)) {
    const sorted = some.toSorted((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    const late = sorted.filter((time) => time > 200).length;
    console.log(`${kind}: ${sorted.length} clicks, median ${at(0.5)} ms, 95th of 100 ${at(0.95)}, longest ${at(1)}; over 200 ms: ${late}`);
  }
  if (lost > 0) console.log(`clicks not answered within 5 s: ${lost}`);
  for (const [at, { name }] of all.entries()) console.log(`memory of ${name}: ${before[at]} MB, after it ${after[at]} MB`);
}

/** The engine of the tests, with a connector that says what it is told to. */
function talkativeEngine(computer) {
  const folder = join(computer.place, "fast");
  mkdirSync(folder);
  const script = "import measure, pathlib, sys; measure.fast_engine(*map(pathlib.Path, sys.argv[1:]))";
  execFileSync("python3", ["-B", "-c", script, realpathSync(computer.environment.TRIBUTARY_ENGINE), folder], {
    cwd: resolve(import.meta.dirname, "fast"),
  });
  return join(folder, "engine");
}

const memory = ({ pid }) =>
  Math.round(Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) / 1024);

/** Clicks in turn for so many milliseconds, or until the run has ended; gives what each click took, by kind. */
const clicked = (driver, integration, run, milliseconds) =>
  driver.executeAsyncScript(
    async (id, current, span, done) => {
      const button = (name) => [...document.querySelectorAll("main button")].find((one) => one.innerText.trim() === name);
      const pressed = () => button("Follow")?.getAttribute("aria-pressed");
      const page = `#/integrations/${id}/runs/${current}`;
      const times = { "switch on the page": [], "page asked of the core": [], "page of the run": [], "its log, newest lines": [] };
      let lost = 0;
      const one = (kind, act, answered, since) =>
        new Promise((next) => {
          const due = since ?? performance.now() + 500;
          setTimeout(() => {
            act();
            const look = () => {
              // What a frame shows is painted when the next one begins.
              const there = answered();
              const late = performance.now() - due > 5000;
              if (late) lost += 1;
              if (!there && !late) return requestAnimationFrame(look);
              return requestAnimationFrame(() => {
                if (there) times[kind].push(Math.round(performance.now() - due));
                next(due);
              });
            };
            look();
          }, since === undefined ? 500 : 0);
        });
      const end = performance.now() + span;
      const working = () => performance.now() < end && button("Cancel");
      while (working()) {
        for (let turn = 0; turn < 4; turn += 1) {
          const was = pressed();
          await one("switch on the page", () => button("Follow")?.click(), () => pressed() !== was);
        }
        await one(
          "page asked of the core",
          () => (location.hash = "/integrations"),
          () => document.querySelector("[data-testid=integration-row]"),
        );
        // Two looks at one click: when the page stands there, and when the newest lines of the log do.
        const since = await one(
          "page of the run",
          () => (location.hash = page),
          () => document.querySelector("main ol[aria-label=Phases]"),
        );
        await one("its log, newest lines", () => {}, () => document.querySelector("main")?.innerText.includes("INFO line "), since);
      }
      done({ times, lost });
    },
    integration,
    run,
    milliseconds,
  );

try {
  await measure();
} finally {
  for (const tidy of tidying) await tidy();
}
