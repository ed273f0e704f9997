import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { toast } from "sonner";
import { afterEach, vi } from "vitest";

// Screens are searched again and again while two other suites have the processors: time is no verdict.
configure({ asyncUtilTimeout: 10_000 });

document.documentElement.lang = "en";

// What jsdom lacks and Radix, cmdk and the virtualiser ask for.
class NoResize implements ResizeObserver {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
}
vi.stubGlobal("ResizeObserver", NoResize);
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.scrollTo = () => undefined;
window.scrollTo = () => undefined;
Element.prototype.hasPointerCapture = () => false;
Element.prototype.setPointerCapture = () => undefined;
Element.prototype.releasePointerCapture = () => undefined;
// The virtualiser draws as many rows as fit: give it a window to fill.
Object.defineProperty(Element.prototype, "clientHeight", { get: () => 600 });
Object.defineProperty(Element.prototype, "clientWidth", { get: () => 900 });
Object.defineProperty(HTMLElement.prototype, "offsetHeight", { get: () => 20 });
Object.defineProperty(HTMLElement.prototype, "offsetWidth", { get: () => 900 });

window.matchMedia = (query: string) =>
  Object.assign(new EventTarget(), {
    matches: false,
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });

afterEach(() => {
  cleanup();
  toast.dismiss();
  localStorage.clear();
});
