// A simulated Salesforce org on this computer, as a program of its own. The app reaches it as people behind a company's
// proxy reach Salesforce: through `HTTPS_PROXY`, trusting the certificates of `REQUESTS_CA_BUNDLE`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "../../..");
const program = join(process.env.TRIBUTARY_TARGET ?? join(root, "target"), "debug/salesforce-sim");

/**
 * Starts an org with so many rows of each of these objects and none of any other. It ends with the test.
 * @param {Record<string, number>} rows  rows by object
 * @param {{ delay?: number }} options  milliseconds each request takes at least
 */
export async function salesforce(t, computer, rows, { delay = 0 } = {}) {
  const amounts = Object.entries({ "*": 0, ...rows }).flatMap(([object, count]) => ["--rows", `${object}=${count}`]);
  const certificate = join(computer.place, "salesforce-ca.pem");
  const simulator = spawn(
    program,
    [...amounts, "--delay-ms", String(delay), "--ca-file", certificate, "--exit-with-stdin"],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  t.after(async () => {
    if (simulator.exitCode !== null || simulator.signalCode !== null) return;
    simulator.stdin.end();
    await once(simulator, "exit");
  });
  const [line] = await once(createInterface(simulator.stdout), "line");
  const ready = JSON.parse(line);
  Object.assign(computer.environment, {
    HTTPS_PROXY: ready.proxy,
    NO_PROXY: "127.0.0.1,localhost",
    REQUESTS_CA_BUNDLE: certificate,
  });
  return {
    rows: Object.values(rows).reduce((sum, count) => sum + count, 0),
    streams: Object.keys(rows),
    /** What connects an integration with this org, in the form `trib integrations create` reads. */
    integration: (name) => ({
      type: "salesforce",
      name,
      config: { start_date: "2015-01-01" },
      secrets: {
        client_id: ready.client_id,
        client_secret: ready.client_secret,
        refresh_token: ready.refresh_token,
      },
      streams: Object.keys(rows).map((object) => ({ name: object })),
    }),
  };
}
