import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FileQuestion } from "lucide-react";
import { EmptyState, ErrorState } from "@/components/states";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { formQuery } from "@/features/setup/api/queries";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { Draft } from "@/ipc/generated/Draft";
import type { DraftId } from "@/ipc/generated/DraftId";
import { connectorQuery, draftQuery } from "@/ipc/queries";
import { Wizard } from "./wizard";
import { WizardDialog } from "./wizard-dialog";

interface SetupPageProps {
  id: DraftId;
  /** The step to begin with, instead of the one it was left at. */
  step: string | null;
  /** The draft to go back to, when a destination is added for it. */
  back: DraftId | null;
  /** A setting to look at first. */
  setting: string | null;
}

/** Goes on with a draft. */
export function SetupPage({ id, step, back, setting }: SetupPageProps) {
  const transport = useTransport();
  const navigate = useNavigate();
  // What was kept of it in the window may be older than the draft: it is read each time, once.
  const draft = useQuery({ ...draftQuery(transport, id), refetchOnMount: "always" });
  const close = () => void navigate({ to: "/integrations" });
  if (draft.isError) {
    const gone = toApiError(draft.error).code === "not_found";
    return (
      <WizardDialog title="Set up" type={null} onClose={close}>
        {gone ? (
          <EmptyState
            icon={<FileQuestion aria-hidden />}
            title="This set-up is no longer kept"
            action={
              <Button kind="primary" onClick={close}>
                Show all integrations
              </Button>
            }
          >
            It was finished or discarded.
          </EmptyState>
        ) : (
          <ErrorState
            title="The set-up could not be opened"
            error={draft.error}
            busy={draft.isFetching}
            onRetry={() => void draft.refetch()}
          />
        )}
      </WizardDialog>
    );
  }
  if (draft.data === undefined || !draft.isFetchedAfterMount) return <Opening onClose={close} />;
  return (
    <OpenedDraft draft={draft.data} step={step} back={back} setting={setting} onClose={close} />
  );
}

interface OpenedDraftProps {
  draft: Draft;
  step: string | null;
  back: DraftId | null;
  setting: string | null;
  onClose: () => void;
}

function OpenedDraft({ draft, step, back, setting, onClose }: OpenedDraftProps) {
  const transport = useTransport();
  const form = useQuery(formQuery(transport, draft.kind, draft.type));
  const connector = useQuery(connectorQuery(transport, draft.kind, draft.type));
  const failed = form.data ? connector : form;
  if (form.data && connector.data) {
    return (
      <Wizard
        draft={draft}
        step={step}
        form={form.data}
        connector={connector.data}
        back={back}
        setting={setting}
      />
    );
  }
  if (failed.isError) {
    return (
      <WizardDialog title="Set up" type={draft.type} onClose={onClose}>
        <ErrorState
          title="The form could not be made"
          error={failed.error}
          busy={failed.isFetching}
          onRetry={() => void failed.refetch()}
        />
      </WizardDialog>
    );
  }
  return <Opening onClose={onClose} />;
}

function Opening({ onClose }: { onClose: () => void }) {
  return (
    <WizardDialog
      title="Set up"
      type={null}
      side={<></>}
      footer={<span className="h-8" />}
      onClose={onClose}
    >
      <div role="status" aria-label="Opening" className="max-w-xl space-y-6 px-6 py-6">
        <Skeleton className="h-5 w-48" />
        {Array.from({ length: 4 }, (_, index) => (
          <div key={index} className="space-y-2">
            <Skeleton className="h-3.5 w-28" />
            <Skeleton className="h-8 w-full" />
          </div>
        ))}
      </div>
    </WizardDialog>
  );
}
