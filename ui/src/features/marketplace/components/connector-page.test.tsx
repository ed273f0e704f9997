import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeError } from "@/ipc/fake/builders";
import { makeDetail, makeHub, makePlan } from "@/ipc/fake/fake-marketplace";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { marketCards } from "@/ipc/fake/market-data";
import { expectAccessible, renderApp } from "@/test/render";

function market(): FakeTransport {
  return new FakeTransport({ market: { cards: marketCards(), hub: makeHub() } });
}

const commands = (fake: FakeTransport) => fake.calls.map(({ command }) => command);

describe("the page of a connector", () => {
  it("shows what it brings, needs and installs", async () => {
    const fake = market();
    const { user } = await renderApp(fake, "/marketplace/extractor/salesforce");
    expect(await screen.findByRole("heading", { level: 1, name: "Salesforce" })).toBeVisible();
    const streams = screen.getByRole("list", { name: "Recommended streams" });
    expect(streams).toHaveTextContent("AccountContactOpportunity");
    const guide = within(screen.getByRole("region", { name: "Before you start" }));
    await user.click(guide.getByRole("link", { name: /own guide/u }));
    expect(fake.calls).toContainEqual({
      command: "open_link",
      args: { address: "https://example.com/guide" },
    });
    const installed = screen.getByRole("region", { name: "What is installed" });
    expect(installed).toHaveTextContent("13 MB on the disk");
    expect(installed).toHaveTextContent("MIT");
    expect(installed).toHaveTextContent("singer-io");
    const settings = within(screen.getByRole("region", { name: "What it asks for" }));
    expect(settings.queryByText("Page size")).toBeNull();
    await user.click(settings.getByRole("button", { name: "Show all 3 settings" }));
    expect(settings.getByText("Page size")).toBeVisible();
    expect(screen.queryByRole("region", { name: "Not verified" })).toBeNull();
    await expectAccessible();
  });

  it("begins to set up a verified one at once", async () => {
    const fake = market();
    const { user, router } = await renderApp(fake, "/marketplace/extractor/salesforce");
    await user.click(await screen.findByRole("button", { name: "Connect" }));
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/setup\/.+/u));
    expect(fake.calls).toContainEqual({
      command: "create_draft",
      args: { input: { from: "connector", kind: "extractor", type: "salesforce" } },
    });
    expect(commands(fake)).not.toContain("plan_install");
  });

  it.each([
    ["netsuite", "runs only inside Docker"],
    ["confluence", "without Git"],
    ["close", "version of Python"],
  ])("says why %s cannot be chosen", async (id, reason) => {
    await renderApp(market(), `/marketplace/extractor/${id}`);
    const notice = await screen.findByRole("region", { name: /cannot be used here/u });
    expect(notice).toHaveTextContent(reason);
    const connect = screen.getByRole("button", { name: "Connect" });
    expect(connect).toBeDisabled();
    expect(connect).toHaveAccessibleDescription(new RegExp(reason, "u"));
    await expectAccessible();
  });

  it("loads, fails and is unknown in words", async () => {
    const route = "/marketplace/extractor/airtable";
    const loading = await renderApp(market().hold("get_connector"), route).catch(() => null);
    expect(screen.getByRole("status", { name: "Loading the connector" })).toBeVisible();
    await expectAccessible();
    loading?.unmount();
  });

  it("tries again when it could not be read", async () => {
    const fake = market();
    const answer = fake.answerOf("get_connector");
    fake.fail("get_connector");
    const { user } = await renderApp(fake, "/marketplace/extractor/airtable");
    await screen.findByRole("alert");
    await expectAccessible();
    fake.answer("get_connector", answer);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Airtable" })).toBeVisible();
  });

  it("knows what is no connector", async () => {
    await renderApp(market(), "/marketplace/extractor/nothing");
    expect(await screen.findByText("There is no such connector")).toBeVisible();
    await expectAccessible();
  });

  it("writes what a definition says as text, whatever it says", async () => {
    const fake = market();
    const [, , hubspot] = marketCards();
    if (!hubspot) throw new Error("the catalogue has more than two cards");
    const label = "<img src=x onerror=alert(1)>";
    const detail = makeDetail(
      { ...hubspot, label, description: "<script>alert(1)</script>" },
      { guide: "<script>alert(1)</script>\n\n[go](javascript:alert(1))", docs: "javascript:x" },
    );
    fake.answer("get_connector", () => detail);
    await renderApp(fake, "/marketplace/extractor/hubspot");
    expect(await screen.findByRole("heading", { level: 1, name: label })).toBeVisible();
    expect(screen.getByRole("main").querySelector("script, img")).toBeNull();
    expect(document.querySelector("a[href^='javascript']")).toBeNull();
  });
});

