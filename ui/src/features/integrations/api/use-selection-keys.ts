import { useEffect } from "react";
import { hasModifier } from "@/lib/platform";
import type { Selection } from "./use-selection";

/** The modifier with A chooses all that are shown, Esc chooses none; not while something is typed or a dialog is open. */
export function useSelectionKeys(selection: Selection): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      const typing =
        target instanceof HTMLElement &&
        target.closest("input:not([type=checkbox]), textarea, select, [role=menu]");
      const dialog = document.querySelector("[role=dialog], [role=alertdialog], [role=menu]");
      if (typing || dialog || event.defaultPrevented) return;
      if (event.key === "Escape" && selection.chosen.length > 0) selection.clear();
      if (hasModifier(event) && event.key.toLowerCase() === "a") {
        event.preventDefault();
        if (!selection.all) selection.toggleAll();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [selection]);
}
