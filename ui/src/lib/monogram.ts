/** The two letters that stand for a name: initials of its first two words, or its first two letters. */
export function monogram(name: string): string {
  const words = name.split(/[\s_\-.]+/u).filter((word) => word !== "");
  const [first = "?", second] = words;
  const letters = second
    ? [firstLetter(first), firstLetter(second)]
    : Array.from(first).slice(0, 2);
  const [one = "?", two = ""] = letters;
  return one.toLocaleUpperCase("en") + (second ? two.toLocaleUpperCase("en") : two.toLowerCase());
}

function firstLetter(word: string): string {
  return Array.from(word)[0] ?? "";
}

/** One of `count` tints, always the same for the same name. */
export function tintOf(name: string, count: number): number {
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hash % count;
}
