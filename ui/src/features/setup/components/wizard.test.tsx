import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeError, makeIntegration, makeProblem, rejection } from "@/ipc/fake/builders";
import { makeSignInForm } from "@/ipc/fake/fake-forms";
import { makeDraft } from "@/ipc/fake/fake-setup";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import type { Draft } from "@/ipc/generated/Draft";
import type { TestReport } from "@/ipc/generated/TestReport";
import { expectAccessible, renderApp } from "@/test/render";

const SECRET = "wave-9041-hidden";

function withDraft(over: Partial<Draft> = {}) {
  const draft = makeDraft({ updated_at: "2026-01-01T00:00:00Z", ...over });
  const fake = new FakeTransport({ drafts: [draft] });
  fake.answer("connector_form", () => makeSignInForm());
  return { fake, draft, open: () => renderApp(fake, `/setup/${draft.id}`) };
}

const ready = {
  config: { client_id: "tributary", start_date: "2024-01-31T00:00:00Z" },
  secrets: ["client_secret", "refresh_token"],
};

const patches = (fake: FakeTransport) =>
  fake.calls
    .filter(({ command }) => command === "update_draft")
    .map(({ args }) => (args as { patch: Record<string, unknown> }).patch);

const next = () => screen.getByRole("button", { name: "Next" });
const heading = (name: string) => screen.findByRole("heading", { level: 2, name });

