import { useIsMutating, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { toast } from "sonner";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { ConnectorCard } from "@/ipc/generated/ConnectorCard";
import type { InstallPlan } from "@/ipc/generated/InstallPlan";
import { connectorQuery, engineProgressQuery } from "@/ipc/queries";

/** What names a connector. */
type Name = Pick<ConnectorCard, "kind" | "type" | "label">;

/** The banner about the engine knows by the first word that a connector is being installed. */
function keyOf({ kind, type }: Pick<Name, "kind" | "type">): string[] {
  return ["install_connector", kind, type];
}

/** What installing a connector would do, worked out anew each time it is looked at: a plan is good for one installation. */
export function useInstallPlan({ kind, type }: Name) {
  const transport = useTransport();
  return useQuery({
    queryKey: ["install-plan", kind, type],
    queryFn: () => transport.invoke("plan_install", { kind, id: type }),
    staleTime: Infinity,
    gcTime: 0,
  });
}

/**
 * Installs what a plan says. It goes on when the one who asked is no longer there; how it ended is then said in a toast,
 * and otherwise by whoever asked.
 */
export function useInstallConnector(connector: Name) {
  const transport = useTransport();
  const client = useQueryClient();
  const watched = useRef(true);
  useEffect(() => {
    watched.current = true;
    return () => {
      watched.current = false;
    };
  }, []);
  return useMutation({
    mutationKey: keyOf(connector),
    mutationFn: ({ id }: InstallPlan) => transport.invoke("install_connector", { plan: id }),
    meta: { quiet: true },
    onSuccess: (detail) => {
      const { kind, type, label } = detail.card;
      client.setQueryData(connectorQuery(transport, kind, type).queryKey, detail);
      if (!watched.current) toast.success(`${label} is installed and can be connected.`);
    },
    onError: (error) => {
      const { message, hint } = toApiError(error);
      if (!watched.current) toast.error(message, { description: hint });
    },
    onSettled: () => {
      client.setQueryData(engineProgressQuery.queryKey, null);
      void client.invalidateQueries({ queryKey: ["connectors"] });
      void client.invalidateQueries({ queryKey: ["engine"] });
    },
  });
}

/** Whether this connector is being installed, whoever asked for it. */
export function useIsInstalling(connector: Name): boolean {
  return useIsMutating({ mutationKey: keyOf(connector) }) > 0;
}
