import { toApiError } from "@/ipc/errors";
import type { ApiError } from "@/ipc/generated/ApiError";
import type { Draft } from "@/ipc/generated/Draft";
import type { DraftPatch } from "@/ipc/generated/DraftPatch";
import type { Transport } from "@/ipc/transport";

/** How long typing may pause before it is saved, in milliseconds. */
const PAUSE = 400;

/** What is known of the draft, and whether all of it is saved. */
export interface DraftSnapshot {
  draft: Draft;
  state: "saved" | "saving" | "failed";
  error: ApiError | null;
}

/**
 * Holds a draft while it is edited. What changes is shown at once and saved a moment later, one save after the other; what
 * could not be saved is tried again with the next change.
 */
export class DraftKeeper {
  #snapshot: DraftSnapshot;
  #pending: Partial<DraftPatch> = {};
  #timer: ReturnType<typeof setTimeout> | null = null;
  #queue: Promise<boolean> = Promise.resolve(true);
  #touched = false;
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly transport: Transport,
    draft: Draft,
    readonly onSaved: (draft: Draft) => void = () => undefined,
  ) {
    this.#snapshot = { draft, state: "saved", error: null };
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly snapshot = () => this.#snapshot;

  /** Whether anything but the step was changed since it was opened. */
  get touched(): boolean {
    return this.#touched;
  }

  /** Changes the draft. Never give it secrets: they are not kept here. */
  change(patch: Partial<Omit<DraftPatch, "secrets">>): void {
    const { draft } = this.#snapshot;
    this.#pending = { ...this.#pending, ...patch };
    if (Object.keys(patch).some((name) => name !== "step")) this.#touched = true;
    const schedule = patch.schedule === "off" ? null : (patch.schedule ?? draft.schedule);
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null));
    // Other settings are another connection: what was tested is not what is there.
    const tested = draft.tested && patch.config === undefined;
    this.#show({ draft: { ...draft, ...given, schedule, tested }, state: "saving" });
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE);
  }

  /** Saves what is not saved yet; whether all is saved now. */
  flush(): Promise<boolean> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#queue = this.#queue.then(() => this.#save());
    return this.#queue;
  }

  /** Puts secrets into the keychain, or takes them out (`null`). Rejects with an `ApiError`. */
  async keepSecrets(secrets: Record<string, string | null>): Promise<void> {
    this.#touched = true;
    const { id } = this.#snapshot.draft;
    const saved = await this.transport.invoke("update_draft", { id, patch: { secrets } });
    this.#take(saved);
  }

  /** Asks again what only the core knows: whether the test passed, and which secrets are kept. */
  async refresh(): Promise<void> {
    const { id } = this.#snapshot.draft;
    this.#take(await this.transport.invoke("get_draft", { id }));
  }

  async #save(): Promise<boolean> {
    const patch = this.#pending;
    if (Object.keys(patch).length === 0) return this.#snapshot.state !== "failed";
    this.#pending = {};
    const { id } = this.#snapshot.draft;
    try {
      this.#take(await this.transport.invoke("update_draft", { id, patch }));
      const all = Object.keys(this.#pending).length === 0;
      this.#show({ state: all ? "saved" : "saving", error: null });
      return true;
    } catch (error) {
      this.#pending = { ...patch, ...this.#pending };
      this.#show({ state: "failed", error: toApiError(error) });
      return false;
    }
  }

  #take({ secrets, tested, updated_at, editing }: Draft): void {
    this.#show({ draft: { ...this.#snapshot.draft, secrets, tested, updated_at, editing } });
    this.onSaved(this.#snapshot.draft);
  }

  #show(change: Partial<DraftSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    this.#listeners.forEach((listener) => listener());
  }
}
