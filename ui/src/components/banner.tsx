import { clsx } from "clsx";
import type { ReactNode } from "react";

interface BannerProps {
  tone: "attention" | "late" | "working" | "paused";
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** Read out as soon as it appears. */
  urgent?: boolean;
}

const tones = {
  attention: "border-attention-line bg-attention-soft [&>svg]:text-attention",
  late: "border-line bg-late-soft [&>svg]:text-late",
  working: "border-line bg-surface [&>svg]:text-working",
  paused: "border-line bg-paused-soft [&>svg]:text-paused",
} as const;

/** One line about something that concerns the whole page, with what to do about it. */
export function Banner({ tone, icon, title, children, actions, urgent = false }: BannerProps) {
  return (
    <section
      role={urgent ? "alert" : "region"}
      aria-label={title}
      className={clsx(
        "flex flex-wrap items-start gap-x-3 gap-y-2 rounded-card border px-4 py-3 [&>svg]:mt-0.5 [&>svg]:size-4.5 [&>svg]:shrink-0",
        tones[tone],
      )}
    >
      {icon}
      <div className="min-w-60 flex-1">
        <p className="font-medium wrap-anywhere">{title}</p>
        {children}
      </div>
      {actions !== undefined && (
        <div className="flex items-center gap-2 self-center">{actions}</div>
      )}
    </section>
  );
}
