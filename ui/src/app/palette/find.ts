/** Something the palette can do. */
export interface Entry {
  id: string;
  /** What it is found by, besides its group. */
  text: string;
}

/**
 * The entries whose text holds every word of the search, best first: those in which a word begins with what is typed. At
 * most `limit`; the search ends as soon as there are enough of the best, so that ten thousand entries cost little.
 */
export function findEntries<One extends Entry>(
  entries: Iterable<One>,
  search: string,
  limit: number,
): One[] {
  const words = search.toLocaleLowerCase("en").split(/\s+/u).filter(Boolean);
  const best: One[] = [];
  const good: One[] = [];
  for (const entry of entries) {
    if (best.length >= limit) break;
    const text = entry.text.toLocaleLowerCase("en");
    if (!words.every((word) => text.includes(word))) continue;
    const begins = words.every((word) => text.startsWith(word) || text.includes(` ${word}`));
    if (begins) best.push(entry);
    else if (good.length < limit) good.push(entry);
  }
  return [...best, ...good].slice(0, limit);
}
