import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { ConnectorTile, useConnectorLabel } from "@/components/connector-tile";
import { Card } from "@/components/page";
import { Button } from "@/components/ui/button";
import { useEdit } from "@/features/integrations/api/use-edit";
import { useTransport } from "@/ipc/context";
import type { Integration } from "@/ipc/generated/Integration";
import { isActive } from "@/ipc/run-status";
import { destinationsQuery, scheduleQuery } from "@/ipc/queries";
import { plural } from "@/lib/format";
import { formatMoment } from "@/lib/time";
import { DeleteOne } from "./delete-one";

interface SettingsTabProps {
  integration: Integration;
  /** What native notifications tell of it. */
  notifications: ReactNode;
  onDeleted: () => void;
}

/** How the integration is set up, each part with the way to where it is changed. */
export function SettingsTab({ integration, notifications, onDeleted }: SettingsTabProps) {
  const [deleting, setDeleting] = useState(false);
  const active = integration.last_run !== null && isActive(integration.last_run.status);
  return (
    <div className="max-w-2xl space-y-6">
      <Card className="divide-y divide-line">
        <Part title="Name and sign-in" step="setup" integration={integration}>
          <Connection integration={integration} />
        </Part>
        <Part title="Data" step="data" integration={integration}>
          {dataWords(integration)}
        </Part>
        <Part title="Destination and schedule" step="destination" integration={integration}>
          <Place integration={integration} />
        </Part>
        {notifications}
      </Card>
      {integration.sample && (
        <p className="text-small text-ink-3">
          The sample org comes with the app: there is nothing to set up.
        </p>
      )}
      <section aria-label="Delete">
        <h2 className="mb-2 text-small font-semibold text-ink-2">Delete</h2>
        <Card className="flex items-center gap-4 border-attention-line! px-4 py-3">
          <p className="flex-1 text-small text-ink-2">
            Removes its settings, its sign-in and the history of its syncs. The data that it brought
            in stays where it is.
          </p>
          <Button
            kind="danger"
            disabled={active}
            title={active ? "Not while it syncs" : undefined}
            onClick={() => setDeleting(true)}
          >
            Delete this integration
          </Button>
        </Card>
      </section>
      {deleting && (
        <DeleteOne
          integration={integration}
          onClose={() => setDeleting(false)}
          onDeleted={onDeleted}
        />
      )}
    </div>
  );
}

interface PartProps {
  title: string;
  step: string;
  integration: Integration;
  children: ReactNode;
}

function Part({ title, step, integration, children }: PartProps) {
  const { edit, isPending } = useEdit(integration.id);
  return (
    <section aria-label={title} className="flex items-start gap-4 px-4 py-3">
      <div className="min-w-0 flex-1 space-y-1">
        <h2 className="text-small font-semibold text-ink-2">{title}</h2>
        <div className="selectable text-small wrap-anywhere">{children}</div>
      </div>
      {!integration.sample && (
        <Button
          size="small"
          busy={isPending}
          aria-label={`Edit ${title.toLowerCase()}`}
          onClick={() => edit(step)}
        >
          Edit
        </Button>
      )}
    </section>
  );
}

function Connection({ integration }: { integration: Integration }) {
  const label = useConnectorLabel(integration.type);
  const { secrets, name, type } = integration;
  return (
    <div className="flex items-center gap-3">
      <ConnectorTile type={type} />
      <div>
        <p className="font-medium">{name}</p>
        <p className="text-ink-2">
          {label}
          {secrets.length > 0 && ` · ${plural(secrets.length, "secret")} saved in your keychain`}
        </p>
      </div>
    </div>
  );
}

function dataWords({ streams, new_data }: Integration): string {
  const what =
    streams === null
      ? "What the connector recommends"
      : `${plural(streams.length, "stream")} chosen`;
  const later = {
    ask: "what appears later is shown first",
    add: "what appears later is brought in by itself",
    ignore: "what appears later is left out",
  }[new_data];
  return `${what}; ${later}.`;
}

function Place({ integration }: { integration: Integration }) {
  const transport = useTransport();
  const { data: destinations } = useQuery(destinationsQuery(transport));
  const { data: schedule } = useQuery(scheduleQuery(transport, integration.schedule ?? ""));
  const destination = destinations?.find(({ id }) => id === integration.destination);
  const next = integration.schedule_state?.next;
  return (
    <>
      <p>To {destination?.built_in === false ? destination.name : "this computer"}</p>
      <p className="text-ink-2">
        {integration.schedule === null ? "By hand only" : (schedule?.words ?? integration.schedule)}
        {next && `; next ${formatMoment(next)}`}
      </p>
    </>
  );
}