describe("consent", () => {
  async function ask(fake: FakeTransport) {
    const view = await renderApp(fake, "/marketplace/extractor/airtable");
    expect(await screen.findByRole("region", { name: "Not verified" })).toHaveTextContent(
      "Before anything is installed you see exactly what would run",
    );
    await view.user.click(screen.getByRole("button", { name: "Connect" }));
    const dialog = await screen.findByRole("dialog", { name: "Install Airtable?" });
    return { ...view, dialog: within(dialog) };
  }

  it("shows what would run, installs just that when agreed, and goes on to the set-up", async () => {
    const fake = market();
    const airtable = marketCards().find(({ type }) => type === "airtable");
    if (!airtable) throw new Error("the catalogue has Airtable");
    const plan = makePlan(airtable, { id: "the-plan" });
    fake.answer("plan_install", () => plan);
    let finish: () => void = () => undefined;
    fake.answer("install_connector", async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return makeDetail({ ...airtable, installed: true });
    });
    const { user, dialog, emit, router } = await ask(fake);
    expect(await dialog.findByText(plan.asked)).toBeVisible();
    const table = within(dialog.getByRole("table", { name: "8 packages" }));
    expect(table.getByRole("row", { name: /tap-airtable/u })).toHaveTextContent(
      "Runs build codeIn the archivehttps://example.com/makers/tap-airtable/archive",
    );
    expect(table.getByRole("row", { name: /requests/u })).toHaveTextContent(
      "2.33.1Python package index",
    );
    expect(dialog.getByText(/2 packages come as source/u)).toBeVisible();
    expect(commands(fake)).not.toContain("install_connector");
    await expectAccessible();

    await user.click(dialog.getByRole("button", { name: "Install and connect" }));
    expect(fake.calls).toContainEqual({ command: "install_connector", args: { plan: "the-plan" } });
    await emit({
      event: "engine_progress",
      data: {
        environment: "tap-airtable",
        step: "installing",
        fraction: 0.4,
        total_fraction: 0.4,
      },
    });
    expect(dialog.getByRole("progressbar", { name: "Installing" })).toHaveAttribute(
      "aria-valuenow",
      "40",
    );
    await expectAccessible();
    finish();
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/setup\/.+/u));
  });

  it("is cancelled at once, also while the plan is being worked out", async () => {
    const fake = market().hold("plan_install");
    const { user, dialog } = await ask(fake);
    const progress = dialog.getByRole("progressbar", {
      name: "Working out what would be installed",
    });
    expect(progress).not.toHaveAttribute("aria-valuenow");
    expect(dialog.getByRole("button", { name: "Install and connect" })).toBeDisabled();
    await expectAccessible();
    await user.click(dialog.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(commands(fake)).not.toContain("install_connector");
    expect(commands(fake)).not.toContain("create_draft");
  });

  it("says why no plan could be made, and makes another", async () => {
    const fake = market();
    const answer = fake.answerOf("plan_install");
    fake.fail("plan_install", makeError({ message: "No network.", hint: "Check the cable." }));
    const { user, dialog } = await ask(fake);
    expect(await dialog.findByRole("alert")).toHaveTextContent("No network.Check the cable.");
    await expectAccessible();
    fake.answer("plan_install", answer);
    await user.click(dialog.getByRole("button", { name: "Try again" }));
    expect(await dialog.findByRole("table", { name: "8 packages" })).toBeVisible();
  });

  it("says why installing failed, and asks again with a new plan", async () => {
    const fake = market().fail("install_connector", makeError({ message: "No compiler." }));
    const { user, dialog } = await ask(fake);
    await dialog.findByRole("table", { name: "8 packages" });
    await user.click(dialog.getByRole("button", { name: "Install and connect" }));
    expect(await dialog.findByRole("alert")).toHaveTextContent("No compiler.");
    await user.click(dialog.getByRole("button", { name: "Try again" }));
    await dialog.findByRole("table", { name: "8 packages" });
    expect(commands(fake).filter((command) => command === "plan_install")).toHaveLength(2);
    expect(
      dialog.getByRole("button", { name: "Install and connect" }),
      "it is asked again, not installed by itself",
    ).toBeEnabled();
    expect(commands(fake)).not.toContain("create_draft");
  });

  it("goes on in the background, and a message tells how it ended", async () => {
    const fake = market();
    const install = fake.answerOf("install_connector");
    let finish: () => void = () => undefined;
    fake.answer("install_connector", async (args) => {
      await new Promise<void>((resolve) => (finish = resolve));
      return install(args);
    });
    const { user, dialog, router } = await ask(fake);
    await dialog.findByRole("table", { name: "8 packages" });
    await user.click(dialog.getByRole("button", { name: "Install and connect" }));
    await user.click(dialog.getByRole("button", { name: "Go on in the background" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(screen.getByRole("button", { name: "Installing" })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
    finish();
    expect(await screen.findByText("Airtable is installed and can be connected.")).toBeVisible();
    expect(router.state.location.pathname).toBe("/marketplace/extractor/airtable");
    // Now it is there: nothing is asked a second time.
    await user.click(await screen.findByRole("button", { name: "Connect" }));
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/setup\/.+/u));
  });
});
