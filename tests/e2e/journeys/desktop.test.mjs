// The app among the other programs of a desktop: its notifications, its icon in the panel, its links.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { freshComputer, journey, launch, startAgain, trib } from "../support/app.mjs";
import { closeWindow, desktop, entry, pressClose, windows } from "../support/desktop.mjs";
import { isAlive } from "../support/processes.mjs";
import { salesforce } from "../support/simulator.mjs";
import { until } from "../support/wait.mjs";
import { sees } from "../support/window.mjs";

/** Waits until the window is at this place, and can be seen. */
const isAt = (driver, route) =>
  until(`the window shows ${route}`, () =>
    driver.executeScript("return !document.hidden && location.hash === arguments[0]", `#${route}`),
  );

journey("a failed sync is told, and its notification leads to where it is fixed", async (t) => {
  const computer = await freshComputer(t);
  const around = await desktop(t, "notifications", "panel");
  const org = await salesforce(t, computer, { Account: 10 });
  const wrong = org.integration("Sales");
  wrong.secrets.refresh_token = "this-token-was-taken-back";
  const { integration } = await trib(computer, ["integrations", "create"], wrong);
  const route = `/integrations/${integration.id}/fix/sign_in_expired`;

  const first = await launch(t, computer);
  await closeWindow(first.driver);
  const [kept] = await until("it says that it goes on", () => around.notifications().length === 1 && around.notifications());
  assert.equal(kept.title, "Tributary keeps running");
  await around.choose("Sync", "Sales");
  const told = await until("it is told", () => around.notifications()[1], 120);
  assert.equal(told.title, "“Sales” needs attention");
  assert.equal(told.actions.fix, "Fix…");
  assert.ok(!JSON.stringify(told).includes(wrong.secrets.refresh_token), "no secret is told");
  assert.ok(await first.driver.executeScript("return document.hidden"), "no window came up by itself");
  around.act(told, "fix");
  await isAt(first.driver, route);
  await sees(first.driver, "Sales");

  // Links of a browser or a mail, while it runs: the second start hands over and ends.
  await startAgain(computer, "tributary://activity");
  await isAt(first.driver, "/activity");
  await startAgain(computer, "tributary://integrations/all/delete");
  await isAt(first.driver, "/integrations?note=link");
  await around.choose("Needs attention", "Sales");
  await isAt(first.driver, route);
  await closeWindow(first.driver);
  assert.equal(around.notifications().length, 2, "one streak is told once, and that it goes on, too");
  await first.stop();

  const second = await launch(t, computer, `tributary:/${route}`);
  await isAt(second.driver, route);
});

journey("the icon in the panel shows how everything is doing, syncs, pauses and quits", async (t) => {
  const computer = await freshComputer(t);
  const around = await desktop(t, "panel");
  const org = await salesforce(t, computer, { Account: 2_000 }, { delay: 100 });
  await trib(computer, ["integrations", "create"], org.integration("R&D_sales"));
  const { driver, process: app } = await launch(t, computer);

  const texts = async (...path) => {
    const menu = path.reduce(entry, await around.menu());
    return menu?.entries.map(({ text }) => text) ?? [];
  };
  await until("it is listed", async () => (await texts("Sync"))[0] === "R&D_sales – Never synced");
  assert.deepEqual((await texts()).filter((text) => text !== ""), [
    "Nothing needs your attention",
    "Sync all now",
    "Sync",
    "Needs attention",
    "Pause syncing",
    "Open Tributary",
    "Quit",
  ]);
  const idle = around.icons().at(-1).icon;
  await around.choose("Sync", "R&D_sales");
  await until("the picture says that something is at work", () => around.icons().at(-1).icon !== idle);
  await until("it is up to date", async () => (await texts("Sync"))[0] === "R&D_sales – Up to date", 120);
  const { runs } = await trib(computer, ["runs", "R&D_sales"]);
  assert.deepEqual([runs.length, runs[0].status, runs[0].trigger], [1, "succeeded", "manual"]);
  assert.equal(runs[0].streams[0].records, 2_000);

  await around.picture("Sync", "tray");

  await around.choose("Pause syncing", "2 hours");
  await until("it says so", async () => /^Paused until /.test((await texts())[0]));
  assert.deepEqual(await texts("Pause syncing"), ["Resume"]);
  await around.choose("Pause syncing", "Resume");
  await until("it goes on", async () => (await texts("Pause syncing")).length === 3);

  await closeWindow(driver);
  await around.choose("Open Tributary");
  await until("the window is there", () => driver.executeScript("return !document.hidden"));
  await around.choose("Quit");
  await until("it has ended", () => !isAlive(app));
});

journey("started with the computer it shows nothing, and without a panel closing the window asks", async (t) => {
  const computer = await freshComputer(t);
  const { driver, process: app } = await launch(t, computer, "--hidden");
  const isShown = () => driver.executeScript("return !document.hidden");
  await sees(driver, "Tributary");
  assert.ok(!windows().includes("Tributary"), "no window is on the screen");

  // Started again by hand, the one that runs comes to the front.
  await startAgain(computer);
  await until("the window is there", isShown);

  pressClose();
  await until("it asks", () => windows().includes("Close Tributary?"));
  assert.ok(await isShown(), "nothing is closed before the answer");
  // Who only closes the question has decided nothing: it goes on.
  execFileSync("wmctrl", ["-F", "-c", "Close Tributary?"]);
  await until("the window is gone", async () => !(await isShown()));
  assert.ok(isAlive(app), "it keeps syncing");
  await startAgain(computer);
  await until("the window is there again", isShown);
});
