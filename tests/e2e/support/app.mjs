// The real app in a real window, driven through WebDriver.
import { spawn, execFile } from "node:child_process";
import { once } from "node:events";
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { Builder, Capabilities } from "selenium-webdriver";
import { answers, freePort } from "./ports.mjs";
import { descendants, find, isAlive } from "./processes.mjs";
import { until } from "./wait.mjs";
import { onScreen } from "./window.mjs";

const root = resolve(import.meta.dirname, "../../..");
const folder = join(root, "build/app");
const program = join(folder, "tributary");
const results = process.env.TRIBUTARY_E2E_RESULTS ?? join(root, "build/test-results/e2e");

/**
 * A test of the app: one thing a person does, from start to end. When it fails, a picture of the window and what the page
 * says are kept beside the log.
 */
export function journey(name, body) {
  test(name, async () => {
    const tidying = [];
    // The newest first, unlike the runner's own `after`: the app has to end before its folders go.
    const t = { name, after: (tidy) => tidying.unshift(tidy) };
    let failure = null;
    try {
      await body(t);
    } catch (error) {
      failure = error;
      const driver = open.get(t);
      if (driver) await onScreen(join(results, `${fileName(name)}.png`)).catch(() => null);
      const text = await driver?.executeScript("return document.body.innerText").catch(() => null);
      if (text) error.message += `\nThe page said:\n${text}`;
    }
    for (const tidy of tidying) {
      try {
        await tidy();
      } catch (error) {
        failure ??= error; // What comes next has to be tidied up all the same.
      }
    }
    if (failure) throw failure;
  });
}

/** The window each running journey has open. */
const open = new WeakMap();

const fileName = (name) => name.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase();

/**
 * A computer of its own for a test: empty data, configuration and cache folders. Removed when the test ends.
 * @param {{ engine?: "fresh" | "shared" }} options  `fresh`: the engine has to be prepared first, as at the first start;
 *   `shared`: it is the one all tests of this kind use, prepared by the first of them
 */
export async function freshComputer(t, { engine = "shared" } = {}) {
  const place = mkdtempSync(join(tmpdir(), "tributary-e2e-"));
  const named = (name) => {
    mkdirSync(join(place, name), { mode: 0o700 });
    return join(place, name);
  };
  const environment = {
    HOME: named("home"),
    TRIBUTARY_HOME: join(place, "tributary"),
    // Nobody listens there: a test that looks at the public catalogue brings its own.
    TRIBUTARY_HUB_URL: "http://127.0.0.1:9",
    XDG_DATA_HOME: named("data"),
    XDG_CONFIG_HOME: named("config"),
    XDG_CACHE_HOME: named("cache"),
    XDG_STATE_HOME: named("state"),
    XDG_RUNTIME_DIR: named("runtime"),
  };
  t.after(() => rmSync(place, { recursive: true, force: true }));
  const computer = { place, environment, home: environment.TRIBUTARY_HOME };
  if (engine === "shared") {
    environment.TRIBUTARY_ENGINE = process.env.TRIBUTARY_TEST_ENGINE ?? join(root, "target/debug/test-engine");
    await trib(computer, ["setup"]);
  }
  return computer;
}

/** Runs `trib` on the same data as the app, and returns the last JSON document it prints. */
export async function trib(computer, command, input) {
  const running = promisify(execFile)(join(folder, "trib"), [...command, "--json"], {
    env: { ...process.env, ...computer.environment },
  });
  running.child.stdin.end(input === undefined ? "" : JSON.stringify(input));
  const { stdout } = await running;
  const text = stdout.trim();
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.split("\n").at(-1)); // One object a line.
  }
}

/** How many rows lie in the files of the built-in destination, and in which. */
export function rowsOnDisk(computer) {
  const data = join(computer.home, "data");
  const files = readdirSync(data, { recursive: true }).filter((file) => file.endsWith(".jsonl"));
  const lines = (file) => readFileSync(join(data, file), "utf8").split("\n").filter((line) => line !== "").length;
  return files.reduce((sum, file) => sum + lines(file), 0);
}

/** Files below the computer's folders that hold one of these texts. */
export function filesWith(computer, texts) {
  return readdirSync(computer.place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => {
      const content = readFileSync(file);
      return texts.some((text) => content.includes(text));
    });
}

/** Starts the app with these arguments, as another program of the desktop would, and waits for its end. */
export async function startAgain(computer, ...args) {
  await promisify(execFile)(program, args, { env: { ...process.env, ...computer.environment }, timeout: 30_000 });
}

/** Starts the app, with arguments or without, and returns when its window can be driven. It is ended with the test. */
export async function launch(t, computer, ...args) {
  mkdirSync(results, { recursive: true });
  const log = createWriteStream(join(results, `${fileName(t.name)}.log`), { flags: "a" });
  const [port, nativePort] = [await freePort(), await freePort()];
  const bridge = spawn(
    join(root, "build/tools/bin/tauri-driver"),
    ["--port", String(port), "--native-port", String(nativePort)],
    { env: { ...process.env, ...computer.environment }, stdio: ["ignore", "pipe", "pipe"] },
  );
  bridge.stdout.pipe(log);
  bridge.stderr.pipe(log);
  const started = [];
  let driver = null;

  const stop = async () => {
    if (bridge.exitCode !== null || bridge.signalCode !== null) return;
    // Asked for before it is ended: what belongs to this app, so that nothing of it outlives the test.
    started.push(...descendants({ pid: bridge.pid }));
    await driver?.quit().catch(() => {});
    bridge.kill();
    await once(bridge, "exit");
    // The driver mostly closes the app with the session. Where it does not, the app is asked to end as at a log-out.
    for (const { pid } of started.filter((one) => one.name === "tributary" && isAlive(one))) process.kill(pid, "SIGTERM");
    await until("everything the app started has ended", () => !started.some(isAlive), 20).catch((error) => {
      const alive = started.filter(isAlive);
      for (const { pid } of alive) process.kill(pid, "SIGKILL");
      throw new Error(`${error.message}: ${alive.map(({ name }) => name).join(", ")} did not`);
    });
  };
  t.after(stop);

  await until("the WebDriver answers", () => answers(port));
  driver = await new Builder()
    .usingServer(`http://127.0.0.1:${port}/`)
    .withCapabilities(new Capabilities({ browserName: "wry", "tauri:options": { application: program, args } }))
    .build();
  open.set(t, driver);
  const own = await until("the app runs", () => find(program, `TRIBUTARY_HOME=${computer.home}`));
  return { driver, process: own, stop };
}
