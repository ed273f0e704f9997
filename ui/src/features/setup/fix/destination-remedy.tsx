import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { DestinationTest } from "@/features/setup/components/destination-test";
import { useTransport } from "@/ipc/context";
import type { DestinationId } from "@/ipc/generated/DestinationId";
import { useBeginDraft } from "@/ipc/mutations";
import { destinationsQuery } from "@/ipc/queries";

interface DestinationRemedyProps {
  id: DestinationId;
  onDone: () => void;
}

/** Leads to the destination's settings, and tests it. */
export function DestinationRemedy({ id, onDone }: DestinationRemedyProps) {
  const { data: destinations } = useQuery(destinationsQuery(useTransport()));
  const destination = destinations?.find((one) => one.id === id);
  const begin = useBeginDraft();
  const navigate = useNavigate();
  const router = useRouter();
  const [testing, setTesting] = useState(false);
  const editable = destination?.built_in === false;
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
    <>
      <p className="text-ink-2">
        The data goes to{" "}
        <span className="font-medium text-ink">
          {editable ? destination.name : "this computer"}
        </span>
        .
      </p>
      <div className="flex flex-wrap gap-2">
        {editable ? (
          <Button kind="primary" busy={begin.isPending} onClick={edit}>
            Edit {destination.name}
          </Button>
        ) : (
          <Button onClick={() => router.history.push("/settings/destinations")}>
            Look at the destinations
          </Button>
        )}
        {destination && <Button onClick={() => setTesting(true)}>Test the destination</Button>}
        <Button kind={editable ? "secondary" : "primary"} onClick={onDone}>
          Test and sync again
        </Button>
      </div>
      {testing && destination && (
        <DestinationTest destination={destination} onClose={() => setTesting(false)} />
      )}
    </>
  );
}
