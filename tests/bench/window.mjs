// What the window costs with a source of 5,000 streams of 50 fields: memory of all its processes, how long select-all, search
// and save take until they are painted, and what a frame costs while one scrolls. A frame is compared with one of a bare page
// of plain lines in the same window, because without a graphics card drawing itself takes most of it.
//
//   scripts/build && (cd tests/e2e && npm ci) && scripts/with-session xvfb-run -a node tests/bench/window.mjs
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
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
  await driver.manage().setTimeouts({ script: 180_000 }); // On a busy computer 120 frames take long.
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
  for (const step of [60, 400]) {
    const [tree, bare] = [await scrolled(driver, step, false), await scrolled(driver, step, true)];
    // Against what this computer draws at best: a frame is dropped where it takes longer than two of the bare page.
    const dropped = (frames) => frames.filter((time) => time > 2 * bare[60]).length;
    const words = (frames) =>
      `median ${frames[60]}, 95th of 100 ${frames[114]}, longest ${frames[119]}, dropped ${dropped(frames)} of 120`;
    console.log(`scrolling by ${step} pixels a frame, milliseconds a frame: ${words(tree)}; a bare page: ${words(bare)}`);
  }
  console.log(`search: painted after ${await searched(driver, "stream_4321")} ms (at most 200)`);
  memory("after all of it");
  console.log(`load of the computer: ${loadavg()[0].toFixed(1)}, with ${availableParallelism()} processors`);
}

/** Milliseconds from a press of a button until the words beside the tree are painted. */
const painted = (driver, button, words) =>
  driver.executeAsyncScript(
    (name, wanted, done) => {
      const pressed = [...document.querySelectorAll("button")].find((one) => one.innerText.trim() === name);
      const status = [...document.querySelectorAll("[role=status]")].find((one) => one.textContent.includes(" chosen"));
      const begun = performance.now();
      pressed.click();
      // What a frame shows is painted when the next one begins.
      const look = () => {
        const there = status.textContent === wanted;
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
        const shown = document.querySelector("[role=treegrid]")?.textContent ?? "";
        const there = shown.includes(wanted) && !shown.includes("stream_0001");
        requestAnimationFrame(there ? () => done(Math.round(performance.now() - begun)) : look);
      };
      look();
    },
    text,
  );

/** How long each of 120 frames took while the tree, or a bare page of lines as high, is scrolled through; shortest first. */
const scrolled = (driver, step, bare) =>
  driver.executeAsyncScript(
    (pixels, plain, done) => {
      let scroller = document.querySelector("[role=treegrid]");
      if (plain) {
        const lines = Array.from({ length: 5000 }, (_, index) => `<div style="height:38px">stream_${index}</div>`);
        const { left, top, width, height } = scroller.getBoundingClientRect();
        scroller = document.createElement("div");
        scroller.style.cssText = `position:fixed;left:${left}px;top:${top}px;width:${width}px;height:${height}px;overflow:auto;background:#fff;z-index:99`;
        scroller.innerHTML = lines.join("");
        document.body.append(scroller);
      }
      scroller.scrollTop = 0;
      const times = [];
      let last = performance.now();
      const frame = (now) => {
        times.push(Math.round(now - last));
        last = now;
        scroller.scrollTop += pixels;
        if (times.length < 121) return requestAnimationFrame(frame);
        if (plain) scroller.remove();
        return done(times.slice(1).sort((a, b) => a - b));
      };
      requestAnimationFrame(frame);
    },
    step,
    bare,
  );

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
