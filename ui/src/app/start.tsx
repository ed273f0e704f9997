import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { useTransport } from "@/ipc/context";
import { draftsQuery, integrationsQuery } from "@/ipc/queries";

/** Where the app begins: with a welcome while there is nothing yet, otherwise with what is there. */
export function Start() {
  const transport = useTransport();
  const integrations = useQuery(integrationsQuery(transport));
  const drafts = useQuery(draftsQuery(transport));
  // Whatever cannot be read is shown, and mended, where it belongs.
  if (integrations.isError || drafts.isError) return <Navigate to="/integrations" replace />;
  if (integrations.isPending || drafts.isPending) return <h1 className="sr-only">Tributary</h1>;
  const isNew = integrations.data.length === 0 && drafts.data.length === 0;
  return <Navigate to={isNew ? "/welcome" : "/integrations"} replace />;
}
