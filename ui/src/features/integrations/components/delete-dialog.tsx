import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Confirm } from "@/components/ui/confirm";
import { Checkbox } from "@/components/ui/input";
import { useTransport } from "@/ipc/context";
import type { Integration } from "@/ipc/generated/Integration";
import { destinationsQuery } from "@/ipc/queries";
import { plural } from "@/lib/format";

interface DeleteDialogProps {
  integrations: readonly Integration[];
  /** `data`: what they brought to this computer goes too. */
  onDelete: (data: boolean) => void;
  onClose: () => void;
  busy?: boolean;
}

/** Asks before integrations are deleted, and says what goes and what stays. */
export function DeleteDialog({ integrations, onDelete, onClose, busy = false }: DeleteDialogProps) {
  const [data, setData] = useState(false);
  const { data: destinations = [] } = useQuery(destinationsQuery(useTransport()));
  const here = destinations.filter((one) => one.built_in).map(({ id }) => id);
  const some = integrations.some(({ destination }) => here.includes(destination));
  const all = integrations.every(({ destination }) => here.includes(destination));
  const [only] = integrations;
  const one = integrations.length === 1;
  return (
    <Confirm
      open
      onOpenChange={onClose}
      title={
        one && only
          ? `Delete “${only.name}”?`
          : `Delete ${plural(integrations.length, "integration")}?`
      }
      action="Delete"
      busy={busy}
      onConfirm={() => onDelete(data)}
    >
      <p>This removes from this computer:</p>
      <ul className="my-1.5 list-disc space-y-0.5 pl-5">
        <li>{one ? "its settings" : "their settings"}, and up to where data was brought in</li>
        {integrations.some(({ secrets }) => secrets.length > 0) && (
          <li>{one ? "its sign-in" : "their sign-ins"}, saved in your keychain</li>
        )}
        <li>the history of {one ? "its" : "their"} syncs with their logs</li>
        {data && <li>the data {one ? "it" : "they"} brought to this computer</li>}
      </ul>
      {some && (
        <label className="my-2.5 flex items-start gap-2.5 text-ink">
          <Checkbox
            className="mt-1"
            checked={data}
            onChange={({ target }) => setData(target.checked)}
          />
          Also delete the data {one ? "it" : "they"} brought to this computer
        </label>
      )}
      <p>
        {!data
          ? `The data ${one ? "it" : "they"} already brought in stays where it is. `
          : !all && "What was brought to other destinations stays there. "}
        This cannot be undone.
      </p>
    </Confirm>
  );
}
