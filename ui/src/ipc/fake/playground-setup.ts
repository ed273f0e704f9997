import type { Check } from "@/ipc/generated/Check";
import type { OfferedStream } from "@/ipc/generated/OfferedStream";
import type { TestId } from "@/ipc/generated/TestId";
import { makeConnector, makeDestination, makeError, makeProblem, rejection } from "./builders";
import { makeForm, makeSignInForm, makeWidgetForm } from "./fake-forms";
import { makeDraft, makeOffer, makeStream } from "./fake-setup";
import type { FakeTransport } from "./fake-transport";

/**
 * Setting up, played. Each step has a draft whose id is its name: `#/setup/setup`, `test`, `data`, `destination`, `review`,
 * and `widgets` (every field), `loader` (a destination). `setup-many` offers 5,000 streams, `setup-fail` has a test that
 * fails and a source that does not answer, `setup-slow` takes long for everything.
 */
export function playSetup(fake: FakeTransport, scenario: string): void {
  const pace = scenario === "setup-slow" ? 6_000 : 450;
  const failing = scenario === "setup-fail";
  fake.state.connectors = [
    ...fake.state.connectors,
    makeConnector({ type: "widgets", label: "Every field", plugin: "tap-widgets" }),
    ...loaders(),
  ];
  fake.state.destinations = [
    makeDestination({ id: "this-computer", type: "local", name: "This computer", built_in: true }),
    makeDestination(),
  ];
  if (scenario.startsWith("setup")) addDrafts(fake);
  fake.answer("connector_form", ({ id, kind }) => {
    if (id === "widgets") return makeWidgetForm();
    return kind === "loader" ? makeForm() : makeSignInForm();
  });
  playGuide(fake);
  playTests(fake, pace, failing);
  playOffers(fake, pace, failing, scenario === "setup-many" ? 5_000 : 60);
}

function loaders() {
  const loader = (type: string, label: string, description: string) =>
    makeConnector({ ...{ type, label, description }, kind: "loader", plugin: `target-${type}` });
  return [
    loader("postgres", "PostgreSQL", "Tables in a PostgreSQL database."),
    loader("snowflake", "Snowflake", "Tables in a Snowflake warehouse."),
    loader("csv", "CSV files", "One file for each stream, in a folder."),
  ];
}

function addDrafts(fake: FakeTransport): void {
  const config = { start_date: "2024-01-31T00:00:00Z", client_id: "3MVG9.tributary" };
  const secrets = ["client_secret", "refresh_token"];
  const ready = { config, secrets, name: "Sales org Europe" };
  fake.state.drafts = [
    makeDraft({ id: "setup", step: "setup" }),
    makeDraft({ ...ready, id: "test", step: "test" }),
    makeDraft({ ...ready, id: "data", step: "data", tested: true }),
    makeDraft({ ...ready, id: "destination", step: "destination", tested: true }),
    makeDraft({ ...ready, id: "review", step: "review", tested: true, schedule: "daily 06:00" }),
    makeDraft({ id: "widgets", type: "widgets", name: "Every field" }),
    makeDraft({ id: "loader", kind: "loader", type: "postgres", name: "Warehouse 2" }),
  ];
}

function playGuide(fake: FakeTransport): void {
  const before = fake.answerOf("get_connector");
  fake.answer("get_connector", async (args) => ({
    ...(await before(args)),
    guide: [
      "## Before you start",
      "You need an account that may use the **API**. Ask the person who looks after your org.",
      "## Refresh token",
      "1. Open *Setup*, then *App Manager*.",
      "2. Make a connected app with the scopes `api` and `refresh_token`.",
      "3. Copy the client id, the client secret and the refresh token.",
      "See [the manual](https://example.com/manual) for pictures of each page.",
    ].join("\n\n"),
  }));
}

