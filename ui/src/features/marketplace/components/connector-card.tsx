import { Link, useRouter } from "@tanstack/react-router";
import { memo, useId } from "react";
import { LogoTile } from "@/components/connector-tile";
import { Skeleton } from "@/components/ui/skeleton";
import type { MarketView } from "@/features/marketplace/api/view";
import type { ConnectorCard } from "@/ipc/generated/ConnectorCard";
import { ConnectorBadges } from "./connector-badges";

interface CardLinkProps {
  card: ConnectorCard;
  index: number;
  view: MarketView;
  /** The one card that the Tab key reaches. */
  reachable: boolean;
  /** Tells that the keyboard is at this card. The same function each time, or all cards are drawn again. */
  onReach: (index: number) => void;
}

const frame = "h-full rounded-card border border-line bg-surface p-4 shadow-card";

/** A card of the marketplace. It leads to the connector's page. Scrolling draws only the new ones. */
export const CardLink = memo(function CardLink({
  card,
  index,
  view,
  reachable,
  onReach,
}: CardLinkProps) {
  const about = useId();
  const router = useRouter();
  return (
    <Link
      to="/marketplace/$kind/$id"
      params={{ kind: card.kind, id: card.type }}
      state={{ market: view, card: index }}
      // Going back finds this card again.
      onClick={() => {
        const { href, state } = router.history.location;
        router.history.replace(href, { ...state, card: index });
        // Written at once: what follows it would take its place otherwise.
        router.history.flush();
      }}
      data-card={index}
      tabIndex={reachable ? 0 : -1}
      onFocus={() => onReach(index)}
      aria-label={card.kind === "loader" ? `${card.label}, destination` : card.label}
      aria-describedby={about}
      className={`${frame} flex scroll-mt-20 scroll-mb-4 flex-col gap-3 transition-colors duration-100 hover:border-line-strong hover:bg-hover`}
    >
      <span className="flex items-center gap-3">
        <LogoTile label={card.label} logo={card.logo} />
        <span className="min-w-0 flex-1">
          <span className="line-clamp-2 font-semibold wrap-anywhere">{card.label}</span>
          {card.kind === "loader" && (
            <span className="block text-tiny text-ink-3">Destination</span>
          )}
        </span>
      </span>
      <span id={about} className="flex flex-1 flex-col gap-3">
        <span className="line-clamp-2 flex-1 text-small wrap-anywhere text-ink-2">
          {card.description || "Its makers say nothing about it."}
        </span>
        <span className="flex flex-wrap gap-1.5 empty:hidden">
          <ConnectorBadges card={card} />
        </span>
      </span>
    </Link>
  );
});

/** A card before its data: the same height, so that nothing jumps. */
export function CardSkeleton() {
  return (
    <div className={`${frame} flex flex-col gap-3`}>
      <div className="flex items-center gap-3">
        <Skeleton className="size-8 rounded-control" />
        <Skeleton className="h-4 w-28" />
      </div>
      <div className="h-10 flex-1 space-y-2 pt-1">
        <Skeleton className="h-3 w-full" />
        <Skeleton className="h-3 w-3/5" />
      </div>
      <Skeleton className="h-5 w-20" />
    </div>
  );
}
