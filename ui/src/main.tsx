import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Providers } from "@/app/providers";
import { createQueryClient } from "@/app/query-client";
import { createAppRouter } from "@/app/router";
import { insideApp, tauriTransport } from "@/ipc/tauri-transport";
import type { Transport } from "@/ipc/transport";
import "@/styles/index.css";

/** The core of the app; in development, in a plain browser, a core in memory instead. */
async function openTransport(): Promise<Transport> {
  if (import.meta.env.MODE === "production" || insideApp()) return tauriTransport;
  const { openPlayground } = await import("@/ipc/fake/playground");
  const asked = new URLSearchParams(location.search).get("scenario");
  if (asked !== null) {
    sessionStorage.setItem("scenario", asked);
    // The router, whose addresses are in the hash, would take the question mark for its own.
    history.replaceState(null, "", location.pathname + location.hash);
  }
  return openPlayground(sessionStorage.getItem("scenario") ?? "data");
}

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (!root) throw new Error("the page has no root element");
  const transport = await openTransport();
  createRoot(root).render(
    <StrictMode>
      <Providers transport={transport} client={createQueryClient()}>
        <RouterProvider router={createAppRouter()} />
      </Providers>
    </StrictMode>,
  );
}

void start();
