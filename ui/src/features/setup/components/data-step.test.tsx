import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeDestination, makeError, makeIntegration, rejection } from "@/ipc/fake/builders";
import { makeDraft, makeOffer, makeStream } from "@/ipc/fake/fake-setup";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import type { Draft } from "@/ipc/generated/Draft";
import type { Offer } from "@/ipc/generated/Offer";
import { expectAccessible, renderApp } from "@/test/render";

const streams = [
  makeStream("Account", { recommended: true }),
  makeStream("Task"),
  makeStream("Log", { key: null }),
];

async function openData(offer: Offer = makeOffer(streams), over: Partial<Draft> = {}) {
  const draft = makeDraft({ step: "data", tested: true, ...over });
  const fake = new FakeTransport({ drafts: [draft] });
  fake.answer("get_offer", () => offer);
  const view = await renderApp(fake, `/setup/${draft.id}`);
  return { ...view, fake, subject: { subject: "draft" as const, id: draft.id } };
}

const box = (name: string) => screen.getByRole("checkbox", { name });
const saved = (fake: FakeTransport) => fake.state.drafts[0]?.streams?.map(({ name }) => name);

describe("choosing data", () => {
  it("takes all, none and what is recommended, and saves it", async () => {
    const { user, fake } = await openData();
    expect(await screen.findByText("3 of 3 chosen")).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "None" }));
    expect(screen.getByText("0 of 3 chosen")).toBeVisible();
    await waitFor(() => expect(saved(fake)).toEqual([]));
    await user.click(screen.getByRole("button", { name: "Recommended" }));
    expect(screen.getByText("1 of 3 chosen")).toBeVisible();
    await user.click(box("Log"));
    await waitFor(() => expect(saved(fake)).toEqual(["Account", "Log"]));
  });

  it("opens fields with the keyboard, leaves one out, and changes how a stream is brought in", async () => {
    const { user, fake } = await openData();
    (await screen.findByRole("checkbox", { name: "Account" })).focus();
    await user.keyboard("{ArrowRight}");
    const name = await screen.findByRole("checkbox", { name: "Name of Account" });
    expect(box("Id of Account")).toHaveAttribute("aria-disabled", "true");
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(name).toHaveFocus();
    await user.keyboard(" ");
    await user.selectOptions(screen.getByLabelText("How Account is brought in"), "full");
    await waitFor(() =>
      expect(fake.state.drafts[0]?.streams?.[0]).toEqual({
        ...{ name: "Account", excluded_fields: ["Name"], mode: "full" },
      }),
    );
    await user.keyboard("{ArrowLeft}");
    await expectAccessible();
  });

  it("searches streams and fields, and chooses only what was found", async () => {
    const { user, fake } = await openData();
    fake.answer("search_fields", () => [{ stream: "Log", field: "task_id" }]);
    await user.click(await screen.findByRole("button", { name: "None" }));
    await user.type(screen.getByRole("searchbox"), "task");
    expect(await screen.findByRole("checkbox", { name: "task_id of Log" })).toBeVisible();
    expect(screen.queryByRole("checkbox", { name: "Account" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "All found" }));
    expect(screen.getByText("2 of 3 chosen")).toBeVisible();
    await user.clear(screen.getByRole("searchbox"));
    await user.type(screen.getByRole("searchbox"), "zzz");
    fake.answer("search_fields", () => []);
    await user.type(screen.getByRole("searchbox"), "z");
    expect(await screen.findByText("No stream or field has this in its name.")).toBeVisible();
  });

  it("shows sample rows beside the tree, and Esc closes only them", async () => {
    const { user } = await openData();
    await user.click(await screen.findByRole("button", { name: "Sample rows of Account" }));
    const pane = screen.getByRole("complementary", { name: "Sample rows of Account" });
    expect(await within(pane).findByText("Grace")).toBeVisible();
    await expectAccessible();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("complementary")).toBeNull();
    expect(screen.getByRole("button", { name: "Sample rows of Account" })).toHaveFocus();
  });

  it("says how asking the source goes, can be cancelled, and asks again", async () => {
    const draft = makeDraft({ step: "data", tested: true });
    const fake = new FakeTransport({ drafts: [draft] });
    let refuse: (error: unknown) => void = () => undefined;
    fake.answer("get_offer", () => new Promise<Offer>((_resolve, reject) => (refuse = reject)));
    const { user, emit } = await renderApp(fake, `/setup/${draft.id}`);
    const subject = { subject: "draft" as const, id: draft.id };
    expect(await screen.findByText("Asking Salesforce what it has")).toBeVisible();
    const progress = { subject, doing: "Describing object 7", elapsed: 3_000 };
    await emit({ event: "discovery", data: progress });
    expect(screen.getByText("Describing object 7")).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(fake.calls).toContainEqual({ command: "cancel_discovery", args: { subject } });
    refuse(rejection(makeError({ code: "cancelled" })));
    expect(await screen.findByText("Stopped")).toBeVisible();
    fake.fail("get_offer", makeError({ message: "Salesforce did not answer." }));
    await user.click(screen.getByRole("button", { name: "Ask again" }));
    expect(await screen.findByText("Salesforce did not answer.")).toBeVisible();
    fake.answer("get_offer", () => makeOffer([]));
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("There is nothing to choose")).toBeVisible();
    await expectAccessible();
  });

  it("shows what changed at the source, and brings it in when told to", async () => {
    const offer = makeOffer(streams);
    offer.chosen = offer.chosen.slice(0, 1);
    const gone = { gone_streams: ["Old"], gone_fields: [] };
    offer.changes = {
      ...{ new_streams: ["Task"], new_fields: [{ stream: "Account", field: "Fax" }] },
      ...gone,
    };
    const { user, fake } = await openData(offer, { editing: "integration-1" });
    const banner = await screen.findByRole("region", { name: "The source has changed" });
    expect(banner).toHaveTextContent("1 new field: Account.Fax");
    expect(banner).toHaveTextContent("1 stream is gone: Old");
    await user.click(within(banner).getByRole("button", { name: "Bring it in" }));
    expect(fake.calls).toContainEqual({
      command: "accept_changes",
      args: { id: "integration-1", add: true },
    });
    await waitFor(() => expect(saved(fake)).toEqual(["Account", "Task"]));
    expect(screen.queryByRole("region", { name: "The source has changed" })).toBeNull();
  });

  it("stays light with 5,000 streams: only what is in sight is drawn", async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => makeStream(`Stream ${index}`));
    const { user, fake } = await openData(makeOffer(many));
    await screen.findByText("5,000 of 5,000 chosen");
    expect(screen.getAllByRole("row").length).toBeLessThan(100);
    await user.click(screen.getByRole("button", { name: "None" }));
    await user.click(screen.getByRole("button", { name: "All" }));
    await waitFor(() => expect(saved(fake)).toHaveLength(5_000));
  });
});

