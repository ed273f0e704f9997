import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import {
  makeError,
  makeIntegration,
  makeProblem,
  makeProgress,
  makeRun,
  minutesAgo,
  stream,
  withRun,
} from "@/ipc/fake/builders";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { expectAccessible, renderApp } from "@/test/render";

const row = (name: string) => screen.findByRole("row", { name });

describe("the four states of the list", () => {
  it("shows a skeleton while it loads", async () => {
    await renderApp(new FakeTransport().hold("list_integrations"));
    expect(screen.getByRole("status", { name: "Loading your integrations" })).toBeVisible();
    await expectAccessible();
  });

  it("says what failed, and tries again", async () => {
    const fake = new FakeTransport();
    const answer = fake.answerOf("list_integrations");
    fake.fail("list_integrations", makeError());
    const { user } = await renderApp(fake);
    expect(await screen.findByRole("alert")).toHaveTextContent("could not be read");
    await expectAccessible();
    fake.answer("list_integrations", answer);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Nothing is brought in yet")).toBeVisible();
  });

  it("offers the sample org when there is nothing, and syncs it", async () => {
    const fake = new FakeTransport();
    const { user } = await renderApp(fake);
    await screen.findByText("Nothing is brought in yet");
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Explore a sample Salesforce org" }));
    expect(
      await screen.findByRole("heading", { level: 1, name: "Sample Salesforce org" }),
    ).toBeVisible();
    expect(fake.calls.map(({ command }) => command)).toContain("start_run");
  });

  it("shows each integration with its state, last sync and rows", async () => {
    const fake = new FakeTransport({
      integrations: [
        withRun({ name: "Sales org" }, { finished_at: minutesAgo(5.5) }),
        makeIntegration({ name: "Sample", sample: true, status: "untested" }),
      ],
    });
    await renderApp(fake);
    const sales = within(await row("Sales org"));
    expect(sales.getByTestId("integration-status")).toHaveTextContent("Up to date");
    expect(sales.getByTestId("integration-rows")).toHaveTextContent("12,345 rows");
    expect(sales.getByText("5 minutes ago")).toBeVisible();
    const sample = within(await row("Sample"));
    expect(sample.getByTestId("integration-status")).toHaveTextContent("Never synced");
    expect(sample.getByText("Never")).toBeVisible();
    await expectAccessible();
  });
});

