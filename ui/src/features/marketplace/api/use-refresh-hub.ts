import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTransport } from "@/ipc/context";

/** Looks for changes in the public catalogue now. Its failure is a state of the catalogue, shown where that stands. */
export function useRefreshHub() {
  const transport = useTransport();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => transport.invoke("refresh_hub", {}),
    meta: { quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: ["connectors"] }),
  });
}
