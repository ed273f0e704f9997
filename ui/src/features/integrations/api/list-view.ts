import type { Integration } from "@/ipc/generated/Integration";
import { isActive, totalRecords } from "@/ipc/run-status";

/** Which integrations are shown. */
export const filters = ["all", "attention", "syncing", "ready", "paused", "unfinished"] as const;
export type Filter = (typeof filters)[number];

/** What a filter is called. */
export const filterWords: Record<Filter, string> = {
  all: "All states",
  attention: "Needs attention",
  syncing: "Syncing",
  ready: "Up to date",
  paused: "Paused",
  unfinished: "Not synced yet",
};

/** In which order they are shown. */
export const sorts = ["name", "status", "synced", "rows"] as const;
export type Sort = (typeof sorts)[number];

/** What an order is called. */
export const sortWords: Record<Sort, string> = {
  name: "Name",
  status: "Status, attention first",
  synced: "Last sync, newest first",
  rows: "Rows, most first",
};

/** Which group of states an integration belongs to. */
export function groupOf(integration: Integration): Exclude<Filter, "all"> {
  if (integration.last_run && isActive(integration.last_run.status)) return "syncing";
  switch (integration.status) {
    case "attention":
    case "paused":
    case "syncing":
      return integration.status;
    case "draft":
      return "unfinished";
    case "untested":
    case "ready":
      return integration.last_synced_at ? "ready" : "unfinished";
  }
}

/** Whether the search finds an integration: every word in its name or in its connector's label. */
function matches(integration: Integration, search: string, connectorLabel: string): boolean {
  const text = `${integration.name} ${connectorLabel} ${integration.type}`.toLocaleLowerCase("en");
  const words = search.toLocaleLowerCase("en").split(/\s+/u);
  return words.every((word) => text.includes(word));
}

const statusOrder: Record<Exclude<Filter, "all">, number> = {
  attention: 0,
  syncing: 1,
  unfinished: 2,
  ready: 3,
  paused: 4,
};

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compare(a: Integration, b: Integration, sort: Sort): number {
  switch (sort) {
    case "name":
      return 0;
    case "status":
      return statusOrder[groupOf(a)] - statusOrder[groupOf(b)];
    case "synced":
      return (b.last_synced_at ?? "").localeCompare(a.last_synced_at ?? "");
    case "rows":
      return totalRecords(b.last_run?.streams ?? []) - totalRecords(a.last_run?.streams ?? []);
  }
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
  const wanted = search.trim();
  return integrations
    .filter((one) => filter === "all" || groupOf(one) === filter)
    .filter((one) => wanted === "" || matches(one, wanted, labelOf(one.type)))
    .sort((a, b) => compare(a, b, sort) || collator.compare(a.name, b.name));
}
