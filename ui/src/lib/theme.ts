import { useSyncExternalStore } from "react";

/** What the person chose. */
export type ThemeChoice = "system" | "light" | "dark";
/** What is shown. */
export type Theme = "light" | "dark";

/** `public/theme-boot.js` reads the same key before the first paint. */
const KEY = "tributary.theme";

const listeners = new Set<() => void>();
const system = window.matchMedia("(prefers-color-scheme: dark)");

let choice = readChoice();
system.addEventListener("change", apply);

function readChoice(): ThemeChoice {
  try {
    const saved = localStorage.getItem(KEY);
    return saved === "light" || saved === "dark" ? saved : "system";
  } catch {
    return "system";
  }
}

function current(): Theme {
  if (choice !== "system") return choice;
  return system.matches ? "dark" : "light";
}

function apply(): void {
  document.documentElement.dataset.theme = current();
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Switches the theme and remembers it. */
export function setTheme(next: ThemeChoice): void {
  choice = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Not remembered, but switched: better than refusing.
  }
  apply();
}

/** What the person chose. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, () => choice);
}

/** What is shown. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, current);
}
