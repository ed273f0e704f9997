import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { environmentName, stepWords } from "@/components/engine-words";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Progress } from "@/components/ui/progress";
import {
  useInstallConnector,
  useInstallPlan,
} from "@/features/marketplace/api/use-install-connector";
import { toApiError } from "@/ipc/errors";
import type { ConnectorCard } from "@/ipc/generated/ConnectorCard";
import { engineProgressQuery } from "@/ipc/queries";
import { PlanView } from "./plan-view";

interface ConsentDialogProps {
  card: ConnectorCard;
  onClose: () => void;
  /** It is installed and can be connected. */
  onInstalled: () => void;
}

/** Shows what installing a connector that was not tried would run on this computer, asks, and then does just that. */
export function ConsentDialog({ card, onClose, onInstalled }: ConsentDialogProps) {
  const plan = useInstallPlan(card);
  const install = useInstallConnector(card);
  const again = () => {
    install.reset();
    void plan.refetch();
  };
  const planning = plan.isFetching;
  const agree = () => {
    if (plan.data) install.mutate(plan.data, { onSuccess: onInstalled });
  };
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={`Install ${card.label}?`}
      footer={
        install.isPending ? (
          <Button onClick={onClose}>Go on in the background</Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            {install.isError || plan.isError ? (
              <Button kind="primary" busy={planning} onClick={again}>
                Try again
              </Button>
            ) : (
              <Button kind="primary" disabled={planning} onClick={agree}>
                Install and connect
              </Button>
            )}
          </>
        )
      }
    >
      {install.isError ? (
        <Failure title={`${card.label} could not be installed.`} error={install.error}>
          What had been fetched was removed again.
        </Failure>
      ) : install.isPending ? (
        <Installing />
      ) : planning ? (
        <div role="status" className="space-y-3 py-3">
          <p>Working out what would be installed</p>
          <Progress label="Working out what would be installed" share={null} />
          <p className="text-small text-ink-2">
            The package index is asked for every part that {card.label} needs. Nothing is installed
            meanwhile.
          </p>
        </div>
      ) : plan.data === undefined ? (
        <Failure title="What would be installed could not be found out." error={plan.error} />
      ) : (
        <PlanView plan={plan.data} />
      )}
    </Dialog>
  );
}

function Installing() {
  const { data: progress } = useQuery(engineProgressQuery);
  const words = progress
    ? `${stepWords[progress.step]} (${environmentName(progress.environment)})`
    : "Fetching the packages";
  return (
    <div role="status" className="space-y-3 py-3">
      <p>{words}</p>
      <Progress label="Installing" share={progress?.total_fraction ?? null} />
      <p className="text-small text-ink-2">
        You may close this: it goes on in the background, and a message tells you when it is done.
      </p>
    </div>
  );
}

interface FailureProps {
  title: string;
  error: unknown;
  children?: ReactNode;
}

function Failure({ title, error, children }: FailureProps) {
  const { message, hint } = toApiError(error);
  return (
    <div role="alert" className="flex gap-3 py-3">
      <TriangleAlert className="mt-0.5 size-4.5 shrink-0 text-attention" aria-hidden />
      <div className="min-w-0 flex-1 wrap-anywhere">
        <p className="font-medium">{title}</p>
        <p className="mt-1 text-ink-2">{message}</p>
        {hint !== "" && <p className="mt-1">{hint}</p>}
        {children !== undefined && <p className="mt-1 text-ink-2">{children}</p>}
      </div>
    </div>
  );
}
