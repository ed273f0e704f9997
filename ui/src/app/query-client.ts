import { MutationCache, QueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { toApiError } from "@/ipc/errors";

declare module "@tanstack/react-query" {
  interface Register {
    mutationMeta: {
      /** The one who asks shows the failure itself: no toast. */
      quiet?: boolean;
    };
  }
}

/** The cache of all server data. Failed actions are shown as a toast with what failed and what to do. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    mutationCache: new MutationCache({
      onError: (error, _variables, _context, mutation) => {
        if (mutation.meta?.quiet) return;
        const { message, hint } = toApiError(error);
        toast.error(message, { description: hint });
      },
    }),
    defaultOptions: {
      queries: {
        // The core is on the same computer: what it refused it refuses again at once, and events say what became stale.
        retry: false,
        staleTime: 2_000,
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
