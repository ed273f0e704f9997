import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeError, makeIntegration } from "@/ipc/fake/builders";
import { makeDraft } from "@/ipc/fake/fake-setup";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { expectAccessible, renderApp } from "@/test/render";

describe("the beginning", () => {
  it("welcomes who has nothing yet", async () => {
    const { router } = await renderApp(new FakeTransport(), "/");
    expect(await screen.findByRole("heading", { name: "Welcome to Tributary" })).toBeVisible();
    expect(screen.getByText(/No account, nothing to install/u)).toBeVisible();
    expect(router.state.location.pathname).toBe("/welcome");
    await expectAccessible();
  });

  it.each([
    ["an integration", new FakeTransport({ integrations: [makeIntegration()] })],
    ["a set-up that is not finished", new FakeTransport({ drafts: [makeDraft()] })],
    ["a list that cannot be read", new FakeTransport().fail("list_integrations")],
  ])("goes to the list when there is %s", async (_what, fake) => {
    await renderApp(fake, "/");
    expect(await screen.findByRole("heading", { level: 1, name: "Integrations" })).toBeVisible();
  });
});

describe("the choices", () => {
  it("connects Salesforce", async () => {
    const fake = new FakeTransport();
    const { user, router } = await renderApp(fake, "/welcome");
    await user.click(screen.getByRole("button", { name: "Connect Salesforce" }));
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/setup\/.+/u));
    expect(fake.state.drafts[0]?.type).toBe("salesforce");
  });

  it("adds the sample org, begins its first sync and shows it", async () => {
    const fake = new FakeTransport();
    const { user } = await renderApp(fake, "/welcome");
    await user.click(screen.getByRole("button", { name: "Explore a sample Salesforce org" }));
    expect(
      await screen.findByRole("heading", { level: 1, name: "Sample Salesforce org" }),
    ).toBeVisible();
    expect(fake.calls).toContainEqual({
      command: "start_run",
      args: { id: fake.state.integrations[0]?.id, fullRefresh: false },
    });
  });

  it("says why the sample could not be added, and stays", async () => {
    const failure = makeError({ message: "The disk is full.", hint: "Make room." });
    const fake = new FakeTransport().fail("create_sample_integration", failure);
    const { user } = await renderApp(fake, "/welcome");
    await user.click(screen.getByRole("button", { name: "Explore a sample Salesforce org" }));
    expect(await screen.findByText("The disk is full.")).toBeVisible();
    expect(screen.getByRole("heading", { name: "Welcome to Tributary" })).toBeVisible();
  });

  it("leads to the marketplace and to the list, which offers the same", async () => {
    const { user } = await renderApp(new FakeTransport(), "/welcome");
    await user.click(screen.getByRole("link", { name: "Look around first" }));
    await screen.findByText("Nothing is brought in yet");
    await user.click(screen.getByRole("button", { name: "Browse all connectors" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Marketplace" })).toBeVisible();
  });
});

describe("the engine meanwhile", () => {
  const unready = () =>
    new FakeTransport({
      engine: {
        ready: false,
        environments: [{ name: "meltano", version: null, state: "missing", detail: null }],
      },
    });

  it("is prepared by itself while one already chooses", async () => {
    const fake = unready();
    let finish: (nothing: null) => void = () => undefined;
    fake.answer("prepare_engine", () => new Promise((resolve) => (finish = resolve)));
    const { emit } = await renderApp(fake, "/welcome");
    await screen.findByRole("region", { name: "Preparing the engine" });
    const data = { environment: "meltano", step: "installing" as const, fraction: 0.5 };
    await emit({ event: "engine_progress", data: { ...data, total_fraction: 0.25 } });
    expect(screen.getByText("25 %")).toBeVisible();
    expect(
      screen.getAllByRole("progressbar"),
      "the banner of the other pages would say it twice",
    ).toHaveLength(1);
    expect(screen.getByRole("button", { name: "Connect Salesforce" })).toBeEnabled();
    await expectAccessible();
    fake.state.engine = { ready: true, environments: [] };
    finish(null);
    expect(await screen.findByText("Everything is ready.")).toBeVisible();
  });

  it("says why that failed, and tries again", async () => {
    const fake = unready().fail("prepare_engine", makeError({ message: "No network." }));
    const { user } = await renderApp(fake, "/welcome");
    expect(await screen.findByRole("alert")).toHaveTextContent("No network.");
    await expectAccessible();
    fake.answer("prepare_engine", () => {
      fake.state.engine = { ready: true, environments: [] };
      return null;
    });
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Everything is ready.")).toBeVisible();
  });
});
