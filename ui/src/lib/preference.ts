import { useState } from "react";

/** A small choice about how something is shown, remembered on this computer. Unknown saved values are ignored. */
export function usePreference<Value extends string>(
  name: string,
  values: readonly Value[],
  fallback: Value,
): [Value, (value: Value) => void] {
  const key = `tributary.${name}`;
  const [value, setValue] = useState<Value>(() => {
    try {
      const saved = localStorage.getItem(key);
      return values.find((one) => one === saved) ?? fallback;
    } catch {
      return fallback;
    }
  });
  const change = (next: Value) => {
    setValue(next);
    try {
      localStorage.setItem(key, next);
    } catch {
      // Not remembered: the choice still holds until the window closes.
    }
  };
  return [value, change];
}
