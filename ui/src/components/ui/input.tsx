import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import { Switch as Radix } from "radix-ui";
import type { ComponentProps } from "react";

const ground =
  "w-full rounded-control border border-line-strong bg-surface text-small text-ink placeholder:text-ink-3 aria-invalid:border-attention disabled:opacity-50";

/** A field for one line of text. */
export function Input({ className, ...rest }: ComponentProps<"input">) {
  return (
    <input
      type="text"
      autoComplete="off"
      className={clsx(ground, "h-8 cursor-text px-2.5", className)}
      {...rest}
    />
  );
}

/** A field for several lines of text. */
export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea
      autoComplete="off"
      rows={4}
      className={clsx(ground, "min-h-16 cursor-text scroll-area px-2.5 py-1.5", className)}
      {...rest}
    />
  );
}

/** One of a list, with the system's own list. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return (
    <span className={clsx("relative block", className)}>
      <select className={clsx(ground, "h-8 appearance-none truncate pr-8 pl-2.5")} {...rest} />
      <ChevronDown
        className="pointer-events-none absolute top-2 right-2.5 size-4 text-ink-3"
        aria-hidden
      />
    </span>
  );
}

/** A tick. `indeterminate`: some of what it stands for. */
export function Checkbox({
  className,
  indeterminate = false,
  ...rest
}: ComponentProps<"input"> & { indeterminate?: boolean }) {
  return (
    <input
      type="checkbox"
      ref={(element) => {
        if (element) element.indeterminate = indeterminate;
      }}
      className={clsx("size-4 shrink-0 accent-(--accent) aria-disabled:opacity-50", className)}
      {...rest}
    />
  );
}

/** Yes or no. */
export function Switch(props: ComponentProps<typeof Radix.Root>) {
  return (
    <Radix.Root
      className="relative h-5 w-9 shrink-0 rounded-full bg-line-strong transition-colors duration-100 disabled:opacity-50 data-[state=checked]:bg-accent"
      {...props}
    >
      <Radix.Thumb className="block size-4 translate-x-0.5 rounded-full bg-white shadow-[0_1px_2px_rgb(0_0_0/0.25)] transition-transform duration-100 data-[state=checked]:translate-x-4.5" />
    </Radix.Root>
  );
}
