import { createHashHistory, createRouter, type RouterHistory } from "@tanstack/react-router";
import { routeTree } from "./routes";

/** The router. The address is in the hash, so that each place of the app can be linked to and reloaded. */
export function createAppRouter(history: RouterHistory = createHashHistory()) {
  return createRouter({ routeTree, history, defaultPreload: false });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
