import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { Tooltip } from "./tooltip";

interface IconButtonProps extends ComponentProps<"button"> {
  /** What it does: its accessible name and its tooltip. */
  label: string;
  shortcut?: string;
  icon: ReactNode;
}

/** A button that shows a symbol only. */
export function IconButton({ label, shortcut, icon, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        className={clsx(
          "inline-flex size-7 shrink-0 items-center justify-center rounded-control text-ink-3 transition-colors duration-100 hover:bg-hover hover:text-ink disabled:opacity-50 data-[state=open]:bg-hover",
          className,
        )}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
