// Syncing an org that is somewhere else, behind a proxy with a certificate of its own.
import assert from "node:assert/strict";
import { freshComputer, journey, launch, rowsOnDisk, trib } from "../support/app.mjs";
import { salesforce } from "../support/simulator.mjs";
import { until } from "../support/wait.mjs";
import { picture, press, rowOf, watchRow } from "../support/window.mjs";

journey("Sync now brings every row of a Salesforce org, and shows them coming", async (t) => {
  const computer = await freshComputer(t);
  const org = await salesforce(t, computer, { Account: 9_000, Contact: 6_000, Opportunity: 3_000 }, { delay: 250 });
  await trib(computer, ["integrations", "create"], org.integration("Sales"));
  const { driver } = await launch(t, computer);

  await until("it was never synced", async () => (await rowOf(driver, "Sales")).status === "Never synced");
  const seen = await watchRow(driver, "Sales");
  await press(driver, "Sync now");
  await until("rows are coming", async () => (await rowOf(driver, "Sales")).rows > 0, 60);
  await picture(driver, "integrations-syncing");
  await until("it is up to date", async () => (await rowOf(driver, "Sales")).status === "Up to date", 120);

  const counts = (await seen()).filter(({ status }) => status.startsWith("Syncing")).map(({ rows }) => rows);
  assert.ok(new Set(counts).size >= 3, `rows were counted up while it ran: ${counts}`);
  assert.deepEqual(counts, counts.toSorted((a, b) => a - b), "the count never went back");
  assert.equal((await rowOf(driver, "Sales")).rows, org.rows, "the window says what the org has");
  assert.equal(rowsOnDisk(computer), org.rows, "and so many rows are on the disk");
});
