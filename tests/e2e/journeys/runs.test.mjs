// Watching a sync, stopping it, and mending one that failed, in the real window.
import assert from "node:assert/strict";
import { filesWith, freshComputer, journey, launch, rowsOnDisk, trib } from "../support/app.mjs";
import { salesforce } from "../support/simulator.mjs";
import { until } from "../support/wait.mjs";
import { fill, goTo, picture, press, rowOf, sees, textOf } from "../support/window.mjs";

/** What the page says of the run: its state and its rows. */
const run = (driver) =>
  driver.executeScript(() => {
    const text = (id) => document.querySelector(`[data-testid="${id}"]`)?.innerText.trim() ?? "";
    return { status: text("run-status"), rows: Number(text("integration-rows").replaceAll(/[^0-9]/g, "")) };
  });

journey("a run is watched, found in its log, stopped, and keeps what came", async (t) => {
  const computer = await freshComputer(t);
  const org = await salesforce(t, computer, { Account: 30_000, Contact: 30_000 }, { delay: 400 });
  await trib(computer, ["integrations", "create"], org.integration("Sales"));
  const { driver } = await launch(t, computer);
  await press(driver, "Sync now");
  await until("rows are coming", async () => (await rowOf(driver, "Sales")).rows > 0, 60);
  const [{ id, integration }] = (await trib(computer, ["runs", "Sales"])).runs;

  await goTo(driver, `/integrations/${integration}/runs/${id}`);
  await sees(driver, "Reading");
  const before = await until("it counts", async () => (await run(driver)).rows);
  await until("it counts on", async () => (await run(driver)).rows > before, 30);
  await sees(driver, "rows a second", 30);
  await picture(driver, "run-syncing");
  await sees(driver, "Started Meltano");

  await press(driver, "Cancel");
  await until("it has stopped", async () => (await run(driver)).status === "Stopped", 30);
  const { rows } = await run(driver);
  assert.ok(rows > 0 && rows < org.rows, `stopped in the middle: ${rows}`);
  // A connector that is ended in the middle of what it prints leaves a piece of a row, which is not loaded.
  const kept = rowsOnDisk(computer);
  assert.ok(kept > 0 && kept <= rows, `${kept} of ${rows} rows are kept`);
});

journey("a sync that failed is mended on the page its problem leads to, and goes on", async (t) => {
  const computer = await freshComputer(t);
  const org = await salesforce(t, computer, { Account: 40, Contact: 25 });
  const right = org.integration("Sales");
  const wrong = { ...right, secrets: { ...right.secrets, refresh_token: "this-one-has-expired" } };
  const { integration } = await trib(computer, ["integrations", "create"], wrong);
  const { driver } = await launch(t, computer);
  await press(driver, "Sync now");
  await until("it has failed", async () => (await rowOf(driver, "Sales")).status === "Needs attention", 60);
  await picture(driver, "integrations-attention");

  const [{ id }] = (await trib(computer, ["runs", "Sales"])).runs;
  await goTo(driver, `/integrations/${integration.id}/runs/${id}`);
  await until("the run says so", async () => (await run(driver)).status === "Failed");
  await picture(driver, "run-failed");
  await press(driver, "Fix");
  await sees(driver, "What it means for your data");
  const route = await driver.executeScript("return location.hash");
  assert.equal(route, `#/integrations/${integration.id}/fix/sign_in_expired`);
  await picture(driver, "fix");

  await fill(driver, "Refresh token", "this-one-is-wrong-too");
  await press(driver, "Save and try again");
  await sees(driver, "It is still the same", 60);
  await fill(driver, "Refresh token", right.secrets.refresh_token);
  await press(driver, "Save and try again");
  await sees(driver, "It works again", 90);
  await press(driver, "Stay here");
  const shifted = await driver.executeScript("return document.documentElement.scrollHeight - innerHeight");
  assert.ok(shifted <= 0, `nothing but the page itself can be scrolled: the frame around it by ${shifted} pixels`);
  await picture(driver, "fix-works");
  assert.ok(!(await textOf(driver)).includes(right.secrets.refresh_token), "no secret is shown");
  assert.equal(rowsOnDisk(computer), org.rows, "the sync it began brought everything");
  assert.deepEqual(filesWith(computer, Object.values(right.secrets)), [], "no secret is on the disk");

  await press(driver, "Back to Sales");
  await sees(driver, "Overview");
  await picture(driver, "integration-overview");
  for (const tab of ["Streams", "Runs", "Settings"]) {
    await goTo(driver, `/integrations/${integration.id}/${tab.toLowerCase()}`);
    await sees(driver, { Streams: "Account", Runs: "Started by hand", Settings: "Delete" }[tab]);
    await picture(driver, `integration-${tab.toLowerCase()}`);
  }
  await goTo(driver, "/activity");
  await sees(driver, "Sales");
  await picture(driver, "activity");
});
