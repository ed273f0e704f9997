import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { toast } from "sonner";
import { useTransport } from "@/ipc/context";
import type { DraftId } from "@/ipc/generated/DraftId";
import { useStartRun } from "@/ipc/mutations";
import type { DraftKeeper } from "./draft-keeper";

/** Saves a draft as what it was made for, and goes there: to the integration, or back to where a destination was needed. */
export function useFinish(keeper: DraftKeeper, back: DraftId | null) {
  const transport = useTransport();
  const client = useQueryClient();
  const navigate = useNavigate();
  const start = useStartRun();
  return useMutation({
    mutationFn: async () => {
      const { id } = keeper.snapshot().draft;
      const made = await transport.invoke("finish_draft", { id });
      if (back !== null && made.kind === "loader") {
        const patch = { destination: made.id };
        await transport.invoke("update_draft", { id: back, patch });
      }
      return made;
    },
    meta: { quiet: true },
    onSuccess: (made, sync: boolean) => {
      const { id, name } = keeper.snapshot().draft;
      client.removeQueries({ queryKey: ["drafts", id] });
      for (const key of ["drafts", "integrations", "integration", "destinations"]) {
        void client.invalidateQueries({ queryKey: [key] });
      }
      if (sync) start.mutate({ id: made.id });
      toast.success(`${name} is saved`);
      if (made.kind === "extractor") {
        void navigate({ to: "/integrations/$id", params: { id: made.id } });
      } else if (back === null) {
        void navigate({ to: "/settings" });
      } else {
        void navigate({ to: "/setup/$draft", params: { draft: back } });
      }
    },
  });
}
