import type { LogLevel } from "@/ipc/generated/LogLevel";
import type { Run } from "@/ipc/generated/Run";
import {
  makeError,
  makeLine,
  makeProblem,
  makeRun,
  minutesAgo,
  rejection,
  stream,
} from "./builders";
import { logHandlers } from "./fake-logs";
import type { FakeTransport } from "./fake-transport";

/**
 * Runs, played. `runs-many` has 100,000 of them, `log-million` a log of a million lines for each, `runs-error` and
 * `runs-loading` do not answer, `fix-WORD` fails with a problem whose action is WORD (with `-` for `_`), `fix-fails` has a
 * fix that does not help. Without any of these, the newest run of “Customer support” has streams that are worth a look.
 */
export function playRuns(fake: FakeTransport, scenario: string): void {
  markStreams(fake);
  if (scenario === "runs-many") addMany(fake, 100_000);
  if (scenario === "log-million") longLogs(fake, 1_000_000);
  if (scenario === "runs-error") fake.fail("find_runs").fail("stream_history").fail("sync_state");
  if (scenario === "runs-loading") fake.hold("find_runs").hold("stream_history").hold("get_run");
  if (scenario.startsWith("fix-")) playProblem(fake, scenario.slice("fix-".length));
  playTest(fake, scenario === "fix-fails");
}

function markStreams(fake: FakeTransport): void {
  const run = fake.state.runs.find(({ id }) => id === "support-last");
  if (!run) return;
  fake.putRun({
    ...run,
    streams: [
      stream("tickets", 12_044),
      { ...stream("ticket_comments", 40_112), loaded: 40_102, mark: "counts_differ" },
      { ...stream("satisfaction_ratings", 0), mark: "usually_more" },
      { ...stream("organizations", 0), mark: "no_permission" },
      stream("users", 3_018),
    ],
  });
}

function addMany(fake: FakeTransport, count: number): void {
  const names = fake.state.integrations.map(({ id, name }) => ({ id, name }));
  const runs: Run[] = [];
  for (let index = 0; index < count; index += 1) {
    const of = names[index % names.length];
    const at = minutesAgo(60 * 24 + index * 7);
    runs.push(
      makeRun({
        ...(of && { integration: of.id, integration_name: of.name }),
        status: index % 53 === 7 ? "failed" : "succeeded",
        problem: index % 53 === 7 ? makeProblem() : null,
        trigger: "scheduled",
        streams: [stream("Account", (index * 37) % 2_111)],
        ...{ queued_at: at, started_at: at, finished_at: minutesAgo(60 * 24 + index * 7 - 1) },
      }),
    );
  }
  fake.state.runs = [...fake.state.runs, ...runs];
}

function longLogs(fake: FakeTransport, count: number): void {
  const begin = Date.now() - count * 4;
  const levelAt = (index: number): LogLevel =>
    index % 99_991 === 500
      ? "error"
      : index % 997 === 50
        ? "warning"
        : index % 3 === 0
          ? "debug"
          : "info";
  const handlers = logHandlers(fake, () => ({
    count,
    line: (index) =>
      makeLine(
        `Page ${index} of Contact: 2,000 records, ${index % 700} ms, cursor 0015g${index.toString(36)}`,
        {
          time: new Date(begin + index * 4).toISOString(),
          level: levelAt(index),
          stream: "Contact",
          source: index % 11 === 0 ? "meltano" : "extractor",
        },
      ),
  }));
  fake.answer("search_log", handlers.search_log);
  fake.answer("read_log", handlers.read_log);
  fake.answer("log_extent", (args) => ({
    ...(handlers.log_extent(args) as object),
    dropped: 18_400_000,
    end: count * 100,
    tail: (count - args.lines) * 100,
  }));
}

function playProblem(fake: FakeTransport, action: string): void {
  const run = fake.state.runs.find(({ id }) => id === "partner-last");
  if (!run) return;
  fake.putRun({ ...run, problem: problemOf(action.replaceAll("-", "_")) });
}