describe("setting up", () => {
  it("says what is missing at the fields, and puts the focus on the first", async () => {
    const { open } = withDraft();
    const { user } = await open();
    await heading("Set up Salesforce");
    expect(screen.queryByText("This is needed.")).toBeNull();
    await user.click(next());
    const client = screen.getByLabelText("Client id");
    await waitFor(() => expect(client).toHaveFocus());
    expect(client).toHaveAccessibleDescription("This is needed.");
    expect(client).toBeInvalid();
    await expectAccessible();
  });

  it("says what is wrong while one types, in plain words", async () => {
    const { open } = withDraft();
    const { user } = await open();
    await user.click(await screen.findByRole("tab", { name: "User name and password" }));
    const name = screen.getByLabelText("User name");
    await user.type(name, "ada");
    expect(name).toHaveAccessibleDescription(
      "Enter an e-mail address, for instance ada@example.com.",
    );
    await user.type(name, "@example.com");
    expect(name).toHaveAccessibleDescription("");
  });

  it("sends a secret once, when its field is left, and never shows it again", async () => {
    const { fake, open } = withDraft({ config: ready.config });
    const { user, container } = await open();
    const field = await screen.findByLabelText("Refresh token", { selector: "input" });
    expect(field).toHaveAttribute("type", "password");
    await user.type(field, SECRET);
    expect(patches(fake)).toEqual([]);
    await user.tab();
    expect(await screen.findByRole("button", { name: "Replace Refresh token" })).toBeVisible();
    expect(patches(fake)).toEqual([{ secrets: { refresh_token: SECRET } }]);
    await user.click(screen.getByRole("button", { name: "Replace Refresh token" }));
    expect(screen.getByLabelText("Refresh token", { selector: "input" })).toHaveValue("");
    await user.click(screen.getByRole("button", { name: "Keep the old one" }));
    expect(container.ownerDocument.body.innerHTML).not.toContain(SECRET);
    await user.click(screen.getByRole("button", { name: "Remove Refresh token" }));
    await waitFor(() => expect(patches(fake).at(-1)).toEqual({ secrets: { refresh_token: null } }));
    expect(await screen.findByLabelText("Refresh token", { selector: "input" })).toBeVisible();
  });

  it("shows what the keychain refused at the secret, and keeps what was typed", async () => {
    const { fake, open } = withDraft({ config: ready.config });
    const { user } = await open();
    const field = await screen.findByLabelText("Refresh token", { selector: "input" });
    fake.fail(
      "update_draft",
      makeError({ message: "The keychain is locked.", hint: "Unlock it." }),
    );
    await user.type(field, SECRET);
    await user.tab();
    await waitFor(() =>
      expect(field).toHaveAccessibleDescription(/The keychain is locked. Unlock it.$/u),
    );
    expect(field).toHaveValue(SECRET);
  });

  it("saves what is typed, keeps it when going on and back, and keeps only the chosen way", async () => {
    const { fake, open } = withDraft({ ...ready });
    const { user } = await open();
    const client = await screen.findByLabelText("Client id");
    await user.type(client, "-2");
    await user.click(next());
    await heading("Test the connection");
    await waitFor(() => expect(patches(fake)).toContainEqual({ step: "test" }));
    expect(fake.state.drafts[0]?.config).toMatchObject({ client_id: "tributary-2" });
    await user.click(screen.getByRole("button", { name: "Back" }));
    expect(await screen.findByLabelText("Client id")).toHaveValue("tributary-2");
    await user.click(screen.getByRole("tab", { name: "User name and password" }));
    await user.type(screen.getByLabelText("User name"), "ada@example.com");
    await waitFor(() =>
      expect(fake.state.drafts[0]?.config).toMatchObject({ username: "ada@example.com" }),
    );
    expect(fake.state.drafts[0]?.config).not.toHaveProperty("client_id");
    await user.click(screen.getByRole("tab", { name: "Refresh token" }));
    expect(screen.getByLabelText("Client id")).toHaveValue("tributary-2");
  });

  it("opens Advanced by itself for an error inside", async () => {
    const { open } = withDraft({ config: { ...ready.config, lookback_window: -1 } });
    await open();
    expect(await screen.findByRole("button", { name: /^Advanced/u })).toHaveAttribute(
      "aria-expanded",
      "true",
    );
    expect(screen.getByLabelText(/^Look back/u)).toHaveAccessibleDescription(/Enter 0 or more.$/u);
  });

  it("is kept as a draft when it is left with Esc, and offered again", async () => {
    const { fake, open, draft } = withDraft({ ...ready });
    const { user } = await open();
    await user.type(await screen.findByLabelText("Name"), " North");
    await user.keyboard("{Escape}");
    expect(await screen.findByText("Salesforce North is kept")).toBeVisible();
    const list = within(await screen.findByRole("region", { name: "Set-up not finished" }));
    expect(fake.state.drafts[0]?.name).toBe("Salesforce North");
    await expectAccessible();
    await user.click(list.getByRole("button", { name: "Discard Salesforce North" }));
    await user.click(await screen.findByRole("button", { name: "Discard" }));
    await waitFor(() => expect(fake.state.drafts).toEqual([]));
    expect(fake.calls).toContainEqual({ command: "delete_draft", args: { id: draft.id } });
  });

  it("asks before closing only when something could not be saved", async () => {
    const { fake, open } = withDraft({ ...ready });
    const { user } = await open();
    fake.fail("update_draft", makeError({ message: "The disk is full." }));
    await user.type(await screen.findByLabelText("Name"), "!");
    await user.keyboard("{Escape}");
    expect(
      await screen.findByRole("alertdialog", { name: "Close without the last changes?" }),
    ).toBeVisible();
  });

  it("says so when the draft is gone, cannot be read, or has no form", async () => {
    const gone = await renderApp(new FakeTransport(), "/setup/none");
    expect(await screen.findByText("This set-up is no longer kept")).toBeVisible();
    await expectAccessible();
    gone.unmount();
    const { fake, open } = withDraft();
    fake.fail("connector_form", makeError({ message: "The definition is broken." }));
    await open();
    expect(await screen.findByText("The definition is broken.")).toBeVisible();
  });
});

