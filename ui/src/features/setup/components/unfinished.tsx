import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ConnectorTile, useConnectorLabel } from "@/components/connector-tile";
import { RelativeTime } from "@/components/relative-time";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { readStep, stepWords } from "@/features/setup/api/steps";
import { useTransport } from "@/ipc/context";
import type { Draft } from "@/ipc/generated/Draft";
import { draftsQuery } from "@/ipc/queries";
import { plural } from "@/lib/format";

/** How many are shown before the rest is asked for. */
const SHOWN = 3;

/** Set-ups that were left before they were saved: each can be gone on with, or discarded. */
export function UnfinishedSetups() {
  const { data: drafts } = useQuery(draftsQuery(useTransport()));
  const [all, setAll] = useState(false);
  // That they cannot be read takes nothing from the list they stand above.
  if (!drafts || drafts.length === 0) return null;
  const shown = all ? drafts : drafts.slice(0, SHOWN);
  const rest = drafts.length - shown.length;
  return (
    <section aria-label="Set-up not finished" className="mb-5">
      <ul className="divide-y divide-line overflow-hidden rounded-card border border-line bg-surface shadow-card">
        {shown.map((draft) => (
          <UnfinishedRow key={draft.id} draft={draft} />
        ))}
      </ul>
      {rest > 0 && (
        <Button className="mt-2" size="small" kind="quiet" onClick={() => setAll(true)}>
          Show {plural(rest, "more set-up", "more set-ups")}
        </Button>
      )}
    </section>
  );
}

function UnfinishedRow({ draft }: { draft: Draft }) {
  const transport = useTransport();
  const client = useQueryClient();
  const navigate = useNavigate();
  const label = useConnectorLabel(draft.type);
  const [asking, setAsking] = useState(false);
  const discard = useMutation({
    mutationFn: () => transport.invoke("delete_draft", { id: draft.id }),
    onSuccess: () => {
      client.setQueryData(draftsQuery(transport).queryKey, (known) =>
        known?.filter(({ id }) => id !== draft.id),
      );
      setAsking(false);
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["drafts"] }),
  });
  const name = draft.name === "" ? label : draft.name;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5">
      <ConnectorTile type={draft.type} />
      <div className="min-w-48 flex-1">
        <p className="truncate font-medium">{name}</p>
        <p className="text-small text-ink-2">
          {draft.editing === null ? "Set-up not finished" : "Changes not saved"} · left at{" "}
          {stepWords[readStep(draft.kind, draft.step)]}, <RelativeTime time={draft.updated_at} />
        </p>
      </div>
      <Button
        size="small"
        kind="quiet"
        aria-label={`Discard ${name}`}
        onClick={() => setAsking(true)}
      >
        Discard
      </Button>
      <Button
        size="small"
        aria-label={`Continue ${name}`}
        onClick={() => void navigate({ to: "/setup/$draft", params: { draft: draft.id } })}
      >
        Continue
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Discard what was entered for “${name}”?`}
        action="Discard"
        busy={discard.isPending}
        onConfirm={() => discard.mutate()}
      >
        {draft.editing === null
          ? "What was entered is removed, its secrets from your keychain too."
          : "The changes are removed. What is saved stays as it is."}
      </Confirm>
    </li>
  );
}
