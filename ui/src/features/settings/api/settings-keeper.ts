import { toApiError } from "@/ipc/errors";
import type { ApiError } from "@/ipc/generated/ApiError";
import type { AppSettings } from "@/ipc/generated/AppSettings";

/** How long typing may pause before it is saved, in milliseconds. */
const PAUSE = 400;

/** The choices as they are shown, and what was refused. */
export interface SettingsSnapshot {
  settings: AppSettings;
  /** Why a choice was not taken, by the name of the choice. */
  refused: Readonly<Record<string, ApiError>>;
}

interface KeeperOptions {
  settings: AppSettings;
  save: (settings: AppSettings) => Promise<AppSettings>;
  /** Tells of what was refused for a reason that no field shows. */
  onRefused: (error: ApiError) => void;
}

/**
 * Holds the choices while they are made. What changes is shown at once and saved a moment later, one save after the
 * other. What is refused is undone: the choice is again what was saved last.
 */
export class SettingsKeeper {
  #saved: AppSettings;
  #snapshot: SettingsSnapshot;
  #pending: Partial<AppSettings> = {};
  #timer: ReturnType<typeof setTimeout> | null = null;
  #queue: Promise<void> = Promise.resolve();
  readonly #listeners = new Set<() => void>();
  readonly #options: KeeperOptions;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#saved = options.settings;
    this.#snapshot = { settings: options.settings, refused: {} };
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly snapshot = () => this.#snapshot;

  /** Changes some choices. */
  change(patch: Partial<AppSettings>): void {
    this.#pending = { ...this.#pending, ...patch };
    const names = Object.keys(patch);
    const refused = Object.fromEntries(
      Object.entries(this.#snapshot.refused).filter(([name]) => !names.includes(rootOf(name))),
    );
    this.#show({ settings: { ...this.#snapshot.settings, ...patch }, refused });
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE);
  }

  /** Takes what was saved elsewhere. What is not saved yet here stays as it is shown. */
  take(settings: AppSettings): void {
    this.#saved = settings;
    this.#show({ settings: { ...settings, ...this.#pending } });
  }

  /** Saves what is not saved yet. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#queue = this.#queue.then(() => this.#save());
    return this.#queue;
  }

  async #save(): Promise<void> {
    const patch = this.#pending;
    if (Object.keys(patch).length === 0) return;
    this.#pending = {};
    try {
      this.take(await this.#options.save({ ...this.#saved, ...patch }));
    } catch (caught) {
      const error = toApiError(caught);
      this.take(this.#saved);
      if (error.code === "invalid_setting" && error.setting !== null) {
        this.#show({ refused: { ...this.#snapshot.refused, [error.setting]: error } });
      } else {
        this.#options.onRefused(error);
      }
    }
  }

  #show(change: Partial<SettingsSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    this.#listeners.forEach((listener) => listener());
  }
}

/** The choice that a name such as `notifications.quiet_hours` belongs to. */
function rootOf(name: string): string {
  return name.split(".")[0] ?? name;
}
