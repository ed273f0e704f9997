import type { Args, CommandName, Result } from "./commands";
import type { AppEvent } from "./generated/AppEvent";

/** The one door between the window and the core. Rejections are always an `ApiError`. */
export interface Transport {
  invoke<Name extends CommandName>(command: Name, args: Args<Name>): Promise<Result<Name>>;
  /** Calls `handler` for each event of the core until the returned function is called. */
  listen(handler: (event: AppEvent) => void): () => void;
}
