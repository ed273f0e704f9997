import type { Args, Result } from "@/ipc/commands";
import type { AppSettings } from "@/ipc/generated/AppSettings";
import type { BulkAction } from "@/ipc/generated/BulkAction";
import type { Integration } from "@/ipc/generated/Integration";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import type { Notice } from "@/ipc/generated/Notice";
import type { PauseFor } from "@/ipc/generated/PauseFor";
import { isApiError } from "@/ipc/errors";
import { isActive } from "@/ipc/run-status";
import { makeError, minutesAgo, rejection } from "./builders";
import type { FakeTransport } from "./fake-transport";

/** The commands about the app as a whole. */
type Name =
  | "get_settings"
  | "save_settings"
  | "get_pause"
  | "pause_everything"
  | "resume_everything"
  | "bulk"
  | "list_notices"
  | "see_notices"
  | "test_notification"
  | "take_route";

type DeskHandlers = {
  [Command in Name]: (args: Args<Command>) => Result<Command> | Promise<Result<Command>>;
};

/** The settings before anyone changed them. */
export function makeSettings(over: Partial<AppSettings> = {}): AppSettings {
  return {
    parallel_runs: null,
    silence_minutes: 60,
    run_hours: 24,
    keep_runs_days: 90,
    keep_logs_megabytes: 1_000,
    retries: true,
    start_with_computer: true,
    closing: "tray",
    notifications: {
      failures: true,
      recoveries: true,
      daily_summary: null,
      quiet_hours: null,
      rules: {},
    },
    proxy: null,
    certificates: null,
    ...over,
  };
}

let notices = 0;

/** A notice of a failure that nobody has seen. */
export function makeNotice(over: Partial<Notice> = {}): Notice {
  notices += 1;
  return {
    id: notices,
    kind: "failure",
    integration: "integration",
    run: null,
    title: "Sales org: Salesforce no longer accepts this sign-in",
    body: "Sign in to Salesforce again.",
    route: "/integrations/integration/fix/sign_in_expired",
    at: minutesAgo(5),
    seen: false,
    ...over,
  };
}

/** How a fake core answers them. */
export function deskHandlers(fake: FakeTransport): DeskHandlers {
  return {
    get_settings: () => fake.state.settings,
    save_settings: ({ settings }) => {
      const { parallel_runs: parallel, silence_minutes: silence } = settings;
      if (parallel !== null && (parallel < 1 || parallel > 32)) throw refused("parallel_runs");
      if (silence < 2 || silence > 1_440) throw refused("silence_minutes");
      fake.state.settings = settings;
      return settings;
    },
    get_pause: () => fake.state.pause,
    pause_everything: ({ pause }) => {
      fake.state.pause = { until: endOf(pause) };
      return fake.state.pause;
    },
    resume_everything: () => {
      fake.state.pause = null;
      return null;
    },
    bulk: async ({ ids, action }) => {
      const results: Result<"bulk"> = [];
      for (const id of ids) {
        const name = fake.state.integrations.find((one) => one.id === id)?.name ?? "";
        try {
          await act(fake, id, action);
          results.push({ integration: id, name, error: null });
        } catch (error) {
          if (!isApiError(error)) throw error;
          results.push({ integration: id, name, error });
        }
      }
      return results;
    },
    list_notices: ({ limit }) => fake.state.notices.slice(0, limit),
    see_notices: ({ upTo }) => {
      fake.state.notices = fake.state.notices.map((one) =>
        one.id <= upTo ? { ...one, seen: true } : one,
      );
      return null;
    },
    test_notification: () => null,
    take_route: () => null,
  };
}

async function act(fake: FakeTransport, id: IntegrationId, action: BulkAction): Promise<void> {
  const integration = await fake.answerOf("get_integration")({ id });
  switch (action.action) {
    case "sync":
      if (integration.last_run && isActive(integration.last_run.status)) {
        const message = `“${integration.name}” is syncing already.`;
        throw rejection(makeError({ code: "already_running", message, hint: "" }));
      }
      await fake.answerOf("start_run")({ id, fullRefresh: false });
      return;
    case "pause":
      fake.update(id, (one) => ({ ...one, status: "paused" }));
      return;
    case "resume":
      fake.update(id, (one): Integration => ({ ...one, status: "ready" }));
      return;
    case "schedule": {
      const schedule = action.schedule === "off" ? null : action.schedule;
      fake.update(id, (one) => ({ ...one, schedule }));
      return;
    }
    case "delete":
      await fake.answerOf("delete_integration")({ id });
      return;
  }
}

function refused(setting: string): Error {
  return rejection(
    makeError({
      code: "invalid_setting",
      message: "This value cannot be.",
      hint: "Choose one in the range that is given.",
      setting,
    }),
  );
}

function endOf(pause: PauseFor): string | null {
  switch (pause) {
    case "half_an_hour":
      return minutesAgo(-30);
    case "two_hours":
      return minutesAgo(-120);
    case "until_tomorrow": {
      const tomorrow = new Date();
      tomorrow.setHours(24, 0, 0, 0);
      return tomorrow.toISOString();
    }
    case "until_resumed":
      return null;
  }
}
