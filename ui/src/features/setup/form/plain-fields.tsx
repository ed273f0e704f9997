import { useState } from "react";
import { Checkbox, Input, Select, Switch, TextArea } from "@/components/ui/input";
import { optionsOf } from "@/features/setup/api/schema";
import { asText, type ValueProps } from "./value-props";

/** One line of text. An empty field is no value. */
export function TextField({
  type = "text",
  ...props
}: ValueProps & { type?: "text" | "email" | "url" }) {
  const { id, value, placeholder, aria, onChange } = props;
  return (
    <Input
      id={id}
      // The browser's own checks would speak beside ours; only the keyboard of the type is wanted.
      inputMode={type}
      spellCheck={false}
      value={asText(value)}
      placeholder={placeholder}
      onChange={({ target }) => onChange(target.value === "" ? undefined : target.value)}
      {...aria}
    />
  );
}

/** Several lines of text. */
export function LongTextField({ id, value, placeholder, aria, onChange }: ValueProps) {
  return (
    <TextArea
      id={id}
      spellCheck={false}
      value={asText(value)}
      placeholder={placeholder}
      onChange={({ target }) => onChange(target.value === "" ? undefined : target.value)}
      {...aria}
    />
  );
}

/** A number. What is none stays as it was typed, so that it can be said what is wrong with it. */
export function NumberField({
  id,
  value,
  placeholder,
  aria,
  onChange,
  whole,
}: ValueProps & { whole: boolean }) {
  const [typed, setTyped] = useState(() => asText(value));
  const shown = Object.is(readNumber(typed), value ?? undefined) ? typed : asText(value);
  return (
    <Input
      id={id}
      inputMode={whole ? "numeric" : "decimal"}
      className="max-w-52 tabular-nums"
      value={shown}
      placeholder={placeholder}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(readNumber(target.value));
      }}
      {...aria}
    />
  );
}

function readNumber(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/iu.test(trimmed) ? Number(trimmed) : text;
}

/** Yes or no. */
export function SwitchField({ id, value, label, aria, onChange }: ValueProps) {
  return (
    <Switch
      id={id}
      checked={value === true || value === "true"}
      onCheckedChange={onChange}
      {...aria}
      aria-label={label}
    />
  );
}

/** One of a list. */
export function ChoiceField({ id, schema, value, required, aria, onChange }: ValueProps) {
  const options = optionsOf(schema);
  const chosen = options.findIndex((option) => option.value === value);
  const unknown = chosen < 0 && value !== undefined;
  return (
    <Select
      id={id}
      className="max-w-80"
      value={chosen < 0 ? "" : String(chosen)}
      onChange={({ target }) => onChange(options[Number(target.value || -1)]?.value)}
      {...aria}
    >
      {(chosen < 0 || !required) && (
        <option value="">{unknown ? asText(value) : required ? "Choose one" : "Not set"}</option>
      )}
      {options.map((option, index) => (
        <option key={index} value={index}>
          {option.label}
        </option>
      ))}
    </Select>
  );
}

/** Several of a list. */
export function ChoicesField({ id, schema, value, aria, onChange }: ValueProps) {
  const options = typeof schema.items === "object" ? optionsOf(schema.items) : [];
  const chosen: unknown[] = Array.isArray(value) ? value : [];
  return (
    <div id={id} tabIndex={-1} role="group" {...aria} className="space-y-1.5 rounded-control">
      {options.map((option) => (
        <label key={option.label} className="flex items-center gap-2 text-small">
          <Checkbox
            checked={chosen.includes(option.value)}
            onChange={({ target }) => {
              const others = chosen.filter((one) => one !== option.value);
              const next = target.checked ? [...others, option.value] : others;
              onChange(next.length === 0 ? undefined : next);
            }}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}
