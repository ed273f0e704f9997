import { useState } from "react";
import { TextArea } from "@/components/ui/input";
import type { ValueProps } from "./value-props";

/** JSON as text, for values whose form is not known. While it is no JSON yet, the value is the text itself. */
export function JsonField({ id, value, placeholder, aria, onChange }: ValueProps) {
  const [typed, setTyped] = useState(() => textOf(value));
  return (
    <TextArea
      id={id}
      rows={5}
      spellCheck={false}
      className="font-mono text-tiny!"
      value={typed}
      placeholder={placeholder ?? '{ "name": "value" }'}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(read(target.value));
      }}
      {...aria}
    />
  );
}

function textOf(value: unknown): string {
  if (value === undefined) return "";
  // Text that is no JSON was being typed when the form was left.
  if (typeof value === "string" && read(value) === value) return value;
  return JSON.stringify(value, null, 2);
}

function read(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
