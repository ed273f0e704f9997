import { clsx } from "clsx";
import type { ReactNode } from "react";

const tones = {
  accent: "bg-accent-soft text-accent-ink",
  late: "bg-late-soft text-late",
  neutral: "bg-paused-soft text-ink-2",
} as const;

interface BadgeProps {
  tone?: keyof typeof tones;
  icon?: ReactNode;
  children: ReactNode;
}

/** A word or two about something, in a tinted ground. */
export function Badge({ tone = "neutral", icon, children }: BadgeProps) {
  return (
    <span
      className={clsx(
        "inline-flex items-center gap-1 rounded-md px-1.5 py-0.5 text-tiny font-medium whitespace-nowrap [&>svg]:size-3.5 [&>svg]:shrink-0",
        tones[tone],
      )}
    >
      {icon}
      {children}
    </span>
  );
}
