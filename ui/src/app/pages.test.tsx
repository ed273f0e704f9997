import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeError, makeLine, makeProblem, makeRun, stream, withRun } from "@/ipc/fake/builders";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { expectAccessible, renderApp } from "@/test/render";

function withHistory() {
  const integration = withRun(
    { name: "Sales org", status: "attention" },
    { status: "failed", problem: makeProblem(), streams: [stream("Account", 7)] },
  );
  const last = integration.last_run ?? makeRun();
  const before = makeRun({ integration: integration.id, queued_at: "2020-01-01T10:00:00Z" });
  const fake = new FakeTransport({
    integrations: [integration],
    runs: [last, before],
    logs: new Map([[last.id, [makeLine("Starting"), makeLine("Refused", { level: "error" })]]]),
  });
  return { fake, integration, last };
}

describe("the page of an integration", () => {
  it("shows the problem, the newest counts and all runs", async () => {
    const { fake, integration } = withHistory();
    await renderApp(fake, `/integrations/${integration.id}`);
    expect(await screen.findByRole("heading", { level: 1, name: "Sales org" })).toBeVisible();
    expect(screen.getByRole("region", { name: "Problem" })).toHaveTextContent(
      "What to do: Sign in to Salesforce again.",
    );
    expect(screen.getByRole("row", { name: /Account 7/u })).toBeVisible();
    const runs = within(await screen.findByRole("table", { name: "All syncs" }));
    expect(runs.getAllByRole("link")).toHaveLength(2);
    await expectAccessible();
  });

  it("is where deep links to a problem lead", async () => {
    const { fake, integration } = withHistory();
    await renderApp(fake, `/integrations/${integration.id}/fix/sign_in_expired`);
    expect(await screen.findByRole("region", { name: "Problem" })).toBeVisible();
  });

  it("says so when the integration is gone, and when it cannot be read", async () => {
    const { unmount } = await renderApp(new FakeTransport(), "/integrations/nothing");
    expect(await screen.findByText("This integration no longer exists")).toBeVisible();
    await expectAccessible();
    unmount();
    await renderApp(new FakeTransport().fail("get_integration", makeError()), "/integrations/1");
    expect(await screen.findByRole("button", { name: "Try again" })).toBeVisible();
  });

  it("goes back to the list after deleting", async () => {
    const { fake, integration } = withHistory();
    const { user } = await renderApp(fake, `/integrations/${integration.id}`);
    await user.click(await screen.findByRole("button", { name: "More for Sales org" }));
    await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
    await user.click(await screen.findByRole("button", { name: "Delete" }));
    expect(await screen.findByText("Nothing is brought in yet")).toBeVisible();
  });
});

describe("the page of a run", () => {
  it("shows the problem, the counts and the log, filtered as asked", async () => {
    const { fake, integration, last } = withHistory();
    const { user } = await renderApp(fake, `/integrations/${integration.id}/runs/${last.id}`);
    expect(await screen.findByRole("region", { name: "Problem" })).toBeVisible();
    const log = within(await screen.findByRole("region", { name: "Lines of the log" }));
    expect(await log.findByText("Starting")).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Lines shown: Everything" }));
    await user.click(await screen.findByRole("menuitemradio", { name: "Errors" }));
    await waitFor(() => expect(log.queryByText("Starting")).toBeNull());
    expect(log.getByText("Refused")).toBeVisible();
    expect(screen.getByText("1 of 2 lines")).toBeVisible();
    await user.type(screen.getByRole("searchbox", { name: "Search the log" }), "nothing");
    expect(await log.findByText("No line fits this search and filter.")).toBeVisible();
  });

  it("starts the sync again as it was asked for", async () => {
    const { fake, integration, last } = withHistory();
    const { user } = await renderApp(fake, `/integrations/${integration.id}/runs/${last.id}`);
    await user.click(await screen.findByRole("button", { name: "Try again" }));
    expect(fake.calls).toContainEqual({
      command: "start_run",
      args: { id: integration.id, fullRefresh: false },
    });
  });

  it("says so when the log cannot be read, and when the run is no longer kept", async () => {
    const { fake, integration, last } = withHistory();
    fake.fail("read_log", makeError({ message: "The log file is gone." }));
    const route = `/integrations/${integration.id}/runs/`;
    const { unmount } = await renderApp(fake, route + last.id);
    expect(await screen.findByText("The log file is gone.")).toBeVisible();
    unmount();
    await renderApp(fake, `${route}old`);
    expect(await screen.findByText("This sync is no longer kept")).toBeVisible();
  });
});

describe("the activity", () => {
  it("shows what is broken first, then everything", async () => {
    const { fake } = withHistory();
    const { user } = await renderApp(fake, "/activity");
    const broken = await screen.findByRole("region", { name: "Needs attention" });
    expect(broken).toHaveTextContent("Sales org");
    expect(screen.getByRole("table", { name: "Syncs" })).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole("radio", { name: "Syncing" }));
    expect(await screen.findByText("Nothing is syncing now")).toBeVisible();
  });

  it("is empty, loads and fails in words", async () => {
    const empty = await renderApp(new FakeTransport(), "/activity");
    expect(await screen.findByText("Nothing has happened yet")).toBeVisible();
    empty.unmount();
    const loading = await renderApp(new FakeTransport().hold("list_runs"), "/activity");
    expect(screen.getByRole("status", { name: "Loading the syncs" })).toBeVisible();
    loading.unmount();
    await renderApp(new FakeTransport().fail("list_runs"), "/activity");
    expect(await screen.findByRole("alert")).toHaveTextContent("The activity could not be shown");
  });
});

describe("the settings", () => {
  it("shows the engine's parts and mends them", async () => {
    const fake = new FakeTransport();
    const { user } = await renderApp(fake, "/settings");
    const parts = within(await screen.findByRole("list", { name: "Parts of the engine" }));
    expect(await parts.findByText("Salesforce")).toBeVisible();
    expect(await screen.findByText("/home/ada/.local/share/tributary")).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Repair" }));
    await waitFor(() =>
      expect(fake.calls.map(({ command }) => command)).toContain("repair_engine"),
    );
  });

  it("says so when the engine cannot be looked at", async () => {
    await renderApp(new FakeTransport().fail("engine_status"), "/settings");
    expect(await screen.findByRole("alert")).toHaveTextContent("could not be read");
  });
});
