import { Card } from "@/components/page";
import { RunStrip } from "@/components/run-strip";
import { SyncButton } from "@/components/sync-button";
import type { Integration } from "@/ipc/generated/Integration";
import { IntegrationMenu } from "./integration-menu";
import { LastSyncPart, NamePart, RowsPart, StatusPart } from "./row-cells";

/** Integrations as cards. */
export function IntegrationCards({ integrations }: { integrations: readonly Integration[] }) {
  return (
    <ul
      aria-label="Integrations"
      className="grid grid-cols-[repeat(auto-fill,minmax(17.5rem,1fr))] gap-4"
    >
      {integrations.map((integration) => (
        <li key={integration.id} data-testid="integration-row" aria-label={integration.name}>
          <Card className="flex h-full flex-col gap-4 p-4">
            <div className="flex items-start justify-between gap-2">
              <NamePart integration={integration} />
              <IntegrationMenu integration={integration} />
            </div>
            <StatusPart integration={integration} />
            <dl className="flex items-end gap-6 text-small">
              <div className="min-w-0">
                <dt className="text-tiny text-ink-3">Last sync</dt>
                <dd className="truncate">
                  <LastSyncPart integration={integration} />
                </dd>
              </div>
              <div>
                <dt className="text-tiny text-ink-3">Rows</dt>
                <dd>
                  <RowsPart integration={integration} />
                </dd>
              </div>
            </dl>
            <div className="mt-auto flex items-end justify-between gap-3">
              <RunStrip integration={integration.id} />
              <SyncButton integration={integration} />
            </div>
          </Card>
        </li>
      ))}
    </ul>
  );
}
