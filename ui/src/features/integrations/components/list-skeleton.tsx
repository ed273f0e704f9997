import { Card } from "@/components/page";
import { Skeleton } from "@/components/ui/skeleton";

/** The list before its data: the same heights, so that nothing jumps. */
export function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading your integrations">
      <div className="mb-4 flex gap-2">
        <Skeleton className="h-8 w-64" />
        <Skeleton className="h-8 w-28" />
      </div>
      <Card className="overflow-hidden">
        <div className="h-[33px] border-b border-line" />
        {Array.from({ length: 5 }, (_, index) => (
          <div
            key={index}
            className="flex h-14 items-center gap-3 border-b border-line pr-4 pl-11 last:border-b-0"
          >
            <Skeleton className="size-8 rounded-control" />
            <div className="flex-1 space-y-1.5">
              <Skeleton className="h-3.5 w-40" />
              <Skeleton className="h-2.5 w-20" />
            </div>
            <Skeleton className="h-3.5 w-28" />
            <Skeleton className="ml-8 h-3.5 w-20" />
            <Skeleton className="ml-8 h-7 w-26" />
          </div>
        ))}
      </Card>
    </div>
  );
}
