import type { ApiError } from "@/ipc/generated/ApiError";
import type { Connector } from "@/ipc/generated/Connector";
import type { Destination } from "@/ipc/generated/Destination";
import type { Integration } from "@/ipc/generated/Integration";
import type { LogLine } from "@/ipc/generated/LogLine";
import type { Problem } from "@/ipc/generated/Problem";
import type { Run } from "@/ipc/generated/Run";
import type { RunProgress } from "@/ipc/generated/RunProgress";
import type { RunStream } from "@/ipc/generated/RunStream";

/** Values with sensible defaults, for tests and for the window in a plain browser. */

let counter = 0;

/** A new id; the same sequence in every run of the program. */
export function nextId(): string {
  counter += 1;
  return `00000000-0000-7000-8000-${counter.toString(16).padStart(12, "0")}`;
}

/** A moment `minutes` ago. */
export function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

/** A stream's counts. */
export function stream(name: string, records: number): RunStream {
  return { name, records, bytes: records * 340, loaded: records, mark: null, changes: null };
}

/** A run that ended well an hour ago. */
export function makeRun(over: Partial<Run> = {}): Run {
  return {
    id: nextId(),
    integration: "integration",
    integration_name: "Sales org",
    status: "succeeded",
    trigger: "manual",
    full_refresh: false,
    attempt: 1,
    queued_at: minutesAgo(61),
    started_at: minutesAgo(61),
    finished_at: minutesAgo(60),
    streams: [stream("Account", 1_200), stream("Contact", 8_400), stream("Opportunity", 2_745)],
    problem: null,
    retry_at: null,
    ...over,
  };
}

/** Live counts of a run that reads. */
export function makeProgress(
  run: Pick<Run, "id" | "integration">,
  streams: RunStream[],
): RunProgress {
  return {
    run: run.id,
    integration: run.integration,
    phase: "reading",
    streams,
    rates: streams.map(() => 400),
    expected: null,
  };
}

/** A Salesforce integration that was never synced. */
export function makeIntegration(over: Partial<Integration> = {}): Integration {
  return {
    id: nextId(),
    type: "salesforce",
    name: "Sales org",
    config: { start_date: "2024-01-01T00:00:00Z" },
    secrets: ["client_id", "client_secret", "refresh_token"],
    status: "ready",
    destination: "this-computer",
    streams: null,
    schedule: null,
    new_data: "ask",
    sample: false,
    created_at: minutesAgo(60 * 24 * 40),
    updated_at: minutesAgo(60 * 24 * 40),
    last_run: null,
    last_synced_at: null,
    ...over,
  };
}

/** An integration together with its newest run, consistent with each other. */
export function withRun(over: Partial<Integration>, run: Partial<Run>): Integration {
  const integration = makeIntegration(over);
  const problem = run.problem && {
    ...run.problem,
    fix: { ...run.problem.fix, route: `/integrations/${integration.id}/fix/${run.problem.code}` },
  };
  const last = makeRun({
    ...run,
    problem: problem ?? null,
    integration: integration.id,
    integration_name: integration.name,
  });
  const synced = last.status === "succeeded" ? last.finished_at : integration.last_synced_at;
  return { ...integration, last_run: last, last_synced_at: over.last_synced_at ?? synced };
}

/** A problem whose sign-in has expired. */
export function makeProblem(over: Partial<Problem> = {}): Problem {
  return {
    code: "sign_in_expired",
    title: "Salesforce no longer accepts this sign-in",
    explanation: "Salesforce refused the saved sign-in. Nothing was brought in by this sync.",
    meaning: "What is already on your computer is complete up to the sync before.",
    details: null,
    hint: "Sign in to Salesforce again.",
    until: null,
    fix: {
      route: "/integrations/integration/fix/sign_in_expired",
      action: "sign_in",
      setting: "refresh_token",
    },
    ...over,
  };
}

/** An error of a command. */
export function makeError(over: Partial<ApiError> = {}): ApiError {
  return {
    code: "storage",
    message: "The list of integrations could not be read from the database.",
    hint: "Check that the disk is not full, then try again.",
    setting: null,
    fix: null,
    ...over,
  };
}

/** An error as commands reject with it: a plain object, which the compiler has to be told is thrown all the same. */
export function rejection(error: ApiError): Error {
  return error as unknown as Error;
}

/** A connector without a logo. */
export function makeConnector(over: Partial<Connector> = {}): Connector {
  return {
    type: "salesforce",
    kind: "extractor",
    plugin: "tap-salesforce",
    label: "Salesforce",
    description: "Accounts, contacts, opportunities and every other object of your org.",
    category: "crm",
    keywords: ["crm", "sales"],
    logo: null,
    settings: [],
    installed: true,
    verified: true,
    ...over,
  };
}

/** A PostgreSQL destination. */
export function makeDestination(over: Partial<Destination> = {}): Destination {
  return {
    id: nextId(),
    type: "postgres",
    name: "Warehouse",
    config: { host: "db.example.com" },
    secrets: ["password"],
    built_in: false,
    created_at: minutesAgo(60 * 24 * 40),
    updated_at: minutesAgo(60 * 24 * 40),
    ...over,
  };
}

/** A line of a log. */
export function makeLine(text: string, over: Partial<LogLine> = {}): LogLine {
  return { time: minutesAgo(60), source: "extractor", level: "info", text, ...over };
}
