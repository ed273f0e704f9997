import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  ObjectFieldTemplateProps,
} from "@rjsf/utils";
import { ChevronRight, Plus, X } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { fieldId, useFormScope } from "./scope";

/** The whole form, or an object with known fields inside it. */
export function ObjectTemplate({ properties, fieldPathId }: ObjectFieldTemplateProps) {
  const { flat } = useFormScope();
  if (fieldPathId.path.length > 0) {
    return (
      <div
        id={fieldPathId.$id}
        tabIndex={-1}
        className="space-y-4 rounded-control border border-line p-3"
      >
        {properties.map(({ content }) => content)}
      </div>
    );
  }
  const advanced = properties.filter(({ name }) => flat.advanced.has(name));
  return (
    <div className="space-y-5">
      {properties.filter((one) => !flat.advanced.has(one.name)).map(({ content }) => content)}
      {advanced.length > 0 && (
        <Advanced names={advanced.map(({ name }) => name)}>
          {advanced.map(({ content }) => content)}
        </Advanced>
      )}
    </div>
  );
}

/** Settings that have a sensible value already. Opens by itself when something inside is wrong. */
function Advanced({ names, children }: { names: string[]; children: ReactNode }) {
  const [opened, setOpened] = useState(false);
  const { errors, reveal } = useFormScope();
  const id = useId();
  const wrong = names.some((name) => {
    const own = fieldId([name]);
    return [...errors.keys()].some((one) => one === own || one.startsWith(`${own}_`));
  });
  const open = opened || wrong || (reveal !== null && names.includes(reveal));
  return (
    <div className="border-t border-line pt-3">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpened(!open)}
        className="-ml-1 flex items-center gap-1.5 rounded-control px-1 py-1 text-small font-medium text-ink-2 hover:text-ink"
      >
        <ChevronRight
          className={`size-4 transition-transform duration-100 ${open ? "rotate-90" : ""}`}
          aria-hidden
        />
        Advanced
        <span className="font-normal text-ink-3">{names.length}</span>
      </button>
      <div id={id} hidden={!open} className="space-y-5 pt-3">
        {open && children}
      </div>
    </div>
  );
}

/** A list: one editor for each entry. */
export function ListTemplate({
  items,
  canAdd,
  onAddClick,
  fieldPathId,
  title,
}: ArrayFieldTemplateProps) {
  return (
    <div id={fieldPathId.$id} tabIndex={-1} className="space-y-2 rounded-control">
      {items.length > 0 && <ul className="space-y-2">{items}</ul>}
      {canAdd && (
        <Button
          size="small"
          icon={<Plus className="size-3.5" aria-hidden />}
          aria-label={`Add an entry to ${title}`}
          onClick={onAddClick}
        >
          Add an entry
        </Button>
      )}
    </div>
  );
}

/** An entry of a list. */
export function ListItemTemplate({ children, index, buttonsProps }: ArrayFieldItemTemplateProps) {
  return (
    <li className="flex items-start gap-2">
      <div className="min-w-0 flex-1">{children}</div>
      {buttonsProps.hasRemove && (
        <IconButton
          className="mt-0.5"
          label={`Remove entry ${index + 1}`}
          icon={<X className="size-4" aria-hidden />}
          onClick={buttonsProps.onRemoveItem}
        />
      )}
    </li>
  );
}
