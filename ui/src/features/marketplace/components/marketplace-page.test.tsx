import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { makeConnector, makeError } from "@/ipc/fake/builders";
import { makeHub } from "@/ipc/fake/fake-marketplace";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { manyCards, marketCards } from "@/ipc/fake/market-data";
import { expectAccessible, renderApp } from "@/test/render";

function market(over: Partial<FakeTransport["state"]["market"]> = {}): FakeTransport {
  return new FakeTransport({ market: { cards: marketCards(), hub: makeHub(), ...over } });
}

const card = (name: string) => screen.findByRole("link", { name });
const count = (words: string) =>
  waitFor(() => expect(screen.getByText(words, { selector: "[role=status]" })).toBeVisible());

describe("the four states of the marketplace", () => {
  it("shows a skeleton while it loads", async () => {
    await renderApp(market().hold("search_connectors"), "/marketplace");
    expect(screen.getByRole("status", { name: "Loading the connectors" })).toBeVisible();
    await expectAccessible();
  });

  it("says what failed, and tries again", async () => {
    const fake = market();
    const answer = fake.answerOf("search_connectors");
    fake.fail("search_connectors", makeError({ message: "The search broke." }));
    const { user } = await renderApp(fake, "/marketplace");
    expect(await screen.findByRole("alert")).toHaveTextContent("The search broke.");
    await expectAccessible();
    fake.answer("search_connectors", answer);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await card("Salesforce")).toBeVisible();
  });

  it("shows cards with what is known of each", async () => {
    await renderApp(market(), "/marketplace?q=netsuite");
    const netsuite = await card("NetSuite");
    expect(netsuite).toHaveTextContent("Needs Docker");
    expect(netsuite).toHaveTextContent("Bronze");
    expect(netsuite).not.toHaveTextContent("Verified");
    expect(screen.getByText(/Public catalogue checked/u)).toBeVisible();
    await expectAccessible();
  });

  it("says that nothing was found, and what else may help", async () => {
    const fake = market();
    fake.state.connectors.push(
      makeConnector({ type: "rest-api-msdk", plugin: "tap-rest-api-msdk", label: "REST API" }),
    );
    const { user, router } = await renderApp(fake, "/marketplace?q=nonsense&verified=true");
    expect(await screen.findByText("Nothing found for “nonsense”")).toBeVisible();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Clear the filters" }));
    await user.click(await screen.findByRole("button", { name: "Show all connectors" }));
    expect(await card("Salesforce")).toBeVisible();
    expect(router.state.location.search).toEqual({});

    await user.type(screen.getByRole("searchbox", { name: "Search connectors" }), "nonsense");
    await user.click(await screen.findByRole("button", { name: "Use the REST connector" }));
    expect(await screen.findByRole("heading", { level: 1, name: "REST API" })).toBeVisible();
  });
});

describe("searching", () => {
  it("finds while one types, keeps what was found before, and stands in the address", async () => {
    const fake = market();
    const { user, router } = await renderApp(fake, "/marketplace");
    await card("Salesforce");
    const answer = fake.answerOf("search_connectors");
    let answerNow: () => void = () => undefined;
    fake.answer("search_connectors", async (args) => {
      await new Promise<void>((resolve) => (answerNow = resolve));
      return answer(args);
    });
    await user.keyboard("/");
    expect(screen.getByRole("searchbox", { name: "Search connectors" })).toHaveFocus();
    await user.keyboard("z");
    await waitFor(() => expect(router.state.location.search).toEqual({ q: "z" }));
    expect(
      screen.getByRole("link", { name: "Salesforce" }),
      "while the answer is on its way the old cards stand",
    ).toBeVisible();
    answerNow();
    expect(await card("Zendesk")).toBeVisible();
    await waitFor(() => expect(screen.queryByRole("link", { name: "HubSpot" })).toBeNull());
  });

  it("does not lose letters that are typed fast, and Back leaves the marketplace", async () => {
    const { user, router } = await renderApp(market(), "/activity");
    await user.click(screen.getByRole("link", { name: "Marketplace" }));
    await card("Salesforce");
    await user.keyboard("/google sheets");
    await count("1 connector");
    expect(screen.getByRole("searchbox", { name: "Search connectors" })).toHaveValue(
      "google sheets",
    );
    router.history.back();
    expect(await screen.findByRole("heading", { level: 1, name: "Activity" })).toBeVisible();
  });

  it("follows the address: a link to the marketplace empties the search", async () => {
    const { user } = await renderApp(market(), "/marketplace?q=jira");
    await count("1 connector");
    await user.click(screen.getByRole("link", { name: "Marketplace" }));
    await count("76 connectors");
    expect(screen.getByRole("searchbox", { name: "Search connectors" })).toHaveValue("");
  });

  it("is found in the command palette", async () => {
    const { user } = await renderApp(market());
    await user.keyboard("{Control>}k{/Control}");
    await user.keyboard("market{Enter}");
    expect(await screen.findByRole("heading", { level: 1, name: "Marketplace" })).toBeVisible();
  });
});

