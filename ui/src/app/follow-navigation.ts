import { useRouter, type AnyRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTransport } from "@/ipc/context";

/** Where a link leads that names no place of the app: the list says so quietly. */
const DEAD_LINK = "/integrations?note=link";

/**
 * Goes where the core says: a notification was clicked, an entry of the tray, a link of the app. What was clicked while the
 * window was not there yet is asked for once.
 */
export function useFollowNavigation(): void {
  const transport = useTransport();
  const router = useRouter();
  const asked = useRef(false);
  useEffect(() => {
    const follow = (route: string) => {
      router.history.push(isPlace(router, route) ? route : DEAD_LINK);
    };
    if (!asked.current) {
      asked.current = true;
      transport.invoke("take_route", {}).then(
        (route) => {
          if (route !== null) follow(route);
        },
        // The window begins where it always does.
        () => undefined,
      );
    }
    return transport.listen((event) => {
      if (event.event === "navigate") follow(event.data);
    });
  }, [transport, router]);
}

/** Whether a route leads to a page of this app. Only places inside the app do. */
function isPlace(router: AnyRouter, route: string): boolean {
  if (!route.startsWith("/") || route.startsWith("//")) return false;
  const [path = "/"] = route.split(/[?#]/u);
  const [, , found] = router.getMatchedRoutes(path);
  return found !== undefined;
}
