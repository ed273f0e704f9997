import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { tsconfigPaths: true },
  // Cargo prints beside it: do not wipe its output.
  clearScreen: false,
  // The shell loads exactly this address in development.
  server: {
    port: 1420,
    strictPort: true,
    host: "127.0.0.1",
    // A test compares the sign in the window with the app's icon.
    fs: { allow: [".", "../icons"] },
  },
  build: {
    // WebKitGTK 2.40 is the oldest web view the app runs in.
    target: "safari16.4",
    outDir: "dist",
    // Everything comes from the local disk: one file is read faster than many are found.
    chunkSizeWarningLimit: 1600,
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    testTimeout: 60_000,
    css: false,
  },
});
