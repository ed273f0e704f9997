import { clsx } from "clsx";
import { Progress as Radix } from "radix-ui";

/** How far something is, from 0 to 1; `null` where nobody can tell. */
export function Progress({ label, share }: { label: string; share: number | null }) {
  const percent = share === null ? null : Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <Radix.Root
      aria-label={label}
      value={percent}
      className="h-1.5 w-full overflow-hidden rounded-full bg-paused-soft"
    >
      <Radix.Indicator
        className={clsx(
          "h-full rounded-full bg-accent",
          percent === null ? "w-2/5 animate-drift" : "transition-[width] duration-300",
        )}
        {...(percent !== null && { style: { width: `${percent}%` } })}
      />
    </Radix.Root>
  );
}
