import { clsx } from "clsx";
import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

/** How loud a button is. One `primary` a screen. */
export type ButtonKind = "primary" | "secondary" | "quiet" | "danger";

export interface ButtonProps extends ComponentProps<"button"> {
  kind?: ButtonKind;
  size?: "small" | "medium";
  icon?: ReactNode;
  /** Shows that the action works; the button cannot be pressed again meanwhile, but keeps the focus. */
  busy?: boolean;
}

const kinds: Record<ButtonKind, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "border border-line-strong bg-surface text-ink hover:bg-hover",
  quiet: "text-ink-2 hover:bg-hover hover:text-ink",
  danger: "bg-danger text-white hover:bg-danger-hover",
};

const sizes = { small: "h-7 gap-1.5 px-2.5 text-small", medium: "h-8 gap-2 px-3 text-small" };

/** A button with words. */
export function Button({
  kind = "secondary",
  size = "medium",
  icon,
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      aria-disabled={busy || undefined}
      onClick={busy ? undefined : onClick}
      className={clsx(
        "inline-flex shrink-0 items-center justify-center rounded-control font-medium whitespace-nowrap transition-colors duration-100",
        "disabled:opacity-50 aria-disabled:opacity-70",
        kinds[kind],
        sizes[size],
        className,
      )}
      {...rest}
    >
      {busy ? <LoaderCircle className="size-4 animate-spin" aria-hidden /> : icon}
      {children}
    </button>
  );
}
