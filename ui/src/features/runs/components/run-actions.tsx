import { RefreshCw, Square, Wrench } from "lucide-react";
import { useRouter } from "@tanstack/react-router";
import { Button } from "@/components/ui/button";
import type { Run } from "@/ipc/generated/Run";
import { useCancelRun, useStartRun, useStopping } from "@/ipc/mutations";
import { isActive } from "@/ipc/run-status";

/** What can be done about a run: stop it, or have another one. */
export function RunActions({ run }: { run: Run }) {
  const cancel = useCancelRun();
  const start = useStartRun();
  const router = useRouter();
  const active = isActive(run.status);
  const stopping = useStopping(run.id) && active;
  if (active) {
    return (
      <Button
        busy={stopping}
        icon={<Square className="size-3 fill-current" aria-hidden />}
        onClick={() => cancel.mutate(run.id)}
      >
        {stopping ? "Stopping" : "Cancel"}
      </Button>
    );
  }
  const again = () =>
    start.mutate(
      { id: run.integration, fullRefresh: run.status !== "succeeded" && run.full_refresh },
      { onSuccess: ({ id }) => router.history.push(`/integrations/${run.integration}/runs/${id}`) },
    );
  const route = run.status === "failed" ? run.problem?.fix.route : undefined;
  return (
    <>
      <Button
        kind={route || run.status === "succeeded" ? "secondary" : "primary"}
        busy={start.isPending}
        icon={<RefreshCw className="size-3.5" aria-hidden />}
        onClick={again}
      >
        {run.status === "succeeded" ? "Sync again" : "Try again"}
      </Button>
      {route && (
        <Button
          kind="primary"
          icon={<Wrench className="size-3.5" aria-hidden />}
          onClick={() => router.history.push(route)}
        >
          Fix
        </Button>
      )}
    </>
  );
}
