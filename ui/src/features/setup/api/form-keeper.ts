import { toApiError } from "@/ipc/errors";
import type { ConnectorForm } from "@/ipc/generated/ConnectorForm";
import type { DraftKeeper } from "./draft-keeper";
import {
  allSettings,
  flatForm,
  isSecret,
  likelyChoice,
  plainValues,
  typeOf,
  withDefaults,
  type FlatForm,
  type Values,
} from "./schema";
import { FormValidator, type Fault } from "./validate";

/** Stands for the name the person gives, which is no setting of the connector. */
export const NAME = "(name)";

/** What a form shows. */
export interface FormSnapshot {
  /** Of every way of signing in, secrets that are being typed included. */
  values: Values;
  /** The chosen way of signing in. */
  choice: number;
  flat: FlatForm;
  /** Everything that keeps one from going on. */
  faults: Fault[];
  /** What is said, by path joined with `_`. */
  errors: ReadonlyMap<string, string>;
  /** Secrets on their way into or out of the keychain. */
  busy: ReadonlySet<string>;
}

/**
 * Holds the values of a connector's form. Plain settings go into the draft while they are typed; a secret goes into the
 * keychain once, and is forgotten here as soon as it is there.
 */
export class FormKeeper {
  #snapshot: FormSnapshot;
  #showAll = false;
  readonly #touched = new Set<string>();
  /** What the core refused, by setting. */
  readonly #refused = new Map<string, string>();
  readonly #sending = new Map<string, { value: unknown; done: Promise<void> }>();
  #validator: { flat: FlatForm; validator: FormValidator } | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly keeper: DraftKeeper,
    readonly form: ConnectorForm,
  ) {
    const { draft } = keeper.snapshot();
    const saved = new Set(draft.secrets);
    const values = withDefaults(form, draft.config);
    const choice = likelyChoice(form.ui, draft.config, saved);
    const flat = flatForm(form, choice, saved);
    const empty = { faults: [], errors: new Map<string, string>(), busy: new Set<string>() };
    this.#snapshot = { values, choice, flat, ...empty };
    this.#show({});
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly snapshot = () => this.#snapshot;

  /** Takes over what was typed. */
  change(next: Values): void {
    const { values, flat } = this.#snapshot;
    const names = Object.keys(flat.schema.properties);
    const changed = names.filter((name) => next[name] !== values[name]);
    if (changed.length === 0) return;
    for (const name of changed) {
      this.#touched.add(name);
      this.#refused.delete(name);
    }
    const given = Object.fromEntries(changed.map((name) => [name, next[name]]));
    this.#show({ values: { ...values, ...given } });
    if (changed.some((name) => !isSecret(this.form, name))) this.#savePlain();
  }

  /** Chooses another way of signing in. What was typed for the others is kept while the wizard is open. */
  choose(choice: number): void {
    const saved = new Set(this.keeper.snapshot().draft.secrets);
    this.#showAll = false;
    this.#show({ choice, flat: flatForm(this.form, choice, saved) });
    this.#savePlain();
  }

  /** Gives it another name. */
  rename(name: string): void {
    this.#touched.add(NAME);
    this.#refused.delete(NAME);
    this.keeper.change({ name });
    this.#show({});
  }

  /** Puts what was typed for a secret into the keychain, unless something is wrong with it. */
  async keepSecret(name: string): Promise<void> {
    const value = this.#snapshot.values[name];
    if (value === undefined || value === "") return;
    if (this.#snapshot.faults.some(({ path }) => path[0] === name)) return;
    const known = this.#sending.get(name);
    if (known?.value === value) return known.done;
    const done = this.#send(name, value);
    this.#sending.set(name, { value, done });
    await done;
  }

  async #send(name: string, value: unknown): Promise<void> {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    await this.#update(name, { [name]: text }, () => {
      if (this.#snapshot.values[name] !== value) return;
      const others = Object.entries(this.#snapshot.values).filter(([other]) => other !== name);
      this.#snapshot = { ...this.#snapshot, values: Object.fromEntries(others) };
      this.#touched.delete(name);
    });
    this.#sending.delete(name);
  }

  /** Takes a secret out of the keychain. */
  removeSecret(name: string): Promise<void> {
    return this.#update(name, { [name]: null }, () => undefined);
  }

  async #update(
    name: string,
    secrets: Record<string, string | null>,
    then: () => void,
  ): Promise<void> {
    this.#refused.delete(name);
    this.#show({ busy: new Set([...this.#snapshot.busy, name]) });
    try {
      await this.keeper.keepSecrets(secrets);
      then();
    } catch (error) {
      const { message, hint } = toApiError(error);
      this.#refused.set(name, `${message} ${hint}`.trim());
    }
    const busy = new Set(this.#snapshot.busy);
    busy.delete(name);
    this.#show({ busy, flat: this.#flat() });
  }

  /** Looks again which secrets the keychain has: signing in with the browser put one there. */
  async refresh(): Promise<void> {
    await this.keeper.refresh();
    this.#show({ flat: this.#flat() });
  }

  #flat(): FlatForm {
    return flatForm(
      this.form,
      this.#snapshot.choice,
      new Set(this.keeper.snapshot().draft.secrets),
    );
  }

  /** Shows what the core refused at its field. */
  refuse(setting: string, message: string): void {
    this.#refused.set(setting, message);
    this.#show({});
  }

  /** Sends every secret that is typed and right. */
  async keepTyped(): Promise<void> {
    const names = Object.keys(this.#snapshot.flat.schema.properties);
    const typed = names.filter((name) => isSecret(this.form, name));
    await Promise.all(typed.map((name) => this.keepSecret(name)));
  }

  /** Whether one can go on. If not, the path of the first field with an error, as far as a field is at fault. */
  async leave(): Promise<{ ok: boolean; path: string[] | null }> {
    this.#showAll = true;
    this.#show({});
    const fault = this.#first(this.#snapshot.faults.map(({ path }) => path));
    if (fault) return { ok: false, path: fault };
    await this.keepTyped();
    const refused = this.#first([...this.#refused.keys()].map((name) => [name]));
    if (refused) return { ok: false, path: refused };
    const stale = this.#secretsOfOtherChoices();
    if (stale.length > 0) {
      const removal = Object.fromEntries(stale.map((name) => [name, null]));
      await this.#update(stale[0] ?? "", removal, () => undefined);
    }
    return { ok: await this.keeper.flush(), path: null };
  }

  /** Two ways of signing in at once would leave it to the connector which one counts. */
  #secretsOfOtherChoices(): string[] {
    const known = new Set(allSettings(this.form));
    const { properties } = this.#snapshot.flat.schema;
    const { secrets } = this.keeper.snapshot().draft;
    return secrets.filter((name) => known.has(name) && !(name in properties));
  }

  /** The one that is shown first. */
  #first(paths: string[][]): string[] | null {
    const { order, advanced } = this.#snapshot.flat;
    const rank = ([name = ""]: string[]) =>
      name === NAME ? -1 : order.indexOf(name) + (advanced.has(name) ? order.length : 0);
    return [...paths].sort((a, b) => rank(a) - rank(b))[0] ?? null;
  }

  #savePlain(): void {
    const { flat, values } = this.#snapshot;
    this.keeper.change({ config: plainValues(this.form, flat, values) });
  }

  #show(change: Partial<FormSnapshot>): void {
    const next = { ...this.#snapshot, ...change };
    const faults = this.#faults(next);
    this.#snapshot = { ...next, faults, errors: this.#errors(faults) };
    this.#listeners.forEach((listener) => listener());
  }

  #faults({ flat, values }: FormSnapshot): Fault[] {
    if (this.#validator?.flat !== flat) {
      this.#validator = { flat, validator: new FormValidator(flat.schema) };
    }
    const names = Object.keys(flat.schema.properties);
    const own = Object.fromEntries(names.map((name) => [name, values[name]]));
    const broken = names.flatMap((name) => jsonFault(flat, name, values[name]));
    const found = this.#validator.validator
      .faults(own)
      .filter(({ path }) => !broken.some((one) => one.path[0] === path[0]));
    const nameless = this.keeper.snapshot().draft.name.trim() === "";
    const name = { path: [NAME], message: "Give it a name.", missing: true };
    return [...(nameless ? [name] : []), ...broken, ...found];
  }

  #errors(faults: readonly Fault[]): Map<string, string> {
    const shown = faults.filter(
      ({ missing, path }) => !missing || this.#showAll || this.#touched.has(path[0] ?? ""),
    );
    const found = shown.map(({ path, message }) => [path.join("_"), message] as const);
    return new Map([...found, ...this.#refused]);
  }
}

/** JSON that is still being typed is text where something else is meant. */
function jsonFault(flat: FlatForm, name: string, value: unknown): Fault[] {
  const schema = flat.schema.properties[name] ?? {};
  const json = flat.hints[name]?.widget === "json" && typeOf(schema) !== "string";
  if (!json || typeof value !== "string") return [];
  try {
    JSON.parse(value);
    return [];
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return [{ path: [name], message: `This is not JSON yet: ${words}`, missing: false }];
  }
}
