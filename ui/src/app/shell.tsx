import { Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { EngineBanner } from "@/features/engine/components/engine-banner";
import { RunAnnouncer } from "@/features/integrations/components/run-announcer";
import { hasModifier } from "@/lib/platform";
import { CommandPalette } from "./command-palette";
import { useFollowNavigation } from "./follow-navigation";
import { KeychainBanner } from "./keychain-banner";
import { pages } from "./navigation";
import { Sidebar } from "./sidebar";

/** The frame around every page. */
export function Shell() {
  const [searching, setSearching] = useState(false);
  const main = useRef<HTMLElement>(null);
  useShortcuts(() => setSearching((open) => !open));
  useFocusOnNewPage(main);
  useFollowNavigation();
  // The welcome shows in a place of its own how preparing the engine is going.
  const welcoming = useRouterState({ select: ({ location }) => location.pathname === "/welcome" });
  return (
    <div className="flex h-full">
      <a
        href="#main"
        onClick={(event) => {
          // The hash holds the address of the page: only the focus moves.
          event.preventDefault();
          main.current?.focus();
        }}
        className="sr-only z-50 rounded-control bg-accent px-3 py-2 font-medium text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <Sidebar onSearch={() => setSearching(true)} />
      <main
        ref={main}
        id="main"
        tabIndex={-1}
        className="relative flex min-w-0 flex-1 flex-col scroll-area outline-none"
      >
        <div className="mx-auto w-full max-w-6xl space-y-3 px-6 pt-4 empty:hidden">
          <KeychainBanner />
          {!welcoming && <EngineBanner />}
        </div>
        <div className="min-h-0 flex-1">
          <Outlet />
        </div>
      </main>
      <RunAnnouncer />
      <CommandPalette open={searching} onOpenChange={setSearching} />
    </div>
  );
}

/** The modifier with K opens the palette, with a page's key that page. */
function useShortcuts(toggleSearch: () => void): void {
  const router = useRouter();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!hasModifier(event)) return;
      if (event.key.toLowerCase() === "k") {
        event.preventDefault();
        toggleSearch();
        return;
      }
      const page = pages.find(({ key }) => key === event.key);
      if (page) {
        event.preventDefault();
        void router.navigate({ to: page.to });
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}

/** A new page begins at its top, and the keyboard begins inside it when what had the focus is gone. */
function useFocusOnNewPage(main: React.RefObject<HTMLElement | null>): void {
  const place = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const router = useRouter();
  useEffect(() => {
    const { pathname, state } = router.state.location;
    // Coming back to a card of a long list, or going to a section: the page has gone there already.
    const wentThere = state.card !== undefined || pathname.startsWith("/settings/");
    if (!wentThere) main.current?.scrollTo(0, 0);
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [place, main, router]);
}
