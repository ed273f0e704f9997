import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useTransport } from "@/ipc/context";
import type { ConnectorKind } from "@/ipc/generated/ConnectorKind";
import { draftQuery } from "@/ipc/queries";

/** Begins to set up a connector, and leads to where that is done. */
export function useBeginSetup() {
  const transport = useTransport();
  const client = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationKey: ["begin_setup"],
    mutationFn: ({ kind, type }: { kind: ConnectorKind; type: string }) =>
      transport.invoke("create_draft", { input: { from: "connector", kind, type } }),
    onSuccess: (draft) => {
      client.setQueryData(draftQuery(transport, draft.id).queryKey, draft);
      void client.invalidateQueries({ queryKey: ["drafts"], exact: true });
      router.history.push(`/setup/${draft.id}`);
    },
  });
}