describe("destination and schedule", () => {
  const postgres = { type: "postgres", label: "PostgreSQL", kind: "loader" as const };

  async function openDestination() {
    const draft = makeDraft({ step: "destination", tested: true });
    const fake = new FakeTransport({
      drafts: [draft],
      destinations: [makeDestination({ id: "here", name: "This computer", built_in: true })],
    });
    fake.state.connectors.push({ ...(fake.state.connectors[0] ?? never()), ...postgres });
    const view = await renderApp(fake, `/setup/${draft.id}`);
    return { ...view, fake, draft };
  }

  it("chooses this computer and By hand at first; says when a schedule will run", async () => {
    const { user, fake } = await openDestination();
    expect(await screen.findByRole("radio", { name: /^This computer/u })).toBeChecked();
    expect(screen.getByRole("radio", { name: "By hand only" })).toBeChecked();
    await expectAccessible();
    await user.click(screen.getByRole("radio", { name: "Every day" }));
    const time = screen.getByRole("textbox", { name: "Time" });
    await user.clear(time);
    await user.type(time, "25");
    expect(time).toHaveAccessibleDescription("Enter a time, for instance 06:30.");
    await user.clear(time);
    await user.type(time, "7:30");
    expect(await screen.findByText(/^Next: /u)).toBeVisible();
    await waitFor(() => expect(fake.state.drafts[0]?.schedule).toBe("daily 07:30"));
  });

  it("says what is wrong with a cron expression", async () => {
    const { user, fake } = await openDestination();
    fake.fail("preview_schedule", makeError({ message: "It has four parts.", hint: "Use five." }));
    await user.click(await screen.findByRole("button", { name: "Advanced" }));
    const cron = screen.getByRole("textbox", { name: "Cron expression" });
    await user.type(cron, "1 2 3 4");
    await waitFor(() => expect(cron).toHaveAccessibleDescription("It has four parts. Use five."));
  });

  it("adds a destination in place, and comes back with it chosen", async () => {
    const { user, fake, draft } = await openDestination();
    await user.click(await screen.findByRole("button", { name: "Add a destination" }));
    await user.click(await screen.findByRole("button", { name: /^PostgreSQL/u }));
    await screen.findByRole("heading", { level: 1, name: "Add PostgreSQL as a destination" });
    await user.type(await screen.findByLabelText("Start date"), "2024-01-31");
    await user.type(screen.getByLabelText("Access token", { selector: "input" }), "abc");
    await user.click(screen.getByRole("button", { name: "Next" }));
    await screen.findByText("Everything works.");
    await waitFor(() => expect(fake.calls.at(-1)?.command).toBe("get_draft"));
    await user.click(screen.getByRole("button", { name: "Next" }));
    await user.click(await screen.findByRole("button", { name: "Go on" }));
    await user.click(await screen.findByRole("button", { name: "Save" }));
    expect(await screen.findByRole("radio", { name: /^PostgreSQL/u })).toBeChecked();
    const made = fake.state.destinations.find(({ built_in }) => !built_in);
    expect(fake.state.drafts.find(({ id }) => id === draft.id)?.destination).toBe(made?.id);
  });

  it("is tested, edited and deleted in the settings, which name who uses it", async () => {
    const warehouse = makeDestination();
    const fake = new FakeTransport({
      destinations: [warehouse],
      integrations: [makeIntegration({ name: "Sales org", destination: warehouse.id })],
    });
    const { user } = await renderApp(fake, "/settings");
    await user.click(await screen.findByRole("button", { name: "Test Warehouse" }));
    expect(await screen.findByText("Everything works.")).toBeVisible();
    await expectAccessible();
    await user.keyboard("{Escape}");
    await user.click(await screen.findByRole("button", { name: "Delete Warehouse" }));
    const question = await screen.findByRole("alertdialog");
    expect(question).toHaveTextContent("1 integration goes there: Sales org.");
    fake.fail("delete_destination", makeError({ code: "in_use", message: "It is in use." }));
    await user.click(within(question).getByRole("button", { name: "Delete" }));
    expect(await screen.findByText("It is in use.")).toBeVisible();
  });
});

function never(): never {
  throw new Error("the fake core has a connector");
}
