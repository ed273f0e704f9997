import { useId, useState } from "react";
import { readTime } from "@/lib/time-of-day";
import { Input } from "./input";

interface TimeFieldProps {
  label?: string;
  /** `HH:MM`. */
  value: string;
  onChange: (time: string) => void;
}

/** A time of day, typed as people write it; completed when the field is left. */
export function TimeField({ label = "Time", value, onChange }: TimeFieldProps) {
  const error = useId();
  const [typed, setTyped] = useState(value);
  // What somebody else changed meanwhile is shown, what means the same as what was typed stays as it was typed.
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (readTime(typed) !== value) setTyped(value);
  }
  const time = readTime(typed);
  return (
    <>
      <Input
        aria-label={label}
        className="w-20! tabular-nums"
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          const next = readTime(target.value);
          if (next !== null) onChange(next);
        }}
        onBlur={() => setTyped(time ?? value)}
        {...(time === null && { "aria-invalid": true, "aria-describedby": error })}
      />
      {time === null && (
        <span id={error} role="alert" className="text-small text-attention">
          Enter a time, for instance 06:30.
        </span>
      )}
    </>
  );
}
