// The main job, as a newcomer does it: from an empty computer to data, without an account.
import assert from "node:assert/strict";
import { freshComputer, journey, launch, rowsOnDisk, trib } from "../support/app.mjs";
import { until } from "../support/wait.mjs";
import { goTo, picture, press, rowOf, sees, seesNoMore, watchRow } from "../support/window.mjs";

const SAMPLE = "Sample Salesforce org";

journey("a newcomer explores the sample org: rows are counted up and end as up to date", async (t) => {
  const computer = await freshComputer(t, { engine: "fresh" });
  const { driver } = await launch(t, computer);

  await sees(driver, "Welcome to Tributary");
  await picture(driver, "welcome");
  await goTo(driver, "/integrations");
  await sees(driver, "Nothing is brought in yet");
  await picture(driver, "integrations-empty");
  await press(driver, "Explore a sample Salesforce org");
  await until("the sample's page is shown", () =>
    driver.executeScript("return /integrations\\/.+/.test(location.hash)"),
  );
  await goTo(driver, "/integrations");

  await until("the sample is listed", () => rowOf(driver, SAMPLE));
  const seen = await watchRow(driver, SAMPLE);
  await until(
    "the sample is up to date",
    async () => {
      const { status } = await rowOf(driver, SAMPLE);
      assert.notEqual(status, "Needs attention", "the sync failed");
      return status === "Up to date";
    },
    240,
  );

  const counts = (await seen()).filter(({ status }) => status.startsWith("Syncing")).map(({ rows }) => rows);
  assert.ok(counts.filter((rows) => rows > 0).length >= 2, `rows were counted up while it ran: ${counts}`);
  assert.deepEqual(counts, counts.toSorted((a, b) => a - b), "the count never went back");

  const { rows } = await rowOf(driver, SAMPLE);
  const { runs } = await trib(computer, ["runs", SAMPLE]);
  const brought = runs[0].streams.reduce((sum, stream) => sum + stream.records, 0);
  assert.equal(rows, brought, "the window and the terminal say the same");
  assert.equal(rows, rowsOnDisk(computer), "and so many rows are on the disk");
  // The sync needs only its own two connectors; the others are made ready meanwhile.
  await seesNoMore(driver, "Preparing the engine", 120);
  await picture(driver, "integrations");

  const run = runs[0];
  for (const [name, route, text] of [
    ["integration", `/integrations/${run.integration}`, "All syncs"],
    ["run", `/integrations/${run.integration}/runs/${run.id}`, "Log"],
    ["activity", "/activity", SAMPLE],
    ["settings", "/settings", computer.home],
  ]) {
    await goTo(driver, route);
    await sees(driver, text);
    await picture(driver, name);
  }

  await goTo(driver, "/integrations");
  await press(driver, "Sync now");
  const second = await until(
    "the second sync has ended",
    async () => {
      const [newest] = (await trib(computer, ["runs", SAMPLE])).runs;
      return newest.id !== run.id && newest.finished_at !== null && newest;
    },
    120,
  );
  assert.equal(second.status, "succeeded");
  // Sources give the rows at the moment of the last sync once more, so that none is missed.
  const again = second.streams.reduce((sum, stream) => sum + stream.records, 0);
  assert.ok(again < rows / 20, `the second sync brings what is new, not everything: ${again} of ${rows}`);
  await until("the window says so", async () => /Up to date|Nothing new/.test((await rowOf(driver, SAMPLE)).status));
});
