import { Plus, X } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { typeOf } from "@/features/setup/api/schema";
import { asText, type ValueProps } from "./value-props";

interface Pair {
  key: number;
  name: string;
  value: unknown;
}

/** Pairs of name and value. Pairs without a name are not part of the value yet. */
export function PairsField({ id, label, schema, value, aria, onChange }: ValueProps) {
  const counter = useRef(0);
  const [pairs, setPairs] = useState<Pair[]>(() =>
    Object.entries(isObject(value) ? value : {}).map(([name, one], key) => ({
      key: -1 - key,
      name,
      value: one,
    })),
  );
  const rest = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
  const put = (next: Pair[]) => {
    setPairs(next);
    const named = next.filter(({ name }) => name.trim() !== "");
    const object = Object.fromEntries(named.map((one) => [one.name.trim(), one.value ?? ""]));
    onChange(named.length === 0 ? undefined : object);
  };
  const change = (key: number, what: Partial<Pair>) =>
    put(pairs.map((pair) => (pair.key === key ? { ...pair, ...what } : pair)));
  const twice = pairs.find(({ name, key }) =>
    pairs.some((other) => other.key < key && name !== "" && other.name.trim() === name.trim()),
  );
  return (
    <div id={id} tabIndex={-1} role="group" {...aria} className="space-y-2 rounded-control">
      {pairs.map((pair, index) => (
        <div key={pair.key} className="flex items-center gap-2">
          <Input
            aria-label={`Name ${index + 1} of ${label}`}
            placeholder="Name"
            autoFocus={pair.key > 0}
            spellCheck={false}
            value={pair.name}
            onChange={({ target }) => change(pair.key, { name: target.value })}
          />
          <Input
            aria-label={`Value ${index + 1} of ${label}`}
            placeholder="Value"
            spellCheck={false}
            value={asText(pair.value)}
            onChange={({ target }) => change(pair.key, { value: read(target.value, typeOf(rest)) })}
          />
          <IconButton
            label={`Remove ${pair.name === "" ? `entry ${index + 1}` : pair.name}`}
            icon={<X className="size-4" aria-hidden />}
            onClick={() => put(pairs.filter(({ key }) => key !== pair.key))}
          />
        </div>
      ))}
      {twice && (
        <p role="alert" className="text-small text-attention">
          The name {twice.name} stands twice: only its last value counts.
        </p>
      )}
      <Button
        size="small"
        icon={<Plus className="size-3.5" aria-hidden />}
        onClick={() => {
          counter.current += 1;
          setPairs([...pairs, { key: counter.current, name: "", value: "" }]);
        }}
      >
        Add an entry
      </Button>
    </div>
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What was typed, as the type that is wanted; text where it is none. */
function read(text: string, type: string | undefined): unknown {
  if (type === "integer" || type === "number") {
    return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
  }
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  return text;
}
