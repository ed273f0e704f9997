// What the window costs with a source of 5,000 streams of 50 fields: memory of all its processes, and how long select-all,
// search and save take until they are painted.
//
//   scripts/build && (cd tests/e2e && npm ci) && scripts/with-session xvfb-run -a node tests/bench/window.mjs
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freshComputer, launch, trib } from "../e2e/support/app.mjs";
import { descendants } from "../e2e/support/processes.mjs";
import { until } from "../e2e/support/wait.mjs";
import { goTo, sees } from "../e2e/support/window.mjs";

const tidying = [];
const t = { name: "benchmark of the window", after: (tidy) => tidying.unshift(tidy) };

async function measure() {
  const computer = await freshComputer(t);
  const file = join(computer.place, "people.csv");
  writeFileSync(file, "id\n1\n");
  const files = [{ path: file, format: "csv", table_name: "people" }];
  const created = await trib(computer, ["integrations", "create"], { type: "spreadsheets", name: "Big", config: { files } });
  keepCatalog(computer, created.integration.id);
  const { driver, process: app } = await launch(t, computer);
  await sees(driver, "Integrations");
  const memory = (when) => {
    const all = [app, ...descendants(app)].filter(({ name }) => name === "tributary" || name.startsWith("WebKit"));
    const size = (pid) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]);
    const parts = all.map(({ pid, name }) => `${name} ${Math.round(size(pid) / 1024)} MB`);
    console.log(`memory ${when} (the window's WebKitWebProcess: at most 400 MB): ${parts.join(", ")}`);
  };
  memory("at the start");
  const draft = await driver.executeAsyncScript((id, done) => {
    window.__TAURI_INTERNALS__.invoke("create_draft", { input: { from: "edit", kind: "extractor", id } }).then(done, done);
  }, created.integration.id);
  await goTo(driver, `/setup/${draft.id}?step=data`);
  await sees(driver, "of 5,000 chosen", 60);
  memory("with 5,000 streams");
  for (const [button, words] of [["None", "0 of 5,000 chosen"], ["All", "5,000 of 5,000 chosen"], ["None", "0 of 5,000 chosen"]]) {
    console.log(`${button}: painted after ${await painted(driver, button, words)} ms (at most 200)`);
  }
  await painted(driver, "All", "5,000 of 5,000 chosen");
  const kept = Date.now();
  await until("it is saved", async () => {
    const stored = await driver.executeAsyncScript((id, done) => {
      window.__TAURI_INTERNALS__.invoke("get_draft", { id }).then((one) => done(one.streams?.length ?? 0), done);
    }, draft.id);
    return stored === 5000;
  });
  console.log(`saved, the pause in typing it waits for included: ${Date.now() - kept} ms`);
  const frames = await scrolled(driver);
  console.log(`scrolling, milliseconds a frame: median ${frames[60]}, 95th of 100 ${frames[114]}, longest ${frames[119]}`);
  console.log(`search: painted after ${await searched(driver, "stream_4321")} ms (at most 200)`);
  memory("after all of it");
}

/** Milliseconds from a press of a button until the page that says so is painted. */
const painted = (driver, button, words) =>
  driver.executeAsyncScript(
    (name, wanted, done) => {
      const pressed = [...document.querySelectorAll("button")].find((one) => one.innerText.trim() === name);
      const begun = performance.now();
      pressed.click();
      const look = () => {
        const there = document.body.innerText.includes(wanted);
        requestAnimationFrame(there ? () => done(Math.round(performance.now() - begun)) : look);
      };
      look();
    },
    button,
    words,
  );

/** The same from the last letter of a search until only what fits is shown. */
const searched = (driver, text) =>
  driver.executeAsyncScript(
    (wanted, done) => {
      const field = document.querySelector('[role="dialog"] input[type="search"], [role="dialog"] input[placeholder^="Search"]');
      const begun = performance.now();
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, wanted);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      const look = () => {
        const shown = document.body.innerText;
        const there = shown.includes(wanted) && !shown.includes("stream_0001");
        requestAnimationFrame(there ? () => done(Math.round(performance.now() - begun)) : look);
      };
      look();
    },
    text,
  );

/** How long each of 120 frames took while the tree is scrolled through, shortest first. */
const scrolled = (driver) =>
  driver.executeAsyncScript((done) => {
    const tree = [...document.querySelectorAll('[role="dialog"] *')].find((one) => one.scrollHeight > 20 * one.clientHeight && one.clientHeight > 100);
    const times = [];
    let last = performance.now();
    const step = (now) => {
      times.push(Math.round(now - last));
      last = now;
      tree.scrollTop += 400;
      if (times.length < 121) requestAnimationFrame(step);
      else done(times.slice(1).sort((a, b) => a - b));
    };
    requestAnimationFrame(step);
  });

/** Keeps a catalog of that size as the answer of the integration's source. */
function keepCatalog(computer, integration) {
  const script = `
import datetime, json, sqlite3, sys
fields = {f"field_{n:02}": {"type": ["null", "string"]} for n in range(50)}
names = [f"stream_{n:04}" for n in range(5000)]
streams = [{"tap_stream_id": name, "stream": name, "key_properties": [], "schema": {"properties": fields}, "metadata": []} for name in names]
now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f+00:00")
with sqlite3.connect(sys.argv[1]) as rows:
    rows.execute("insert into catalogs (integration_id, catalog, discovered_at) values (?, ?, ?)", (sys.argv[2], json.dumps({"streams": streams}), now))
`;
  execFileSync("python3", ["-c", script, join(computer.home, "tributary.db"), integration]);
}

try {
  await measure();
} finally {
  for (const tidy of tidying) await tidy();
}
