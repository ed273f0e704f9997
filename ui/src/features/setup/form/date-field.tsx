import { CalendarDays } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { DayPicker } from "react-day-picker";
import { Input } from "@/components/ui/input";
import { completed, dateValue, dayOf, wantsTime } from "@/features/setup/api/dates";
import { asText, type ValueProps } from "./value-props";

const button =
  "inline-flex size-8 items-center justify-center rounded-control text-ink-2 hover:bg-hover hover:text-ink disabled:opacity-40";

/** How the calendar looks. */
const looks = {
  root: "relative p-3 text-small",
  month_caption: "mb-2 flex h-8 items-center pl-1",
  dropdowns: "flex items-center gap-2 font-medium",
  dropdown_root: "relative inline-flex items-center",
  dropdown: "absolute inset-0 opacity-0",
  caption_label: "inline-flex items-center gap-1 rounded-md px-1 py-0.5",
  chevron: "size-3.5 fill-ink-3",
  nav: "absolute top-3 right-3 z-10 flex",
  button_previous: button,
  button_next: button,
  weekday: "size-8 text-tiny font-normal text-ink-3",
  day: "p-0 text-center",
  day_button: "size-8 rounded-control tabular-nums hover:bg-hover",
  today: "font-semibold text-accent-ink",
  selected: "[&>button]:bg-accent! [&>button]:text-on-accent!",
  outside: "opacity-40",
};

/** A date: typed, or picked from a calendar. */
export function DateField({ id, label, schema, value, placeholder, aria, onChange }: ValueProps) {
  const [open, setOpen] = useState(false);
  const day = dayOf(value);
  const example = wantsTime(schema) ? "2024-01-31T00:00:00Z" : "2024-01-31";
  return (
    <span className="flex max-w-80 gap-1.5">
      <Input
        id={id}
        className="tabular-nums"
        spellCheck={false}
        value={asText(value)}
        placeholder={placeholder ?? example}
        onChange={({ target }) => onChange(target.value === "" ? undefined : target.value)}
        onBlur={({ target }) => {
          const whole = completed(target.value.trim(), schema);
          if (whole !== target.value) onChange(whole === "" ? undefined : whole);
        }}
        {...aria}
      />
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger
          aria-label={`Pick a date for ${label}`}
          className="inline-flex size-8 shrink-0 items-center justify-center rounded-control border border-line-strong text-ink-2 hover:bg-hover hover:text-ink"
        >
          <CalendarDays className="size-4" aria-hidden />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="end"
            sideOffset={4}
            collisionPadding={8}
            aria-label={`Calendar for ${label}`}
            className="z-50 animate-appear rounded-card bg-raised shadow-dialog"
          >
            <DayPicker
              mode="single"
              autoFocus
              weekStartsOn={1}
              showOutsideDays
              captionLayout="dropdown"
              startMonth={new Date(1990, 0)}
              endMonth={new Date(new Date().getFullYear() + 5, 11)}
              selected={day}
              defaultMonth={day ?? new Date()}
              classNames={looks}
              onSelect={(picked) => {
                if (picked) onChange(dateValue(picked, schema, value));
                setOpen(false);
              }}
            />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </span>
  );
}
