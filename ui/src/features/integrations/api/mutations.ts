import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTransport } from "@/ipc/context";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";

/** Tests the connection of an integration. What it finds is shown in a dialog, so a failure needs no toast. */
export function useTestConnection() {
  const transport = useTransport();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: IntegrationId) =>
      transport.invoke("test_connection", {
        subject: { subject: "integration", id },
        test: crypto.randomUUID(),
      }),
    meta: { quiet: true },
    onSettled: (_report, _error, id) => {
      void client.invalidateQueries({ queryKey: ["integrations"] });
      void client.invalidateQueries({ queryKey: ["integration", id] });
    },
  });
}
