import {
  BadgeCheck,
  Container,
  FlaskConical,
  GitBranch,
  Medal,
  Moon,
  WifiOff,
  X,
} from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { ConnectorCard } from "@/ipc/generated/ConnectorCard";
import type { Maintenance } from "@/ipc/generated/Maintenance";
import type { Quality } from "@/ipc/generated/Quality";

const qualityWords: Record<Quality, string | null> = {
  gold: "Gold",
  silver: "Silver",
  bronze: "Bronze",
  unknown: null,
};

/** That somebody looks after it is what one expects: only the rest is said. */
const maintenanceWords: Record<Maintenance, string | null> = {
  active: null,
  beta: "Beta",
  development: "In development",
  inactive: "No longer looked after",
  unknown: null,
};

/** What kind of connector this is, in a few words each. */
export function ConnectorBadges({ card }: { card: ConnectorCard }) {
  const quality = card.verified ? null : qualityWords[card.quality];
  const maintenance = maintenanceWords[card.maintenance];
  return (
    <>
      {card.verified && (
        <Badge tone="accent" icon={<BadgeCheck aria-hidden />}>
          Verified
        </Badge>
      )}
      {card.offline && <Badge icon={<WifiOff aria-hidden />}>Ready offline</Badge>}
      <NeedBadge needs={card.needs} />
      {quality !== null && (
        <Badge icon={<Medal aria-hidden />}>
          {quality}
          <span className="sr-only"> quality</span>
        </Badge>
      )}
      {maintenance !== null && (
        <Badge
          icon={
            card.maintenance === "inactive" ? <Moon aria-hidden /> : <FlaskConical aria-hidden />
          }
        >
          {maintenance}
        </Badge>
      )}
    </>
  );
}

function NeedBadge({ needs }: Pick<ConnectorCard, "needs">) {
  switch (needs) {
    case "nothing":
      return null;
    case "docker":
      return (
        <Badge tone="late" icon={<Container aria-hidden />}>
          Needs Docker
        </Badge>
      );
    case "git":
      return (
        <Badge tone="late" icon={<GitBranch aria-hidden />}>
          Needs Git
        </Badge>
      );
    case "impossible":
      return (
        <Badge tone="late" icon={<X aria-hidden />}>
          Cannot be installed
        </Badge>
      );
  }
}
