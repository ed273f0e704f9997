import { useQuery } from "@tanstack/react-query";
import { Laptop, Plus } from "lucide-react";
import { useState } from "react";
import { ConnectorTile, useConnectorLabel } from "@/components/connector-tile";
import { ErrorState } from "@/components/states";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useTransport } from "@/ipc/context";
import type { Destination } from "@/ipc/generated/Destination";
import { destinationsQuery } from "@/ipc/queries";
import { DestinationChooser } from "./destination-chooser";
import { SchedulePicker } from "./schedule-picker";
import { useWizard, useWizardDraft } from "./scope";
import { StepFrame } from "./step-frame";

/** Where the data goes, and when. */
export function DestinationStep() {
  return (
    <StepFrame title="Destination and schedule">
      <div className="max-w-xl space-y-8">
        <Destinations />
        <SchedulePicker />
      </div>
    </StepFrame>
  );
}

function Destinations() {
  const destinations = useQuery(destinationsQuery(useTransport()));
  const { keeper } = useWizard();
  const draft = useWizardDraft();
  const [adding, setAdding] = useState(false);
  if (destinations.isPending) {
    return (
      <div role="status" aria-label="Loading the destinations" className="space-y-2">
        <Skeleton className="h-14 w-full rounded-card" />
        <Skeleton className="h-14 w-full rounded-card" />
      </div>
    );
  }
  if (destinations.isError) {
    return (
      <ErrorState
        title="Your destinations could not be shown"
        error={destinations.error}
        busy={destinations.isFetching}
        onRetry={() => void destinations.refetch()}
      />
    );
  }
  const all = destinations.data;
  const chosen = chosenDestination(all, draft.destination);
  return (
    <fieldset>
      <legend className="mb-2 text-small font-medium">Where the data goes</legend>
      <div className="space-y-2">
        {all.length === 0 && (
          <DestinationOption checked label="This computer" built onChoose={() => undefined} />
        )}
        {all.map((one) => (
          <DestinationOption
            key={one.id}
            checked={one.id === chosen?.id}
            label={one.name}
            type={one.type}
            built={one.built_in}
            onChoose={() => keeper.change({ destination: one.id })}
          />
        ))}
      </div>
      <Button
        className="mt-3"
        size="small"
        icon={<Plus className="size-3.5" aria-hidden />}
        onClick={() => setAdding(true)}
      >
        Add a destination
      </Button>
      {adding && <DestinationChooser back={draft.id} onClose={() => setAdding(false)} />}
    </fieldset>
  );
}

/** The destination of an id; the one on this computer for `null`. */
export function chosenDestination(
  all: readonly Destination[],
  id: string | null,
): Destination | undefined {
  return all.find((one) => (id === null ? one.built_in : one.id === id));
}

interface DestinationOptionProps {
  checked: boolean;
  label: string;
  type?: string;
  built: boolean;
  onChoose: () => void;
}

function DestinationOption({ checked, label, type, built, onChoose }: DestinationOptionProps) {
  const connector = useConnectorLabel(type ?? "");
  return (
    <label className="flex items-center gap-3 rounded-card border border-line bg-surface px-3.5 py-2.5 hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft">
      <input
        type="radio"
        name="destination"
        className="size-4 accent-(--accent)"
        checked={checked}
        onChange={onChoose}
      />
      {built ? (
        <span className="flex size-8 items-center justify-center rounded-control bg-paused-soft text-ink-2">
          <Laptop className="size-4.5" aria-hidden />
        </span>
      ) : (
        <ConnectorTile type={type ?? ""} />
      )}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{label}</span>
        <span className="block text-small text-ink-2">
          {built ? "Tables in a folder of this computer. Nothing to set up." : connector}
        </span>
      </span>
    </label>
  );
}
