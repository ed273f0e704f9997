import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeIntegration } from "@/ipc/fake/builders";
import { makeTable } from "@/ipc/fake/fake-data";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { expectAccessible, renderApp } from "@/test/render";

function withTables() {
  const one = makeIntegration({ name: "Sales org" });
  const brought_by = [{ id: one.id, name: one.name, connector: one.type }];
  const tables = [
    makeTable({ brought_by }),
    makeTable({ stream: "Contact", table: "Contact", rows: 0 }, 0),
  ];
  return { one, fake: new FakeTransport({ integrations: [one], tables }) };
}

describe("the data page", () => {
  it("shows tables with their rows, newest first, and is accessible", async () => {
    await renderApp(withTables().fake, "/data");
    const grid = await screen.findByRole("grid", { name: "Rows of Account" });
    expect(grid).toHaveAttribute("aria-rowcount", "201");
    expect(within(grid).getByText("Account 200")).toBeVisible();
    expect(within(grid).getAllByRole("row").length, "only what is seen is drawn").toBeLessThan(80);
    await expectAccessible();
  });

  it("asks the core for what is searched and sorted", async () => {
    const { fake } = withTables();
    const { user } = await renderApp(fake, "/data");
    await user.type(
      await screen.findByRole("searchbox", { name: "Search in Account" }),
      "account 7",
    );
    await user.click(await screen.findByRole("button", { name: "Name" }));
    await waitFor(() =>
      expect(fake.calls.at(-1)).toEqual({
        command: "preview_data",
        args: {
          query: {
            destination: "here",
            stream: "Account",
            limit: 200,
            search: "account 7",
            sort: "Name",
            descending: true,
          },
        },
      }),
    );
    expect(await screen.findByText("11 rows found")).toBeVisible();
  });

  it("moves by keys and opens a value", async () => {
    const { user } = await renderApp(withTables().fake, "/data");
    await screen.findByRole("grid");
    const cell = screen.getByRole("gridcell", { name: "Account 200" });
    cell.focus();
    await user.keyboard("{Enter}");
    const dialog = await screen.findByRole("dialog", { name: "Name" });
    expect(within(dialog).getByText("Account 200")).toBeVisible();
    await expectAccessible();
  });

  it("exports what fits and says where it is", async () => {
    const { fake } = withTables();
    const { user } = await renderApp(fake, "/data");
    await user.click(await screen.findByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: "As an Excel workbook" }));
    expect(await screen.findByText("200 rows exported")).toBeVisible();
    expect(fake.calls.find(({ command }) => command === "export_data")?.args).toMatchObject({
      order: { stream: "Account", format: "xlsx", search: "" },
    });
  });

  it("answers questions in SQL and says what is not allowed", async () => {
    const { user } = await renderApp(withTables().fake, "/data");
    await user.click(await screen.findByRole("button", { name: "Ask in SQL" }));
    const box = screen.getByRole("textbox", { name: "Question in SQL" });
    await user.click(screen.getByRole("button", { name: "Ask" }));
    expect(await screen.findByRole("grid", { name: "Rows of the answer" })).toBeVisible();
    await user.clear(box);
    await user.type(box, "DELETE FROM x");
    await user.click(screen.getByRole("button", { name: "Ask" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("only reading is possible");
  });

  it("is empty, loads and fails in words", async () => {
    const empty = await renderApp(new FakeTransport(), "/data");
    expect(await screen.findByText("No data on this computer yet")).toBeVisible();
    await expectAccessible();
    empty.unmount();
    const loading = await renderApp(new FakeTransport().hold("list_tables"), "/data");
    expect(screen.getByRole("status", { name: "Loading the tables" })).toBeVisible();
    loading.unmount();
    await renderApp(new FakeTransport().fail("list_tables"), "/data");
    expect(await screen.findByRole("alert")).toHaveTextContent("The data could not be shown");
  });

  it("shows the data of one integration in its tab", async () => {
    const { one, fake } = withTables();
    await renderApp(fake, `/integrations/${one.id}/data`);
    expect(await screen.findByRole("grid", { name: "Rows of Account" })).toBeVisible();
    expect(screen.queryByRole("button", { name: /Contact/u })).toBeNull();
  });
});
