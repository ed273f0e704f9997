import type { Destination } from "@/ipc/generated/Destination";
import type { SyncMode } from "@/ipc/generated/SyncMode";

/** How a stream is brought in, in words. */
export const modeWords: Record<SyncMode, string> = {
  incremental: "New and changed",
  full: "Everything each time",
};

/** What happens to rows that are there already when they come again. */
export type Repeated = "replaced" | "doubled" | "unknown";

/** Destinations that only ever add to their files. */
const onlyAdding = new Set(["csv", "jsonl"]);
/** Destinations that say in a setting how they load, with what they do when it is not set. */
const byMethod = new Map<string, Repeated>([
  ["elasticsearch", "doubled"],
  ["postgres", "replaced"],
  ["snowflake", "replaced"],
]);

/** What a destination does with rows that come once more. */
export function repeatedAt(destination: Destination | undefined): Repeated {
  if (!destination) return "unknown";
  const { type, config, built_in } = destination;
  if (built_in || type === "duckdb") return "replaced";
  if (onlyAdding.has(type)) return "doubled";
  const method = config.load_method;
  if (typeof method === "string") return method === "append-only" ? "doubled" : "replaced";
  return byMethod.get(type) ?? "unknown";
}

/** The same as a sentence. */
export function repeatedSentence(destination: Destination | undefined): string {
  switch (repeatedAt(destination)) {
    case "replaced":
      return "Rows that are there already are replaced by what comes; streams without a key may have rows twice.";
    case "doubled":
      return `${destination?.name ?? "The destination"} only adds rows: those that are there already will be there twice. Remove them there first if that matters.`;
    case "unknown":
      return "If the destination only adds rows, those that are there already will be there twice.";
  }
}
