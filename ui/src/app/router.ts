import { createHashHistory, createRouter, type RouterHistory } from "@tanstack/react-router";
import type { MarketView } from "@/features/marketplace/api/view";
import { routeTree } from "./routes";

/** The router. The address is in the hash, so that each place of the app can be linked to and reloaded. */
export function createAppRouter(history: RouterHistory = createHashHistory()) {
  return createRouter({ routeTree, history, defaultPreload: false });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
  interface HistoryState {
    /** The card of the marketplace that was opened from here: coming back finds it again. */
    card?: number;
    /** The view of the marketplace that led here. */
    market?: MarketView;
  }
}
