import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";
import { Toaster } from "@/components/ui/toaster";
import { TooltipProvider } from "@/components/ui/tooltip";
import { TransportProvider } from "@/ipc/context";
import { followEvents } from "@/ipc/events";
import type { Transport } from "@/ipc/transport";
import { useTheme } from "@/lib/theme";

interface ProvidersProps {
  transport: Transport;
  client: QueryClient;
  children: ReactNode;
}

/** What every screen stands on. */
export function Providers({ transport, client, children }: ProvidersProps) {
  useEffect(() => followEvents(transport, client), [transport, client]);
  const theme = useTheme();
  return (
    <TransportProvider value={transport}>
      <QueryClientProvider client={client}>
        <TooltipProvider>
          {children}
          <Toaster theme={theme} />
        </TooltipProvider>
      </QueryClientProvider>
    </TransportProvider>
  );
}
