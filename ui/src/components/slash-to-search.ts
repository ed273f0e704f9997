import { useEffect, type RefObject } from "react";

/** `/` goes to the search, as long as nothing is being typed elsewhere. */
export function useSlashToSearch(field: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea");
      const dialog = document.querySelector("[role=dialog], [role=alertdialog]");
      if (event.key !== "/" || typing || dialog) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [field]);
}
