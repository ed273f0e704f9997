// Connecting through the wizard: Salesforce with wrong and right credentials, files of this computer, a database.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesWith, freshComputer, journey, launch, rowsOnDisk, trib } from "../support/app.mjs";
import { publicCatalogue } from "../support/hub.mjs";
import { postgres } from "../support/postgres.mjs";
import { salesforce } from "../support/simulator.mjs";
import { until } from "../support/wait.mjs";
import { choose, fill, goTo, pick, picture, press, sees, seesNoMore, textOf } from "../support/window.mjs";

/** Waits until the newest sync of an integration has ended, and returns it. */
const synced = (computer, name) =>
  until(
    `the sync of ${name} has ended`,
    async () => {
      const [newest] = (await trib(computer, ["runs", name])).runs;
      return newest?.finished_at && newest;
    },
    180,
  );

journey("Salesforce is connected through the wizard, with wrong and then with right credentials", async (t) => {
  const computer = await freshComputer(t);
  const org = await salesforce(t, computer, { Account: 120, Contact: 300, Opportunity: 80 });
  const { secrets } = org.integration("Sales");
  const { driver } = await launch(t, computer);

  await sees(driver, "Welcome to Tributary");
  await press(driver, "Connect Salesforce");
  await sees(driver, "Set up Salesforce");
  await fill(driver, "Name", "Sales");
  await press(driver, "Next");
  await sees(driver, "This is needed.");
  await picture(driver, "wizard-setup");
  await fill(driver, "Consumer key", secrets.client_id);
  await fill(driver, "Consumer secret", "not the right one");
  await fill(driver, "Refresh token", secrets.refresh_token);
  await fill(driver, "Start date", "2015-01-01");
  await press(driver, "Next");

  await sees(driver, "Something needs your attention.", 120);
  await picture(driver, "wizard-test-failed");
  await press(driver, "Go to Consumer key");
  await press(driver, "Replace Consumer secret");
  await fill(driver, "Consumer secret", secrets.client_secret);
  await press(driver, "Next");
  await sees(driver, "Everything works.", 120);
  await picture(driver, "wizard-test");

  await press(driver, "Next");
  await sees(driver, "Opportunity", 120);
  await picture(driver, "wizard-data");
  await press(driver, "Next");
  await sees(driver, "Where the data goes");
  await picture(driver, "wizard-destination");
  await press(driver, "Next");
  await sees(driver, "Look it over, then save.");
  assert.ok(!(await textOf(driver)).includes(secrets.refresh_token), "no secret is shown again");
  await picture(driver, "wizard-review");
  await press(driver, "Save and sync now");

  const run = await synced(computer, "Sales");
  assert.equal(run.status, "succeeded", JSON.stringify(run.problem));
  assert.equal(rowsOnDisk(computer), org.rows);
  assert.deepEqual(filesWith(computer, [secrets.client_secret, secrets.refresh_token]), [], "no secret is on the disk");
  const { integration } = await trib(computer, ["integrations", "get", "Sales"]);
  assert.equal(integration.status, "ready");
});

journey("a CSV file and an Excel file are connected, and go to a PostgreSQL database", async (t) => {
  const computer = await freshComputer(t);
  const server = await postgres(t);
  await publicCatalogue(t, computer);
  const csv = join(computer.place, "people.csv");
  writeFileSync(csv, "id,name\n1,Ada\n2,Grace\n3,Zoë 🚀\n");
  const excel = join(computer.place, "budget.xlsx");
  writeExcel(computer, excel);
  const { driver } = await launch(t, computer);

  // The destination first.
  await goTo(driver, "/settings");
  await press(driver, "Add a destination");
  await sees(driver, "Where should the data go?");
  await press(driver, "PostgreSQL");
  await sees(driver, "Set up PostgreSQL");
  await fill(driver, "Name", "Warehouse");
  await fill(driver, "Server", "127.0.0.1");
  await fill(driver, "Port", String(server.port));
  await fill(driver, "User", "loader");
  await fill(driver, "Password", server.password);
  await fill(driver, "Database", "analytics");
  await picture(driver, "destination-setup");
  await press(driver, "Next");
  await sees(driver, "Everything works.", 240);
  await picture(driver, "destination-test");
  assert.equal(
    await server.query("select count(*) from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')"),
    "0",
    "the test leaves nothing behind",
  );
  await press(driver, "Next");
  await sees(driver, "Look it over, then save.");
  await press(driver, "Save");
  await until("it is saved", async () => (await trib(computer, ["destinations", "list"])).destinations.length === 2);

  // The files, found in the marketplace.
  await goTo(driver, "/marketplace");
  await sees(driver, "37 connectors", 60);
  await picture(driver, "marketplace");
  await goTo(driver, "/marketplace/extractor/sundial");
  await sees(driver, "Hours and projects of everybody in a company.");
  await picture(driver, "connector-not-verified");
  await goTo(driver, "/marketplace?q=excel");
  await sees(driver, "3 connectors");
  await sees(driver, "Spreadsheets");
  await goTo(driver, "/marketplace/extractor/spreadsheets");
  await sees(driver, "Connect");
  await picture(driver, "connector");
  await press(driver, "Connect");
  await sees(driver, "Set up Spreadsheets");
  await fill(driver, "Name", "Files");
  await press(driver, "Add an entry to Files");
  await fillEntry(driver, 0, csv, "CSV", "people");
  await press(driver, "Add an entry to Files");
  await fillEntry(driver, 1, excel, "Excel", "budget");
  await picture(driver, "wizard-files");
  await press(driver, "Next");
  await sees(driver, "Everything works.", 120);
  await press(driver, "Next");
  await sees(driver, "budget", 120);
  await press(driver, "Next");
  await sees(driver, "Where the data goes");
  await pick(driver, "Warehouse");
  await press(driver, "Next");
  await sees(driver, "Look it over, then save.");
  await press(driver, "Save and sync now");
  const run = await synced(computer, "Files");
  assert.equal(run.status, "succeeded", JSON.stringify(run.problem));
  assert.equal(await server.query("select string_agg(name, ', ' order by id) from people"), "Ada, Grace, Zoë 🚀");
  assert.equal(await server.query("select count(*) from budget"), "2");
  await seesNoMore(driver, "Look it over, then save.");
});

/** Fills in one table of the list of files, counted from 0. */
async function fillEntry(driver, place, path, kind, table) {
  await fill(driver, "File", path, place);
  await choose(driver, "Kind of file", kind, place);
  await fill(driver, "Table", table, place);
}

/** An Excel file of two rows, written with the library that reads it. */
function writeExcel(computer, path) {
  const environments = join(computer.environment.TRIBUTARY_ENGINE, "envs");
  const [environment] = readdirSync(environments).filter((name) => name.startsWith("tap-spreadsheets-"));
  const script = `
import openpyxl, sys
book = openpyxl.Workbook()
for row in [["team", "amount"], ["north", 120], ["south", 80]]:
    book.active.append(row)
book.save(sys.argv[1])`;
  execFileSync(join(environments, environment, "bin/python"), ["-c", script, path]);
}
