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
 * @param {{ delay?: number, rotate?: boolean }} options  milliseconds each request takes at least; whether it replaces the
 *   refresh token at each sign-in
 */
export async function salesforce(t, computer, rows, { delay = 0, rotate = false } = {}) {
  const amounts = Object.entries({ "*": 0, ...rows }).flatMap(([object, count]) => ["--rows", `${object}=${count}`]);
  const certificate = join(computer.place, "salesforce-ca.pem");
  const simulator = spawn(
    program,
    [
      ...amounts,
      ...["--delay-ms", String(delay), "--ca-file", certificate, "--exit-with-stdin", "--auto-approve"],
      ...(rotate ? ["--rotate"] : []),
    ],
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
  const control = async (path, body) => {
    const reply = await fetch(`${ready.base_url}/_sim/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "X-Sim-Token": ready.control_token, "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return reply.json();
  };
  return {
    /** What it was asked so far. */
    stats: () => control("stats"),
    /** Changes so many records of an object. */
    change: (object, count) => control("change", { object, count }),
    /** An administrator takes every permission back. */
    revoke: () => control("revoke", {}),
    /** A browser whose person allows everything: from the authorise page to the page of the app, whose text it gives. */
    browse: async (address) => {
      const { pathname, search } = new URL(address);
      const reply = await fetch(`${ready.base_url}${pathname}${search}`, { redirect: "manual" });
      const back = reply.headers.get("location");
      if (back === null) throw new Error(`Salesforce showed an error: ${await reply.text()}`);
      return (await fetch(back.replace("localhost", "127.0.0.1"))).text();
    },
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
