import type { ConnectorForm } from "@/ipc/generated/ConnectorForm";
import type { FieldHint } from "@/ipc/generated/FieldHint";
import type { FormHints } from "@/ipc/generated/FormHints";
import type { Widget } from "@/ipc/generated/Widget";

/** A JSON Schema, as far as forms look into it. */
export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  oneOf?: Schema[];
  anyOf?: Schema[];
  items?: Schema | boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  writeOnly?: boolean;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  [keyword: string]: unknown;
}

/** Values of settings, secrets that are being typed included. */
export type Values = Record<string, unknown>;

/** The form of one way of signing in: flat, with each setting once. */
export interface FlatForm {
  schema: Schema & { properties: Record<string, Schema>; required: string[] };
  /** Settings in the order in which they are shown. */
  order: string[];
  advanced: ReadonlySet<string>;
  /** Settings that cannot be left out, those that the keychain holds already included. */
  needed: ReadonlySet<string>;
  hints: Record<string, FieldHint>;
}

const noHint = { placeholder: null, tooltip: null, documentation: null, saved: false };

/** What a setting is, of all ways of signing in. */
export function settingSchema(form: ConnectorForm, setting: string): Schema | undefined {
  const root = form.schema as Schema;
  const places = [root, ...(root.anyOf ?? [])];
  return places.map(({ properties }) => properties?.[setting]).find(Boolean);
}

/** What people call a setting. */
export function settingLabel(form: ConnectorForm, setting: string): string {
  return settingSchema(form, setting)?.title ?? setting;
}

/** The form of the way of signing in at `choice`. Secrets that the keychain holds are not asked for again. */
export function flatForm(
  form: ConnectorForm,
  choice: number,
  saved: ReadonlySet<string>,
): FlatForm {
  const { anyOf, ...root } = form.schema as Schema;
  const own = form.ui.choices.length > 0 ? anyOf?.[choice] : undefined;
  const properties = { ...root.properties, ...own?.properties };
  const required = [...(root.required ?? []), ...(own?.required ?? [])];
  const known = form.ui.order.filter((name) => name in properties);
  const order = [...known, ...Object.keys(properties).filter((name) => !known.includes(name))];
  const hints = Object.fromEntries(
    order.map((name) => {
      const schema = properties[name] ?? {};
      return [name, form.ui.fields[name] ?? { ...noHint, widget: widgetOf(schema) }];
    }),
  );
  return {
    schema: {
      ...root,
      properties,
      required: [...new Set(required)].filter((one) => !saved.has(one)),
    },
    order,
    advanced: new Set(form.ui.advanced),
    needed: new Set(required),
    hints,
  };
}

/** Whether a setting belongs into the keychain. */
export function isSecret(form: ConnectorForm, setting: string): boolean {
  const widget = form.ui.fields[setting]?.widget;
  const writeOnly = settingSchema(form, setting)?.writeOnly === true;
  return writeOnly || widget === "secret" || widget === "long_secret";
}

/** The way of signing in of which most is there already; the first when there is nothing. */
export function likelyChoice(
  { choices }: FormHints,
  values: Values,
  saved: ReadonlySet<string>,
): number {
  const score = (settings: readonly string[]) =>
    settings.filter((name) => values[name] !== undefined || saved.has(name)).length;
  const scores = choices.map(({ settings }) => score(settings));
  return Math.max(0, scores.indexOf(Math.max(...scores, 0)));
}

/** The defaults of a form's settings, for what has no value yet. */
export function withDefaults(form: ConnectorForm, values: Values): Values {
  const all = { ...values };
  for (const name of allSettings(form)) {
    const fallback = settingSchema(form, name)?.default;
    if (
      all[name] === undefined &&
      fallback !== undefined &&
      fallback !== null &&
      !isSecret(form, name)
    )
      all[name] = fallback;
  }
  return all;
}

/** Every setting of a form. */
export function allSettings(form: ConnectorForm): string[] {
  const root = form.schema as Schema;
  const places = [root, ...(root.anyOf ?? [])];
  return [...new Set(places.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** What is saved of what was typed: settings of this form that have a value, without secrets. */
export function plainValues(form: ConnectorForm, flat: FlatForm, values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) =>
        value !== undefined && !isSecret(form, name) && name in flat.schema.properties,
    ),
  );
}

/** The main type of a schema, `null` left aside. */
export function typeOf(schema: Schema): string | undefined {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.find((type) => type !== undefined && type !== "null");
}

const byFormat: Record<string, Widget> = {
  date: "date",
  "date-time": "date",
  email: "email",
  uri: "url",
  url: "url",
  file: "file",
  folder: "folder",
};

/** How a value of this schema is asked for, where no hint says so: items of lists and fields of objects. */
export function widgetOf(schema: Schema): Widget {
  if (schema.enum || isOptions(schema.oneOf) || isOptions(schema.anyOf)) return "choice";
  if (schema.writeOnly) return "secret";
  switch (typeOf(schema)) {
    case "string":
      return byFormat[schema.format ?? ""] ?? "text";
    case "integer":
      return "integer";
    case "number":
      return "number";
    case "boolean":
      return "switch";
    case "array":
      return typeof schema.items === "object" ? "list" : "json";
    case "object":
      if (schema.properties && Object.keys(schema.properties).length > 0) return "fields";
      return "pairs";
    default:
      return "json";
  }
}

function isOptions(schemas: Schema[] | undefined): boolean {
  return schemas !== undefined && schemas.length > 0 && schemas.every((one) => "const" in one);
}

/** The values to choose from, with what they are called. */
export function optionsOf(schema: Schema): { value: unknown; label: string }[] {
  const named = schema.oneOf ?? schema.anyOf;
  if (named && isOptions(named)) {
    return named.map((one) => ({ value: one.const, label: one.title ?? String(one.const) }));
  }
  const values = schema.enum ?? (typeof schema.items === "object" ? schema.items.enum : undefined);
  return (values ?? [])
    .filter((value) => value !== null)
    .map((value) => ({ value, label: typeof value === "string" ? value : JSON.stringify(value) }));
}
