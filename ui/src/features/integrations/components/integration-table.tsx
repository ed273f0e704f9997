import { clsx } from "clsx";
import { ArrowDown } from "lucide-react";
import { Fragment, useCallback, useRef, useState, type ReactNode } from "react";
import { Card } from "@/components/page";
import { Checkbox } from "@/components/ui/input";
import type { Sort } from "@/features/integrations/api/list-view";
import type { Selection } from "@/features/integrations/api/use-selection";
import type { Integration } from "@/ipc/generated/Integration";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import { IntegrationRow } from "./integration-row";
import { useVirtualList } from "./use-virtual-list";

/** Heights of a row and of the head in rem. */
const ROW = 3.5;
const HEAD = 2.0625;

interface IntegrationTableProps {
  integrations: readonly Integration[];
  selection: Selection;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/** Integrations as rows. Each opens to its streams. Only those in sight are drawn. */
export function IntegrationTable({ integrations, selection, sort, onSort }: IntegrationTableProps) {
  "use no memo"; // The virtualiser hands out functions whose answers change without them.
  const list = useRef<HTMLDivElement>(null);
  const { virtual, margin, onKeyDown, onReach } = useVirtualList({
    list,
    count: integrations.length,
    columns: 1,
    height: ROW,
    head: HEAD,
    gap: 0,
    keyOf: (index) => integrations[index]?.id ?? index,
  });
  const lines = virtual.getVirtualItems();
  const [opened, toggleOpen] = useOpened();
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
    <Card ref={list} className="overflow-x-auto overflow-y-hidden">
      <table
        aria-label="Integrations"
        aria-rowcount={integrations.length + 1}
        onKeyDown={onKeyDown}
        className="w-full min-w-[44rem] table-fixed border-collapse"
      >
        <thead>
          <tr aria-rowindex={1} className="border-b border-line text-tiny text-ink-3">
            <td className="w-9 pl-3.5 align-middle">
              <Checkbox
                aria-label="Choose all that are shown"
                className="block"
                checked={selection.all}
                indeterminate={!selection.all && selection.chosen.length > 0}
                onChange={selection.toggleAll}
              />
            </td>
            {head("name", "Name", "pl-1")}
            {head("status", "Status", "w-[12.25rem]")}
            {head("synced", "Last sync", "w-[7.75rem]")}
            {head("rows", "Rows", "w-[4.75rem] text-right")}
            <th
              scope="col"
              className="hidden w-[6.5rem] px-2.5 py-2 text-left font-medium roomy:table-cell"
            >
              Last 14 syncs
            </th>
            <th scope="col" className="w-[11.25rem]">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        {lines.map((line, place) => {
          const integration = integrations[line.index];
          const before = place === 0 ? margin : (lines[place - 1]?.end ?? margin);
          return (
            integration && (
              <Fragment key={line.key}>
                <Gap height={line.start - before} />
                <IntegrationRow
                  integration={integration}
                  index={line.index}
                  last={line.index === integrations.length - 1}
                  selected={selection.has(integration.id)}
                  open={opened.has(integration.id)}
                  measure={virtual.measureElement}
                  onToggle={selection.toggle}
                  onReach={onReach}
                  onOpen={toggleOpen}
                />
              </Fragment>
            )
          );
        })}
        <Gap height={virtual.getTotalSize() + margin - (lines.at(-1)?.end ?? margin)} />
      </table>
    </Card>
  );
}

/** Stands for the rows that are not drawn. */
function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tbody aria-hidden>
      <tr>
        <td colSpan={7} style={{ height }} />
      </tr>
    </tbody>
  );
}

/** The rows whose streams are shown; they stay open while they are out of sight. */
function useOpened(): [ReadonlySet<IntegrationId>, (id: IntegrationId) => void] {
  const [opened, setOpened] = useState<ReadonlySet<IntegrationId>>(() => new Set());
  const toggle = useCallback((id: IntegrationId) => {
    setOpened((known) => {
      const next = new Set(known);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  return [opened, toggle];
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
      className={clsx("px-2.5 py-2 text-left font-medium", className)}
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
