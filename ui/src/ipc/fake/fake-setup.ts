import type { Args, Result } from "@/ipc/commands";
import type { Connector } from "@/ipc/generated/Connector";
import type { Draft } from "@/ipc/generated/Draft";
import type { DraftId } from "@/ipc/generated/DraftId";
import type { Offer } from "@/ipc/generated/Offer";
import type { OfferedStream } from "@/ipc/generated/OfferedStream";
import type { SignedInAs } from "@/ipc/generated/SignedInAs";
import type { SignInStatus } from "@/ipc/generated/SignInStatus";
import { makeDestination, makeError, makeIntegration, nextId, rejection } from "./builders";
import { makeForm } from "./fake-forms";
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
  | "begin_sign_in"
  | "cancel_sign_in"
  | "confirm_sign_in"
  | "sign_in_status"
  | "sign_out"
  | "preview_schedule"
  | "choose_path"
  | "open_link";

type SetupHandlers = {
  [Command in Name]: (args: Args<Command>) => Result<Command> | Promise<Result<Command>>;
};

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

/** Nobody is signed in. */
export function makeSignInStatus(over: Partial<SignInStatus> = {}): SignInStatus {
  return {
    state: "none",
    identity: null,
    quota: null,
    share: 80,
    signed_in_at: null,
    used_at: null,
    idle_until: null,
    shared_with: [],
    held: false,
    sign_out_pending: false,
    callbacks: [1717, 7171, 8717].map((port) => `http://localhost:${port}/OauthRedirect`),
    under_way: null,
    ...over,
  };
}

/** Somebody who signed in. */
export function makeIdentity(over: Partial<SignedInAs> = {}): SignedInAs {
  return {
    user_id: "005A",
    username: "ada@example.com",
    display_name: "Ada Lovelace",
    org_id: "00DA",
    org_name: "Acme",
    org_type: "Enterprise Edition",
    sandbox: false,
    instance_url: "https://acme.my.salesforce.com",
    ...over,
  };
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
      const edit = input.from === "edit";
      if (input.kind === "loader") {
        const from = fake.state.destinations.find(({ id }) => id === input.id);
        const { type = "", name = "", config = {}, secrets = [] } = from ?? {};
        const values = { kind: input.kind, type, config, secrets };
        return put(
          makeDraft({
            ...values,
            name: edit ? name : `${name} 2`,
            editing: edit ? input.id : null,
          }),
        );
      }
      const from = fake.state.integrations.find(({ id }) => id === input.id) ?? makeIntegration();
      const { type, name, config, secrets, streams, schedule, destination, new_data } = from;
      return put(
        makeDraft({
          ...{ type, config, secrets, streams, schedule, destination, new_data },
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
      const tested = draft.tested && !patch.config && !patch.secrets;
      const updated_at = new Date().toISOString();
      return put({ ...draft, ...given, secrets: [...secrets], schedule, tested, updated_at });
    },
    delete_draft: ({ id }) => {
      fake.state.drafts = fake.state.drafts.filter((draft) => draft.id !== id);
      return null;
    },
    finish_draft: ({ id }) => {
      const { kind, type, name, config, secrets, streams, schedule, editing, new_data } = find(id);
      if (kind === "loader") {
        const made = makeDestination({ type, name, config, secrets });
        if (editing !== null) made.id = editing;
        fake.state.drafts = fake.state.drafts.filter((draft) => draft.id !== id);
        fake.state.destinations = [
          ...fake.state.destinations.filter((one) => one.id !== made.id),
          made,
        ];
        return { kind, id: made.id };
      }
      const destination = find(id).destination ?? "this-computer";
      const values = { type, name, config, secrets, streams, schedule, destination, new_data };
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
    begin_sign_in: ({ subject }) => ({
      id: nextId(),
      subject,
      address: "https://login.salesforce.com/services/oauth2/authorize?state=x",
      callback: "http://localhost:1717/OauthRedirect",
      until: new Date(Date.now() + 300_000).toISOString(),
    }),
    cancel_sign_in: () => null,
    confirm_sign_in: () => null,
    sign_in_status: () => makeSignInStatus(),
    sign_out: () => "revoked",
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
