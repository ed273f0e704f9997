import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeError, makeIntegration, makeProblem, withRun } from "@/ipc/fake/builders";
import { makeIdentity, makeSignInStatus } from "@/ipc/fake/fake-setup";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import type { SignInProgress } from "@/ipc/generated/SignInProgress";
import type { SignInStatus } from "@/ipc/generated/SignInStatus";
import type { Subject } from "@/ipc/generated/Subject";
import { expectAccessible, renderApp } from "@/test/render";

async function open(status: Partial<SignInStatus> = {}) {
  const integration = makeIntegration({ name: "CRM", type: "salesforce", sample: false });
  const fake = new FakeTransport({ integrations: [integration] });
  let current = makeSignInStatus(status);
  fake.answer("sign_in_status", () => current);
  const view = await renderApp(fake, `/integrations/${integration.id}`);
  const card = await screen.findByRole("region", { name: "Sign-in" });
  const subject: Subject = { subject: "integration", id: integration.id };
  const tell = async (over: Partial<SignInProgress>) => {
    await view.emit({
      event: "sign_in",
      data: {
        id: "sign",
        subject,
        stage: "browser",
        identity: null,
        change: null,
        problem: null,
        held: false,
        ...over,
      },
    });
  };
  fake.answer("begin_sign_in", () => ({
    id: "sign",
    subject,
    address: "https://login.salesforce.com/services/oauth2/authorize?state=x",
    callback: "http://localhost:1717/OauthRedirect",
    until: new Date(Date.now() + 300_000).toISOString(),
  }));
  const become = async (next: Partial<SignInStatus>) => {
    current = makeSignInStatus(next);
    await view.emit({ event: "invalidate", data: [{ tag: "sign_ins" }] });
  };
  return { ...view, fake, card: within(card), tell, become };
}

const signedIn: Partial<SignInStatus> = {
  state: "signed_in",
  identity: makeIdentity(),
  quota: { max: 100_000, remaining: 98_000, at: new Date().toISOString() },
  idle_until: "2030-01-31T12:00:00Z",
};

describe("signing in", () => {
  it("does not claim what Salesforce no longer accepts", async () => {
    const problem = makeProblem({ code: "sign_in_revoked" });
    const integration = withRun(
      { name: "CRM", type: "salesforce", sample: false, status: "attention" },
      { status: "failed", problem },
    );
    const fake = new FakeTransport({
      integrations: [integration],
      runs: [integration.last_run ?? []].flat(),
    });
    fake.answer("sign_in_status", () => makeSignInStatus(signedIn));
    await renderApp(fake, `/integrations/${integration.id}`);
    const card = within(await screen.findByRole("region", { name: "Sign-in" }));
    expect(card.getByText("Was signed in as Ada Lovelace")).toBeVisible();
    expect(card.queryByText(/API calls left/u)).toBeNull();
    expect(card.getByRole("button", { name: "Sign in again" })).toBeVisible();
  });

  it("says how far it is until somebody is signed in", async () => {
    const { user, card, tell, become } = await open();
    await user.click(card.getByRole("button", { name: "Sign in with Salesforce" }));
    await tell({});
    expect(await card.findByText("Waiting for you in the browser")).toBeVisible();
    expect(card.getByRole("button", { name: "Copy the address" })).toBeVisible();
    expect(card.getByRole("status")).toHaveTextContent("Waiting for you to sign in");
    await expectAccessible();
    await tell({ stage: "exchanging" });
    expect(card.getByText("Asking Salesforce for access")).toBeVisible();
    await become(signedIn);
    await tell({ stage: "done", identity: makeIdentity() });
    expect(await card.findByText("Signed in as Ada Lovelace")).toBeVisible();
    expect(card.getByText("Acme, Enterprise Edition")).toBeVisible();
    expect(card.getByText(/98,000 of 100,000 API calls left today/)).toBeVisible();
    expect(card.getByRole("status")).toHaveTextContent("You are signed in.");
    await expectAccessible();
  });

  it("can be given up", async () => {
    const { user, fake, card, tell } = await open();
    await user.click(card.getByRole("button", { name: "Sign in with Salesforce" }));
    await tell({});
    await user.click(await card.findByRole("button", { name: "Cancel" }));
    expect(fake.calls).toContainEqual({ command: "cancel_sign_in", args: { id: "sign" } });
    await tell({ stage: "cancelled" });
    expect(card.getByRole("button", { name: "Sign in with Salesforce" })).toBeVisible();
  });

  it("says what Salesforce refused, and what helps", async () => {
    const { user, card, tell } = await open();
    await user.click(card.getByRole("button", { name: "Sign in with Salesforce" }));
    const problem = makeProblem({ title: "Salesforce does not let this app in" });
    await tell({ stage: "failed", problem });
    expect(card.getByRole("alert")).toHaveTextContent("Salesforce does not let this app in");
    await expectAccessible();
  });

  it("asks before another org takes the place of the one before", async () => {
    const { user, fake, card, tell } = await open(signedIn);
    await user.click(card.getByRole("button", { name: "Sign in again" }));
    const after = makeIdentity({ org_id: "00DB", org_name: "Other" });
    const change = { before: makeIdentity(), after, other_org: true, meaning: "Data would mix." };
    await tell({ stage: "confirming", identity: after, change });
    const dialog = within(await screen.findByRole("alertdialog"));
    expect(dialog.getByText("Data would mix.")).toBeVisible();
    await user.click(dialog.getByRole("button", { name: "Keep this sign-in" }));
    expect(fake.calls).toContainEqual({ command: "confirm_sign_in", args: { id: "sign" } });
  });

  it("says that the keychain has to be unlocked", async () => {
    const { user, card, tell } = await open();
    await user.click(card.getByRole("button", { name: "Sign in with Salesforce" }));
    await tell({ stage: "identifying", held: true });
    expect(card.getByText("Unlock your keychain")).toBeVisible();
  });

  it("says by whom a port is taken", async () => {
    const { user, fake, card } = await open();
    fake.fail("begin_sign_in", makeError({ message: "the ports 1717, 7171, 8717 are all in use" }));
    await user.click(card.getByRole("button", { name: "Sign in with Salesforce" }));
    expect(await card.findByRole("alert")).toHaveTextContent("are all in use");
  });

  it("signs out after it said what that means", async () => {
    const { user, fake, card } = await open({ ...signedIn, shared_with: ["Billing"] });
    expect(card.getByText("Also used by Billing.")).toBeVisible();
    await user.click(card.getByRole("button", { name: "Sign out" }));
    const dialog = within(await screen.findByRole("alertdialog"));
    expect(dialog.getByText(/Billing can no longer sync either/)).toBeVisible();
    await user.click(dialog.getByRole("button", { name: "Sign out" }));
    await waitFor(() =>
      expect(fake.calls.some(({ command }) => command === "sign_out")).toBe(true),
    );
  });
});
