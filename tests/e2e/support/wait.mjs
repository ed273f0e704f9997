// Waiting for something to become true, with a limit. Nothing here sleeps for luck.
import { setTimeout as pause } from "node:timers/promises";

/**
 * Asks again and again until the answer is neither false nor empty, and returns it.
 * @param {string} what  what is waited for, for the message when it does not happen
 * @param {() => any} question
 * @param {number} seconds  the limit
 */
export async function until(what, question, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  let reason = "";
  for (;;) {
    try {
      const answer = await question();
      if (answer) return answer;
    } catch (error) {
      reason = ` (${error.name}: ${error.message})`;
    }
    if (Date.now() > end) throw new Error(`did not happen within ${seconds} s: ${what}${reason}`);
    await pause(25);
  }
}