describe("testing", () => {
  it("ticks checks off as they come, and can be cancelled", async () => {
    const { fake, open } = withDraft({ ...ready, step: "test" });
    let refuse: (error: unknown) => void = () => undefined;
    fake.answer(
      "test_connection",
      () => new Promise<TestReport>((_resolve, reject) => (refuse = reject)),
    );
    const { user, emit } = await open();
    await heading("Test the connection");
    await waitFor(() => expect(fake.calls.at(-1)?.command).toBe("test_connection"));
    const { test } = fake.calls.at(-1)?.args as { test: string };
    const check = { name: "engine", status: "passed" as const, message: "It is ready." };
    await emit({ event: "test_check", data: { test, check } });
    const checks = within(screen.getByRole("list", { name: "Checks" }));
    expect(checks.getByText("It is ready.")).toBeVisible();
    expect(checks.getByText(": being checked")).toBeInTheDocument();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(fake.calls).toContainEqual({ command: "cancel_test", args: { test } });
    refuse(rejection(makeError({ code: "cancelled" })));
    expect(await screen.findByText("The test was cancelled.")).toBeVisible();
  });

  it("leads from what failed to the field that mends it, and asks before going on", async () => {
    const { fake, open } = withDraft({ ...ready, step: "test" });
    fake.answer("test_connection", () => ({
      ok: false,
      checks: [{ name: "sign_in", status: "failed", message: "Refused." }],
      problem: makeProblem(),
    }));
    const { user } = await open();
    expect(await screen.findByText("Something needs your attention.")).toBeVisible();
    await expectAccessible();
    await user.click(next());
    const question = await screen.findByRole("alertdialog");
    await user.click(within(question).getByRole("button", { name: "Cancel" }));
    await user.click(screen.getByRole("button", { name: "Go to Refresh token" }));
    await waitFor(() =>
      expect(screen.getByRole("button", { name: "Replace Refresh token" })).toHaveFocus(),
    );
  });
});

describe("reviewing and saving", () => {
  const reviewed = { ...ready, step: "review", tested: true, name: "Sales org" };

  it("says everything in words, saves, starts the sync, and goes there", async () => {
    const { fake, open } = withDraft({ ...reviewed, schedule: "daily 06:00" });
    const { user } = await open();
    const connection = await screen.findByRole("region", { name: "Connection" });
    expect(connection).toHaveTextContent("Refresh tokenSaved in your keychain");
    expect(await screen.findByText("Every day at 06:00")).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Save and sync now" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Sales org" })).toBeVisible();
    expect(fake.calls.map(({ command }) => command)).toContain("start_run");
    expect(fake.state.drafts).toEqual([]);
  });

  it("shows what the core refuses at its field", async () => {
    const { fake, open } = withDraft(reviewed);
    fake.fail(
      "finish_draft",
      makeError({
        code: "invalid_setting",
        message: "It is in the future.",
        setting: "start_date",
      }),
    );
    const { user } = await open();
    await user.click(await screen.findByRole("button", { name: "Save" }));
    const date = await screen.findByLabelText("Start date");
    await waitFor(() => expect(date).toHaveFocus());
    expect(date).toHaveAccessibleDescription(/It is in the future.$/u);
  });

  it("shows a name that is taken at the name, and a conflict above the buttons", async () => {
    const { fake, open } = withDraft(reviewed);
    fake.fail("finish_draft", makeError({ code: "duplicate_name", message: "It is taken." }));
    const { user } = await open();
    await user.click(await screen.findByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.getByLabelText("Name")).toHaveFocus());
    expect(screen.getByLabelText("Name")).toHaveAccessibleDescription(/It is taken.$/u);
  });

  it("edits a saved integration from its menu, at the step that was asked for", async () => {
    const integration = makeIntegration({ name: "Sales org", ...ready });
    const fake = new FakeTransport({ integrations: [integration] });
    fake.answer("connector_form", () => makeSignInForm());
    const { user } = await renderApp(fake, `/integrations/${integration.id}`);
    await user.click(await screen.findByRole("button", { name: "More for Sales org" }));
    await user.click(await screen.findByRole("menuitem", { name: "Schedule" }));
    await heading("Destination and schedule");
    await user.click(screen.getByRole("radio", { name: "Every hour" }));
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Sales org is saved")).toBeVisible();
    expect(fake.state.integrations[0]?.schedule).toBe("hourly");
  });
});
