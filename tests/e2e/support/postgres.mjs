// A PostgreSQL server of the test's own: on this computer, on a free port, with a password, and gone with the test.
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort, answers } from "./ports.mjs";
import { until } from "./wait.mjs";

const versions = "/usr/lib/postgresql";

/** Starts a server with an empty database `analytics` that belongs to `loader`. */
export async function postgres(t) {
  const newest = readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0];
  const program = (name) => join(versions, newest, "bin", name);
  const place = mkdtempSync(join(tmpdir(), "tributary-postgres-"));
  t.after(() => rmSync(place, { recursive: true, force: true }));
  // The server refuses to run as the administrator.
  const user = userInfo().uid === 0 ? { uid: id("-u"), gid: id("-g") } : {};
  const password = "correct horse battery staple";
  const passwordFile = join(place, "password");
  writeFileSync(passwordFile, password);
  if (user.uid !== undefined) [place, passwordFile].forEach((path) => chownSync(path, user.uid, user.gid));
  const options = { ...user, cwd: place, env: { ...process.env, LC_ALL: "C.UTF-8" } };
  const data = join(place, "data");
  const run = promisify(execFile);
  await run(
    program("initdb"),
    ["-D", data, "-U", "loader", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync", "-E", "UTF8"],
    options,
  );
  const port = await freePort();
  const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off" };
  const server = spawn(
    program("postgres"),
    ["-D", data, "-p", String(port), ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    { ...options, stdio: ["ignore", "ignore", "ignore"] },
  );
  t.after(async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill("SIGINT");
    await once(server, "exit");
  });
  await until("PostgreSQL answers", () => answers(port));
  const query = async (text, database = "analytics") => {
    const address = ["-h", "127.0.0.1", "-p", String(port), "-U", "loader", "-d", database];
    const { stdout } = await run(program("psql"), [...address, "-At", "-c", text], {
      env: { ...process.env, PGPASSWORD: password },
    });
    return stdout.trim();
  };
  await until("PostgreSQL takes questions", () => query("create database analytics", "postgres").then(() => true));
  return { port, password, query };
}

const id = (which) => Number(execFileSync("id", [which, "nobody"], { encoding: "utf8" }));
