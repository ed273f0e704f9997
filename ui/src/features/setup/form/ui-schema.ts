import type { UiSchema } from "@rjsf/utils";
import { optionsOf, widgetOf, type FlatForm, type Schema } from "@/features/setup/api/schema";
import type { FieldHint } from "@/ipc/generated/FieldHint";
import type { Widget } from "@/ipc/generated/Widget";

/** Every way a value is asked for: those of the contract, and several of a list. */
export type Control = Widget | "choices";

/** Which part draws a value. What the contract promises but the schema does not hold falls back to JSON. */
export function controlOf(schema: Schema, hint?: FieldHint): Control {
  const widget = hint?.widget ?? widgetOf(schema);
  const { items } = schema;
  switch (widget) {
    case "list":
      if (typeof items !== "object" || Object.keys(items).length === 0) return "json";
      return optionsOf(items).length > 0 ? "choices" : "list";
    case "fields":
      return Object.keys(schema.properties ?? {}).length > 0 ? "fields" : "pairs";
    case "choice":
      return optionsOf(schema).length > 0 ? "choice" : "text";
    default:
      return widget;
  }
}

/** How the form library draws a schema: lists and objects by itself, everything else with our field. */
export function uiSchemaOf(schema: Schema, hint?: FieldHint): UiSchema {
  const control = controlOf(schema, hint);
  const own = { "ui:hint": hint, "ui:control": control };
  if (control === "list") return { ...own, items: uiSchemaOf(schema.items as Schema) };
  if (control === "fields") {
    const fields = Object.entries(schema.properties ?? {});
    return { ...own, ...Object.fromEntries(fields.map(([name, one]) => [name, uiSchemaOf(one)])) };
  }
  return { ...own, "ui:field": "value", "ui:fieldReplacesAnyOrOneOf": true };
}

/** The same for a whole form. */
export function formUiSchema({ schema, order, hints }: FlatForm): UiSchema {
  const fields = order.map((name) => [
    name,
    uiSchemaOf(schema.properties[name] ?? {}, hints[name]),
  ]);
  return { "ui:order": [...order, "*"], ...(Object.fromEntries(fields) as UiSchema) };
}
