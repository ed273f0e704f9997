import { clsx } from "clsx";
import { ArrowDown, ChevronRight } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { Card } from "@/components/page";
import { RunStrip } from "@/components/run-strip";
import { SyncButton } from "@/components/sync-button";
import type { Sort } from "@/features/integrations/api/list-view";
import type { Integration } from "@/ipc/generated/Integration";
import { IntegrationMenu } from "./integration-menu";
import { LastSyncPart, NamePart, RowsPart, StatusPart, StreamsPart } from "./row-cells";

interface IntegrationTableProps {
  integrations: readonly Integration[];
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/** Integrations as rows. Each opens to its streams. */
export function IntegrationTable({ integrations, sort, onSort }: IntegrationTableProps) {
  const head = (column: Sort, label: string, className?: string) => (
    <SortableHead
      chosen={sort === column}
      // Names go up, everything else shows the most telling first.
      direction={column === "name" ? "ascending" : "descending"}
      onSort={() => onSort(column)}
      className={className}
    >
      {label}
    </SortableHead>
  );
  return (
    <Card className="overflow-x-auto overflow-y-hidden">
      <table aria-label="Integrations" className="w-full min-w-[46rem] table-fixed border-collapse">
        <thead>
          <tr className="border-b border-line text-tiny text-ink-3">
            <th scope="col" className="w-9">
              <span className="sr-only">Details</span>
            </th>
            {head("name", "Name", "pl-1")}
            {head("status", "Status", "w-[12.5rem]")}
            {head("synced", "Last sync", "w-28")}
            {head("rows", "Rows", "w-20 text-right")}
            <th
              scope="col"
              className="hidden w-[6.75rem] px-3 py-2 text-left font-medium roomy:table-cell"
            >
              Last 14 syncs
            </th>
            <th scope="col" className="w-[9.75rem]">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        {integrations.map((integration) => (
          <Row key={integration.id} integration={integration} />
        ))}
      </table>
    </Card>
  );
}

interface SortableHeadProps {
  chosen: boolean;
  direction: "ascending" | "descending";
  onSort: () => void;
  className?: string | undefined;
  children: ReactNode;
}

function SortableHead({ chosen, direction, onSort, className, children }: SortableHeadProps) {
  return (
    <th
      scope="col"
      aria-sort={chosen ? direction : "none"}
      className={clsx("px-3 py-2 text-left font-medium", className)}
    >
      <button
        type="button"
        onClick={onSort}
        className={clsx(
          "inline-flex items-center gap-1 rounded-sm hover:text-ink",
          chosen && "text-ink-2",
        )}
      >
        {children}
        <ArrowDown
          aria-hidden
          className={clsx("size-3", !chosen && "hidden", direction === "ascending" && "rotate-180")}
        />
      </button>
    </th>
  );
}

function Row({ integration }: { integration: Integration }) {
  const [open, setOpen] = useState(false);
  const details = useId();
  return (
    <tbody className="border-b border-line last:border-b-0">
      <tr
        data-testid="integration-row"
        aria-label={integration.name}
        className="group h-14 transition-colors duration-100 hover:bg-hover"
      >
        <td className="pl-2">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={details}
            aria-label={`Details of ${integration.name}`}
            onClick={() => setOpen(!open)}
            className="flex size-7 items-center justify-center rounded-control text-ink-3 hover:bg-hover hover:text-ink"
          >
            <ChevronRight
              aria-hidden
              className={clsx("size-4 transition-transform duration-100", open && "rotate-90")}
            />
          </button>
        </td>
        <th scope="row" className="py-2 pr-3 pl-1 text-left font-normal">
          <NamePart integration={integration} />
        </th>
        <td className="px-3">
          <StatusPart integration={integration} />
        </td>
        <td className="truncate px-3 text-small text-ink-2">
          <LastSyncPart integration={integration} />
        </td>
        <td className="px-3 text-right text-small">
          <RowsPart integration={integration} />
        </td>
        <td className="hidden px-3 roomy:table-cell">
          <RunStrip integration={integration.id} />
        </td>
        <td className="pr-3">
          <div className="flex items-center justify-end gap-1">
            <SyncButton integration={integration} />
            <IntegrationMenu integration={integration} />
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
}
