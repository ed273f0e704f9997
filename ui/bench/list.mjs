// The list with 10,000 integrations in Chromium: how long until it is painted, searched, sorted, chosen and scrolled through.
//
//   npm run bench --prefix ui
import { openBrowser } from "./browser.mjs";
import { servePlayground } from "./serve.mjs";

const ROUNDS = 7;

/** Runs in the page: milliseconds from an act until what it brings is painted. */
const paintedAfter = (act, there) => `new Promise((resolve) => {
  const begun = performance.now();
  (${act})();
  const look = () => {
    // The frame after the one that drew it: what was drawn is on the screen then.
    if ((${there})()) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
    else requestAnimationFrame(look);
  };
  look();
})`;

const rows = `document.querySelectorAll('[data-testid="integration-row"]').length > 5`;
const firstIs = (name) =>
  `() => document.querySelector('[data-testid="integration-row"]')?.getAttribute("aria-label") === ${JSON.stringify(name)}`;

const playground = await servePlayground();
const browser = await openBrowser();
try {
  const page = await browser.newPage();
  await page.size(1180, 760);
  await page.goTo(`${playground.address}?scenario=ten-thousand#/activity`);
  await page.run(
    paintedAfter("() => undefined", `() => document.querySelector("h1")?.innerText === "Activity"`),
  );

  const go = (hash) => `() => { location.hash = ${JSON.stringify(hash)}; }`;
  const gone = `() => !(${rows})`;
  const first = await page.run(paintedAfter(go("#/integrations"), `() => ${rows}`));
  const again = [];
  const work = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.run(paintedAfter(go("#/marketplace"), gone));
    const before = await page.busy();
    again.push(await page.run(paintedAfter(go("#/integrations"), `() => ${rows}`)));
    work.push((await page.busy()) - before);
  }
  report("first paint, the first time the page is opened", [first], 150);
  report("first paint", again, 150);
  report("processor time of it", work, 150);
  const drawn = await page.run(
    `document.querySelectorAll('[data-testid="integration-row"]').length`,
  );
  console.log(`rows that are drawn: ${drawn} of 10,000`);

  const type = (text) => `() => {
    const field = document.querySelector('[role="searchbox"]');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, ${JSON.stringify(text)});
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }`;
  const searches = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    searches.push(
      await page.run(
        paintedAfter(type(`region ${4_000 + round}`), firstIs(`Region ${4_000 + round}`)),
      ),
    );
  }
  report("search", searches, 200);
  await page.run(
    paintedAfter(
      type(""),
      `() => document.querySelectorAll('[data-testid="integration-row"]').length > 5`,
    ),
  );

  const press = (words) =>
    `() => [...document.querySelectorAll("th button")].find((one) => one.innerText.trim() === ${JSON.stringify(words)}).click()`;
  const sortedBy = (words) =>
    `() => [...document.querySelectorAll("th")].find((one) => one.innerText.trim() === ${JSON.stringify(words)})?.ariaSort !== "none"`;
  const sorts = [];
  for (const words of ["Rows", "Status", "Last sync", "Name", "Rows", "Name"]) {
    sorts.push(await page.run(paintedAfter(press(words), sortedBy(words))));
  }
  report("sort", sorts, 200);

  const all = `() => document.querySelector('[aria-label="Choose all that are shown"]').click()`;
  const bar = (there) =>
    `() => ${there ? "" : "!"}document.querySelector('[aria-label="Chosen integrations"]')`;
  const choices = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    choices.push(await page.run(paintedAfter(all, bar(true))));
    choices.push(await page.run(paintedAfter(all, bar(false))));
  }
  report("choose all or none", choices, 200);

  const frames = await page.run(`new Promise((resolve) => {
    const main = document.querySelector("main");
    const times = [];
    let last = performance.now();
    const step = (now) => {
      times.push(now - last);
      last = now;
      main.scrollTop += 400;
      if (times.length < 121) requestAnimationFrame(step);
      else resolve(times.slice(1));
    };
    requestAnimationFrame(step);
  })`);
  report("scrolling, a frame", frames, 50);
} finally {
  await browser.close();
  playground.close();
}

function report(what, times, most) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  console.log(
    `${what}: median ${at(0.5)} ms, 95th of 100 ${at(0.95)} ms, longest ${at(1)} ms (at most ${most})`,
  );
}
