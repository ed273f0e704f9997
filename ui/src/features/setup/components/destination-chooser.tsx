import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Database } from "lucide-react";
import { ConnectorTile } from "@/components/connector-tile";
import { EmptyState, ErrorState } from "@/components/states";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { useTransport } from "@/ipc/context";
import type { DraftId } from "@/ipc/generated/DraftId";
import { useBeginDraft } from "@/ipc/mutations";
import { connectorsQuery } from "@/ipc/queries";

interface DestinationChooserProps {
  /** The draft to come back to, with the new destination chosen. */
  back?: DraftId;
  onClose: () => void;
}

/** Chooses what kind of destination to add, and goes to setting it up. */
export function DestinationChooser({ back, onClose }: DestinationChooserProps) {
  const connectors = useQuery(connectorsQuery(useTransport()));
  const begin = useBeginDraft();
  const navigate = useNavigate();
  const loaders = connectors.data?.filter(({ kind }) => kind === "loader") ?? [];
  const choose = (type: string) =>
    begin.mutate(
      { from: "connector", kind: "loader", type },
      {
        onSuccess: ({ id }) => {
          onClose();
          void navigate({
            to: "/setup/$draft",
            params: { draft: id },
            search: back ? { back } : {},
          });
        },
      },
    );
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add a destination"
      description="Where should the data go?"
    >
      {connectors.isPending ? (
        <div role="status" aria-label="Loading the destinations" className="space-y-2">
          <Skeleton className="h-12 w-full" />
          <Skeleton className="h-12 w-full" />
        </div>
      ) : connectors.isError ? (
        <ErrorState
          title="The kinds of destinations could not be shown"
          error={connectors.error}
          busy={connectors.isFetching}
          onRetry={() => void connectors.refetch()}
        />
      ) : loaders.length === 0 ? (
        <EmptyState icon={<Database aria-hidden />} title="No kind of destination is installed">
          Look for one in the marketplace.
        </EmptyState>
      ) : (
        <ul className="space-y-1">
          {loaders.map(({ type, label, description }) => (
            <li key={type}>
              <button
                type="button"
                aria-label={label}
                aria-description={description}
                disabled={begin.isPending}
                onClick={() => choose(type)}
                className="flex w-full items-center gap-3 rounded-control p-2 text-left hover:bg-hover disabled:opacity-50"
              >
                <ConnectorTile type={type} />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{label}</span>
                  <span className="line-clamp-2 text-small text-ink-2">{description}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
