import {
  allSettings,
  flatForm,
  isSecret,
  likelyChoice,
  type FlatForm,
} from "@/features/setup/api/schema";
import type { ConnectorForm } from "@/ipc/generated/ConnectorForm";
import type { FixTarget } from "@/ipc/generated/FixTarget";
import type { Integration } from "@/ipc/generated/Integration";

/**
 * The form of what is at fault and of nothing else: the setting that is named, or the secrets of the way of signing in
 * that is used. `null`: nobody knows which setting it is.
 */
export function formAtFault(
  form: ConnectorForm,
  integration: Pick<Integration, "config" | "secrets">,
  { action, setting }: FixTarget,
): FlatForm | null {
  const { choices } = form.ui;
  const saved = new Set(integration.secrets);
  const own = choices.findIndex(({ settings }) => setting !== null && settings.includes(setting));
  const choice = own >= 0 ? own : likelyChoice(form.ui, integration.config, saved);
  const names = namesAtFault(form, choices[choice]?.settings ?? allSettings(form), action, setting);
  if (names.length === 0) return null;
  // A secret that is at fault has to be entered again, so none counts as saved.
  const flat = flatForm(form, choice, new Set());
  const of = (name: string) => names.includes(name);
  return {
    ...flat,
    schema: {
      ...flat.schema,
      properties: Object.fromEntries(
        Object.entries(flat.schema.properties).filter(([name]) => of(name)),
      ),
      required: [
        ...new Set([
          ...flat.schema.required.filter(of),
          ...names.filter((name) => isSecret(form, name)),
        ]),
      ],
    },
    order: flat.order.filter(of),
    advanced: new Set(),
    needed: new Set(names),
  };
}

function namesAtFault(
  form: ConnectorForm,
  settings: readonly string[],
  action: FixTarget["action"],
  setting: string | null,
): string[] {
  if (setting !== null && allSettings(form).includes(setting)) return [setting];
  if (action !== "sign_in") return [];
  return settings.filter((name) => isSecret(form, name));
}
