import { describe, expect, it } from "vitest";
import { makeSignInForm, makeWidgetForm } from "@/ipc/fake/fake-forms";
import { flatForm, likelyChoice, optionsOf, withDefaults, type Schema } from "./schema";
import { FormValidator } from "./validate";

const nothing = new Set<string>();
const faults = (schema: Schema, values: unknown) =>
  new FormValidator(schema).faults(values).map(({ path, message }) => [path.join("."), message]);

describe("what is wrong with values", () => {
  const { schema } = flatForm(makeWidgetForm(), 0, nothing);
  it.each<[Record<string, unknown>, string, string]>([
    [{}, "text", "This is needed."],
    [{ text: "ab" }, "text", "Use at least 3 characters."],
    [{ email: "ada" }, "email", "Enter an e-mail address, for instance ada@example.com."],
    [{ url: "example" }, "url", "Enter a whole address, for instance https://example.com."],
    [{ port: "x" }, "port", "Enter a whole number."],
    [{ port: 1.5 }, "port", "Enter a whole number."],
    [{ port: 0 }, "port", "Enter 1 or more."],
    [{ port: 70_000 }, "port", "Enter 65535 or less."],
    [{ ratio: "a" }, "ratio", "Enter a number."],
    [{ since: "31.1.2024" }, "since", "Enter a date, for instance 2024-01-31."],
    [{ since: "2024-02-31" }, "since", "Enter a date, for instance 2024-01-31."],
    [{ region: "asia" }, "region", "Choose one of the list."],
    [{ tables: ["a", ""] }, "tables.1", "This is needed."],
    [{ reports: [{ daily: true }] }, "reports.0.name", "This is needed."],
    [{ headers: { a: 1 } }, "headers.a", "This does not have the expected form."],
    [{ proxy: { port: "x" } }, "proxy.port", "Enter a whole number."],
    [{ extra: "{" }, "extra", "Check the entries."],
  ])("%j", (values, path, message) => {
    const given = { text: "enough", ...(Object.keys(values).length > 0 && values) };
    const found = faults(schema, Object.keys(values).length > 0 ? given : {});
    expect(found).toEqual([[path, message]]);
  });

  it("finds nothing wrong with what is right, and takes what is absent for absent", () => {
    expect(faults(schema, { text: "enough", since: "2024-02-29", port: undefined })).toEqual([]);
  });

  it("keeps names apart that hold dots, slashes and signs", () => {
    const names = ["a.b", "a/b", "a~b", "ä %", "#"];
    const properties = Object.fromEntries(names.map((name) => [name, { type: "integer" }]));
    const values = Object.fromEntries(names.map((name) => [name, "x"]));
    const found = new FormValidator({ type: "object", properties }).faults(values);
    expect(found.map(({ path }) => path)).toEqual(names.map((name) => [name]));
  });

  it("says one thing where a value may have several forms", () => {
    const since = { anyOf: [{ format: "date" }, { format: "date-time" }], type: "string" };
    const found = faults({ type: "object", properties: { since } }, { since: "soon" });
    expect(found).toEqual([["since", "Enter a date, for instance 2024-01-31."]]);
  });
});

describe("the form of a way of signing in", () => {
  const form = makeSignInForm();

  it("has each setting once, without the other ways", () => {
    const { order, schema } = flatForm(form, 1, nothing);
    expect(order.slice(0, 4)).toEqual(["username", "password", "security_token", "start_date"]);
    expect(order).not.toContain("client_id");
    expect(schema.required).toEqual(["start_date", "username", "password", "security_token"]);
    expect(schema).not.toHaveProperty("anyOf");
  });

  it("does not ask again for what the keychain holds", () => {
    const { schema } = flatForm(form, 0, new Set(["client_secret", "refresh_token"]));
    expect(schema.required).toEqual(["start_date", "client_id"]);
  });

  it("is the one of which most is there", () => {
    expect(likelyChoice(form.ui, {}, nothing)).toBe(0);
    expect(likelyChoice(form.ui, { username: "ada" }, new Set(["password"]))).toBe(1);
  });

  it("begins with the defaults", () => {
    expect(withDefaults(form, { api_type: "BULK" })).toEqual({
      ...{ is_sandbox: false, api_type: "BULK", lookback_window: 10 },
    });
  });

  it("names options", () => {
    const api = flatForm(form, 0, nothing).schema.properties.api_type ?? {};
    expect(optionsOf(api).map(({ label }) => label)).toEqual([
      "REST: gentle, for small orgs",
      "Bulk: fast, for large orgs",
    ]);
  });
});
