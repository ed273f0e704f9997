import { Shapes } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Menu, MenuChoice } from "@/components/ui/menu";
import { categoryName } from "@/features/marketplace/api/view";
import type { CategoryCount } from "@/ipc/generated/CategoryCount";
import { formatNumber, plural } from "@/lib/format";

interface CategoriesProps {
  categories: readonly CategoryCount[];
  chosen: string | undefined;
  onChoose: (category: string | undefined) => void;
}

function sum(categories: readonly CategoryCount[]): number {
  return categories.reduce((total, { count }) => total + count, 0);
}

/** Categories beside the cards, with how many each has. */
export function CategoryList({ categories, chosen, onChoose }: CategoriesProps) {
  const entry = (category: string | undefined, name: string, count: number) => (
    <li key={category ?? "all categories"}>
      <button
        type="button"
        aria-label={`${name}: ${plural(count, "connector")}`}
        aria-pressed={category === chosen}
        onClick={() => onChoose(category)}
        className="flex min-h-8 w-full items-center gap-2 rounded-control px-2.5 py-1 text-left text-small text-ink-2 transition-colors duration-100 hover:bg-hover hover:text-ink aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent-ink"
      >
        <span className="flex-1 wrap-anywhere">{name}</span>
        <span className="text-tiny tabular-nums opacity-80">{formatNumber(count)}</span>
      </button>
    </li>
  );
  return (
    <nav aria-label="Categories">
      <ul className="space-y-0.5">
        {entry(undefined, "All categories", sum(categories))}
        {categories.map(({ category, count }) => entry(category, categoryName(category), count))}
      </ul>
    </nav>
  );
}

/** The same where there is no room beside the cards. */
export function CategoryMenu({ categories, chosen, onChoose }: CategoriesProps) {
  const name = chosen === undefined ? "All categories" : categoryName(chosen);
  const options = [
    { value: "all", label: `All categories (${formatNumber(sum(categories))})` },
    ...categories.map(({ category, count }) => ({
      value: `=${category}`,
      label: `${categoryName(category)} (${formatNumber(count)})`,
    })),
  ];
  return (
    <Menu
      align="start"
      trigger={
        <Button
          icon={<Shapes className="size-4" aria-hidden />}
          aria-label={`Category: ${name}`}
          className={chosen === undefined ? "" : "border-accent! bg-accent-soft! text-accent-ink!"}
        >
          {chosen === undefined ? "Category" : name}
        </Button>
      }
    >
      <MenuChoice
        label="Category"
        value={chosen === undefined ? "all" : `=${chosen}`}
        options={options}
        onChange={(value) => onChoose(value === "all" ? undefined : value.slice(1))}
      />
    </Menu>
  );
}
