import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import {
  makeDestination,
  makeError,
  makeIntegration,
  minutesAgo,
  withRun,
} from "@/ipc/fake/builders";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { expectAccessible, renderApp } from "@/test/render";

const names = ["Apple", "Banana", "Cherry", "Date", "Elder"];
const open = async (fake = new FakeTransport({ integrations: names.map(named) })) => {
  const view = await renderApp(fake);
  await screen.findByRole("row", { name: "Apple" });
  return { ...view, fake };
};
const named = (name: string) => makeIntegration({ name });
const tick = (name: string) => screen.getByRole("checkbox", { name: `Choose ${name}` });
const bar = () => within(screen.getByRole("toolbar", { name: "Chosen integrations" }));
const chosen = () =>
  screen
    .getAllByRole("checkbox", { name: /^Choose (?!all)/u, checked: true })
    .map((one) => one.ariaLabel?.replace("Choose ", ""));

describe("choosing several", () => {
  it("takes one, all from one to another with Shift, and lets go with Esc", async () => {
    const { user } = await open();
    await user.click(tick("Banana"));
    await user.keyboard("{Shift>}");
    await user.click(tick("Date"));
    await user.keyboard("{/Shift}");
    expect(chosen()).toEqual(["Banana", "Cherry", "Date"]);
    expect(bar().getByText("3 chosen")).toBeVisible();
    await expectAccessible();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("toolbar", { name: "Chosen integrations" })).toBeNull();
  });

  it("goes from tick to tick with the arrow keys, and takes all with one key", async () => {
    const { user } = await open();
    tick("Apple").focus();
    await user.keyboard("{ArrowDown}{ArrowDown} ");
    expect(tick("Cherry")).toHaveFocus();
    expect(chosen()).toEqual(["Cherry"]);
    await user.keyboard("{End}");
    expect(tick("Elder")).toHaveFocus();
    await user.keyboard("{Control>}a{/Control}");
    expect(chosen()).toEqual(names);
  });

  it("takes all that the search shows, and never what is out of sight", async () => {
    const { user, fake } = await open();
    await user.click(tick("Apple"));
    await user.type(screen.getByRole("searchbox", { name: "Search integrations" }), "an");
    await waitFor(() => expect(screen.queryByRole("row", { name: "Apple" })).toBeNull());
    await user.click(screen.getByRole("checkbox", { name: "Choose all that are shown" }));
    await user.click(bar().getByRole("button", { name: "Pause" }));
    expect(await screen.findByText("1 integration paused")).toBeVisible();
    const paused = fake.state.integrations.filter(({ status }) => status === "paused");
    expect(paused.map(({ name }) => name)).toEqual(["Banana"]);
  });

  it("works on cards too", async () => {
    const { user } = await open();
    await user.click(screen.getByRole("radio", { name: "Cards" }));
    await user.click(tick("Apple"));
    expect(bar().getByText("1 chosen")).toBeVisible();
    await expectAccessible();
  });
});