describe("syncing", () => {
  it("starts a sync, counts rows up from events, and shows the end", async () => {
    const integration = makeIntegration({ name: "Sales org" });
    const fake = new FakeTransport({ integrations: [integration] });
    const { user, emit } = await renderApp(fake);
    await user.click(await screen.findByRole("button", { name: "Sync now: Sales org" }));
    expect(await screen.findByRole("button", { name: "Cancel: Sales org" })).toHaveFocus();
    expect(fake.calls).toContainEqual({
      command: "start_run",
      args: { id: integration.id, fullRefresh: false },
    });
    const run = fake.state.runs[0] ?? makeRun();
    fake.putRun({ ...run, status: "running" });
    await emit({ event: "invalidate", data: [{ tag: "integrations" }] });
    await emit({
      event: "run_progress",
      data: makeProgress(run, [stream("Account", 1_200), stream("Lead", 34)]),
    });
    const cells = within(await row("Sales org"));
    await waitFor(() =>
      expect(cells.getByTestId("integration-status")).toHaveTextContent("Syncing (1,234 rows)"),
    );
    expect(cells.getByTestId("integration-rows")).toHaveTextContent("1,234 rows");

    await user.click(cells.getByRole("button", { name: "Details of Sales org" }));
    expect(screen.getByRole("row", { name: /Account 1,200/u })).toBeVisible();
    await expectAccessible();

    const streams = [stream("Account", 1_300), stream("Lead", 40)];
    fake.putRun({ ...run, status: "succeeded", streams, finished_at: minutesAgo(0) });
    await emit({ event: "invalidate", data: [{ tag: "integrations" }] });
    await waitFor(() =>
      expect(cells.getByTestId("integration-status")).toHaveTextContent("Up to date"),
    );
    expect(cells.getByTestId("integration-rows")).toHaveTextContent("1,340 rows");
    expect(screen.getByRole("status", { name: "Syncs" })).toHaveTextContent(
      "Sales org: the sync is done, 1,340 rows brought in.",
    );
  });

  it("never counts backwards when an answer is older than an event", async () => {
    const integration = withRun(
      { name: "Sales org", status: "syncing" },
      { status: "running", streams: [stream("Account", 900)] },
    );
    const { emit } = await renderApp(new FakeTransport({ integrations: [integration] }));
    const cells = within(await row("Sales org"));
    const data = makeProgress({ id: integration.last_run?.id ?? "", integration: integration.id }, [
      stream("Account", 500),
    ]);
    await emit({ event: "run_progress", data });
    expect(cells.getByTestId("integration-rows")).toHaveTextContent("900 rows");
  });

  it("says that it is stopping until the run has stopped", async () => {
    const integration = withRun({ name: "Sales org", status: "syncing" }, { status: "running" });
    const fake = new FakeTransport({ integrations: [integration] });
    fake.answer("cancel_run", () => null);
    const { user } = await renderApp(fake);
    await user.click(await screen.findByRole("button", { name: "Cancel: Sales org" }));
    expect(await screen.findByRole("button", { name: "Stopping: Sales org" })).toBeVisible();
  });

  it("shows a refusal as a toast with what to do", async () => {
    const fake = new FakeTransport({ integrations: [makeIntegration({ name: "Sales org" })] });
    fake.fail(
      "start_run",
      makeError({ code: "already_running", message: "It is syncing already.", hint: "Wait." }),
    );
    const { user } = await renderApp(fake);
    await user.click(await screen.findByRole("button", { name: "Sync now: Sales org" }));
    expect(await screen.findByText("It is syncing already.")).toBeVisible();
    expect(screen.getByText("Wait.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Sync now: Sales org" })).toBeVisible();
  });

  it("shows a toast when a sync fails while the window looks", async () => {
    const integration = withRun({ name: "Sales org", status: "syncing" }, { status: "running" });
    const fake = new FakeTransport({ integrations: [integration] });
    const { emit } = await renderApp(fake);
    await row("Sales org");
    const run = integration.last_run ?? makeRun();
    fake.putRun({ ...run, status: "failed", problem: makeProblem() });
    await emit({ event: "invalidate", data: [{ tag: "integrations" }] });
    const title = "Sales org: Salesforce no longer accepts this sign-in";
    await waitFor(() => expect(screen.getAllByText(title), "banner and toast").toHaveLength(2));
  });
});

describe("what needs attention", () => {
  const bad = (name: string) =>
    withRun({ name, status: "attention" }, { status: "failed", problem: makeProblem() });

  it("names the problem and leads to where it is fixed", async () => {
    const { user, router } = await renderApp(new FakeTransport({ integrations: [bad("Sandbox")] }));
    const banner = await screen.findByRole("region", { name: /^Sandbox: Salesforce no longer/u });
    expect(banner).toHaveTextContent("Sign in to Salesforce again.");
    await user.click(within(banner).getByRole("button", { name: "Fix" }));
    const title = "Salesforce no longer accepts this sign-in";
    expect(await screen.findByRole("heading", { level: 1, name: title })).toBeVisible();
    expect(router.history.location.pathname).toMatch(/\/fix\/sign_in_expired$/u);
  });

  it("gathers several, and shows them", async () => {
    const integrations = [bad("One"), bad("Two"), withRun({ name: "Fine" }, {})];
    const { user } = await renderApp(new FakeTransport({ integrations }));
    await screen.findByRole("region", { name: "2 integrations need your attention" });
    await user.click(screen.getByRole("button", { name: "Show them" }));
    await waitFor(() => expect(screen.queryByRole("row", { name: "Fine" })).toBeNull());
    expect(await row("One")).toBeVisible();
  });
});