describe("narrowing", () => {
  it("by kind, verified and ready offline", async () => {
    const { user, router } = await renderApp(market(), "/marketplace");
    await count("76 connectors");
    await user.click(screen.getByRole("radio", { name: "Destinations" }));
    await count("9 connectors");
    expect(await card("PostgreSQL, destination")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Verified" }));
    await count("6 connectors");
    await user.click(screen.getByRole("button", { name: "Ready offline" }));
    await count("4 connectors");
    expect(router.state.location.search).toEqual({ kind: "loader", verified: true, offline: true });
    await user.click(screen.getByRole("button", { name: "Ready offline" }));
    await count("6 connectors");
  });

  it("by a category of what fits the rest, with its number", async () => {
    const { user } = await renderApp(market(), "/marketplace?kind=extractor");
    const categories = within(await screen.findByRole("navigation", { name: "Categories" }));
    await user.click(categories.getByRole("button", { name: "CRM: 4 connectors" }));
    await count("4 connectors");
    expect(categories.getByRole("button", { name: "CRM: 4 connectors" })).toHaveAttribute(
      "aria-pressed",
      "true",
    );
    expect(categories.getByRole("button", { name: /^Finance/u })).toBeVisible();
    await expectAccessible();
    // Where there is no room beside the cards, the same is in a menu.
    await user.click(screen.getByRole("button", { name: "Category: CRM" }));
    await user.click(await screen.findByRole("menuitemradio", { name: /^All categories/u }));
    await count("67 connectors");
  });
});

describe("the public catalogue", () => {
  it("shows that it is being looked through, and what has come since", async () => {
    const fake = market({
      cards: [],
      hub: makeHub({ known: 120, listed: 742, refreshing: true, refreshed_at: null }),
    });
    const { emit } = await renderApp(fake, "/marketplace");
    expect(await screen.findByText(/Looking for more connectors…/u)).toHaveTextContent(
      "120 of 742",
    );
    await expectAccessible();
    fake.state.market = { cards: marketCards(), hub: makeHub() };
    await emit({ event: "invalidate", data: [{ tag: "connectors" }] });
    await count("76 connectors");
    expect(screen.queryByText(/Looking for more connectors/u)).toBeNull();
  });

  it("says that it could not be reached, shows what is here, and tries again", async () => {
    const fake = market({ hub: makeHub({ failure: "It did not answer." }) });
    const { user } = await renderApp(fake, "/marketplace");
    const notice = within(await screen.findByRole("region", { name: "Public catalogue" }));
    expect(notice.getByText(/could not be reached; showing what is here/u)).toBeVisible();
    expect(notice.getByText("It did not answer.")).toBeVisible();
    expect(await card("Salesforce")).toBeVisible();
    await expectAccessible();
    fake.answer("refresh_hub", () => {
      fake.state.market.hub = makeHub();
      return null;
    });
    await user.click(notice.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText(/Public catalogue checked/u)).toBeVisible();
  });

  it("makes labels and logos known everywhere as soon as they change", async () => {
    const fake = market();
    const { emit } = await renderApp(fake, "/marketplace?q=nonsense");
    await screen.findByText("Nothing found for “nonsense”");
    expect(screen.queryByRole("button", { name: "Use the REST connector" })).toBeNull();
    fake.state.connectors.push(makeConnector({ type: "rest", plugin: "tap-rest-api-msdk" }));
    await emit({ event: "invalidate", data: [{ tag: "connectors" }] });
    expect(await screen.findByRole("button", { name: "Use the REST connector" })).toBeVisible();
  });
});

describe("many cards, by keyboard", () => {
  const full = () => market({ cards: [...marketCards(), ...manyCards(1_124)] });

  it("draws those in sight and asks for the pages of those only", async () => {
    const fake = full();
    await renderApp(fake, "/marketplace");
    await count("1,200 connectors");
    expect(screen.getAllByRole("link", { name: /./u }).length).toBeLessThan(120);
    const asked = fake.calls.filter(({ command }) => command === "search_connectors");
    expect(asked.length, "of twenty pages, those in sight").toBeLessThanOrEqual(2);
  });

  it("moves among them with the arrows, to the end, opens one with Enter, and comes back to it", async () => {
    const { user } = await renderApp(full(), "/marketplace");
    const first = await card("Salesforce");
    await user.keyboard("/{ArrowDown}");
    expect(first).toHaveFocus();
    await user.keyboard("{ArrowRight}");
    expect(await card("Spreadsheets")).toHaveFocus();
    expect(first, "one card is reached with Tab").toHaveAttribute("tabindex", "-1");
    await user.keyboard("{End}");
    await waitFor(() =>
      expect(document.activeElement?.closest("[role=listitem]")).toHaveAttribute(
        "aria-posinset",
        "1200",
      ),
    );
    const last = document.activeElement?.getAttribute("aria-label") ?? "";
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { level: 1, name: last })).toBeVisible();
    await user.click(within(screen.getByRole("main")).getByRole("link", { name: "Marketplace" }));
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName(last));
  });
});
