import type { Integration } from "@/ipc/generated/Integration";
import type { Run } from "@/ipc/generated/Run";
import type { RunStream } from "@/ipc/generated/RunStream";
import {
  makeConnector,
  makeIntegration,
  makeLine,
  makeProblem,
  makeRun,
  minutesAgo,
  stream,
  withRun,
} from "./builders";
import type { FakeTransport } from "./fake-transport";

/** What a whole sync of the played org brings in. */
export const goal: [string, number][] = [
  ["Account", 5_204],
  ["Contact", 18_911],
  ["Lead", 9_377],
  ["Opportunity", 12_045],
  ["Case", 21_730],
  ["Task", 40_112],
  ["Invoice__c", 3_018],
];

/** The counts of a sync that has read so many records. */
export function upTo(read: number): RunStream[] {
  const streams: RunStream[] = [];
  let rest = read;
  for (const [name, records] of goal) {
    if (rest <= 0) break;
    streams.push(stream(name, Math.min(rest, records)));
    rest -= records;
  }
  return streams;
}

/** A company with integrations in every state. */
export function fill(fake: FakeTransport): void {
  const failed = makeProblem();
  const integrations: Integration[] = [
    withRun(
      {
        id: "sales",
        name: "Sales org",
        status: "syncing",
        last_synced_at: minutesAgo(65),
        schedule: "hourly",
      },
      {
        status: "running",
        started_at: minutesAgo(0.3),
        finished_at: null,
        queued_at: minutesAgo(0.3),
        streams: upTo(12_345),
      },
    ),
    withRun(
      { id: "support", name: "Customer support", type: "zendesk" },
      { finished_at: minutesAgo(5), started_at: minutesAgo(7), queued_at: minutesAgo(7) },
    ),
    withRun(
      {
        id: "partner",
        name: "Partner sandbox",
        status: "attention",
        last_synced_at: minutesAgo(60 * 27),
      },
      {
        status: "failed",
        problem: failed,
        finished_at: minutesAgo(42),
        started_at: minutesAgo(43),
        queued_at: minutesAgo(43),
        streams: [],
      },
    ),
    withRun(
      { id: "budget", name: "Budget spreadsheets", type: "spreadsheets" },
      {
        streams: [stream("budget_2026", 0)],
        finished_at: minutesAgo(130),
        queued_at: minutesAgo(131),
        started_at: minutesAgo(131),
      },
    ),
    withRun(
      { id: "leads", name: "Website leads", type: "hubspot", status: "paused" },
      {
        finished_at: minutesAgo(60 * 24 * 3),
        started_at: minutesAgo(60 * 24 * 3 + 2),
        queued_at: minutesAgo(60 * 24 * 3 + 2),
        streams: [stream("contacts", 412), stream("companies", 97)],
      },
    ),
    makeIntegration({
      id: "sample",
      name: "Sample Salesforce org",
      sample: true,
      status: "untested",
    }),
  ];
  fake.state.integrations = integrations;
  fake.state.connectors = [
    ...fake.state.connectors,
    makeConnector({ type: "zendesk", label: "Zendesk", plugin: "tap-zendesk" }),
    makeConnector({ type: "hubspot", label: "HubSpot", plugin: "tap-hubspot" }),
    makeConnector({ type: "spreadsheets", label: "Spreadsheets", plugin: "tap-spreadsheets" }),
  ];
  for (const integration of integrations) {
    if (!integration.last_run) continue;
    integration.last_run.id = `${integration.id}-last`;
    fake.state.runs.push(integration.last_run, ...history(integration, integration.last_run));
  }
  fake.state.runs.sort((a, b) => b.queued_at.localeCompare(a.queued_at));
  for (const run of fake.state.runs) fake.state.logs.set(run.id, logOf(run));
}

function history(integration: Integration, last: Run): Run[] {
  return Array.from({ length: 17 }, (_, index) => {
    const at = (index + 1) * 61 + (Date.now() - Date.parse(last.queued_at)) / 60_000;
    const bad = integration.status === "attention" ? index < 1 : index === 6;
    return makeRun({
      integration: integration.id,
      integration_name: integration.name,
      trigger: index % 4 === 3 ? "manual" : "scheduled",
      status: bad ? "failed" : index === 11 ? "cancelled" : "succeeded",
      problem: bad
        ? makeProblem({
            code: "network_down",
            title: "The connection to Salesforce was lost",
            explanation: "The computer was offline. What had arrived by then is kept.",
            details: null,
            hint: "Check the internet connection, then try again.",
          })
        : null,
      streams: bad
        ? []
        : [stream("Account", (index * 37) % 211), stream("Contact", (index * 971) % 4_099)],
      queued_at: minutesAgo(at),
      started_at: minutesAgo(at),
      finished_at: minutesAgo(at - 1.4),
    });
  });
}

/** Three hundred integrations more. */
export function fillMany(fake: FakeTransport): void {
  for (let index = 0; index < 300; index += 1) {
    fake.state.integrations.push(withRun({ name: `Region ${index + 1}` }, {}));
  }
}

function logOf(run: Run): ReturnType<typeof makeLine>[] {
  const at = (offset: number) => new Date(Date.parse(run.queued_at) + offset * 40).toISOString();
  const lines = [
    makeLine("Preparing secrets, environments and the project", { time: at(0), source: "app" }),
    makeLine("Environment 'prod' is active", { time: at(1), source: "meltano" }),
    makeLine("Starting the extractor tap-salesforce", {
      time: at(2),
      source: "meltano",
      level: "debug",
    }),
  ];
  for (let index = 0; index < 2_000; index += 1) {
    lines.push(
      makeLine(
        `Describing object ${index + 1} of 2000 of the org, its fields and the permissions of the signed-in user`,
        { time: at(3 + index), level: index % 97 === 50 ? "warning" : "info" },
      ),
    );
  }
  if (run.problem) {
    lines.push(
      makeLine(
        'CRITICAL 400 Client Error: Bad Request, Response from Salesforce: {"error":"invalid_grant","error_description":"expired access/refresh token"}',
        { time: at(2_010), level: "error" },
      ),
    );
  }
  return lines;
}
