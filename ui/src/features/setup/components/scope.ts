import { createContext, use, useSyncExternalStore } from "react";
import type { DraftKeeper } from "@/features/setup/api/draft-keeper";
import type { FormKeeper } from "@/features/setup/api/form-keeper";
import type { Step } from "@/features/setup/api/steps";
import type { ConnectorDetail } from "@/ipc/generated/ConnectorDetail";
import type { ConnectorForm } from "@/ipc/generated/ConnectorForm";
import type { Draft } from "@/ipc/generated/Draft";

/** What all steps of one wizard share. */
export interface WizardScope {
  keeper: DraftKeeper;
  formKeeper: FormKeeper;
  form: ConnectorForm;
  connector: ConnectorDetail;
  /** Goes to a step; to the field of a setting in it, when one is named. */
  goTo: (step: Step, setting?: string | null) => void;
}

const WizardScopeContext = createContext<WizardScope | null>(null);

export const WizardScopeProvider = WizardScopeContext.Provider;

/** What the steps of this wizard share. */
export function useWizard(): WizardScope {
  const scope = use(WizardScopeContext);
  if (!scope) throw new Error("no WizardScopeProvider above this component");
  return scope;
}

/** The draft as it is now. */
export function useWizardDraft(): Draft {
  const { keeper } = useWizard();
  return useSyncExternalStore(keeper.subscribe, keeper.snapshot).draft;
}
