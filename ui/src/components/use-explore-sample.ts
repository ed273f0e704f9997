import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useTransport } from "@/ipc/context";
import { integrationsQuery } from "@/ipc/queries";

/** Adds the sample org that comes with the app, begins to sync it, and shows it. One that is there already is only shown. */
export function useExploreSample() {
  const transport = useTransport();
  const client = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationKey: ["explore_sample"],
    mutationFn: async () => {
      const known = client.getQueryData(integrationsQuery(transport).queryKey);
      const there = known?.find(({ sample }) => sample);
      if (there) return there;
      const made = await transport.invoke("create_sample_integration", {});
      await transport.invoke("start_run", { id: made.id, fullRefresh: false });
      return made;
    },
    onSuccess: ({ id }) => router.navigate({ to: "/integrations/$id", params: { id } }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["integrations"] });
      void client.invalidateQueries({ queryKey: ["runs"] });
    },
  });
}
