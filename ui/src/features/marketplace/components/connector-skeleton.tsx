import type { ReactNode } from "react";
import { Page } from "@/components/page";
import { Skeleton } from "@/components/ui/skeleton";

/** A connector's page before its data. */
export function ConnectorSkeleton({ above }: { above: ReactNode }) {
  return (
    <Page
      title="Connector"
      above={above}
      heading={
        <div role="status" aria-label="Loading the connector" className="flex items-center gap-3.5">
          <Skeleton className="size-11 rounded-card" />
          <div className="space-y-2">
            <Skeleton className="h-5 w-48" />
            <Skeleton className="h-3.5 w-64" />
          </div>
        </div>
      }
    >
      <div className="grid items-start gap-6 wide:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="space-y-6">
          <Skeleton className="mt-7 h-28 w-full rounded-card" />
          <Skeleton className="h-52 w-full rounded-card" />
        </div>
        <Skeleton className="mt-7 h-64 w-full rounded-card" />
      </div>
    </Page>
  );
}
