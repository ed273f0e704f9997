import { RefreshCw, Square } from "lucide-react";
import { Button, type ButtonKind } from "@/components/ui/button";
import type { Integration } from "@/ipc/generated/Integration";
import { useCancelRun, useStartRun, useStopping } from "@/ipc/mutations";
import { isActive } from "@/ipc/run-status";

interface SyncButtonProps {
  integration: Integration;
  kind?: ButtonKind;
  size?: "small" | "medium";
}

/** Sync now; while a sync is at work, Cancel. The same button, so that the focus stays where it is. */
export function SyncButton({ integration, kind = "secondary", size = "small" }: SyncButtonProps) {
  const start = useStartRun();
  const cancel = useCancelRun();
  const run = integration.last_run;
  const active = run !== null && isActive(run.status);
  const stopping = useStopping(run?.id) && active;
  const words = stopping ? "Stopping" : active ? "Cancel" : "Sync now";
  return (
    <Button
      kind={active ? "secondary" : kind}
      size={size}
      busy={start.isPending || stopping}
      aria-label={`${words}: ${integration.name}`}
      disabled={integration.status === "draft"}
      icon={
        active ? (
          <Square className="size-3 fill-current" aria-hidden />
        ) : (
          <RefreshCw className="size-3.5" aria-hidden />
        )
      }
      className="min-w-26"
      onClick={() => (active ? cancel.mutate(run.id) : start.mutate({ id: integration.id }))}
    >
      {words}
    </Button>
  );
}