function problemOf(action: string) {
  const at = (code: string, name: string, setting: string | null = null) =>
    ({ route: `/integrations/partner/fix/${code}`, action: name, setting }) as ReturnType<
      typeof makeProblem
    >["fix"];
  switch (action) {
    case "correct_setting":
      return makeProblem({
        code: "setting_invalid",
        title: "The start date is not accepted",
        explanation: "Salesforce does not know the start date 31.31.2024.",
        hint: "Correct the start date.",
        fix: at("setting_invalid", action, "start_date"),
      });
    case "ask_administrator":
      return makeProblem({
        code: "app_blocked",
        title: "An administrator has blocked Tributary",
        explanation: "Salesforce answered that this app is not allowed for this user.",
        hint: "Ask the administrator of Salesforce to allow the connected app for you.",
        fix: at("app_blocked", action),
      });
    case "review_streams":
      return makeProblem({
        code: "stream_gone",
        title: "Two objects are gone from Salesforce",
        explanation:
          "Invoice__c and Payment__c no longer exist, or are no longer shown to this user.",
        hint: "Look over what is brought in.",
        fix: at("stream_gone", action),
      });
    case "wait":
      return makeProblem({
        code: "quota_used_up",
        title: "Today's requests to Salesforce are used up",
        explanation: "Salesforce allows 15,000 requests a day for this org.",
        hint: "Wait until it refills.",
        until: minutesAgo(-187),
        fix: at("quota_used_up", action),
      });
    case "check_network":
      return makeProblem({
        code: "network_down",
        title: "Salesforce could not be reached",
        explanation: "The computer seems to be offline.",
        hint: "Check the internet connection.",
        fix: at("network_down", action),
      });
    case "repair_connector":
    case "repair_engine":
      return makeProblem({
        code: "engine_broken",
        title: "The engine is damaged",
        explanation: "Two of its files have changed.",
        hint: "Repair it.",
        fix: at("engine_broken", action),
      });
    case "check_destination":
      return makeProblem({
        code: "destination_refused",
        title: "The destination does not let itself be written to",
        explanation: "The folder is read-only.",
        hint: "Choose another folder.",
        fix: at("destination_refused", action),
      });
    case "free_space":
      return makeProblem({
        code: "disk_full",
        title: "The disk is full",
        explanation: "There was no room to write.",
        hint: "Make some room.",
        fix: at("disk_full", action),
      });
    case "unlock_keychain":
      return makeProblem({
        code: "keychain_unavailable",
        title: "The keychain is locked",
        explanation: "The saved sign-in could not be read.",
        hint: "Unlock it.",
        fix: at("keychain_unavailable", action),
      });
    case "sync_again":
      return makeProblem({
        code: "interrupted",
        title: "The sync was interrupted",
        explanation: "The computer stopped in the middle of it.",
        hint: "Sync again.",
        fix: at("interrupted", action),
      });
    default:
      return makeProblem({ fix: at("sign_in_expired", "sign_in", "refresh_token") });
  }
}

/** A test takes a moment and passes; with `fails` it never does. */
function playTest(fake: FakeTransport, fails: boolean): void {
  const before = fake.answerOf("test_connection");
  fake.answer("test_connection", async (args) => {
    if (args.subject.subject !== "integration") return before(args);
    const names = ["engine", "connector", "settings", "sign_in", "read"];
    const checks = names.map((name) => {
      const bad = fails && name === "sign_in";
      const message = bad ? "Salesforce refused the refresh token." : "";
      return { name, status: bad ? ("failed" as const) : ("passed" as const), message };
    });
    for (const check of fails ? checks.slice(0, 4) : checks) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      fake.emit({ event: "test_check", data: { test: args.test, check } });
    }
    if (args.test === "") throw rejection(makeError());
    return { ok: !fails, checks, problem: fails ? makeProblem() : null };
  });
}
