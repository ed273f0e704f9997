import { clsx } from "clsx";

/** Stands where something will be. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden className={clsx("block animate-breathe rounded-md bg-line", className)} />
  );
}
