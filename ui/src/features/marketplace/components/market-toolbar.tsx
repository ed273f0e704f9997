import { BadgeCheck, WifiOff } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { Button } from "@/components/ui/button";
import { SearchField } from "@/components/ui/search-field";
import { Segmented } from "@/components/ui/segmented";
import { Tooltip } from "@/components/ui/tooltip";
import type { MarketView } from "@/features/marketplace/api/view";

const kinds = [
  { value: "all", label: "All" },
  { value: "extractor", label: "Sources" },
  { value: "loader", label: "Destinations" },
] as const;

interface MarketToolbarProps {
  view: MarketView;
  text: string;
  searchRef: RefObject<HTMLInputElement | null>;
  /** Categories, where there is no room for them beside the cards. */
  categories: ReactNode;
  onText: (text: string) => void;
  onArrowDown: () => void;
  onView: (change: MarketChange) => void;
}

/** What changes in a view; `undefined` takes a filter away. */
export type MarketChange = {
  [Key in keyof MarketView]?: MarketView[Key] | undefined;
};

/** Search and filters. It stays in sight while the cards scroll, as long as the window is high enough for both. */
export function MarketToolbar({
  view,
  text,
  searchRef,
  categories,
  onText,
  onArrowDown,
  onView,
}: MarketToolbarProps) {
  return (
    <div
      role="toolbar"
      aria-label="Marketplace"
      onKeyDown={(event) => {
        if (event.key !== "ArrowDown" || event.target !== searchRef.current) return;
        event.preventDefault();
        onArrowDown();
      }}
      className="z-10 -mx-6 mb-3 flex flex-wrap items-center gap-2 bg-canvas px-6 py-2 [@media(min-height:30rem)]:sticky [@media(min-height:30rem)]:top-0"
    >
      <SearchField
        ref={searchRef}
        label="Search connectors"
        value={text}
        onChange={onText}
        className="min-w-52 flex-1"
      />
      <Segmented
        label="Kind"
        value={view.kind ?? "all"}
        options={kinds}
        onChange={(kind) => onView({ kind: kind === "all" ? undefined : kind })}
      />
      <div className="wide:hidden">{categories}</div>
      <Chip
        chosen={view.verified === true}
        explanation="Come with Tributary, tried by its makers"
        icon={<BadgeCheck className="size-4" aria-hidden />}
        onChange={(chosen) => onView({ verified: chosen || undefined })}
      >
        Verified
      </Chip>
      <Chip
        chosen={view.offline === true}
        explanation="Can be set up without the internet"
        icon={<WifiOff className="size-4" aria-hidden />}
        onChange={(chosen) => onView({ offline: chosen || undefined })}
      >
        Ready offline
      </Chip>
    </div>
  );
}

interface ChipProps {
  chosen: boolean;
  explanation: string;
  icon: ReactNode;
  onChange: (chosen: boolean) => void;
  children: ReactNode;
}

function Chip({ chosen, explanation, icon, onChange, children }: ChipProps) {
  return (
    <Tooltip text={explanation} side="bottom">
      <Button
        aria-pressed={chosen}
        icon={icon}
        className={chosen ? "border-accent! bg-accent-soft! text-accent-ink!" : ""}
        onClick={() => onChange(!chosen)}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
