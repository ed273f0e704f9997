// What was brought in is looked at where it lies: the native loader's tables on the data page.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { By, Key } from "selenium-webdriver";
import { freshComputer, journey, launch, trib } from "../support/app.mjs";
import { until } from "../support/wait.mjs";
import { goTo, picture, press, sees } from "../support/window.mjs";

/** Writes into the field that is called so, over what is there. */
async function write(driver, name, text) {
  const field = await until(`there is a field “${name}”`, () => driver.findElement(By.css(`[aria-label="${name}"]`)));
  await field.clear();
  await field.sendKeys(text);
  return field;
}

journey("what a sync brought in is looked at, searched and asked with SQL", async (t) => {
  const computer = await freshComputer(t);
  const lines = Array.from({ length: 300 }, (_, index) => `${index + 1},Person ${index + 1},${2000 + (index % 25)}-05-01`);
  const file = join(computer.place, "people.csv");
  writeFileSync(file, ["id,name,since", ...lines, ""].join("\n"));
  const path = join(computer.place, "tables");
  await trib(computer, ["destinations", "create"], { type: "tributary", name: "Tables", config: { format: "sqlite", path } });
  await trib(computer, ["integrations", "create"], {
    type: "spreadsheets",
    name: "People",
    destination: "Tables",
    config: { files: [{ path: file, format: "csv", table_name: "people", primary_keys: ["id"] }] },
  });
  const { run } = await trib(computer, ["sync", "People"]);
  assert.equal(run.status, "succeeded", JSON.stringify(run));
  assert.equal(run.streams[0].changes?.added, 300, "the loader says what changed");

  const { driver } = await launch(t, computer);
  await goTo(driver, "/data");
  await sees(driver, "people", 60);
  await sees(driver, "Person 300", 60);
  await picture(driver, "data");
  await write(driver, "Search in people", "person 29");
  await sees(driver, "Person 290");
  await picture(driver, "data-search");
  await press(driver, "Ask in SQL");
  const box = await write(driver, "Question in SQL", "SELECT count(*) AS everybody FROM people WHERE name LIKE '%9'");
  await box.sendKeys(Key.chord(Key.CONTROL, Key.ENTER));
  await sees(driver, "everybody", 30);
  await picture(driver, "data-sql");
});
