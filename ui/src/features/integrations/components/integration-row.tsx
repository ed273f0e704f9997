import { clsx } from "clsx";
import { ChevronRight } from "lucide-react";
import { memo, useId } from "react";
import { RunStrip } from "@/components/run-strip";
import { SyncButton } from "@/components/sync-button";
import type { Selection } from "@/features/integrations/api/use-selection";
import type { Integration } from "@/ipc/generated/Integration";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import { IntegrationMenu } from "./integration-menu";
import {
  LastSyncPart,
  NamePart,
  NextSyncPart,
  RowsPart,
  StatusPart,
  StreamsPart,
} from "./row-cells";
import { SelectTick } from "./select-tick";

interface IntegrationRowProps {
  integration: Integration;
  index: number;
  last: boolean;
  selected: boolean;
  open: boolean;
  /** Tells the list how high the row is. */
  measure: (element: HTMLElement | null) => void;
  onToggle: Selection["toggle"];
  onReach: (index: number) => void;
  onOpen: (id: IntegrationId) => void;
}

/** An integration as a row, with its streams beneath when it is open. */
export const IntegrationRow = memo(function IntegrationRow(props: IntegrationRowProps) {
  const { integration, index, last, selected, open, measure, onToggle, onReach, onOpen } = props;
  const details = useId();
  return (
    <tbody
      ref={measure}
      data-index={index}
      className={clsx("border-line", !last && "border-b", selected && "bg-accent-soft/60")}
    >
      <tr
        data-testid="integration-row"
        aria-label={integration.name}
        aria-rowindex={index + 2}
        className="group h-14 transition-colors duration-100 hover:bg-hover"
      >
        <td className="pl-3.5">
          <span className="flex">
            <SelectTick {...{ integration, index, selected, onToggle, onReach }} />
          </span>
        </td>
        <th scope="row" className="py-2 pr-2.5 pl-1 text-left font-normal">
          <NamePart integration={integration} />
        </th>
        <td className="px-2.5">
          <StatusPart integration={integration} />
        </td>
        <td className="px-2.5 text-small text-ink-2">
          <span className="block truncate">
            <LastSyncPart integration={integration} />
          </span>
          <span className="block truncate text-tiny text-ink-3">
            <NextSyncPart integration={integration} />
          </span>
        </td>
        <td className="px-2.5 text-right text-small">
          <RowsPart integration={integration} />
        </td>
        <td className="hidden px-2.5 roomy:table-cell">
          <RunStrip integration={integration.id} />
        </td>
        <td className="pr-3">
          <div className="flex items-center justify-end gap-0.5">
            <SyncButton integration={integration} />
            <IntegrationMenu integration={integration} />
            <button
              type="button"
              aria-expanded={open}
              aria-controls={details}
              aria-label={`Details of ${integration.name}`}
              onClick={() => onOpen(integration.id)}
              className="flex size-7 items-center justify-center rounded-control text-ink-3 hover:bg-hover hover:text-ink"
            >
              <ChevronRight
                aria-hidden
                className={clsx("size-4 transition-transform duration-100", open && "rotate-90")}
              />
            </button>
          </div>
        </td>
      </tr>
      <tr id={details} hidden={!open} aria-label={`Streams of ${integration.name}`}>
        <td />
        <td colSpan={5} className="pt-1 pr-4 pb-4 pl-12">
          {open && <StreamsPart integration={integration} />}
        </td>
        <td className="hidden roomy:table-cell" />
      </tr>
    </tbody>
  );
});
