// A headless Chromium, driven over its own protocol: opens a page, runs code in it, takes pictures.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Starts Chromium; `close` ends it and removes what it left. */
export async function openBrowser() {
  const profile = mkdtempSync(join(tmpdir(), "tributary-browser-"));
  const child = spawn(process.env.CHROMIUM ?? "chromium", [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
    "about:blank",
  ]);
  const address = await new Promise((resolve, reject) => {
    let heard = "";
    child.stderr.on("data", (data) => {
      heard += data;
      const found = /DevTools listening on (ws:\S+)/.exec(heard);
      if (found) resolve(found[1]);
    });
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`the browser ended: ${heard}`)));
  });
  const port = new URL(address).port;
  const close = async () => {
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { newPage: () => openPage(port), close };
}

async function openPage(port) {
  const made = await fetch(`http://127.0.0.1:${port}/json/new?about:blank`, { method: "PUT" });
  const { webSocketDebuggerUrl } = await made.json();
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  let count = 0;
  const waiting = new Map();
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error } = JSON.parse(data);
    const one = waiting.get(id);
    if (!one) return;
    waiting.delete(id);
    if (error) one.reject(new Error(error.message));
    else one.resolve(result);
  });
  const send = (method, params = {}) =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve, reject });
      socket.send(JSON.stringify({ id: count, method, params }));
    });
  await send("Page.enable");
  await send("Runtime.enable");
  await send("Performance.enable", { timeDomain: "threadTicks" });
  /** Runs an expression in the page; a promise is waited for. */
  const run = async (expression) => {
    const { result, exceptionDetails } = await send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? expression);
    return result.value;
  };
  return {
    send,
    run,
    goTo: async (url) => {
      await send("Page.navigate", { url });
      // The page before answers until the new one is there.
      const there = `document.readyState === "complete" && location.href.startsWith(${JSON.stringify(url.split("?")[0])})`;
      while (!(await run(there).catch(() => false))) await new Promise((r) => setTimeout(r, 20));
    },
    /** Milliseconds of processor time the page has used: unlike a clock, other programs do not change it. */
    busy: async () => {
      const { metrics } = await send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "TaskDuration").value * 1_000;
    },
    size: (width, height) =>
      send("Emulation.setDeviceMetricsOverride", {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
      }),
    picture: async (file) => {
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      writeFileSync(file, Buffer.from(data, "base64"));
    },
    close: () => socket.close(),
  };
}
