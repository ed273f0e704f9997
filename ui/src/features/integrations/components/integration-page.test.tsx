import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import {
  makeDestination,
  makeError,
  makeIntegration,
  makeRun,
  stream,
  withRun,
} from "@/ipc/fake/builders";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import type { Destination } from "@/ipc/generated/Destination";
import { expectAccessible, renderApp } from "@/test/render";

function withStreams(
  destination: Destination = makeDestination({ built_in: true, type: "local" }),
) {
  const integration = withRun(
    { name: "Sales org", destination: destination.id },
    { streams: [stream("Account", 40), { ...stream("Contact", 0), mark: "no_permission" }] },
  );
  const runs = integration.last_run ? [integration.last_run] : [];
  const fake = new FakeTransport({
    integrations: [integration],
    destinations: [destination],
    runs: [...runs, makeRun({ integration: integration.id, queued_at: "2020-01-01T10:00:00Z" })],
  });
  const open = (tab: string) => renderApp(fake, `/integrations/${integration.id}${tab}`);
  return { fake, integration, open };
}

const calls = (fake: FakeTransport, name: string) =>
  fake.calls.filter(({ command }) => command === name).map(({ args }) => args);

describe("the tabs of an integration", () => {
  it("have an address each, and the keyboard goes through them without losing its place", async () => {
    const { open } = withStreams();
    const { user, router } = await open("");
    const overview = await screen.findByRole("tab", { name: "Overview" });
    overview.focus();
    await user.keyboard("{ArrowRight}");
    await waitFor(() => expect(router.state.location.pathname).toMatch(/\/data$/u));
    expect(screen.getByRole("tab", { name: "Data" })).toHaveFocus();
    await user.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}");
    expect(await screen.findByRole("region", { name: "Name and sign-in" })).toBeVisible();
    expect(router.state.location.pathname).toMatch(/\/settings$/u);
  });

  it("says what is partly there as it is", async () => {
    const { open } = withStreams();
    await open("");
    expect(await screen.findByTestId("integration-status")).toHaveTextContent("Partly up to date");
    expect(await screen.findByRole("region", { name: "Worth a look" })).toHaveTextContent(
      "Contact was left out: the signed-in user may not read it.",
    );
  });

  it("begins with what will be here", async () => {
    const integration = makeIntegration({ name: "New one" });
    await renderApp(
      new FakeTransport({ integrations: [integration] }),
      `/integrations/${integration.id}`,
    );
    expect(await screen.findByText("Not synced yet")).toBeVisible();
    await expectAccessible();
  });

  it("load and fail in words", async () => {
    const loading = withStreams();
    loading.fake.hold("stream_history").hold("find_runs");
    const { unmount } = await loading.open("");
    expect(await screen.findByRole("status", { name: "Loading the history" })).toBeVisible();
    unmount();
    for (const [tab, title] of [
      ["", "The history could not be shown"],
      ["/streams", "The streams could not be shown"],
      ["/runs", "The syncs could not be shown"],
    ] as const) {
      const failing = withStreams();
      failing.fake.fail("stream_history", makeError()).fail("find_runs", makeError());
      const view = await failing.open(tab);
      expect(await screen.findByText(title)).toBeVisible();
      view.unmount();
    }
  });
});

describe("the streams of an integration", () => {
  it("show how fresh they are and up to where they came", async () => {
    const { open } = withStreams();
    const { user } = await open("/streams");
    const table = within(await screen.findByRole("table", { name: "Streams" }));
    expect(
      table.getByRole("row", { name: /Account As recommended 40 (59 minutes|1 hour) ago/u }),
    ).toBeVisible();
    expect(table.getByRole("img", { name: /may not read it/u })).toBeVisible();
    await expectAccessible();
    await user.type(screen.getByRole("searchbox", { name: "Search the streams" }), "opp");
    await waitFor(() => expect(table.queryByRole("row", { name: /Account/u })).toBeNull());
    expect(screen.getByText("1 of 3 streams", { exact: false })).toBeVisible();
  });

  it("are brought in again one by one, after saying what that means", async () => {
    const { fake, integration, open } = withStreams();
    const { user } = await open("/streams");
    await user.click(await screen.findByRole("button", { name: "More for Account" }));
    await user.click(
      await screen.findByRole("menuitem", { name: "Bring in again from the start" }),
    );
    const dialog = await screen.findByRole("alertdialog", { name: /Bring in “Account” again/u });
    expect(dialog).toHaveTextContent("Rows that are there already are replaced");
    expect(calls(fake, "reset_state"), "nothing happens before it is confirmed").toEqual([]);
    await expectAccessible();
    await user.click(within(dialog).getByRole("button", { name: "Bring in again" }));
    await waitFor(() =>
      expect(calls(fake, "reset_state")).toEqual([{ id: integration.id, streams: ["Account"] }]),
    );
    expect(await screen.findByText("From the start next time")).toBeVisible();
  });

  it("are brought in again all at once, and a destination that only adds says so", async () => {
    const { fake, integration, open } = withStreams(
      makeDestination({ type: "csv", name: "Files" }),
    );
    const { user } = await open("/streams");
    await user.click(await screen.findByRole("button", { name: "Bring in everything again" }));
    const dialog = await screen.findByRole("alertdialog");
    await waitFor(() => expect(dialog).toHaveTextContent("Files only adds rows"));
    expect(dialog).toHaveTextContent("will be there twice");
    await user.click(within(dialog).getByRole("button", { name: "Bring in again" }));
    await waitFor(() =>
      expect(calls(fake, "reset_state")).toEqual([{ id: integration.id, streams: null }]),
    );
  });

  it("show their state as the connector wrote it under Details", async () => {
    const { open } = withStreams();
    const { user } = await open("/streams");
    await user.click(await screen.findByRole("button", { name: "Details" }));
    const dialog = await screen.findByRole("dialog", { name: /State of all streams/u });
    expect(within(dialog).getByLabelText("State")).toHaveTextContent("replication_key_value");
  });
});

it("leads from its settings to the steps of the wizard", async () => {
  const { fake, integration, open } = withStreams();
  const { user, router } = await open("/settings");
  await user.click(await screen.findByRole("button", { name: "Edit data" }));
  await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/setup\//u));
  expect(router.state.location.search).toEqual({ step: "data" });
  expect(calls(fake, "create_draft")).toEqual([
    { input: { from: "edit", kind: "extractor", id: integration.id } },
  ]);
});

it("has a rule of its own for notifications", async () => {
  const { fake, integration, open } = withStreams();
  const { user } = await open("/settings");
  const rule = await screen.findByRole("combobox", { name: "Notifications" });
  expect(rule).toHaveDisplayValue("As for all integrations");
  await user.selectOptions(rule, "Never");
  await waitFor(() =>
    expect(fake.state.settings.notifications.rules).toEqual({ [integration.id]: "never" }),
  );
  await user.selectOptions(rule, "As for all integrations");
  await waitFor(() => expect(fake.state.settings.notifications.rules).toEqual({}));
  await expectAccessible();
});

it("lists its runs with why they failed", async () => {
  const { open } = withStreams();
  await open("/runs");
  const runs = within(await screen.findByRole("table", { name: "All syncs" }));
  expect(runs.getAllByRole("link")).toHaveLength(2);
  expect(screen.getByText("2 syncs")).toBeVisible();
  await expectAccessible();
});
