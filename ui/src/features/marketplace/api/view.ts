import type { CategoryCount } from "@/ipc/generated/CategoryCount";
import type { ConnectorKind } from "@/ipc/generated/ConnectorKind";
import type { MarketQuery } from "@/ipc/queries";

/** What the marketplace shows. It is the address of its page, so that each view can be gone back to. */
export interface MarketView {
  q?: string;
  kind?: ConnectorKind;
  category?: string;
  verified?: true;
  offline?: true;
}

/** The view an address asks for. What it does not know it leaves out. */
export function readView(search: Record<string, unknown>): MarketView {
  const { q, kind, category, verified, offline } = search;
  const view: MarketView = {};
  // The router reads `?q=365` as a number.
  const text = typeof q === "number" ? String(q) : q;
  if (typeof text === "string" && text !== "") view.q = text;
  if (kind === "extractor" || kind === "loader") view.kind = kind;
  if (typeof category === "string") view.category = category;
  if (verified === true) view.verified = true;
  if (offline === true) view.offline = true;
  return view;
}

/** What is asked for in a view, with the text that is being typed. */
export function toQuery(view: MarketView, text: string): MarketQuery {
  return {
    text: text.trim(),
    kind: view.kind ?? null,
    category: view.category ?? null,
    verified: view.verified ?? false,
    offline: view.offline ?? false,
  };
}

/** Whether something but the text narrows a view. */
export function isFiltered({ kind, category, verified, offline }: MarketView): boolean {
  return [kind, category, verified, offline].some((part) => part !== undefined);
}

/** Words that are no ordinary words. */
const names: Record<string, string> = {
  "": "Without a category",
  api: "API",
  bi: "BI",
  crm: "CRM",
  ecommerce: "E-commerce",
  erp: "ERP",
  hr: "HR",
  hris: "HR",
  iot: "IoT",
  seo: "SEO",
};

/** What people call a category. */
export function categoryName(category: string): string {
  const words = category.replaceAll(/[-_\s]+/gu, " ").trim();
  const known = names[words.toLowerCase()];
  return known ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** Categories in the order of their names, those without one last; the chosen one is there even when it is empty. */
export function orderedCategories(
  counts: readonly CategoryCount[],
  chosen: string | undefined,
): CategoryCount[] {
  const all = [...counts];
  if (chosen !== undefined && !all.some(({ category }) => category === chosen)) {
    all.push({ category: chosen, count: 0 });
  }
  return all.sort((a, b) => {
    if (a.category === "" || b.category === "") return a.category === "" ? 1 : -1;
    return categoryName(a.category).localeCompare(categoryName(b.category), "en");
  });
}
