/** Reads a time of day as people write it: `6`, `6:30`, `06.30`, `18h`; `null` when it is none. */
export function readTime(text: string): string | null {
  const found = /^(\d{1,2})(?:[:.h](\d{2})?)?$/u.exec(text.trim());
  if (!found) return null;
  const hours = Number(found[1]);
  const minutes = Number(found[2] ?? 0);
  if (hours > 23 || minutes > 59) return null;
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}
