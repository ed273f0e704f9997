import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Laptop, Plus } from "lucide-react";
import { useState } from "react";
import { ConnectorTile, useConnectorLabel } from "@/components/connector-tile";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Skeleton } from "@/components/ui/skeleton";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { Destination } from "@/ipc/generated/Destination";
import { useBeginDraft } from "@/ipc/mutations";
import { destinationsQuery, integrationsQuery } from "@/ipc/queries";
import { plural } from "@/lib/format";
import { DestinationChooser } from "./destination-chooser";
import { DestinationTest } from "./destination-test";

/** Where data can go: each destination can be tested, edited and deleted; more can be added. */
export function DestinationsSection() {
  const destinations = useQuery(destinationsQuery(useTransport()));
  const [adding, setAdding] = useState(false);
  if (destinations.isPending) {
    return (
      <div className="space-y-3 p-4" role="status" aria-label="Loading the destinations">
        <Skeleton className="h-4 w-2/5" />
        <Skeleton className="h-4 w-3/5" />
      </div>
    );
  }
  if (destinations.isError) {
    const { message, hint } = toApiError(destinations.error);
    return (
      <div role="alert" className="flex items-center gap-4 p-4">
        <p className="flex-1 selectable text-ink-2">
          {message} {hint}
        </p>
        <Button
          size="small"
          busy={destinations.isFetching}
          onClick={() => void destinations.refetch()}
        >
          Try again
        </Button>
      </div>
    );
  }
  return (
    <>
      <ul aria-label="Destinations">
        {destinations.data.map((one) => (
          <DestinationRow key={one.id} destination={one} />
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-4 px-4 py-3">
        <p className="min-w-48 flex-1 text-small text-ink-2">
          {destinations.data.length === 0
            ? "Databases and files that your data can go to will be listed here."
            : "An integration chooses one of them when it is set up."}
        </p>
        <Button
          size="small"
          icon={<Plus className="size-3.5" aria-hidden />}
          onClick={() => setAdding(true)}
        >
          Add a destination
        </Button>
      </div>
      {adding && <DestinationChooser onClose={() => setAdding(false)} />}
    </>
  );
}

function DestinationRow({ destination }: { destination: Destination }) {
  const { id, name, type, built_in } = destination;
  const label = useConnectorLabel(type);
  const begin = useBeginDraft();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<"none" | "test" | "delete">("none");
  const edit = () =>
    begin.mutate(
      { from: "edit", kind: "loader", id },
      {
        onSuccess: (draft) =>
          void navigate({
            to: "/setup/$draft",
            params: { draft: draft.id },
            search: { step: "setup" },
          }),
      },
    );
  return (
    <li className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-2.5">
      {built_in ? (
        <span className="flex size-8 items-center justify-center rounded-control bg-paused-soft text-ink-2">
          <Laptop className="size-4.5" aria-hidden />
        </span>
      ) : (
        <ConnectorTile type={type} />
      )}
      <div className="min-w-40 flex-1">
        <p className="truncate font-medium">{name}</p>
        <p className="text-small text-ink-2">
          {built_in ? "Tables in a folder of this computer" : label}
        </p>
      </div>
      <Button
        size="small"
        kind="quiet"
        aria-label={`Test ${name}`}
        onClick={() => setDialog("test")}
      >
        Test
      </Button>
      {!built_in && (
        <>
          <Button
            size="small"
            kind="quiet"
            aria-label={`Edit ${name}`}
            busy={begin.isPending}
            onClick={edit}
          >
            Edit
          </Button>
          <Button
            size="small"
            kind="quiet"
            aria-label={`Delete ${name}`}
            onClick={() => setDialog("delete")}
          >
            Delete
          </Button>
        </>
      )}
      {dialog === "test" && (
        <DestinationTest destination={destination} onClose={() => setDialog("none")} />
      )}
      <DeleteDestination
        destination={destination}
        open={dialog === "delete"}
        onOpenChange={(open) => setDialog(open ? "delete" : "none")}
      />
    </li>
  );
}

interface DeleteDestinationProps {
  destination: Destination;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

function DeleteDestination({ destination, open, onOpenChange }: DeleteDestinationProps) {
  const transport = useTransport();
  const client = useQueryClient();
  const { data: integrations = [] } = useQuery(integrationsQuery(transport));
  const users = integrations.filter((one) => one.destination === destination.id);
  const remove = useMutation({
    mutationFn: () => transport.invoke("delete_destination", { id: destination.id }),
    onSuccess: () => onOpenChange(false),
    onSettled: () => void client.invalidateQueries({ queryKey: ["destinations"] }),
  });
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete “${destination.name}”?`}
      action="Delete"
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
    >
      <p>
        Its settings and what the keychain holds for it are removed. The data that is there stays.
      </p>
      {users.length > 0 && (
        <p className="mt-1.5">
          {plural(users.length, "integration")} {users.length === 1 ? "goes" : "go"} there:{" "}
          {users.map(({ name }) => name).join(", ")}. Choose another destination for{" "}
          {users.length === 1 ? "it" : "them"} first.
        </p>
      )}
    </Confirm>
  );
}
