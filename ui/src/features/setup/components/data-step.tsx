import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleStop, Inbox, RotateCw } from "lucide-react";
import { EmptyState, ErrorState } from "@/components/states";
import { Button } from "@/components/ui/button";
import { offerQuery } from "@/features/setup/api/queries";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { Subject } from "@/ipc/generated/Subject";
import { Discovery } from "./discovery";
import { useWizard, useWizardDraft } from "./scope";
import { StepFrame } from "./step-frame";
import { StreamChooser } from "./stream-chooser";

/** What of the source is brought in. The source is asked first, in the background. */
export function DataStep() {
  const transport = useTransport();
  const client = useQueryClient();
  const { connector } = useWizard();
  const { id } = useWizardDraft();
  const subject: Subject = { subject: "draft", id };
  const offer = useQuery(offerQuery(transport, subject));
  const refresh = useMutation({
    mutationFn: () => transport.invoke("get_offer", { subject, refresh: true }),
    meta: { quiet: true },
    onSuccess: (fresh) => client.setQueryData(offerQuery(transport, subject).queryKey, fresh),
  });
  const asking = refresh.isPending || (offer.isFetching && offer.data === undefined);
  const error = refresh.error ?? (offer.data === undefined ? offer.error : null);
  const again = () => refresh.mutate();
  const retry = (
    <Button kind="primary" icon={<RotateCw className="size-4" aria-hidden />} onClick={again}>
      Ask again
    </Button>
  );
  const title = "Choose what to bring in";
  if (!asking && error !== null && toApiError(error).code === "cancelled") {
    return (
      <StepFrame title={title}>
        <EmptyState
          icon={<CircleStop aria-hidden />}
          title="Stopped"
          action={
            <>
              {retry}
              {offer.data && <Button onClick={() => refresh.reset()}>Show what was known</Button>}
            </>
          }
        >
          {connector.card.label} was not asked to the end what it has. Your choice is as it was.
        </EmptyState>
      </StepFrame>
    );
  }
  if (asking) {
    return (
      <StepFrame title={title}>
        <Discovery subject={subject} label={connector.card.label} />
      </StepFrame>
    );
  }
  if (error !== null || offer.data === undefined) {
    return (
      <StepFrame title={title}>
        <ErrorState
          title={`${connector.card.label} did not say what it has`}
          error={error}
          busy={false}
          onRetry={again}
        />
      </StepFrame>
    );
  }
  if (offer.data.streams.length === 0) {
    return (
      <StepFrame title={title}>
        <EmptyState icon={<Inbox aria-hidden />} title="There is nothing to choose" action={retry}>
          {connector.card.label} answered that it has nothing this sign-in may read. Give it access
          to some data there, then ask again.
        </EmptyState>
      </StepFrame>
    );
  }
  return <StreamChooser subject={subject} offer={offer.data} onRefresh={again} />;
}
