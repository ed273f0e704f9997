import { ArrowDownUp, LayoutGrid, ListFilter, Rows3 } from "lucide-react";
import type { RefObject } from "react";
import { Button } from "@/components/ui/button";
import { Menu, MenuChoice } from "@/components/ui/menu";
import { SearchField } from "@/components/ui/search-field";
import { Segmented } from "@/components/ui/segmented";
import {
  filters,
  filterWords,
  sorts,
  sortWords,
  type Filter,
  type Sort,
  type View,
} from "@/features/integrations/api/list-view";
import { formatNumber } from "@/lib/format";

/** How the list is laid out. */
export const layouts = ["rows", "cards"] as const;
export type Layout = (typeof layouts)[number];

interface ToolbarProps {
  view: View;
  /** How many integrations each filter shows. */
  counts: Record<Filter, number>;
  layout: Layout;
  searchRef: RefObject<HTMLInputElement | null>;
  onSearch: (search: string) => void;
  onFilter: (filter: Filter) => void;
  onSort: (sort: Sort) => void;
  onLayout: (layout: Layout) => void;
}

const sortOptions = sorts.map((value) => ({ value, label: sortWords[value] }));

/** Search, state filter, order and layout of the list. */
export function Toolbar({
  view,
  counts,
  layout,
  searchRef,
  onSearch,
  onFilter,
  onSort,
  onLayout,
}: ToolbarProps) {
  const filterOptions = filters.map((value) => ({
    value,
    label: filterWords[value],
    detail: formatNumber(counts[value]),
  }));
  return (
    <div
      role="toolbar"
      aria-label="Integrations list"
      className="mb-4 flex flex-wrap items-center gap-2"
    >
      <SearchField
        ref={searchRef}
        label="Search integrations"
        value={view.search}
        onChange={onSearch}
        className="w-64"
      />
      <Menu
        align="start"
        trigger={
          <Button
            icon={<ListFilter className="size-4" aria-hidden />}
            aria-label={`Filter by state: ${filterWords[view.filter]}`}
            className={
              view.filter === "all" ? "" : "border-accent! bg-accent-soft! text-accent-ink!"
            }
          >
            {filterWords[view.filter]}
          </Button>
        }
      >
        <MenuChoice label="State" value={view.filter} options={filterOptions} onChange={onFilter} />
      </Menu>
      <div className="flex-1" />
      <Menu
        trigger={
          <Button
            kind="quiet"
            icon={<ArrowDownUp className="size-4" aria-hidden />}
            aria-label={`Sort: ${sortWords[view.sort]}`}
          >
            Sort
          </Button>
        }
      >
        <MenuChoice label="Sort" value={view.sort} options={sortOptions} onChange={onSort} />
      </Menu>
      <Segmented
        label="Layout"
        value={layout}
        onChange={onLayout}
        options={[
          { value: "rows", label: "Rows", icon: <Rows3 aria-hidden />, iconOnly: true },
          { value: "cards", label: "Cards", icon: <LayoutGrid aria-hidden />, iconOnly: true },
        ]}
      />
    </div>
  );
}
