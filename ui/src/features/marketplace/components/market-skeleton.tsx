import { Skeleton } from "@/components/ui/skeleton";
import { CardSkeleton } from "./connector-card";

/** The marketplace before its data: the same places, so that nothing jumps. */
export function MarketSkeleton() {
  return (
    <div role="status" aria-label="Loading the connectors" className="flex items-start gap-6">
      <div className="w-48 shrink-0 space-y-3.5 px-2.5 py-2 max-wide:hidden">
        {Array.from({ length: 9 }, (_, index) => (
          <Skeleton key={index} className="h-4 w-full" />
        ))}
      </div>
      <div className="min-w-0 flex-1">
        <div className="mb-3 flex h-7 items-center">
          <Skeleton className="h-3.5 w-28" />
        </div>
        <div className="grid grid-cols-[repeat(auto-fill,minmax(min(14rem,100%),1fr))] gap-3">
          {Array.from({ length: 12 }, (_, index) => (
            <CardSkeleton key={index} />
          ))}
        </div>
      </div>
    </div>
  );
}
