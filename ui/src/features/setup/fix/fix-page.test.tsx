import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import {
  makeError,
  makeProblem,
  makeRun,
  minutesAgo,
  rejection,
  stream,
  withRun,
} from "@/ipc/fake/builders";
import { makeSignInForm } from "@/ipc/fake/fake-forms";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import type { FixAction } from "@/ipc/generated/FixAction";
import type { Problem } from "@/ipc/generated/Problem";
import type { ProblemCode } from "@/ipc/generated/ProblemCode";
import { expectAccessible, renderApp } from "@/test/render";
import { streakOf } from "./streak";

const SECRET = "wave-9041-hidden";

interface Asked extends Partial<Problem> {
  action?: FixAction;
  setting?: string | null;
}

function withProblem({ action = "sign_in", setting = "refresh_token", ...over }: Asked = {}) {
  const code: ProblemCode = over.code ?? "sign_in_expired";
  const problem = makeProblem({ ...over, code, fix: { route: "", action, setting } });
  const integration = withRun(
    { name: "Partner", status: "attention" },
    { status: "failed", problem, streams: [{ ...stream("Invoice__c", 0), mark: "gone" }] },
  );
  const runs = [
    ...(integration.last_run ? [integration.last_run] : []),
    makeRun({
      integration: integration.id,
      status: "failed",
      problem,
      finished_at: minutesAgo(60 * 30),
      queued_at: minutesAgo(60 * 30),
    }),
    makeRun({ integration: integration.id, queued_at: minutesAgo(60 * 40) }),
  ];
  const fake = new FakeTransport({ integrations: [integration], runs });
  fake.answer("connector_form", () => makeSignInForm());
  const open = (of: string = code) => renderApp(fake, `/integrations/${integration.id}/fix/${of}`);
  const names = () => fake.calls.map(({ command }) => command);
  /** Ends the run that was started. */
  const end = async (emit: Awaited<ReturnType<typeof renderApp>>["emit"], records: number) => {
    const [run] = fake.state.runs;
    if (!run) throw new Error("no run was started");
    const now = new Date().toISOString();
    fake.putRun({
      ...run,
      status: "succeeded",
      finished_at: now,
      streams: [stream("Account", records)],
    });
    await emit({ event: "invalidate", data: [{ tag: "run", id: run.id }, { tag: "runs" }] });
  };
  return { fake, integration, open, names, end };
}

