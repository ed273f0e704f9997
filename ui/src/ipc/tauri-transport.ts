import { invoke, isTauri } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { toApiError } from "./errors";
import type { Args, CommandName, Result } from "./commands";
import type { AppEvent } from "./generated/AppEvent";
import type { Transport } from "./transport";

/** Whether the page runs inside the app's window. */
export const insideApp = isTauri;

/** The transport of the real window: Tauri's commands and its one event. */
export const tauriTransport: Transport = {
  async invoke<Name extends CommandName>(command: Name, args: Args<Name>): Promise<Result<Name>> {
    try {
      return await invoke<Result<Name>>(command, args);
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- rejections are plain `ApiError` objects
      throw toApiError(error);
    }
  },

  listen(handler) {
    const registration = listen<AppEvent>("app-event", (event) => handler(event.payload));
    return () => void registration.then((stop) => stop());
  },
};
