import { useMutation, useQuery } from "@tanstack/react-query";
import { LoaderCircle } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useTransport } from "@/ipc/context";
import type { Subject } from "@/ipc/generated/Subject";
import { discoveryQuery } from "@/ipc/queries";
import { formatDuration } from "@/lib/format";
import { useNow } from "@/lib/time";

/** A source is being asked what it has: what it is doing, since when, and the way to stop it. */
export function Discovery({ subject, label }: { subject: Subject; label: string }) {
  const transport = useTransport();
  const { data: progress } = useQuery(discoveryQuery(subject));
  const cancel = useMutation({
    mutationFn: () => transport.invoke("cancel_discovery", { subject }),
  });
  const now = useNow(true);
  const [since] = useState(now);
  const elapsed = Math.max(now - since, progress?.elapsed ?? 0);
  return (
    <div className="max-w-xl">
      <div className="flex items-center gap-3 rounded-card border border-line bg-surface px-4 py-3">
        <LoaderCircle className="size-4.5 shrink-0 animate-spin text-working" aria-hidden />
        <div className="min-w-0 flex-1">
          <p role="status" className="font-medium">
            {cancel.isSuccess ? "Stopping" : `Asking ${label} what it has`}
          </p>
          <p className="truncate text-small text-ink-2">
            {progress?.doing ?? "This takes from a few seconds to some minutes."}
          </p>
        </div>
        {elapsed >= 2_000 && (
          <span className="text-small text-ink-3 tabular-nums">{formatDuration(elapsed)}</span>
        )}
        <Button busy={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel
        </Button>
      </div>
      <div aria-hidden className="mt-5 space-y-3">
        {Array.from({ length: 6 }, (_, index) => (
          <div key={index} className="flex items-center gap-3">
            <Skeleton className="size-4" />
            <Skeleton className="h-3.5 w-48" />
            <Skeleton className="ml-auto h-3.5 w-28" />
          </div>
        ))}
      </div>
    </div>
  );
}
