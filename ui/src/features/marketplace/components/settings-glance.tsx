import { KeyRound } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { settingKind } from "@/features/marketplace/api/words";
import type { ConnectorSetting } from "@/ipc/generated/ConnectorSetting";

/** How many settings are shown at first where none is required. */
const FEW = 6;

/** What will be asked for: the required settings first, all of them on demand. */
export function SettingsGlance({ settings }: { settings: readonly ConnectorSetting[] }) {
  const [all, setAll] = useState(false);
  if (settings.length === 0) {
    return <p className="px-4 py-3 text-ink-2">It asks for nothing.</p>;
  }
  const required = settings.filter((one) => one.required);
  const rest = settings.filter((one) => !one.required);
  const first = required.length > 0 ? required : rest.slice(0, FEW);
  const shown = all ? [...required, ...rest] : first;
  return (
    <>
      <ul aria-label="Settings" className="divide-y divide-line">
        {shown.map(({ name, label, kind, required, secret }) => (
          <li key={name} className="px-4 py-2.5">
            <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span className="wrap-anywhere">{label}</span>
              {!required && <span className="text-tiny text-ink-3">Optional</span>}
            </p>
            <p className="mt-0.5 flex flex-wrap items-center gap-1.5 text-small text-ink-3">
              {settingKind(kind)}
              {secret && <Badge icon={<KeyRound aria-hidden />}>Kept in your keychain</Badge>}
            </p>
          </li>
        ))}
      </ul>
      {first.length < settings.length && (
        <div className="border-t border-line px-2 py-1.5">
          <Button kind="quiet" size="small" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Show fewer" : `Show all ${settings.length} settings`}
          </Button>
        </div>
      )}
    </>
  );
}
