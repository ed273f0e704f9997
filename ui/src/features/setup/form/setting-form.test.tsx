import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeWidgetForm } from "@/ipc/fake/fake-forms";
import { makeDraft } from "@/ipc/fake/fake-setup";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { expectAccessible, renderApp } from "@/test/render";

async function openForm(config: Record<string, unknown> = {}) {
  const draft = makeDraft({ config, updated_at: "2026-01-01T00:00:00Z" });
  const fake = new FakeTransport({ drafts: [draft] });
  fake.answer("connector_form", () => makeWidgetForm());
  const view = await renderApp(fake, `/setup/${draft.id}`);
  await screen.findByLabelText("Text");
  const saves = (name: string, value: unknown) =>
    waitFor(() => expect(fake.state.drafts[0]?.config[name]).toEqual(value));
  return { ...view, fake, saves };
}

describe("every way of asking", () => {
  it("has a name for all that hear it, and shows what was wrong with the definition", async () => {
    await openForm();
    await expectAccessible();
    expect(screen.getByRole("region", { name: "About this form" })).toHaveTextContent("old_token");
  });

  it("saves texts, numbers, choices and switches as what they are", async () => {
    const { user, saves } = await openForm();
    await user.type(screen.getByLabelText(/^Query/u), "select{Enter}1");
    await user.type(screen.getByLabelText(/^Port/u), "5432");
    await user.type(screen.getByLabelText(/^Ratio/u), "0.50");
    expect(screen.getByLabelText(/^Ratio/u)).toHaveValue("0.50");
    await user.selectOptions(screen.getByLabelText(/^Region/u), "us");
    await user.click(screen.getByRole("switch", { name: "Enabled" }));
    await saves("query", "select\n1");
    await saves("port", 5_432);
    await saves("ratio", 0.5);
    await saves("region", "us");
    await saves("enabled", false);
    await user.clear(screen.getByLabelText(/^Port/u));
    await saves("port", undefined);
  });

  it("picks a date from the calendar", async () => {
    const { user, saves } = await openForm({ since: "2024-01-15" });
    await user.click(screen.getByRole("button", { name: "Pick a date for Since" }));
    await user.click(await screen.findByRole("button", { name: /January 31st, 2024/u }));
    await saves("since", "2024-01-31");
    expect(screen.getByLabelText(/^Since/u)).toHaveValue("2024-01-31");
  });

  it("asks the system for files and folders", async () => {
    const { user, saves, fake } = await openForm();
    fake.answer("choose_path", ({ folder }) => (folder ? "/home/ada" : "/home/ada/a.csv"));
    await user.click(screen.getByRole("button", { name: "Choose a file for File" }));
    await user.click(screen.getByRole("button", { name: "Choose a folder for Folder" }));
    await saves("file", "/home/ada/a.csv");
    await saves("folder", "/home/ada");
    fake.answer("choose_path", () => null);
    await user.click(screen.getByRole("button", { name: "Choose a file for File" }));
    await saves("file", "/home/ada/a.csv");
  });

  it("edits lists of texts and of objects, with errors at the entry", async () => {
    const { user, saves } = await openForm();
    const tables = within(screen.getByRole("group", { name: /^Tables/u }));
    await user.click(tables.getByRole("button", { name: /^Add an entry/u }));
    await user.type(await tables.findByRole("textbox", { name: "Entry 1" }), "orders");
    await saves("tables", ["orders"]);
    await user.click(tables.getByRole("button", { name: "Remove entry 1" }));
    await saves("tables", []);
    const reports = within(screen.getByRole("group", { name: /^Reports/u }));
    await user.click(reports.getByRole("button", { name: /^Add an entry/u }));
    await user.click(await reports.findByRole("switch", { name: "Daily" }));
    expect(await reports.findByText("This is needed.")).toBeVisible();
    await user.type(reports.getByLabelText("Report name"), "Sales");
    await saves("reports", [{ name: "Sales", daily: true }]);
    await expectAccessible();
  });

  it("edits several of a list, objects with known fields, pairs, and JSON", async () => {
    const { user, saves } = await openForm({ headers: { Accept: "text/plain" } });
    await user.click(screen.getByRole("checkbox", { name: "closed" }));
    await saves("kinds", ["closed"]);
    await user.type(screen.getByLabelText(/^Host/u), "proxy.example.com");
    await saves("proxy", { host: "proxy.example.com" });
    const headers = within(screen.getAllByRole("group", { name: /^Headers/u })[0] ?? document.body);
    await user.click(headers.getByRole("button", { name: "Add an entry" }));
    await user.type(headers.getByLabelText("Name 2 of Headers"), "X-Team");
    await user.type(headers.getByLabelText("Value 2 of Headers"), "data");
    await saves("headers", { Accept: "text/plain", "X-Team": "data" });
    await user.click(headers.getByRole("button", { name: "Remove Accept" }));
    await saves("headers", { "X-Team": "data" });
    const json = screen.getByLabelText(/^Extra/u);
    await user.type(json, '{{"a": 1');
    expect(json).toHaveAccessibleDescription(/^This is not JSON yet/u);
    await user.type(json, "}");
    await saves("extra", { a: 1 });
    expect(json).toHaveAccessibleDescription("");
  });
});
