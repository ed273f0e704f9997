import { isLate } from "@/components/status-words";
import type { Integration } from "@/ipc/generated/Integration";
import { isActive, totalRecords } from "@/ipc/run-status";

/** Which integrations are shown. */
export const filters = [
  "all",
  "attention",
  "late",
  "syncing",
  "ready",
  "paused",
  "unfinished",
] as const;
export type Filter = (typeof filters)[number];

/** What a filter is called. */
export const filterWords: Record<Filter, string> = {
  all: "All states",
  attention: "Needs attention",
  late: "Late",
  syncing: "Syncing",
  ready: "Up to date",
  paused: "Paused",
  unfinished: "Not synced yet",
};

/** In which order they are shown. */
export const sorts = ["name", "status", "synced", "next", "rows"] as const;
export type Sort = (typeof sorts)[number];

/** What an order is called. */
export const sortWords: Record<Sort, string> = {
  name: "Name",
  status: "Status, attention first",
  synced: "Last sync, newest first",
  next: "Next sync, soonest first",
  rows: "Rows, most first",
};

/** Which group of states an integration belongs to. */
export function groupOf(integration: Integration): Exclude<Filter, "all"> {
  if (integration.last_run && isActive(integration.last_run.status)) return "syncing";
  switch (integration.status) {
    case "paused":
      // What paused itself waits for somebody who mends it.
      return integration.schedule_state?.paused_because ? "attention" : "paused";
    case "attention":
    case "syncing":
      return integration.status;
    case "draft":
      return "unfinished";
    case "untested":
    case "ready":
      if (isLate(integration)) return "late";
      return integration.last_synced_at ? "ready" : "unfinished";
  }
}

/** Whether the search finds an integration: every word in its name or in its connector's label. */
function matches(integration: Integration, words: readonly string[], label: string): boolean {
  const text = `${integration.name} ${label} ${integration.type}`.toLocaleLowerCase("en");
  return words.every((word) => text.includes(word));
}

const statusOrder: Record<Exclude<Filter, "all">, number> = {
  attention: 0,
  late: 1,
  syncing: 2,
  unfinished: 3,
  ready: 4,
  paused: 5,
};

/** Sort keys of names, made once: a collator compares ten thousand names too slowly for a list that opens at once. */
const nameKeys = new WeakMap<Integration, string>();

/** A text that sorts as people sort the name: numbers by value, without regard to case or accents. */
function nameKey(integration: Integration): string {
  const known = nameKeys.get(integration);
  if (known !== undefined) return known;
  const key = integration.name
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLocaleLowerCase("en")
    .replaceAll(/\d+/gu, (digits) => digits.padStart(12, "0"));
  nameKeys.set(integration, key);
  return key;
}

/** What has no moment comes last. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** By what an order sorts before the name does: small ones first. */
function rankOf(integration: Integration, sort: Sort): number {
  switch (sort) {
    case "name":
      return 0;
    case "status":
      return statusOrder[groupOf(integration)];
    case "synced":
      return integration.last_synced_at ? -Date.parse(integration.last_synced_at) : NEVER;
    case "next": {
      const next = integration.schedule_state?.next;
      return next ? Date.parse(next) : NEVER;
    }
    case "rows":
      return -totalRecords(integration.last_run?.streams ?? []);
  }
}

/** How many integrations each filter shows. */
export function countByFilter(integrations: readonly Integration[]): Record<Filter, number> {
  const counts: Record<Filter, number> = {
    all: integrations.length,
    attention: 0,
    late: 0,
    syncing: 0,
    ready: 0,
    paused: 0,
    unfinished: 0,
  };
  for (const one of integrations) counts[groupOf(one)] += 1;
  return counts;
}

export interface View {
  search: string;
  filter: Filter;
  sort: Sort;
}

/** The integrations to show, in order. `labelOf` names a connector. */
export function shownIntegrations(
  integrations: readonly Integration[],
  { search, filter, sort }: View,
  labelOf: (type: string) => string,
): Integration[] {
  const words = search.toLocaleLowerCase("en").split(/\s+/u).filter(Boolean);
  return integrations
    .filter((one) => filter === "all" || groupOf(one) === filter)
    .filter((one) => words.length === 0 || matches(one, words, labelOf(one.type)))
    .map((one) => ({ one, rank: rankOf(one, sort), key: nameKey(one) }))
    .sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ one }) => one);
}
