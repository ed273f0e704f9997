import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeForm } from "@/ipc/fake/fake-forms";
import { makeDraft } from "@/ipc/fake/fake-setup";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { expectAccessible, renderApp } from "@/test/render";

async function open() {
  const draft = makeDraft({ config: {}, secrets: [] });
  const fake = new FakeTransport({ drafts: [draft] });
  fake.answer("connector_form", () => makeForm());
  const view = await renderApp(fake, `/setup/${draft.id}`);
  await screen.findByText("Salesforce has to know Tributary once. Who are you?");
  return view;
}

describe("the guide to signing in", () => {
  it("leads an admin through it, with every value to copy", async () => {
    await open();
    const addresses = screen.getAllByText(/^http:\/\/localhost:\d+\/OauthRedirect$/, {
      selector: "span",
    });
    expect(addresses).toHaveLength(3);
    expect(screen.getByRole("button", { name: "Copy all addresses" })).toBeVisible();
    expect(screen.getAllByRole("img")).toHaveLength(3);
    await expectAccessible();
  });

  it("has a message for those who have to ask", async () => {
    const { user } = await open();
    await user.click(screen.getByRole("tab", { name: "I ask my admin" }));
    const message = screen.getByLabelText("A message you can send");
    for (const port of [1717, 7171, 8717]) {
      expect(message).toHaveTextContent(`http://localhost:${port}/OauthRedirect`);
    }
    await user.click(screen.getByRole("tab", { name: "My company has one" }));
    const panel = within(screen.getByRole("tabpanel", { name: "My company has one" }));
    expect(panel.getByText(/consumer key and the consumer secret/)).toBeVisible();
    await expectAccessible();
  });
});
