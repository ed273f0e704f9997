import type { Args, Result } from "@/ipc/commands";
import type { Connector } from "@/ipc/generated/Connector";
import type { ConnectorCard } from "@/ipc/generated/ConnectorCard";
import type { ConnectorDetail } from "@/ipc/generated/ConnectorDetail";
import type { ConnectorQuery } from "@/ipc/generated/ConnectorQuery";
import type { HubState } from "@/ipc/generated/HubState";
import type { InstallPlan } from "@/ipc/generated/InstallPlan";
import { makeError, nextId, rejection } from "./builders";
import type { FakeTransport } from "./fake-transport";

/** The commands of the marketplace. */
type Name =
  "search_connectors" | "get_connector" | "refresh_hub" | "plan_install" | "install_connector";

type MarketHandlers = {
  [Command in Name]: (args: Args<Command>) => Result<Command> | Promise<Result<Command>>;
};

/** What the marketplace of a fake core holds beside the connectors that are there already. */
export interface FakeMarket {
  cards: ConnectorCard[];
  hub: HubState;
}

/** A copy of the public catalogue that is complete. */
export function makeHub(over: Partial<HubState> = {}): HubState {
  return {
    known: 742,
    listed: 742,
    refreshing: false,
    refreshed_at: new Date().toISOString(),
    failure: null,
    ...over,
  };
}

/** The card of a connector that comes with the app. */
export function makeCard(connector: Connector, over: Partial<ConnectorCard> = {}): ConnectorCard {
  const { type, kind, plugin, label, description, category, logo, installed } = connector;
  return {
    ...{ type, kind, plugin, label, description, category, logo, installed },
    verified: connector.verified,
    quality: "gold",
    maintenance: "active",
    needs: "nothing",
    offline: true,
    ...over,
  };
}

/** A connector's page. */
export function makeDetail(
  card: ConnectorCard,
  over: Partial<ConnectorDetail> = {},
): ConnectorDetail {
  return {
    card,
    guide: `# ${card.label}\n\nYou need an account that may **read** what is brought in. Ask an administrator of ${card.label} when you cannot sign in to its settings.\n\n1. Open the settings of ${card.label} and search for *API*.\n2. Create a key that may only read. Its [own guide](https://example.com/guide) shows where.\n3. Keep the window open: you need the key once, in the next step.`,
    settings: [
      {
        name: "start_date",
        label: "Start date",
        kind: "date_iso8601",
        required: true,
        secret: false,
      },
      { name: "token", label: "Access token", kind: "string", required: true, secret: true },
      { name: "page_size", label: "Page size", kind: "integer", required: false, secret: false },
    ],
    recommended_streams: ["Account", "Contact", "Opportunity"],
    variant: card.verified ? "singer-io" : "matatika",
    docs: `https://example.com/${card.plugin}/docs`,
    repo: `https://example.com/${card.plugin}`,
    license: "MIT",
    size: card.verified ? 13_000_000 : null,
    obstacle: obstacleOf(card),
    ...over,
  };
}

function obstacleOf({ label, needs }: ConnectorCard): string | null {
  switch (needs) {
    case "nothing":
      return null;
    case "docker":
      return `${label} runs only inside Docker, which Tributary does not use.`;
    case "git":
      return `The makers of ${label} publish no release that could be fetched without Git.`;
    case "impossible":
      return `${label} needs a version of Python that is no longer looked after.`;
  }
}

/** What installing a connector would do. */
export function makePlan(card: ConnectorCard, over: Partial<InstallPlan> = {}): InstallPlan {
  const archive = `https://example.com/makers/${card.plugin}/archive/refs/tags/v1.4.2.zip`;
  const of = (name: string, version: string, builds = false) => ({
    ...{ name, version, builds },
    from: null,
  });
  return {
    id: nextId(),
    card,
    variant: "matatika",
    asked: `git+https://example.com/makers/${card.plugin}.git@v1.4.2`,
    program: card.plugin,
    packages: [
      { name: card.plugin, version: null, from: archive, builds: true },
      of("singer-sdk", "0.54.0"),
      of("requests", "2.33.1"),
      of("simplejson", "3.11.1", true),
      of("backoff", "2.2.1"),
      of("certifi", "2026.10.18"),
      of("jsonpath-ng", "1.8.0"),
      of("sqlalchemy", "2.0.46"),
    ],
    ...over,
  };
}

/** Everything that can be found: what is there already, then the public catalogue. */
function allCards(fake: FakeTransport): ConnectorCard[] {
  const { cards } = fake.state.market;
  const own = fake.state.connectors.filter(
    (one) => !cards.some(({ kind, type }) => kind === one.kind && type === one.type),
  );
  return [...own.map((one) => makeCard(one)), ...cards];
}

function search(cards: ConnectorCard[], query: Partial<ConnectorQuery>): ConnectorCard[] {
  const words = (query.text ?? "").toLowerCase().split(/\s+/u).filter(Boolean);
  const first = words[0] ?? "";
  const rank = (one: ConnectorCard) =>
    (one.label.toLowerCase().startsWith(first) ? 0 : 2) + (one.verified ? 0 : 1);
  return cards
    .filter(
      (one) =>
        (!query.kind || one.kind === query.kind) &&
        (!query.verified || one.verified) &&
        (!query.offline || one.offline) &&
        words.every((word) =>
          `${one.label} ${one.description} ${one.category} ${one.plugin}`
            .toLowerCase()
            .includes(word),
        ),
    )
    .sort((a, b) => rank(a) - rank(b));
}

/** How a fake core answers them. */
export function marketHandlers(fake: FakeTransport): MarketHandlers {
  const plans = new Map<string, ConnectorCard>();
  const find = (kind: string, id: string): ConnectorCard => {
    const found = allCards(fake).find((one) => one.kind === kind && one.type === id);
    if (found) return found;
    throw rejection(
      makeError({
        code: "unknown_connector",
        message: `There is no connector called “${id}”.`,
        hint: "Look for it in the marketplace.",
      }),
    );
  };
  return {
    search_connectors: ({ query }) => {
      const found = search(allCards(fake), query);
      const counts = new Map<string, number>();
      for (const { category } of found) counts.set(category, (counts.get(category) ?? 0) + 1);
      const shown = found.filter(
        ({ category }) => typeof query.category !== "string" || category === query.category,
      );
      const offset = query.offset ?? 0;
      return {
        connectors: shown.slice(offset, offset + (query.limit ?? 60)),
        total: shown.length,
        categories: [...counts].map(([category, count]) => ({ category, count })),
        hub: fake.state.market.hub,
      };
    },
    get_connector: ({ kind, id }) => makeDetail(find(kind, id)),
    refresh_hub: () => null,
    plan_install: ({ kind, id }) => {
      const plan = makePlan(find(kind, id));
      plans.set(plan.id, plan.card);
      return plan;
    },
    install_connector: ({ plan }) => {
      const card = plans.get(plan);
      if (!card) {
        throw rejection(
          makeError({ code: "not_found", message: "This plan was used already.", hint: "" }),
        );
      }
      plans.delete(plan);
      const installed = { ...card, installed: true };
      fake.state.market.cards = fake.state.market.cards.map((one) =>
        one.kind === card.kind && one.type === card.type ? installed : one,
      );
      return makeDetail(installed);
    },
  };
}
