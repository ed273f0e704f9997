import { createContext, use } from "react";
import type { FlatForm } from "@/features/setup/api/schema";

/** What the parts of a form share. */
export interface FormScope {
  flat: FlatForm;
  /** What is said under fields, by the id of the field. */
  errors: ReadonlyMap<string, string>;
  /** Secrets that the keychain holds. */
  saved: ReadonlySet<string>;
  /** Secrets that are on their way into or out of the keychain. */
  busy: ReadonlySet<string>;
  /** Puts what was typed into the keychain. */
  keepSecret: (setting: string) => void;
  /** Takes a secret out of the keychain. */
  removeSecret: (setting: string) => void;
  /** A setting that must be in sight, because the focus is to go there. */
  reveal: string | null;
}

const FormScopeContext = createContext<FormScope | null>(null);

export const FormScopeProvider = FormScopeContext.Provider;

/** What this form's parts share. */
export function useFormScope(): FormScope {
  const scope = use(FormScopeContext);
  if (!scope) throw new Error("no FormScopeProvider above this component");
  return scope;
}

/** The id of the field at a path. */
export function fieldId(path: readonly (string | number)[]): string {
  return ["root", ...path].join("_");
}