function playTests(fake: FakeTransport, pace: number, failing: boolean): void {
  const cancelled = new Set<TestId>();
  fake.answer("cancel_test", ({ test }) => {
    cancelled.add(test);
    return null;
  });
  fake.answer("test_connection", async ({ subject, test }) => {
    const source = fake.state.drafts.find(({ id }) => id === subject.id)?.kind !== "loader";
    const checks: Check[] = [
      { name: "engine", status: "passed", message: "The engine is ready." },
      { name: "connector", status: "passed", message: "The connector is installed." },
      { name: "settings", status: "passed", message: "All settings are filled in." },
      source
        ? { name: "sign_in", status: "passed", message: "Signed in as ada@example.com." }
        : { name: "connect", status: "passed", message: "The database answers." },
      source
        ? { name: "read", status: "passed", message: "Read the first rows of Account." }
        : { name: "write", status: "passed", message: "Wrote a row and removed it." },
    ];
    if (failing) {
      const message = "Salesforce refused the refresh token.";
      checks.splice(3, 2, { name: "sign_in", status: "failed", message });
      checks.push({ name: "read", status: "skipped", message: "Not reached." });
    }
    for (const check of checks) {
      await wait(pace);
      if (cancelled.has(test)) {
        throw rejection(makeError({ code: "cancelled", message: "The test was cancelled." }));
      }
      fake.emit({ event: "test_check", data: { test, check } });
    }
    fake.state.drafts = fake.state.drafts.map((draft) =>
      draft.id === subject.id ? { ...draft, tested: !failing } : draft,
    );
    return { ok: !failing, checks, problem: failing ? makeProblem() : null };
  });
}

function playOffers(fake: FakeTransport, pace: number, failing: boolean, count: number): void {
  const known = ["Account", "Contact", "Lead", "Opportunity", "Case", "Task", "Event", "Campaign"];
  const streams: OfferedStream[] = Array.from({ length: count }, (_, index) =>
    makeStream(known[index] ?? `Custom_object_${index}__c`, {
      fields: 50,
      recommended: index < 5,
      key: index % 7 === 6 ? null : "SystemModstamp",
    }),
  );
  const offer = makeOffer(streams);
  offer.chosen = offer.chosen.filter((_, index) => streams[index]?.recommended);
  let current = { asked: false };
  let asked = false;
  fake.answer("cancel_discovery", () => {
    current.asked = true;
    return null;
  });
  fake.answer("get_offer", async ({ subject, refresh }) => {
    if (asked && !refresh) return offer;
    const stop = { asked: false };
    current = stop;
    for (let part = 1; part <= 8; part += 1) {
      await wait(pace / 2);
      if (stop.asked) throw rejection(makeError({ code: "cancelled", message: "Stopped." }));
      const doing = `Describing object ${part * 7} of 60`;
      fake.emit({
        event: "discovery",
        data: { subject, doing, elapsed: Math.round((part * pace) / 2) },
      });
    }
    if (failing) {
      throw rejection(
        makeError({
          code: "operation_failed",
          message: "Salesforce did not answer for two minutes.",
          hint: "Check that its address is right, then try again.",
        }),
      );
    }
    asked = true;
    return offer;
  });
  fake.answer("list_fields", async () => {
    await wait(200);
    return Array.from({ length: 50 }, (_, index) => ({
      name: index === 0 ? "Id" : index === 1 ? "SystemModstamp" : `Field_${index}__c`,
      type: index === 1 ? "date-time" : index % 3 === 0 ? "number" : "string",
      required: index < 2,
      key: index === 0,
    }));
  });
  fake.answer("search_fields", ({ text, limit }) =>
    "systemmodstamp".includes(text.toLowerCase())
      ? streams.slice(0, limit).map(({ name }) => ({ stream: name, field: "SystemModstamp" }))
      : [],
  );
  fake.answer("sample_rows", async ({ stream }) => {
    await wait(400);
    const columns = ["Id", "Name", "Website", "SystemModstamp", "Description"];
    const rows = ["Ada Lovelace", "Grace Hopper", "Katherine Johnson"].map((name, index) => [
      `0015g00000XyZ${index}AAA`,
      `${name} (${stream})`,
      index === 1 ? null : "https://example.com",
      "2026-01-31T12:34:56Z",
      "A made-up company that buys more than it sells, in words that are longer than the pane.",
    ]);
    return { stream, columns, rows };
  });
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
