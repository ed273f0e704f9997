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
  it("shows the problem, the last sync, and what earlier ones brought", async () => {
    const { fake, integration } = withHistory();
    await renderApp(fake, `/integrations/${integration.id}`);
    expect(await screen.findByRole("heading", { level: 1, name: "Sales org" })).toBeVisible();
    expect(screen.getByRole("region", { name: "Problem" })).toHaveTextContent(
      "What to do: Sign in to Salesforce again.",
    );
    expect(screen.getByTestId("integration-rows")).toHaveTextContent("7 rows");
    expect(await screen.findByRole("region", { name: "The last syncs" })).toBeVisible();
    expect(screen.getByRole("row", { name: /Opportunity .*2,745/u })).toBeVisible();
    await expectAccessible();
  });

  it("leads from the problem to where it is fixed", async () => {
    const { fake, integration } = withHistory();
    const { user, router } = await renderApp(fake, `/integrations/${integration.id}`);
    await user.click(await screen.findByRole("button", { name: "Fix" }));
    expect(await screen.findByText("What it means for your data")).toBeVisible();
    expect(router.state.location.pathname).toMatch(/\/fix\/sign_in_expired$/u);
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

describe("the settings", () => {
  it("shows the engine's parts and mends them", async () => {
    const fake = new FakeTransport();
    const { user } = await renderApp(fake, "/settings");
    const parts = within(await screen.findByRole("list", { name: "Parts of the engine" }));
    expect(parts.getByText("2.8.1")).toBeVisible();
    expect(screen.getByText(/It takes 412 MB there/u)).toBeVisible();
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
