// The parts of a desktop around the app: who shows its notifications, and who shows its icon with its menu. A program on the
// session bus (desktop.py) stands for both; the app talks to it as to any other desktop.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { until } from "./wait.mjs";
import { pictureFile } from "./window.mjs";

/** Closes the app's window as its title bar does. */
export function pressClose() {
  execFileSync("wmctrl", ["-F", "-c", "Tributary"]);
}

/** The titles of the windows on the screen. */
export function windows() {
  const lines = execFileSync("wmctrl", ["-l"], { encoding: "utf8" }).split("\n");
  // The number, the desk and the computer stand before the title.
  return lines.filter((line) => line !== "").map((line) => line.split(/\s+/).slice(3).join(" "));
}

/** Closes the app's window as its title bar does, and waits until it is gone from the screen. */
export async function closeWindow(driver) {
  await until("the window can be closed", () => pressClose() ?? true);
  await until("the window is gone", () => driver.executeScript("return document.hidden"));
}

/** The entry with this text, or else the first whose text begins so. */
export function entry(menu, text) {
  const exact = menu?.entries.find((one) => one.text === text);
  return exact ?? menu?.entries.find((one) => one.text.startsWith(text));
}

/**
 * Starts them; they end with the test. Before the app, which looks for them when it starts.
 * @param {("notifications" | "panel")[]} parts
 */
export async function desktop(t, ...parts) {
  // The system's own Python: its packages belong to it.
  const program = spawn("/usr/bin/python3", [join(import.meta.dirname, "desktop.py"), ...parts], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  t.after(async () => {
    if (program.exitCode !== null || program.signalCode !== null) return;
    program.stdin.end();
    await once(program, "exit");
  });
  const heard = [];
  createInterface(program.stdout).on("line", (line) => heard.push(JSON.parse(line)));
  await until("the desktop is there", () => heard.some(({ event }) => event === "ready"));
  const say = (what) => program.stdin.write(`${JSON.stringify(what)}\n`);
  let asked = 0;
  const ask = async (what) => {
    const number = ++asked;
    say({ ...what, number });
    const answer = await until(`the desktop answers to “${what.do}”`, () =>
      heard.find((one) => one.event === "answer" && one.number === number),
    );
    if (answer.error) throw new Error(answer.error);
    return answer;
  };
  const icons = () => heard.filter(({ event, menu }) => event === "icon" && menu);
  const read = async () => {
    const { item, menu } = await until("there is an icon with a menu", () => icons().at(-1));
    return { item, menu, root: (await ask({ do: "menu", item, menu })).menu };
  };
  return {
    /** Every notification so far, oldest first. */
    notifications: () => heard.filter(({ event }) => event === "notification"),
    /** Presses a button of a notification, or (`default`) the notification itself. */
    act: (notification, action) => say({ do: "act", notification: notification.id, action }),
    /** The file name of the picture that is shown, again each time it changes. */
    icons,
    /** Takes a picture of the icon in a panel with its menu, this entry of it opened, in both themes. */
    picture: async (text, name) => {
      const { item, menu } = await read();
      for (const theme of ["light", "dark"]) {
        const file = pictureFile(`${name}-${theme}`);
        execFileSync("/usr/bin/python3", [join(import.meta.dirname, "panel.py"), item, menu, theme, text, file], { stdio: "pipe" });
      }
    },
    /** The menu of the app's icon: entries with a text, and entries of their own. */
    menu: async () => (await read()).root,
    /** Chooses what these texts lead to, each the beginning of an entry's. */
    choose: (...texts) =>
      until(`“${texts.join(" > ")}” can be chosen`, async () => {
        const { item, menu, root } = await read();
        const chosen = texts.reduce(entry, root);
        if (!chosen?.enabled) return false;
        await ask({ do: "choose", item, menu, id: chosen.id });
        return true;
      }),
  };
}
