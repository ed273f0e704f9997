import { CloudOff, LoaderCircle, RotateCw } from "lucide-react";
import { RelativeTime } from "@/components/relative-time";
import { Button } from "@/components/ui/button";
import { useRefreshHub } from "@/features/marketplace/api/use-refresh-hub";
import { toApiError } from "@/ipc/errors";
import type { HubState } from "@/ipc/generated/HubState";
import { formatNumber } from "@/lib/format";

/** How the copy of the public catalogue is doing: quiet when all is well. */
export function HubLine({ hub }: { hub: HubState }) {
  const refresh = useRefreshHub();
  const failure = refresh.isError ? toApiError(refresh.error).message : hub.failure;
  if (hub.refreshing) {
    return (
      <p className="flex items-center gap-2 text-small text-ink-2">
        <LoaderCircle className="size-4 shrink-0 animate-spin text-working" aria-hidden />
        Looking for more connectors…
        {hub.listed > 0 && (
          <span className="text-ink-3 tabular-nums">
            {formatNumber(hub.known)} of {formatNumber(hub.listed)}
          </span>
        )}
      </p>
    );
  }
  if (failure !== null) {
    return (
      <div
        role="region"
        aria-label="Public catalogue"
        className="flex w-full flex-wrap items-center gap-x-3 gap-y-2 rounded-control border border-line bg-late-soft px-3 py-2 text-small"
      >
        <CloudOff className="size-4 shrink-0 text-late" aria-hidden />
        <div className="min-w-60 flex-1">
          <p className="font-medium">
            The public catalogue could not be reached; showing what is here.
          </p>
          <p className="selectable wrap-anywhere text-ink-2">{failure}</p>
        </div>
        <Button
          size="small"
          busy={refresh.isPending}
          icon={<RotateCw className="size-3.5" aria-hidden />}
          onClick={() => refresh.mutate()}
        >
          Try again
        </Button>
      </div>
    );
  }
  if (hub.refreshed_at === null) return null;
  return (
    <p className="text-small text-ink-3">
      Public catalogue checked <RelativeTime time={hub.refreshed_at} />
    </p>
  );
}
