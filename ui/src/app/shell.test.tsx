import { screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { makeError, makeIntegration, makeProblem, withRun } from "@/ipc/fake/builders";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { setTheme } from "@/lib/theme";
import { expectAccessible, renderApp } from "@/test/render";

afterEach(() => setTheme("system"));

const notReady = () =>
  new FakeTransport({
    engine: {
      ready: false,
      environments: [{ name: "meltano", version: "4.4.1", state: "missing", detail: null }],
    },
  });

describe("the shell", () => {
  it("leads to each page by the sidebar and by shortcuts", async () => {
    const { user } = await renderApp(new FakeTransport());
    await user.click(screen.getByRole("link", { name: "Activity" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Activity" })).toBeVisible();
    expect(document.title).toBe("Activity – Tributary");
    await user.keyboard("{Control>},{/Control}");
    expect(await screen.findByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
    expect(screen.getByRole("link", { name: "Settings" })).toHaveAttribute("aria-current", "page");
  });

  it("has a link that skips to the page", async () => {
    const { user } = await renderApp(new FakeTransport());
    screen.getByRole("link", { name: "Skip to the page" }).focus();
    await user.keyboard("{Enter}");
    expect(screen.getByRole("main")).toHaveFocus();
  });

  it("says so when a link leads nowhere", async () => {
    await renderApp(new FakeTransport(), "/nowhere/at/all");
    expect(await screen.findByText("There is nothing here")).toBeVisible();
    await expectAccessible();
  });

  it("switches the theme", async () => {
    const { user } = await renderApp(new FakeTransport(), "/settings");
    await user.click(screen.getByRole("radio", { name: "Dark" }));
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(localStorage.getItem("tributary.theme")).toBe("dark");
  });
});

describe("the command palette", () => {
  const integrations = [
    makeIntegration({ name: "Sales org" }),
    withRun({ name: "Support", status: "syncing" }, { status: "running" }),
  ];

  it("finds an integration and syncs it, from the keyboard alone", async () => {
    const fake = new FakeTransport({ integrations });
    const { user } = await renderApp(fake);
    await screen.findByRole("row", { name: "Sales org" });
    await user.keyboard("{Control>}k{/Control}");
    await screen.findByRole("dialog", { name: "Search and commands" });
    await expectAccessible();
    await user.keyboard("sync sales{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(fake.calls).toContainEqual({
      command: "start_run",
      args: { id: integrations[0]?.id, fullRefresh: false },
    });
  });

  it("goes to an integration, offers to cancel what syncs, and Esc closes it", async () => {
    const { user } = await renderApp(new FakeTransport({ integrations }));
    await screen.findByRole("row", { name: "Support" });
    await user.keyboard("{Control>}k{/Control}");
    expect(await screen.findByRole("option", { name: "Cancel the sync of Support" })).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.keyboard("{Control>}k{/Control}");
    await user.keyboard("open support{Enter}");
    expect(await screen.findByRole("heading", { level: 1, name: "Support" })).toBeVisible();
  });
});

describe("the command palette with much to find", () => {
  const failing = withRun(
    { name: "Sandbox", status: "attention" },
    { status: "failed", problem: makeProblem() },
  );
  const open = async (fake: FakeTransport) => {
    const view = await renderApp(fake);
    await screen.findAllByTestId("integration-row");
    await view.user.keyboard("{Control>}k{/Control}");
    await screen.findByRole("dialog", { name: "Search and commands" });
    return view;
  };

  it("opens the fix of the last problem", async () => {
    const { user, router } = await open(new FakeTransport({ integrations: [failing] }));
    await user.keyboard("fix sand{Enter}");
    await waitFor(() =>
      expect(router.state.location.pathname).toBe(
        `/integrations/${failing.id}/fix/sign_in_expired`,
      ),
    );
  });

  it("opens sections of the settings, and pauses everything", async () => {
    const fake = new FakeTransport({ integrations: [failing] });
    const { user, router } = await open(fake);
    await user.keyboard("quiet{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/settings/notifications"));
    await user.keyboard("{Control>}k{/Control}");
    await screen.findByRole("dialog", { name: "Search and commands" });
    await user.keyboard("pause 30{Enter}");
    await waitFor(() => expect(fake.state.pause?.until).toBeDefined());
  });

  it("draws a few of ten thousand", async () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      makeIntegration({ name: `Region ${index}` }),
    );
    const { user } = await open(new FakeTransport({ integrations: [failing, ...many] }));
    await user.keyboard("region 4321");
    expect(await screen.findByRole("option", { name: "Region 4321" })).toBeVisible();
    expect(screen.getAllByRole("option").length).toBeLessThan(30);
  });
});

describe("what concerns every page", () => {
  it("prepares the engine by itself, shows how far it is, and goes away when it is done", async () => {
    const fake = notReady();
    let finish: (nothing: null) => void = () => undefined;
    fake.answer("prepare_engine", () => new Promise((resolve) => (finish = resolve)));
    const { emit } = await renderApp(fake);
    await screen.findByRole("region", { name: "Preparing the engine" });
    const data = { environment: "meltano", step: "installing" as const, fraction: 0.5 };
    await emit({ event: "engine_progress", data: { ...data, total_fraction: 0.42 } });
    expect(screen.getByRole("progressbar", { name: "Preparing the engine" })).toHaveAttribute(
      "aria-valuenow",
      "42",
    );
    await expectAccessible();
    fake.state.engine = { ready: true, environments: [] };
    finish(null);
    await waitFor(() =>
      expect(screen.queryByRole("region", { name: "Preparing the engine" })).toBeNull(),
    );
    expect(fake.calls.filter(({ command }) => command === "prepare_engine")).toHaveLength(1);
  });

  it("says why preparing failed, and tries again when asked", async () => {
    const fake = notReady().fail("prepare_engine", makeError({ message: "No network." }));
    const { user } = await renderApp(fake);
    const alert = await screen.findByRole("alert", { name: "The engine could not be prepared" });
    expect(alert).toHaveTextContent("No network.");
    fake.answer("prepare_engine", () => {
      fake.state.engine = { ready: true, environments: [] };
      return null;
    });
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  it("tells of a locked and of a missing keychain", async () => {
    const { emit } = await renderApp(new FakeTransport());
    await emit({ event: "keychain", data: "waiting" });
    expect(screen.getByRole("alert", { name: "Waiting for your keychain" })).toBeVisible();
    await emit({ event: "keychain", data: "missing" });
    expect(screen.getByRole("alert", { name: "This computer has no keychain" })).toBeVisible();
    await expectAccessible();
    await emit({ event: "keychain", data: "available" });
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

it("goes where the core says", async () => {
  const { emit, router } = await renderApp(new FakeTransport());
  await emit({ event: "navigate", data: "/activity" });
  expect(await screen.findByRole("heading", { level: 1, name: "Activity" })).toBeVisible();
  await emit({ event: "navigate", data: "/nowhere/at/all" });
  expect(await screen.findByRole("region", { name: "That link leads nowhere" })).toBeVisible();
  await emit({ event: "navigate", data: "/activity" });
  await emit({ event: "navigate", data: "https://example.com" });
  await screen.findByRole("region", { name: "That link leads nowhere" });
  expect(router.state.location.href, "only places inside the app").toBe("/integrations?note=link");
});

it("begins where something was clicked that opened the window", async () => {
  const fake = new FakeTransport();
  fake.answer("take_route", () => "/settings/network");
  await renderApp(fake, "/");
  expect(await screen.findByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  expect(fake.calls.filter(({ command }) => command === "take_route")).toHaveLength(1);
});
