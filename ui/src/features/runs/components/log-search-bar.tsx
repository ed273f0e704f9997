import { ChevronDown, ChevronUp } from "lucide-react";
import type { RefObject } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { SearchField } from "@/components/ui/search-field";
import { indexFrom, type Hits, type LogSearch } from "@/features/runs/api/log-search";
import { Button } from "@/components/ui/button";
import { formatNumber, formatShare } from "@/lib/format";

interface LogSearchBarProps {
  field: RefObject<HTMLInputElement | null>;
  text: string;
  onChange: (text: string) => void;
  search: LogSearch;
  hits: Hits;
  /** Bytes of the whole log. */
  end: number;
}

/** Searches the log: Enter goes to the next hit, Shift and Enter to the one before. */
export function LogSearchBar({ field, text, onChange, search, hits, end }: LogSearchBarProps) {
  const some = hits.offsets.length > 0;
  return (
    <div
      role="search"
      aria-label="Search in the log"
      className="flex items-center gap-1"
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
        event.preventDefault();
        if (event.shiftKey) search.previous();
        else search.next();
      }}
    >
      <SearchField
        ref={field}
        label="Search the log"
        value={text}
        onChange={onChange}
        className="w-44"
      />
      {text !== "" && (
        <>
          <p role="status" className="min-w-20 px-1 text-tiny text-ink-2 tabular-nums">
            {hitWords(hits, end)}
          </p>
          {hits.state === "looking" && (
            <Button size="small" kind="quiet" onClick={search.stop}>
              Stop
            </Button>
          )}
          <IconButton
            label="Previous hit"
            shortcut="Shift Enter"
            disabled={!some}
            icon={<ChevronUp className="size-4" aria-hidden />}
            onClick={search.previous}
          />
          <IconButton
            label="Next hit"
            shortcut="Enter"
            disabled={!some}
            icon={<ChevronDown className="size-4" aria-hidden />}
            onClick={search.next}
          />
        </>
      )}
    </div>
  );
}

/** How a search is doing, in a few words. */
export function hitWords(hits: Hits, end: number): string {
  const { state, offsets, current, looked, wrapped } = hits;
  if (state === "failed") return "The search failed";
  if (state === "looking" && offsets.length === 0) {
    return end > 0 ? `Searching, ${formatShare(looked / end)}` : "Searching";
  }
  if (state === "idle") return "";
  if (offsets.length === 0) return state === "stopped" ? "Stopped" : "Nothing found";
  const all = formatNumber(offsets.length) + (state === "done" ? "" : "+");
  if (current === null) return `${all} found`;
  const words = `${formatNumber(indexFrom(offsets, current) + 1)} of ${all}`;
  return wrapped ? `${words}, from the other end` : words;
}
