import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeIntegration, makeProblem, withRun } from "@/ipc/fake/builders";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { expectAccessible, renderApp } from "@/test/render";

const names = () => screen.getAllByTestId("integration-row").map((one) => one.ariaLabel);

describe("finding an integration", () => {
  const integrations = ["Cherry", "Apple", "Banana"].map((name) => makeIntegration({ name }));

  it("searches from the keyboard, and Esc empties the search", async () => {
    const { user } = await renderApp(new FakeTransport({ integrations }));
    await screen.findByRole("row", { name: "Apple" });
    await user.keyboard("/ban");
    await waitFor(() => expect(names()).toEqual(["Banana"]));
    await user.keyboard("xyz");
    expect(await screen.findByText("No integration matches")).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(names()).toHaveLength(3));
  });

  it("filters by state and remembers the layout", async () => {
    const fake = new FakeTransport({
      integrations: [...integrations, withRun({ name: "Done" }, {})],
    });
    const { user, unmount } = await renderApp(fake);
    await user.click(await screen.findByRole("button", { name: "Filter by state: All states" }));
    await user.click(await screen.findByRole("menuitemradio", { name: /^Up to date/u }));
    await waitFor(() => expect(names()).toEqual(["Done"]));
    await user.click(screen.getByRole("radio", { name: "Cards" }));
    expect(screen.getByRole("list", { name: "Integrations" })).toBeVisible();
    await expectAccessible();
    unmount();
    await renderApp(fake);
    expect(await screen.findByRole("list", { name: "Integrations" })).toBeVisible();
  });

  it("sorts by a column", async () => {
    const fake = new FakeTransport({ integrations: [...integrations, withRun({ name: "Z" }, {})] });
    const { user } = await renderApp(fake);
    const head = await screen.findByRole("columnheader", { name: "Rows" });
    expect(names()).toEqual(["Apple", "Banana", "Cherry", "Z"]);
    await user.click(within(head).getByRole("button"));
    expect(names()[0]).toBe("Z");
    expect(head).toHaveAttribute("aria-sort", "descending");
  });
});

describe("the menu of an integration", () => {
  const open = async (fake: FakeTransport) => {
    const view = await renderApp(fake);
    await view.user.click(await screen.findByRole("button", { name: "More for Sales org" }));
    return view;
  };

  it("says what it means before it syncs from the start", async () => {
    const integration = makeIntegration({ name: "Sales org" });
    const fake = new FakeTransport({ integrations: [integration] });
    const { user } = await open(fake);
    await user.click(await screen.findByRole("menuitem", { name: "Sync from the start" }));
    const dialog = await screen.findByRole("alertdialog", { name: /again from the start/u });
    expect(dialog).toHaveTextContent("reads every row at the source again");
    expect(fake.calls.map(({ command }) => command)).not.toContain("start_run");
    await user.click(within(dialog).getByRole("button", { name: "Sync from the start" }));
    expect(fake.calls).toContainEqual({
      command: "start_run",
      args: { id: integration.id, fullRefresh: true },
    });
  });

  it("asks before it deletes, says what goes, and starts at Cancel", async () => {
    const fake = new FakeTransport({ integrations: [makeIntegration({ name: "Sales org" })] });
    const { user } = await open(fake);
    await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
    const dialog = await screen.findByRole("alertdialog", { name: "Delete “Sales org”?" });
    expect(dialog).toHaveTextContent("its sign-in, saved in your keychain");
    expect(dialog).toHaveTextContent("The data it already brought in stays where it is.");
    expect(within(dialog).getByRole("button", { name: "Cancel" })).toHaveFocus();
    await expectAccessible();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("alertdialog")).toBeNull();
    expect(fake.state.integrations).toHaveLength(1);

    await user.click(screen.getByRole("button", { name: "More for Sales org" }));
    await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
    await user.click(await screen.findByRole("button", { name: "Delete" }));
    expect(await screen.findByText("Nothing is brought in yet")).toBeVisible();
    expect(fake.state.integrations).toEqual([]);
  });

  it("cannot delete what is syncing", async () => {
    const integration = withRun({ name: "Sales org", status: "syncing" }, { status: "running" });
    await open(new FakeTransport({ integrations: [integration] }));
    const item = await screen.findByRole("menuitem", { name: "Delete" });
    expect(item).toHaveAttribute("aria-disabled", "true");
  });

  it("tests the connection and shows each check", async () => {
    const fake = new FakeTransport({ integrations: [makeIntegration({ name: "Sales org" })] });
    const { user } = await open(fake);
    await user.click(await screen.findByRole("menuitem", { name: "Test connection" }));
    const dialog = await screen.findByRole("dialog", { name: /Test the connection/u });
    expect(await within(dialog).findByText("Everything works.")).toBeVisible();
    expect(within(dialog).getAllByRole("listitem")).toHaveLength(5);
    await expectAccessible();

    fake.answer("test_connection", () => ({
      ok: false,
      checks: [
        { name: "engine", status: "passed", message: "Ready." },
        { name: "sign_in", status: "failed", message: "Refused." },
        { name: "read", status: "skipped", message: "Not reached." },
      ],
      problem: makeProblem(),
    }));
    await user.click(within(dialog).getByRole("button", { name: "Test again" }));
    expect(await within(dialog).findByText("Something needs your attention.")).toBeVisible();
    expect(within(dialog).getByRole("region", { name: "Problem" })).toHaveTextContent(
      "What to do: Sign in to Salesforce again.",
    );
    await user.click(within(dialog).getAllByRole("button", { name: "Close" })[0] ?? dialog);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });
});
