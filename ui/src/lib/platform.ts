const mac = /mac/iu.test(navigator.userAgent);

/** A shortcut as it is written on this computer: `shortcut("K")` is "Ctrl K", or "⌘ K" on a Mac. */
export function shortcut(key: string): string {
  return `${mac ? "⌘" : "Ctrl"} ${key}`;
}

/** Whether the modifier of shortcuts is held. */
export function hasModifier(event: KeyboardEvent): boolean {
  return (mac ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey;
}
