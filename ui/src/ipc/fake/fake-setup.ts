import type { Args, Result } from "@/ipc/commands";
import type { Connector } from "@/ipc/generated/Connector";
import type { ConnectorForm } from "@/ipc/generated/ConnectorForm";
import type { Draft } from "@/ipc/generated/Draft";
import type { DraftId } from "@/ipc/generated/DraftId";
import type { Offer } from "@/ipc/generated/Offer";
import type { OfferedStream } from "@/ipc/generated/OfferedStream";
import { makeError, makeIntegration, nextId, rejection } from "./builders";
import type { FakeTransport } from "./fake-transport";

/** The commands of setting something up. */
type Name =
  | "connector_form"
  | "list_drafts"
  | "get_draft"
  | "create_draft"
  | "update_draft"
  | "delete_draft"
  | "finish_draft"
  | "get_offer"
  | "cancel_discovery"
  | "list_fields"
  | "search_fields"
  | "sample_rows"
  | "accept_changes"
  | "cancel_test"
  | "preview_schedule"
  | "choose_path"
  | "open_link";

type SetupHandlers = {
  [Command in Name]: (args: Args<Command>) => Result<Command> | Promise<Result<Command>>;
};

/** A form with one required setting, one secret and one advanced setting. */
export function makeForm(over: Partial<ConnectorForm> = {}): ConnectorForm {
  const hint = { placeholder: null, tooltip: null, documentation: null, saved: false };
  return {
    schema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: {
        start_date: { type: "string", format: "date", title: "Start date" },
        token: { type: "string", title: "Access token", writeOnly: true, minLength: 1 },
        page_size: { type: "integer", title: "Page size", default: 100 },
      },
      required: ["start_date", "token"],
    },
    ui: {
      order: ["start_date", "token", "page_size"],
      choices: [],
      advanced: ["page_size"],
      fields: {
        start_date: { ...hint, widget: "date" },
        token: { ...hint, widget: "secret" },
        page_size: { ...hint, widget: "integer" },
      },
    },
    notes: [],
    ...over,
  };
}

/** An offer of these streams, all of them chosen. */
export function makeOffer(streams: OfferedStream[]): Offer {
  return {
    streams,
    chosen: streams.map(({ name, key }) => ({
      name,
      excluded_fields: [],
      mode: key === null ? "full" : "incremental",
    })),
    discovered_at: new Date().toISOString(),
    changes: null,
  };
}

/** A stream of an offer. */
export function makeStream(name: string, over: Partial<OfferedStream> = {}): OfferedStream {
  return { name, fields: 3, key: "updated_at", recommended: false, ...over };
}

/** A draft of a Salesforce integration that was just begun. */
export function makeDraft(over: Partial<Draft> = {}): Draft {
  const now = new Date().toISOString();
  return {
    id: nextId(),
    kind: "extractor",
    type: "salesforce",
    editing: null,
    name: "Salesforce",
    config: {},
    secrets: [],
    destination: null,
    streams: null,
    schedule: null,
    new_data: "ask",
    step: "setup",
    tested: false,
    created_at: now,
    updated_at: now,
    ...over,
  };
}

/** How a fake core answers them. */
export function setupHandlers(fake: FakeTransport): SetupHandlers {
  const find = (id: DraftId): Draft => {
    const found = fake.state.drafts.find((draft) => draft.id === id);
    if (found) return found;
    throw rejection(makeError({ code: "not_found", message: "This set-up is no longer kept." }));
  };
  const connector = (kind: string, id: string): Pick<Connector, "label"> => {
    const known = [...fake.state.connectors, ...fake.state.market.cards];
    const found = known.find((one) => one.kind === kind && one.type === id);
    if (found) return found;
    throw rejection(makeError({ code: "unknown_connector", message: "No such connector." }));
  };
  const put = (draft: Draft): Draft => {
    fake.state.drafts = [draft, ...fake.state.drafts.filter(({ id }) => id !== draft.id)];
    return draft;
  };
  return {
    connector_form: () => makeForm(),
    list_drafts: () => fake.state.drafts,
    get_draft: ({ id }) => find(id),
    create_draft: ({ input }) => {
      if (input.from === "connector") {
        const { label } = connector(input.kind, input.type);
        return put(makeDraft({ kind: input.kind, type: input.type, name: label }));
      }
      const from = fake.state.integrations.find(({ id }) => id === input.id) ?? makeIntegration();
      const { type, name, config, secrets, streams, schedule } = from;
      const edit = input.from === "edit";
      return put(
        makeDraft({
          ...{ type, config, secrets, streams, schedule },
          name: edit ? name : `${name} 2`,
          editing: edit ? from.id : null,
        }),
      );
    },
    update_draft: ({ id, patch }) => {
      const draft = find(id);
      const secrets = new Set(draft.secrets);
      for (const [name, value] of Object.entries(patch.secrets ?? {})) {
        if (value === null) secrets.delete(name);
        else secrets.add(name);
      }
      const schedule = patch.schedule === "off" ? null : (patch.schedule ?? draft.schedule);
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null));
      return put({ ...draft, ...given, secrets: [...secrets], schedule });
    },
    delete_draft: ({ id }) => {
      fake.state.drafts = fake.state.drafts.filter((draft) => draft.id !== id);
      return null;
    },
    finish_draft: ({ id }) => {
      const { kind, type, name, config, secrets, streams, schedule, editing } = find(id);
      const values = { type, name, config, secrets, streams, schedule };
      const made = makeIntegration({ ...values, ...(editing === null ? {} : { id: editing }) });
      fake.state.drafts = fake.state.drafts.filter((draft) => draft.id !== id);
      fake.state.integrations = [
        ...fake.state.integrations.filter((one) => one.id !== made.id),
        made,
      ];
      return { kind, id: made.id };
    },
    get_offer: () => makeOffer([makeStream("Account", { recommended: true }), makeStream("Task")]),
    cancel_discovery: () => null,
    list_fields: () => [
      { name: "Id", type: "string", required: true, key: true },
      { name: "Name", type: "string", required: false, key: false },
      { name: "updated_at", type: "date-time", required: true, key: false },
    ],
    search_fields: () => [],
    sample_rows: ({ stream }) => ({
      stream,
      columns: ["Id", "Name"],
      rows: [
        ["1", "Ada"],
        ["2", "Grace"],
      ],
    }),
    accept_changes: ({ id }) =>
      fake.state.integrations.find((one) => one.id === id) ?? makeIntegration(),
    cancel_test: () => null,
    preview_schedule: ({ schedule }) => ({
      schedule: schedule === "off" ? null : schedule,
      words: schedule === "off" ? "By hand only" : "Every day at 06:00",
      next:
        schedule === "off"
          ? []
          : [1, 2, 3].map((d) => new Date(Date.now() + d * 86_400_000).toISOString()),
    }),
    choose_path: () => null,
    open_link: () => null,
  };
}
