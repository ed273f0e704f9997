import type { Integration } from "@/ipc/generated/Integration";
import { makeError, makeProblem, minutesAgo, rejection, withRun } from "./builders";
import { makeNotice } from "./fake-desk";
import type { FakeTransport } from "./fake-transport";

/** Schedules, notices and a pause. Scenarios: `paused` (everything pauses), `ten-thousand`, `refuse` (bulk, settings). */
export function playDesk(fake: FakeTransport, scenario: string): void {
  if (scenario === "empty" || scenario === "new") return;
  if (scenario === "paused") fake.state.pause = { until: minutesAgo(-95) };
  if (scenario === "ten-thousand") {
    for (let index = 0; index < 10_000; index += 1) addRegion(fake, index);
  } else {
    addLate(fake);
  }
  fake.state.integrations = fake.state.integrations.map(withSchedule);
  fake.state.notices = notices(fake);
  if (scenario === "refuse") refuse(fake);
}

function addRegion(fake: FakeTransport, index: number): void {
  const minutes = 5 + ((index * 37) % 3_000);
  const at = { finished_at: minutesAgo(minutes), queued_at: minutesAgo(minutes + 2) };
  // Scattered, as the core may hand them out in any order.
  const name = `Region ${((index * 7_919) % 10_000) + 1}`;
  fake.state.integrations.push(withRun({ name, schedule: "hourly" }, at));
}

function addLate(fake: FakeTransport): void {
  fake.state.integrations.push(
    withRun(
      { name: "Nightly finance export", type: "postgres", schedule: "daily 06:00" },
      { finished_at: minutesAgo(60 * 31), queued_at: minutesAgo(60 * 31 + 4) },
    ),
    withRun(
      { name: "Old billing org", status: "paused", schedule: "hourly" },
      {
        status: "failed",
        problem: makeProblem(),
        finished_at: minutesAgo(60 * 50),
        queued_at: minutesAgo(60 * 50),
        streams: [],
      },
    ),
  );
}

function withSchedule(integration: Integration, index: number): Integration {
  if (integration.schedule === null) return integration;
  const paused = integration.status === "paused";
  return {
    ...integration,
    schedule_state: {
      next: paused ? null : minutesAgo(-(((index * 17) % 55) + 3)),
      late: integration.name.startsWith("Nightly"),
      paused_because: paused && integration.last_run ? integration.last_run.problem : null,
    },
  };
}

function notices(fake: FakeTransport) {
  const of = (name: string) =>
    fake.state.integrations.find((one) => one.name === name)?.id ?? "integration";
  const sandbox = of("Partner sandbox");
  return [
    makeNotice({
      integration: sandbox,
      title: "Partner sandbox: Salesforce no longer accepts this sign-in",
      route: `/integrations/${sandbox}/fix/sign_in_expired`,
      at: minutesAgo(42),
    }),
    makeNotice({
      kind: "paused_itself",
      title: "Old billing org has paused itself",
      body: "It failed five times in a row because the sign-in is no longer accepted. Sign in again to go on.",
      route: `/integrations/${of("Old billing org")}/fix/sign_in_expired`,
      at: minutesAgo(60 * 5),
    }),
    makeNotice({
      kind: "recovery",
      title: "Customer support works again",
      body: "It is up to date after 3 syncs that failed.",
      route: `/integrations/${of("Customer support")}`,
      at: minutesAgo(60 * 9),
      seen: true,
    }),
    makeNotice({
      kind: "summary",
      title: "Yesterday: 96 syncs, 2 of them failed",
      body: "312,004 rows were brought in. Partner sandbox needs your attention.",
      route: "/activity",
      at: minutesAgo(60 * 20),
      seen: true,
    }),
  ].map((notice, index, all) => ({ ...notice, id: all.length - index }));
}

/** Some of what is asked for is refused. */
function refuse(fake: FakeTransport): void {
  const bulk = fake.answerOf("bulk");
  fake.answer("bulk", async (args) => {
    const results = await bulk(args);
    return results.map((result, index) =>
      index % 3 === 1
        ? {
            ...result,
            error: makeError({
              code: "in_use",
              message: "It is syncing now.",
              hint: "Wait until the sync is done, or cancel it.",
            }),
          }
        : result,
    );
  });
  fake.answer("save_settings", () =>
    Promise.reject(
      rejection(
        makeError({
          code: "invalid_setting",
          setting: "proxy",
          message: "This is not the address of a proxy.",
          hint: "Enter one such as http://proxy.example.com:8080.",
        }),
      ),
    ),
  );
}
