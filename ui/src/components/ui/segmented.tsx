import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";

interface SegmentedProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string; icon?: ReactNode; iconOnly?: boolean }[];
  onChange: (value: Value) => void;
}

/** One of a few choices, all in sight. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
}: SegmentedProps<Value>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      // Pressing the chosen one again would choose nothing.
      onValueChange={(next) => next && onChange(next as Value)}
      className="inline-flex rounded-control bg-paused-soft p-0.5"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          {...(option.iconOnly && { "aria-label": option.label, title: option.label })}
          className="inline-flex h-7 items-center gap-1.5 rounded-md px-2.5 text-small font-medium text-ink-2 transition-colors duration-100 hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink data-[state=on]:shadow-[0_1px_2px_rgb(0_0_0/0.14)] dark:data-[state=on]:bg-line-strong [&>svg]:size-4"
        >
          {option.icon}
          {!option.iconOnly && option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
