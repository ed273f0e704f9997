import { clsx } from "clsx";
import { Search, X } from "lucide-react";
import type { RefObject } from "react";

interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
  ref?: RefObject<HTMLInputElement | null>;
}

/** A field to search in. Esc empties it. */
export function SearchField({ label, value, onChange, className, ref }: SearchFieldProps) {
  return (
    <div className={clsx("relative flex items-center", className)}>
      <Search className="pointer-events-none absolute left-2.5 size-4 text-ink-3" aria-hidden />
      <input
        ref={ref}
        type="text"
        role="searchbox"
        aria-label={label}
        placeholder={label}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && value !== "") {
            event.stopPropagation();
            onChange("");
          }
        }}
        className="h-8 w-full cursor-text rounded-control border border-line-strong bg-surface pr-8 pl-8 text-small text-ink placeholder:text-ink-3"
      />
      {value !== "" && (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => onChange("")}
          className="absolute right-1.5 rounded-md p-1 text-ink-3 hover:bg-hover hover:text-ink"
        >
          <X className="size-3.5" aria-hidden />
        </button>
      )}
    </div>
  );
}
