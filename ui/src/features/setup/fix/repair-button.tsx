import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Wrench } from "lucide-react";
import { stepWords } from "@/components/engine-words";
import { Button } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import { engineProgressQuery } from "@/ipc/queries";

/** Builds anew what is damaged of the engine and the connectors, and shows how far that is. */
export function RepairButton({ onDone }: { onDone: () => void }) {
  const transport = useTransport();
  const client = useQueryClient();
  const { data: progress } = useQuery(engineProgressQuery);
  const repair = useMutation({
    mutationFn: () => transport.invoke("repair_engine", {}),
    meta: { quiet: true },
    onSuccess: onDone,
    onSettled: () => {
      client.setQueryData(engineProgressQuery.queryKey, null);
      void client.invalidateQueries({ queryKey: ["engine"] });
      void client.invalidateQueries({ queryKey: ["connectors"] });
    },
  });
  const refused = repair.isError ? toApiError(repair.error) : null;
  return (
    <>
      <p className="text-ink-2">
        Only Tributary&rsquo;s own parts are made anew. Your settings and your data stay as they
        are.
      </p>
      {repair.isPending && (
        <div role="status" className="space-y-1.5">
          <p className="text-small text-ink-2">{progress ? stepWords[progress.step] : "Looking"}</p>
          <Progress label="Progress of the repair" share={progress?.total_fraction ?? null} />
        </div>
      )}
      {refused && (
        <p role="alert" className="selectable wrap-anywhere text-attention">
          {refused.message} {refused.hint}
        </p>
      )}
      <Button
        kind="primary"
        className="self-start"
        busy={repair.isPending}
        icon={<Wrench className="size-4" aria-hidden />}
        onClick={() => repair.mutate()}
      >
        {repair.isPending ? "Repairing" : "Repair"}
      </Button>
    </>
  );
}
