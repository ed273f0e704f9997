// What a person sees and does in the window.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { By } from "selenium-webdriver";
import { until } from "./wait.mjs";

const pictures =
  process.env.TRIBUTARY_SCREENSHOTS ?? resolve(import.meta.dirname, "../../../build/test-results/screenshots");

/** Everything the page says, as it is read. */
export function textOf(driver) {
  return driver.executeScript("return document.body.innerText");
}

/** Waits until the page says this. */
export function sees(driver, text, seconds) {
  return until(`the page says “${text}”`, async () => (await textOf(driver)).includes(text), seconds);
}

/** Waits until the page no longer says this. */
export function seesNoMore(driver, text, seconds) {
  return until(`the page no longer says “${text}”`, async () => !(await textOf(driver)).includes(text), seconds);
}

/** Presses the button, menu item or link with this name, as soon as it can be pressed. */
export async function press(driver, name, seconds) {
  const named = `starts-with(normalize-space(@aria-label), "${name}") or normalize-space(.) = "${name}"`;
  const path = `//*[self::button or self::a or @role="menuitem" or @role="option"][${named}]`;
  await until(`“${name}” can be pressed`, async () => {
    for (const element of await driver.findElements(By.xpath(path))) {
      if ((await element.isDisplayed()) && (await element.isEnabled())) {
        // A part of it may stand under the foot of a dialog.
        await driver.executeScript("arguments[0].scrollIntoView({ block: 'center' })", element);
        await element.click();
        return true;
      }
    }
    return false;
  }, seconds);
}

/** Writes into the field with this label, over what is there; the `place`th of several, counted from 0. */
export async function fill(driver, label, text, place = 0) {
  const field = await until(`there is a field “${label}”`, () => fieldOf(driver, label, place));
  await field.clear();
  await field.sendKeys(text);
}

/** Chooses the option whose label begins with this. */
export async function pick(driver, label) {
  await until(`“${label}” can be chosen`, () =>
    driver.executeScript((wanted) => {
      const found = [...document.querySelectorAll("label")].find((one) => one.innerText.trim().startsWith(wanted));
      found?.click();
      return found !== undefined;
    }, label),
  );
}

/** Chooses an entry of the list with this label. */
export async function choose(driver, label, option, place = 0) {
  const list = await until(`there is a list “${label}”`, () => fieldOf(driver, label, place));
  await list.sendKeys(option);
}

/** The field with this label; `null` while there is none that can be seen. */
function fieldOf(driver, label, place) {
  return driver.executeScript(
    (wanted, nth) => {
      const words = (one) => one.innerText.replaceAll(/\s+/g, " ").trim().replace(/ ?Optional$/, "");
      const fields = [...document.querySelectorAll("label")]
        .filter((one) => words(one) === wanted)
        .map((one) => document.getElementById(one.htmlFor) ?? one.querySelector("input, select, textarea"))
        .filter((one) => one && one.getClientRects().length > 0);
      return fields[nth] ?? null;
    },
    label,
    place,
  );
}

/** What the list says about an integration: its status in words, and its rows. */
export async function rowOf(driver, name) {
  const row = await driver.executeScript((wanted) => {
    const found = [...document.querySelectorAll('[data-testid="integration-row"]')].find((one) =>
      one.innerText.includes(wanted),
    );
    const text = (id) => found?.querySelector(`[data-testid="${id}"]`)?.innerText.trim() ?? "";
    return found && { status: text("integration-status"), rows: text("integration-rows") };
  }, name);
  if (!row) throw new Error(`the list shows no integration “${name}”`);
  return { status: row.status, rows: Number.parseInt(row.rows.replaceAll(/[^0-9]/g, "") || "0", 10) };
}

/**
 * Begins to write down every status and row count the list shows for an integration, also those that are there for a
 * moment only. The answer gives what was written down so far.
 */
export async function watchRow(driver, name) {
  await driver.executeScript((wanted) => {
    const seen = [];
    const look = () => {
      const row = [...document.querySelectorAll('[data-testid="integration-row"]')].find((one) =>
        one.innerText.includes(wanted),
      );
      if (!row) return;
      const text = (id) => row.querySelector(`[data-testid="${id}"]`)?.innerText.trim() ?? "";
      const now = { status: text("integration-status"), rows: Number(text("integration-rows").replace(/[^0-9]/g, "")) };
      const last = seen.at(-1);
      if (!last || last.status !== now.status || last.rows !== now.rows) seen.push(now);
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    window.seenRows = seen;
  }, name);
  return () => driver.executeScript("return window.seenRows");
}

/** Goes to a place of the app by its address. */
export async function goTo(driver, route) {
  await driver.executeScript("location.hash = arguments[0]", route);
}

/** Where the picture of this name goes. */
export function pictureFile(name) {
  mkdirSync(pictures, { recursive: true });
  return join(pictures, `${name}.png`);
}

/**
 * Takes a picture of the window as it is on the screen: WebDriver's own waits without end where the window is drawn without a
 * graphics card and nothing moves. What was painted comes to the screen a moment later, so two in a row have to be the same;
 * where something turns without end, the fifth counts.
 */
export async function onScreen(file) {
  const line = () => execFileSync("wmctrl", ["-l"], { encoding: "utf8" }).split("\n").find((one) => one.endsWith(" Tributary"));
  const [id] = (await until("the window is on the screen", line)).split(" ");
  let last = null;
  for (let turn = 0; turn < 5; turn += 1) {
    const picture = execFileSync("import", ["-window", id, "-define", "png:exclude-chunks=date,time", "png:-"], {
      maxBuffer: 64 * 1024 * 1024,
    });
    const same = last?.equals(picture);
    last = picture;
    if (same) break;
  }
  writeFileSync(file, last);
}

/** Takes the same screen in both themes. The names are always the same, so that pictures can be compared. */
export async function picture(driver, name) {
  for (const theme of ["light", "dark"]) {
    await driver.executeScript((wanted) => {
      // Where the page has the switch it is used, so that it shows what is chosen.
      const named = (one) => one.innerText.trim().toLowerCase() === wanted;
      const control = [...document.querySelectorAll("[role=radio], [role=tab], [aria-pressed]")].find(named);
      if (control) control.click();
      else document.documentElement.dataset.theme = wanted;
    }, theme);
    await until(`the ${theme} theme is shown`, () =>
      driver.executeScript("return document.documentElement.dataset.theme === arguments[0]", theme),
    );
    await settled(driver);
    await onScreen(pictureFile(`${name}-${theme}`));
  }
}

/** Waits until fonts are there, transitions have ended, and what they led to is painted. Spinners turn without end. */
async function settled(driver) {
  await until("the page is at rest", () =>
    driver.executeAsyncScript((done) => {
      const moving = document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
        // What is folded away stands still, and does not end.
        .filter((animation) => animation.effect?.target?.checkVisibility() !== false)
        .map((animation) => animation.finished.catch(() => undefined));
      Promise.all([document.fonts.ready, ...moving])
        .then(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))))
        .then(() => done(true));
    }),
  );
}
