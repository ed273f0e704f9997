import type { EngineStep } from "@/ipc/generated/EngineStep";
import type { Run } from "@/ipc/generated/Run";
import { isActive } from "@/ipc/run-status";
import { makeError, makeLine, makeProgress, rejection } from "./builders";
import { FakeTransport } from "./fake-transport";
import { playDesk } from "./playground-desk";
import { playData } from "./playground-tables";
import { openMarket } from "./playground-market";
import { playRuns } from "./playground-runs";
import { playSetup } from "./playground-setup";
import { fill, fillMany, goal, upTo } from "./playground-data";

/**
 * A core that lives, for `npm run dev` in a plain browser. `?scenario=` chooses what it holds: `data` (default), `empty`,
 * `loading`, `error`, `preparing`, `prepare-failed`, `keychain`, `many`, `new` (a first start), and those of the
 * marketplace, of `playRuns`, of `playSetup` and of `playDesk`.
 */
export function openPlayground(scenario: string): FakeTransport {
  const fake = new FakeTransport();
  if (scenario !== "empty" && scenario !== "new") fill(fake);
  if (scenario === "many") fillMany(fake);
  if (scenario === "loading") fake.hold("list_integrations").hold("list_runs");
  if (scenario === "error") fake.fail("list_integrations").fail("list_runs");
  if (scenario === "preparing" || scenario === "new") prepare(fake, null);
  if (scenario === "prepare-failed") prepare(fake, 0.4);
  if (scenario === "keychain") {
    setTimeout(() => fake.emit({ event: "keychain", data: "waiting" }), 300);
  }
  openMarket(fake, scenario);
  playSetup(fake, scenario);
  playRuns(fake, scenario);
  playDesk(fake, scenario);
  playData(fake, scenario);
  const start = fake.answerOf("start_run");
  fake.answer("start_run", async (args) => {
    const run = await start(args);
    play(fake, run);
    return run;
  });
  for (const run of fake.state.runs) if (isActive(run.status)) play(fake, run);
  return fake;
}

/** Counts a run up until all of its streams are in. */
function play(fake: FakeTransport, begun: Run): void {
  let read = begun.streams.reduce((sum, { records }) => sum + records, 0);
  const whole = goal.reduce((sum, [, records]) => sum + records, 0);
  let beats = read > 0 ? 30 : 0;
  const timer = setInterval(() => {
    const known = fake.state.runs.find(({ id }) => id === begun.id);
    if (!known || !isActive(known.status)) {
      clearInterval(timer);
      fake.emit({ event: "invalidate", data: [{ tag: "integrations" }, { tag: "runs" }] });
      return;
    }
    beats += 1;
    if (beats > 20) read += 70 + Math.round(Math.random() * 160);
    const streams = upTo(read);
    const done = read >= whole;
    const started_at = known.started_at ?? new Date().toISOString();
    const changed = known.status === "queued" || done;
    fake.putRun({
      ...known,
      started_at,
      streams,
      status: done ? "succeeded" : "running",
      finished_at: done ? new Date().toISOString() : null,
    });
    const lines = fake.state.logs.get(known.id) ?? [];
    const latest = streams.at(-1);
    fake.state.logs.set(known.id, [
      ...lines,
      makeLine(`Reading ${latest?.name ?? ""}: ${latest?.records ?? 0} records so far`, {
        time: new Date().toISOString(),
      }),
    ]);
    fake.emit({
      event: "run_progress",
      data: {
        ...makeProgress(known, streams),
        phase: beats < 8 ? "preparing" : beats < 20 ? "discovering" : "reading",
        rates: streams.map((_, index) => (index === streams.length - 1 ? 1_274 : 0)),
        expected: whole,
      },
    });
    if (changed) {
      fake.emit({
        event: "invalidate",
        data: [
          { tag: "integrations" },
          { tag: "integration", id: known.integration },
          { tag: "runs" },
          { tag: "run", id: known.id },
        ],
      });
    }
  }, 120);
}

function prepare(fake: FakeTransport, failAt: number | null): void {
  fake.state.engine = {
    ready: false,
    environments: [
      { name: "meltano", version: "4.4.1", state: "missing", detail: "Not installed yet." },
      {
        name: "tap-salesforce",
        version: "2.8.1",
        state: "damaged",
        detail: "Two of its files have changed.",
      },
    ],
  };
  const steps: EngineStep[] = ["finding_python", "installing", "compiling", "activating"];
  fake.answer("prepare_engine", () => {
    return new Promise((resolve, reject) => {
      let share = 0.1;
      const timer = setInterval(() => {
        share += 0.01;
        if (failAt !== null && share > failAt) {
          clearInterval(timer);
          reject(
            rejection(
              makeError({
                code: "network_unavailable",
                message: "The Python index could not be reached while installing the engine.",
                hint: "Check the internet connection or the proxy settings, then try again.",
              }),
            ),
          );
          return;
        }
        if (share >= 1) {
          clearInterval(timer);
          fake.state.engine = {
            ready: true,
            environments: fake.state.engine.environments.map(({ name, version }) => ({
              name,
              version,
              state: "ready",
              detail: null,
            })),
          };
          resolve(null);
          return;
        }
        fake.emit({
          event: "engine_progress",
          data: {
            environment: share < 0.5 ? "meltano" : "tap-salesforce",
            step: steps[Math.floor((share * 8) % 4)] ?? "installing",
            fraction: (share * 2) % 1,
            total_fraction: share,
          },
        });
      }, 150);
    });
  });
}
