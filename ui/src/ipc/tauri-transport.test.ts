import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tauriTransport } from "./tauri-transport";

const invoke = vi.fn<(command: string, args: unknown) => Promise<unknown>>();

beforeEach(() => {
  Object.assign(window, {
    __TAURI_INTERNALS__: { invoke, transformCallback: () => 1 },
    __TAURI_EVENT_PLUGIN_INTERNALS__: { unregisterListener: () => undefined },
  });
});
afterEach(() => {
  invoke.mockReset();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

it("passes a command on with its arguments", async () => {
  invoke.mockResolvedValue([]);
  await tauriTransport.invoke("list_runs", { integration: null, limit: 3 });
  expect(invoke.mock.calls[0]?.slice(0, 2)).toEqual(["list_runs", { integration: null, limit: 3 }]);
});

it("rejects with the error of the core as it is", async () => {
  const error = { code: "not_found", message: "Gone.", hint: "Go back.", setting: null, fix: null };
  invoke.mockRejectedValue(error);
  await expect(tauriTransport.invoke("get_integration", { id: "1" })).rejects.toEqual(error);
});

it("makes an error of anything else that is thrown", async () => {
  invoke.mockRejectedValue("command list_integrations not found");
  await expect(tauriTransport.invoke("list_integrations", {})).rejects.toMatchObject({
    code: "internal",
    message: expect.stringContaining("not found") as string,
  });
});

it("listens to the one event of the core, and stops", async () => {
  invoke.mockResolvedValue(5);
  const stop = tauriTransport.listen(() => undefined);
  expect(invoke.mock.calls[0]?.[0]).toBe("plugin:event|listen");
  expect(invoke.mock.calls[0]?.[1]).toMatchObject({ event: "app-event" });
  stop();
  await vi.waitFor(() => expect(invoke.mock.calls.at(-1)?.[0]).toBe("plugin:event|unlisten"));
});
