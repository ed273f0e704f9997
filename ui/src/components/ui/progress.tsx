import { Progress as Radix } from "radix-ui";

/** How far something is, from 0 to 1. */
export function Progress({ label, share }: { label: string; share: number }) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <Radix.Root
      aria-label={label}
      value={percent}
      className="h-1.5 w-full overflow-hidden rounded-full bg-paused-soft"
    >
      <Radix.Indicator
        className="h-full rounded-full bg-accent transition-[width] duration-300"
        style={{ width: `${percent}%` }}
      />
    </Radix.Root>
  );
}
