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

/** Fields of an object inside the form that are shown at once; the others wait under "More". */
const SHOWN = 4;

/** The whole form, or an object with known fields inside it. */
export function ObjectTemplate({ properties, fieldPathId, schema }: ObjectFieldTemplateProps) {
  const { flat, reveal } = useFormScope();
  const inside = fieldPathId.path.length > 0;
  const optional = properties.filter(({ name }) => schema.required?.includes(name) !== true);
  const room = Math.max(SHOWN - (properties.length - optional.length), 1);
  const later = inside
    ? optional.slice(room)
    : properties.filter(({ name }) => flat.advanced.has(name));
  const first = properties.filter((one) => !later.includes(one));
  return (
    <div
      {...(inside && { id: fieldPathId.$id, tabIndex: -1 })}
      className={inside ? "space-y-4 rounded-control border border-line p-3" : "space-y-5"}
    >
      {first.map(({ content }) => content)}
      {later.length > 0 && (
        <Later
          title={inside ? "More" : "Advanced"}
          ids={later.map(({ name }) => fieldId([...fieldPathId.path, name]))}
          reveal={!inside && reveal !== null && later.some(({ name }) => name === reveal)}
        >
          {later.map(({ content }) => content)}
        </Later>
      )}
    </div>
  );
}

interface LaterProps {
  title: string;
  /** The fields inside. */
  ids: string[];
  /** Whether one of them is to be seen. */
  reveal: boolean;
  children: ReactNode;
}

/** What has a sensible value already. Opens by itself when something inside is wrong. */
function Later({ title, ids, reveal, children }: LaterProps) {
  const [opened, setOpened] = useState(false);
  const { errors } = useFormScope();
  const id = useId();
  const wrong = ids.some((own) =>
    [...errors.keys()].some((one) => one === own || one.startsWith(`${own}_`)),
  );
  const open = opened || wrong || reveal;
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
        {title}
        <span className="font-normal text-ink-3">{ids.length}</span>
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
