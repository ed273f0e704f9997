import { Laptop, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { Segmented } from "@/components/ui/segmented";
import { useSettings } from "@/features/settings/api/scope";
import type { CloseAction } from "@/ipc/generated/CloseAction";
import { setTheme, useThemeChoice, type ThemeChoice } from "@/lib/theme";
import { formatDate, useNow } from "@/lib/time";
import { Row, SwitchRow } from "./setting-rows";

const themes: readonly { value: ThemeChoice; label: string; icon: ReactNode }[] = [
  { value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
  { value: "system", label: "System", icon: <Laptop aria-hidden /> },
];

const closings: readonly { value: CloseAction; label: string }[] = [
  { value: "tray", label: "Keep running" },
  { value: "quit", label: "Quit" },
];

/** How the app starts and ends. */
export function StartRows() {
  const { settings, change, refusedFor } = useSettings();
  return (
    <>
      <SwitchRow
        title="Start with the computer"
        detail="Tributary starts quietly in the tray when you sign in, so that schedules are kept."
        checked={settings.start_with_computer}
        onChange={(start) => change({ start_with_computer: start })}
        error={refusedFor("start_with_computer")}
      />
      <Row
        title="When the window is closed"
        detail={
          settings.closing === "tray"
            ? "Tributary keeps running in the tray and syncs on schedule."
            : "Tributary ends, and nothing is synced until it is opened again."
        }
      >
        <Segmented
          label="When the window is closed"
          value={settings.closing}
          options={closings}
          onChange={(closing) => change({ closing })}
        />
      </Row>
    </>
  );
}

/** How the app looks. This is kept by the window itself. */
export function LookRows() {
  const choice = useThemeChoice();
  const now = useNow();
  return (
    <>
      <Row title="Theme" detail="System follows what this computer is set to.">
        <Segmented label="Theme" value={choice} options={themes} onChange={setTheme} />
      </Row>
      <Row title="Dates" detail={`Written the way this computer is set to: ${formatDate(now)}.`} />
    </>
  );
}
