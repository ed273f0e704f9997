import { Skeleton } from "@/components/ui/skeleton";

/** Runs before their data. */
export function RunTableSkeleton({ rows }: { rows: number }) {
  return (
    <div role="status" aria-label="Loading the syncs">
      {Array.from({ length: rows }, (_, index) => (
        <div
          key={index}
          className="flex h-10 items-center justify-between gap-6 border-b border-line px-4 last:border-b-0"
        >
          <Skeleton className="h-3.5 w-32" />
          <Skeleton className="h-3.5 w-20" />
          <Skeleton className="h-3.5 w-24" />
        </div>
      ))}
    </div>
  );
}
