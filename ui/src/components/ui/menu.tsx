import { clsx } from "clsx";
import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";

interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "right" | "bottom" | "left";
}

const item =
  "flex h-8 items-center gap-2.5 rounded-md px-2 text-small outline-none data-disabled:opacity-45 data-highlighted:bg-hover [&>svg]:size-4 [&>svg]:text-ink-3";

/** A menu under its trigger. */
export function Menu({ trigger, children, align = "end", side = "bottom" }: MenuProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-52 animate-appear rounded-control bg-raised p-1 shadow-dialog"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface MenuItemProps {
  icon: ReactNode;
  children: ReactNode;
  onSelect: () => void;
  disabled?: boolean;
  danger?: boolean;
}

/** One thing to do. */
export function MenuItem({
  icon,
  children,
  onSelect,
  disabled = false,
  danger = false,
}: MenuItemProps) {
  return (
    <Radix.Item
      disabled={disabled}
      onSelect={onSelect}
      className={clsx(item, danger && "text-attention [&>svg]:text-attention")}
    >
      {icon}
      {children}
    </Radix.Item>
  );
}

/** What the things below are about. */
export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 pt-1.5 pb-1 text-tiny text-ink-3">{children}</Radix.Label>;
}

/** A line between groups. */
export function MenuSeparator() {
  return <Radix.Separator className="mx-1 my-1 h-px bg-line" />;
}

interface MenuChoiceProps<Value extends string> {
  label: string;
  value: Value;
  /** `detail` stands at the end of the line, for instance how many there are. */
  options: readonly { value: Value; label: string; detail?: string }[];
  onChange: (value: Value) => void;
}

/** One of several, with a tick at the chosen one. */
export function MenuChoice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: MenuChoiceProps<Value>) {
  return (
    <Radix.RadioGroup
      aria-label={label}
      value={value}
      onValueChange={(next) => onChange(next as Value)}
    >
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={item}>
          <span className="flex size-4 items-center justify-center">
            <Radix.ItemIndicator>
              <Check className="size-4 text-accent-ink" aria-hidden />
            </Radix.ItemIndicator>
          </span>
          {option.label}
          {option.detail !== undefined && (
            <span className="ml-auto pl-6 text-ink-3 tabular-nums"> {option.detail}</span>
          )}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}