describe("what is done to those that are chosen", () => {
  it("says what failed and why, keeps it chosen, and tries it again", async () => {
    const { user, fake } = await open();
    const bulk = fake.answerOf("bulk");
    const banana = fake.state.integrations.find(({ name }) => name === "Banana")?.id ?? "";
    fake.answer("bulk", async ({ ids, action }) => [
      ...(await bulk({ ids: ids.filter((id) => id !== banana), action })),
      { integration: banana, name: "Banana", error: makeError({ message: "It is locked." }) },
    ]);
    await user.click(tick("Apple"));
    await user.click(tick("Banana"));
    await user.click(bar().getByRole("button", { name: "Sync" }));
    const dialog = await screen.findByRole("dialog", { name: "1 integration could not be synced" });
    expect(within(dialog).getByRole("listitem")).toHaveTextContent("BananaIt is locked.");
    expect(screen.getByText("1 integration is syncing")).toBeVisible();
    await expectAccessible();
    fake.answer("bulk", bulk);
    fake.calls.length = 0;
    await user.click(within(dialog).getByRole("button", { name: "Try these again" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(fake.calls).toContainEqual({
      command: "bulk",
      args: { ids: [banana], action: { action: "sync" } },
    });
  });

  it("asks in parts, shows how far it is, and stops when asked", async () => {
    const many = Array.from({ length: 60 }, (_, index) => named(`Region ${index}`));
    const fake = new FakeTransport({ integrations: [named("Apple"), ...many] });
    const { user } = await open(fake);
    const bulk = fake.answerOf("bulk");
    let go: () => void = () => undefined;
    fake.answer("bulk", async (args) => {
      await new Promise<void>((resolve) => (go = resolve));
      return bulk(args);
    });
    await user.keyboard("{Control>}a{/Control}");
    await user.click(bar().getByRole("button", { name: "Pause" }));
    go();
    expect(await screen.findByText("25 of 61")).toBeVisible();
    expect(screen.getByRole("progressbar", { name: "Pausing" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Stop" }));
    go();
    expect(await screen.findByText("50 integrations paused")).toBeVisible();
    expect(bar().getByText("11 chosen"), "what was not reached stays chosen").toBeVisible();
  });

  it("gives all of them one schedule", async () => {
    const { user, fake } = await open();
    await user.click(tick("Apple"));
    await user.click(tick("Banana"));
    await user.click(bar().getByRole("button", { name: "Schedule" }));
    const dialog = await screen.findByRole("dialog", { name: "Schedule of 2 integrations" });
    await user.click(within(dialog).getByRole("radio", { name: "Every hour" }));
    await expectAccessible();
    await user.click(within(dialog).getByRole("button", { name: "Set the schedule" }));
    expect(await screen.findByText("2 integrations have their new schedule")).toBeVisible();
    const hourly = fake.state.integrations.filter(({ schedule }) => schedule === "hourly");
    expect(hourly.map(({ name }) => name)).toEqual(["Apple", "Banana"]);
  });

  it("deletes after it has said what goes; the data only when that is ticked", async () => {
    const destinations = [makeDestination({ id: "this-computer", built_in: true })];
    const fake = new FakeTransport({ integrations: names.map(named), destinations });
    const { user } = await open(fake);
    await user.click(tick("Apple"));
    await user.click(tick("Banana"));
    await user.click(bar().getByRole("button", { name: "Delete" }));
    const dialog = await screen.findByRole("alertdialog", { name: "Delete 2 integrations?" });
    expect(dialog).toHaveTextContent("their sign-ins, saved in your keychain");
    expect(dialog).toHaveTextContent("The data they already brought in stays where it is.");
    await user.click(
      await within(dialog).findByRole("checkbox", { name: /Also delete the data/u }),
    );
    expect(dialog).not.toHaveTextContent("stays where it is");
    await expectAccessible();
    const ids = fake.state.integrations.slice(0, 2).map(({ id }) => id);
    await user.click(within(dialog).getByRole("button", { name: "Delete" }));
    expect(await screen.findByText("2 integrations deleted")).toBeVisible();
    expect(fake.calls).toContainEqual({
      command: "bulk",
      args: { ids, action: { action: "delete", data: true } },
    });
    expect(screen.queryByRole("row", { name: "Apple" })).toBeNull();
  });

  it("tests one after the other and shows each verdict", async () => {
    const { user, fake } = await open();
    const passes = fake.answerOf("test_connection");
    const bad = fake.state.integrations[1]?.id;
    fake.answer("test_connection", (args) =>
      args.subject.id === bad
        ? {
            ok: false,
            checks: [{ name: "sign_in", status: "failed", message: "Refused." }],
            problem: null,
          }
        : passes(args),
    );
    await user.click(tick("Apple"));
    await user.click(tick("Banana"));
    await user.click(bar().getByRole("button", { name: "Test" }));
    const dialog = await screen.findByRole("dialog", { name: "Test 2 connections" });
    expect(await within(dialog).findByText("1 of 2 need your attention.")).toBeVisible();
    expect(within(dialog).getByText("Refused.")).toBeVisible();
    await expectAccessible();
  });
});

describe("pausing", () => {
  it("pauses and resumes one from its menu", async () => {
    const { user, fake } = await open();
    await user.click(screen.getByRole("button", { name: "More for Apple" }));
    await user.click(await screen.findByRole("menuitem", { name: "Pause" }));
    const row = within(screen.getByRole("row", { name: "Apple" }));
    expect(await row.findByText("Paused")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "More for Apple" }));
    await user.click(await screen.findByRole("menuitem", { name: "Resume" }));
    await waitFor(() => expect(row.queryByText("Paused")).toBeNull());
    expect(fake.state.integrations[0]?.status).toBe("ready");
  });

  it("pauses everything from the sidebar, says until when, and resumes", async () => {
    const { user, fake } = await open();
    await user.click(screen.getByRole("button", { name: "Pause syncing" }));
    await user.click(await screen.findByRole("menuitem", { name: "For 2 hours" }));
    const banner = await screen.findByRole("region", { name: /^Everything is paused until/u });
    expect(screen.getByRole("button", { name: /^Paused until/u })).toBeVisible();
    await expectAccessible();
    await user.click(within(banner).getByRole("button", { name: "Resume" }));
    await waitFor(() => expect(screen.queryByRole("region", { name: /paused/u })).toBeNull());
    expect(fake.state.pause).toBeNull();
  });
});

describe("what follows from schedules", () => {
  const late = { next: minutesAgo(-12), late: true, paused_because: null };

  it("says what is late and when it is synced next", async () => {
    const integration = withRun({ name: "Apple", schedule: "hourly", schedule_state: late }, {});
    const { user } = await open(new FakeTransport({ integrations: [integration, named("Plum")] }));
    const row = within(screen.getByRole("row", { name: "Apple" }));
    expect(row.getByTestId("integration-status")).toHaveTextContent("Late");
    expect(row.getByText(/^in 1[23] min$/u)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Filter by state: All states" }));
    await user.click(await screen.findByRole("menuitemradio", { name: /^Late\s*1$/u }));
    await waitFor(() => expect(screen.queryByRole("row", { name: "Plum" })).toBeNull());
  });
});
