import { clsx } from "clsx";
import { useRef } from "react";
import { Card } from "@/components/page";
import { RunStrip } from "@/components/run-strip";
import { SyncButton } from "@/components/sync-button";
import { GAP, useColumns } from "@/components/use-columns";
import type { Selection } from "@/features/integrations/api/use-selection";
import type { Integration } from "@/ipc/generated/Integration";
import { IntegrationMenu } from "./integration-menu";
import { LastSyncPart, NamePart, NextSyncPart, RowsPart, StatusPart } from "./row-cells";
import { SelectTick } from "./select-tick";
import { useVirtualList } from "./use-virtual-list";

/** Least width of a card, and its height before it is measured, in rem. */
const WIDTH = 17.5;
const HEIGHT = 13;

interface IntegrationCardsProps {
  integrations: readonly Integration[];
  selection: Selection;
}

/** Integrations as cards. Only those in sight are drawn. */
export function IntegrationCards({ integrations, selection }: IntegrationCardsProps) {
  "use no memo"; // The virtualiser hands out functions whose answers change without them.
  const list = useRef<HTMLDivElement>(null);
  const columns = useColumns(list, WIDTH);
  const count = integrations.length;
  const { virtual, margin, onKeyDown, onReach } = useVirtualList({
    list,
    count,
    columns,
    height: HEIGHT,
    head: 0,
    gap: GAP,
    keyOf: (line) => `${columns}/${integrations[line * columns]?.id ?? line}`,
  });
  return (
    <div
      ref={list}
      role="list"
      aria-label="Integrations"
      onKeyDown={onKeyDown}
      className="relative"
      style={{ height: virtual.getTotalSize() }}
    >
      {virtual.getVirtualItems().map((line) => (
        <div
          key={line.key}
          ref={virtual.measureElement}
          data-index={line.index}
          role="presentation"
          className="absolute inset-x-0 top-0 grid gap-3"
          style={{
            transform: `translateY(${line.start - margin}px)`,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          }}
        >
          {integrations
            .slice(line.index * columns, (line.index + 1) * columns)
            .map((integration, place) => {
              const index = line.index * columns + place;
              return (
                <div
                  key={integration.id}
                  role="listitem"
                  aria-setsize={count}
                  aria-posinset={index + 1}
                  data-testid="integration-row"
                  aria-label={integration.name}
                >
                  <IntegrationCard
                    {...{ integration, index, onReach }}
                    selected={selection.has(integration.id)}
                    onToggle={selection.toggle}
                  />
                </div>
              );
            })}
        </div>
      ))}
    </div>
  );
}

interface IntegrationCardProps {
  integration: Integration;
  index: number;
  selected: boolean;
  onToggle: Selection["toggle"];
  onReach: (index: number) => void;
}

function IntegrationCard({ integration, ...tick }: IntegrationCardProps) {
  return (
    <Card
      className={clsx(
        "flex h-full flex-col gap-4 p-4",
        tick.selected && "border-accent! bg-accent-soft/60!",
      )}
    >
      <div className="flex items-start justify-between gap-2">
        <NamePart integration={integration} />
        <span className="flex items-center gap-1.5">
          <SelectTick integration={integration} {...tick} />
          <IntegrationMenu integration={integration} />
        </span>
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
      <p className="-mt-2 h-4 truncate text-tiny text-ink-3">
        <NextSyncPart integration={integration} />
      </p>
      <div className="mt-auto flex items-end justify-between gap-3">
        <RunStrip integration={integration.id} />
        <SyncButton integration={integration} />
      </div>
    </Card>
  );
}
