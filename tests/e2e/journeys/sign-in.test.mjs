// Signing in with the browser, ten syncs with tokens that rotate, an administrator who takes the sign-in back, and the way back.
import assert from "node:assert/strict";
import { freshComputer, journey, launch, rowsOnDisk, trib } from "../support/app.mjs";
import { salesforce } from "../support/simulator.mjs";
import { until } from "../support/wait.mjs";
import { fill, goTo, picture, press, rowOf, sees } from "../support/window.mjs";

/** The address the window offers to copy while it waits for the browser. */
const addressOf = (driver) =>
  until("the window waits for the browser", () =>
    driver.executeScript("return document.querySelector('[data-address]')?.dataset.address ?? null"),
  );

journey("Salesforce is signed in with the browser, rotates, is taken back, and signed in again", async (t) => {
  const computer = await freshComputer(t);
  const org = await salesforce(t, computer, { Account: 150, Contact: 60 }, { rotate: true });
  const { secrets } = org.integration("Sales");
  const { driver } = await launch(t, computer);

  await sees(driver, "Welcome to Tributary");
  await press(driver, "Connect Salesforce");
  await sees(driver, "Set up Salesforce");
  await fill(driver, "Name", "Sales");
  await sees(driver, "Salesforce has to know Tributary once.");
  await picture(driver, "sign-in-guide");
  await fill(driver, "Start date", "2015-01-01");
  await fill(driver, "Consumer key", secrets.client_id);
  await fill(driver, "Consumer secret", secrets.client_secret);
  await press(driver, "Sign in with Salesforce");
  const page = await org.browse(await addressOf(driver));
  assert.match(page, /go back to Tributary/);
  await sees(driver, "Signed in as Robin Sample", 60);
  await picture(driver, "sign-in-done");
  await press(driver, "Next");
  await sees(driver, "Everything works.", 120);
  await press(driver, "Next");
  await sees(driver, "Contact", 120);
  await press(driver, "Next");
  await sees(driver, "Where the data goes");
  await press(driver, "Next");
  await sees(driver, "Look it over, then save.");
  await press(driver, "Save and sync now");
  const newest = async () => (await trib(computer, ["runs", "Sales"])).runs[0];
  await until("the first sync has ended", async () => (await newest())?.finished_at, 180);
  assert.equal((await newest()).status, "succeeded", JSON.stringify(await newest()));
  assert.equal(rowsOnDisk(computer), org.rows);

  for (let number = 0; number < 10; number += 1) await trib(computer, ["sync", "Sales"]);
  const stats = await org.stats();
  assert.equal(stats.replays, 0, "no token was used twice");

  await org.revoke();
  await org.change("Account", 5);
  await goTo(driver, "/integrations");
  await press(driver, "Sync now");
  await until("it needs attention", async () => (await rowOf(driver, "Sales")).status === "Needs attention", 120);
  const { integration } = await trib(computer, ["integrations", "get", "Sales"]);
  await goTo(driver, `/integrations/${integration.id}/fix/sign_in_expired`);
  await sees(driver, "Salesforce no longer accepts the sign-in");
  await picture(driver, "sign-in-fix");
  await press(driver, "Sign in again");
  await org.browse(await addressOf(driver));
  await until(
    "it was synced again",
    async () => {
      const run = await newest();
      return run.finished_at && run.status === "succeeded";
    },
    180,
  );
  const accounts = (await newest()).streams.find(({ name }) => name === "Account").records;
  assert.ok(accounts >= 5 && accounts <= 6, `it went on where it was: ${accounts}`);
  assert.equal((await org.stats()).replays, 0);
});