describe("the page that fixes a problem", () => {
  it("says what happened, since when and what it means, asks for the secret alone, tests, syncs and goes back", async () => {
    const { fake, integration, open, names, end } = withProblem();
    const { user, emit, router } = await open();
    const title = "Salesforce no longer accepts this sign-in";
    expect(await screen.findByRole("heading", { level: 1, name: title })).toBeVisible();
    expect(screen.getByText(/2 syncs failed since/u)).toBeVisible();
    expect(screen.getByText(/complete up to the sync before/u)).toBeVisible();
    const field = await screen.findByLabelText("Refresh token");
    expect(screen.queryByLabelText("Client secret"), "nothing else is asked for").toBeNull();
    await expectAccessible();

    await user.click(screen.getByRole("button", { name: "Save and try again" }));
    expect(field).toHaveAccessibleDescription(/This is needed/u);
    expect(names()).not.toContain("update_integration");
    await user.type(field, SECRET);
    await user.click(screen.getByRole("button", { name: "Save and try again" }));
    await waitFor(() => expect(names()).toContain("start_run"));
    expect(fake.calls).toContainEqual({
      command: "update_integration",
      args: { id: integration.id, patch: { config: {}, secrets: { refresh_token: SECRET } } },
    });
    expect(screen.getByRole("list", { name: "Checks" })).toHaveTextContent("Signed in");
    expect(screen.getByText("Everything works.")).toBeVisible();
    await end(emit, 12);
    expect(await screen.findByText("It works again")).toBeVisible();
    expect(document.body.innerHTML).not.toContain(SECRET);
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Back to Partner" }));
    await waitFor(() =>
      expect(router.state.location.pathname).toBe(`/integrations/${integration.id}`),
    );
  });

  it("does not sync when the test still fails, and names another problem that came to light", async () => {
    const { fake, open, names } = withProblem({ action: "check_network", code: "network_down" });
    fake.answer("test_connection", () => ({
      ok: false,
      checks: [{ name: "sign_in", status: "failed", message: "Refused." }],
      problem: makeProblem({
        fix: { route: "/integrations/1/fix/sign_in_expired", action: "sign_in", setting: null },
      }),
    }));
    const { user } = await open();
    await user.click(await screen.findByRole("button", { name: "Test and sync again" }));
    expect(await screen.findByText(/now something else is wrong/u)).toBeVisible();
    expect(screen.getByRole("button", { name: "Fix this" })).toBeVisible();
    expect(names()).not.toContain("start_run");
  });

  it("shows at the field what is refused", async () => {
    const { fake, open, names } = withProblem({
      action: "correct_setting",
      setting: "start_date",
      code: "setting_invalid",
    });
    const refusal = makeError({
      code: "invalid_setting",
      message: "Not a date.",
      setting: "start_date",
    });
    fake.answer("update_integration", () => Promise.reject(rejection(refusal)));
    const { user } = await open();
    const field = await screen.findByLabelText("Start date");
    expect(field, "what is there now is where the correction begins").toHaveValue(
      "2024-01-01T00:00:00Z",
    );
    await user.click(screen.getByRole("button", { name: "Save and try again" }));
    await waitFor(() => expect(field).toHaveAccessibleDescription(/Not a date\./u));
    expect(names()).not.toContain("test_connection");
  });

  it("has a message for the administrator, ready to be copied", async () => {
    const { open } = withProblem({
      action: "ask_administrator",
      code: "app_blocked",
      details: "OAUTH_APP_BLOCKED",
    });
    await open();
    const message = await screen.findByLabelText("A message you can send");
    expect(message).toHaveDisplayValue(/OAUTH_APP_BLOCKED/u);
    expect(screen.getByRole("button", { name: "Copy the message" })).toBeVisible();
    await expectAccessible();
  });

  it("names what is gone and leads to the step where data is chosen", async () => {
    const { open } = withProblem({ action: "review_streams", code: "stream_gone" });
    const { user, router } = await open();
    expect(await screen.findByText("Invoice__c")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Look over the data" }));
    await waitFor(() => expect(router.state.location.search).toEqual({ step: "data" }));
  });

  it("repairs in place, then tests", async () => {
    const { open, names } = withProblem({ action: "repair_engine", code: "engine_broken" });
    const { user } = await open();
    await user.click(await screen.findByRole("button", { name: "Repair" }));
    await waitFor(() => expect(names()).toContain("start_run"));
    expect(names().indexOf("repair_engine")).toBeLessThan(names().indexOf("test_connection"));
  });

  it.each<[FixAction, ProblemCode, RegExp]>([
    ["wait", "quota_used_up", /It ends by itself/u],
    ["check_network", "network_down", /VPN or a proxy/u],
    ["repair_connector", "connector_broken", /made anew/u],
    ["check_destination", "destination_refused", /The data goes to/u],
    ["free_space", "disk_full", /wastebasket/u],
    ["unlock_keychain", "keychain_unavailable", /asks for its password/u],
    ["sync_again", "interrupted", /Sync again now/u],
  ])("says what to do for %s", async (action, code, words) => {
    const { open } = withProblem({ action, code, setting: null });
    await open();
    expect(await screen.findByText(words)).toBeVisible();
    await expectAccessible();
  });

  it("says kindly that the problem is gone, is another one, or that the integration is", async () => {
    const fine = withRun({ name: "Fine" }, {});
    const fake = new FakeTransport({
      integrations: [fine],
      runs: fine.last_run ? [fine.last_run] : [],
    });
    const gone = await renderApp(fake, `/integrations/${fine.id}/fix/hung`);
    expect(await screen.findByText("There is nothing to fix here any more")).toBeVisible();
    await expectAccessible();
    await gone.user.click(screen.getByRole("button", { name: "Show Fine" }));
    expect(await screen.findByRole("tab", { name: "Overview" })).toBeVisible();
    gone.unmount();
    const other = await withProblem().open("no_such_code");
    expect(await screen.findByText("It is something else now")).toBeVisible();
    other.unmount();
    await renderApp(new FakeTransport(), "/integrations/nothing/fix/hung");
    expect(await screen.findByText("This integration no longer exists")).toBeVisible();
  });

  it("loads, and says so when it cannot be read", async () => {
    const loading = withProblem();
    loading.fake.hold("find_runs");
    const { unmount } = await loading.open();
    expect(screen.getByRole("status", { name: "Loading the problem" })).toBeVisible();
    unmount();
    const failing = withProblem();
    failing.fake.fail("find_runs");
    await failing.open();
    const alert = within(await screen.findByRole("alert"));
    expect(alert.getByText("The problem could not be shown")).toBeVisible();
  });
});

describe("since when it fails", () => {
  const at = (status: "failed" | "succeeded" | "cancelled", hours: number) =>
    makeRun({ status, finished_at: `2026-01-01T${hours.toString().padStart(2, "0")}:00:00Z` });

  it("counts the failures since it last worked", () => {
    const runs = [
      at("failed", 9),
      at("cancelled", 8),
      at("failed", 7),
      at("succeeded", 6),
      at("failed", 5),
    ];
    expect(streakOf(runs, true)).toEqual({
      since: "2026-01-01T07:00:00Z",
      failures: 2,
      atLeast: false,
    });
  });

  it("says when it may have begun earlier, and when there is none", () => {
    expect(streakOf([at("failed", 9)], true)?.atLeast).toBe(true);
    expect(streakOf([at("succeeded", 9)], true)).toBeNull();
  });
});
