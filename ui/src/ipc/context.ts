import { createContext, use } from "react";
import type { Transport } from "./transport";

const TransportContext = createContext<Transport | null>(null);

/** Gives the tree below it its transport. */
export const TransportProvider = TransportContext.Provider;

/** The transport of this tree. */
export function useTransport(): Transport {
  const transport = use(TransportContext);
  if (!transport) throw new Error("no TransportProvider above this component");
  return transport;
}
