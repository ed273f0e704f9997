import { createContext, use, useEffect, useState, useSyncExternalStore } from "react";
import { toast } from "sonner";
import type { ApiError } from "@/ipc/generated/ApiError";
import type { AppSettings } from "@/ipc/generated/AppSettings";
import { useSaveSettings } from "@/ipc/mutations";
import { SettingsKeeper } from "./settings-keeper";

const SettingsContext = createContext<SettingsKeeper | null>(null);

export const SettingsProvider = SettingsContext.Provider;

/** Keeps the choices while the page is open; what is not saved when it closes is saved then. `null` until they are known. */
export function useSettingsKeeper(settings: AppSettings | undefined): SettingsKeeper | null {
  const { mutateAsync } = useSaveSettings();
  const [keeper, setKeeper] = useState<SettingsKeeper | null>(null);
  if (keeper === null && settings) {
    setKeeper(
      new SettingsKeeper({
        settings,
        save: (wanted) => mutateAsync(wanted),
        onRefused: ({ message, hint }) =>
          toast.error(message, { description: hint || "The choice is again what it was." }),
      }),
    );
  }
  useEffect(() => {
    if (settings) keeper?.take(settings);
  }, [settings, keeper]);
  useEffect(() => () => void keeper?.flush(), [keeper]);
  return keeper;
}

interface Settings {
  settings: AppSettings;
  change: (patch: Partial<AppSettings>) => void;
  /** Why the choice of this name was refused. */
  refusedFor: (name: string) => ApiError | undefined;
}

/** The choices that concern the whole app. */
export function useSettings(): Settings {
  const keeper = use(SettingsContext);
  if (!keeper) throw new Error("no SettingsProvider above this component");
  const { settings, refused } = useSyncExternalStore(keeper.subscribe, keeper.snapshot);
  return {
    settings,
    change: (patch) => keeper.change(patch),
    refusedFor: (name) => refused[name] ?? refused[name.slice(name.lastIndexOf(".") + 1)],
  };
}
