import { Plug } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { useBeginSetup } from "@/components/use-begin-setup";
import { useIsInstalling } from "@/features/marketplace/api/use-install-connector";
import { obstacleOf } from "@/features/marketplace/api/words";
import type { ConnectorDetail } from "@/ipc/generated/ConnectorDetail";
import { ConsentDialog } from "./consent-dialog";

/** The id of the words that say why a connector cannot be chosen. */
export const OBSTACLE = "connector-obstacle";

/** Begins to set a connector up. What was not tried by us is asked about first, before anything is installed. */
export function ConnectButton({ detail }: { detail: ConnectorDetail }) {
  const { card } = detail;
  const [asking, setAsking] = useState(false);
  const begin = useBeginSetup();
  const installing = useIsInstalling(card) && !asking;
  const blocked = obstacleOf(detail) !== null;
  const connect = () => begin.mutate({ kind: card.kind, type: card.type });
  return (
    <>
      <Button
        kind="primary"
        disabled={blocked}
        {...(blocked && { "aria-describedby": OBSTACLE })}
        busy={begin.isPending || installing}
        icon={<Plug className="size-4" aria-hidden />}
        onClick={() => (card.verified || card.installed ? connect() : setAsking(true))}
      >
        {installing ? "Installing" : "Connect"}
      </Button>
      {asking && (
        <ConsentDialog
          card={card}
          onClose={() => setAsking(false)}
          onInstalled={() => {
            setAsking(false);
            connect();
          }}
        />
      )}
    </>
  );
}
