// The worst that can happen to the app while it works.
import assert from "node:assert/strict";
import { filesWith, freshComputer, journey, launch, trib } from "../support/app.mjs";
import { descendants, isAlive, usersOf } from "../support/processes.mjs";
import { salesforce } from "../support/simulator.mjs";
import { until } from "../support/wait.mjs";
import { goTo, picture, press, rowOf, sees } from "../support/window.mjs";

journey("killed in the middle of a sync, the app leaves nothing behind and goes on at the next start", async (t) => {
  const computer = await freshComputer(t);
  const org = await salesforce(t, computer, { Account: 10_000, Contact: 10_000 }, { delay: 500 });
  const integration = org.integration("Sales");
  await trib(computer, ["integrations", "create"], integration);

  const first = await launch(t, computer);
  await press(first.driver, "Sync now");
  await until("rows are coming", async () => (await rowOf(first.driver, "Sales")).rows > 0, 60);
  const children = descendants(first.process);
  assert.ok(
    children.some(({ name }) => name.startsWith("plugin-host")),
    `the sync is at work: ${children.map(({ name }) => name)}`,
  );
  process.kill(first.process.pid, "SIGKILL");
  await until("the app is gone", () => !isAlive(first.process));
  await first.stop();

  const second = await launch(t, computer);
  await goTo(second.driver, "/activity");
  await sees(second.driver, "Interrupted");
  await picture(second.driver, "activity-interrupted");
  const { runs } = await trib(computer, ["runs", "Sales"]);
  assert.equal(runs[0].status, "interrupted");
  await until("no process of the killed app is left", () => !children.some(isAlive));
  await until("nobody works in the data folder", () => usersOf(computer.home).length === 0);
  assert.deepEqual(filesWith(computer, Object.values(integration.secrets)), [], "no secret is on the disk");

  await goTo(second.driver, "/integrations");
  await press(second.driver, "Sync now");
  await until("it is up to date", async () => (await rowOf(second.driver, "Sales")).status === "Up to date", 120);
});
