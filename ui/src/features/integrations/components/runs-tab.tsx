import { History } from "lucide-react";
import { Card } from "@/components/page";
import { RunList } from "@/components/run-list";
import { RunTableSkeleton } from "@/components/run-table-skeleton";
import { EmptyState, ErrorState } from "@/components/states";
import { useRunPages } from "@/components/use-run-pages";
import type { Integration } from "@/ipc/generated/Integration";
import { plural } from "@/lib/format";

/** All runs of an integration. */
export function RunsTab({ integration }: { integration: Integration }) {
  const pages = useRunPages({ integration: integration.id });
  if (pages.isPending) {
    return (
      <Card className="overflow-hidden">
        <RunTableSkeleton rows={8} />
      </Card>
    );
  }
  if (pages.error) {
    return (
      <Card>
        <ErrorState
          title="The syncs could not be shown"
          error={pages.error}
          busy={pages.isFetching}
          onRetry={pages.retry}
        />
      </Card>
    );
  }
  if (pages.runs.length === 0) {
    return (
      <Card>
        <EmptyState icon={<History aria-hidden />} title="Not synced yet">
          Each sync will be listed here with what it brought in. Press Sync now to begin.
        </EmptyState>
      </Card>
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <p className="mb-2 text-small text-ink-2 tabular-nums">
        {plural(pages.total, "sync", "syncs")}
      </p>
      <Card className="flex min-h-0 flex-1 flex-col overflow-hidden">
        <RunList label="All syncs" pages={pages} />
      </Card>
    </div>
  );
}
