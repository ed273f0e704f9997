import type { EngineStep } from "@/ipc/generated/EngineStep";
import { makeError, rejection } from "./builders";
import { makeHub } from "./fake-marketplace";
import type { FakeTransport } from "./fake-transport";
import { manyCards, marketCards } from "./market-data";

const HUB_DOWN = makeError({
  code: "network_unavailable",
  message: "The public catalogue did not answer within 20 seconds.",
  hint: "Check the internet connection or the proxy settings, then try again.",
});

/**
 * A marketplace that lives: `market-many` (1,200 connectors), `market-slow`, `market-loading`, `market-error`, `hub-refreshing`,
 * `hub-failed`, `plan-slow`, `plan-failed`, `install-failed`; in all others everything works.
 */
export function openMarket(fake: FakeTransport, scenario: string): void {
  fake.state.market = { cards: marketCards(), hub: makeHub() };
  if (scenario === "market-many") fake.state.market.cards.push(...manyCards(1_124));
  if (scenario === "market-loading") fake.hold("search_connectors").hold("get_connector");
  if (scenario === "market-error") fake.fail("search_connectors").fail("get_connector");
  if (scenario === "market-slow") slowDown(fake, 400);
  if (scenario === "hub-refreshing") refresh(fake);
  if (scenario === "hub-failed") {
    fake.state.market.hub = makeHub({ known: 0, listed: 0, failure: HUB_DOWN.message });
    fake.state.market.cards = marketCards().filter(({ verified }) => verified);
    fake.answer("refresh_hub", () => later(900).then(() => Promise.reject(rejection(HUB_DOWN))));
  }
  const plan = fake.answerOf("plan_install");
  const planTime = scenario === "plan-slow" ? 60_000 : 1_500;
  fake.answer("plan_install", async (args) => {
    await later(planTime);
    if (scenario === "plan-failed") throw rejection(HUB_DOWN);
    return plan(args);
  });
  const install = fake.answerOf("install_connector");
  fake.answer("install_connector", async (args) => {
    await progress(fake, scenario === "install-failed" ? 0.6 : 1);
    if (scenario === "install-failed") {
      throw rejection(
        makeError({
          code: "operation_failed",
          message: "The package “simplejson” could not be built: it needs a C compiler.",
          hint: "Look for another connector for the same tool, or install a C compiler and try again.",
        }),
      );
    }
    return install(args);
  });
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function slowDown(fake: FakeTransport, milliseconds: number): void {
  const search = fake.answerOf("search_connectors");
  fake.answer("search_connectors", async (args) => {
    await later(milliseconds);
    return search(args);
  });
}

/** The catalogue comes in bit by bit. */
function refresh(fake: FakeTransport): void {
  const all = marketCards();
  const ours = all.filter(({ verified }) => verified);
  const others = all.filter(({ verified }) => !verified);
  let known = 0;
  const show = () => {
    const share = Math.min(1, known / 742);
    const cards = [...ours, ...others.slice(0, Math.round(share * others.length))];
    const hub = makeHub({ known, refreshing: share < 1, refreshed_at: null });
    fake.state.market = { cards, hub };
    fake.emit({ event: "invalidate", data: [{ tag: "connectors" }] });
  };
  show();
  const timer = setInterval(() => {
    known = Math.min(742, known + 9);
    show();
    if (known === 742) clearInterval(timer);
  }, 500);
}

async function progress(fake: FakeTransport, until: number): Promise<void> {
  const steps: EngineStep[] = ["finding_python", "installing", "compiling", "activating"];
  for (let share = 0.02; share < until; share += 0.02) {
    await later(120);
    const step = steps[Math.min(3, Math.floor(share * 4))] ?? "installing";
    fake.emit({
      event: "engine_progress",
      data: { environment: "the connector", step, fraction: share, total_fraction: share },
    });
  }
}
