import { plural } from "@/lib/format";
import { optionsOf, typeOf, widgetOf, type Schema } from "./schema";

const ADDRESS = "Enter a whole address, for instance https://example.com.";

/** What to do about a value that breaks a keyword of its schema, in words that need no knowledge of schemas. */
export function sentenceOf(keyword: string, schema: Schema): string {
  switch (keyword) {
    case "required":
      return optionsOf(schema).length > 0 ? "Choose one." : "This is needed.";
    case "minLength":
      return (schema.minLength ?? 1) <= 1
        ? "This is needed."
        : `Use at least ${plural(schema.minLength ?? 1, "character")}.`;
    case "maxLength":
      return `Use at most ${plural(schema.maxLength ?? 0, "character")}.`;
    case "minimum":
      return `Enter ${String(schema.minimum)} or more.`;
    case "exclusiveMinimum":
      return `Enter more than ${String(schema.exclusiveMinimum)}.`;
    case "maximum":
      return `Enter ${String(schema.maximum)} or less.`;
    case "exclusiveMaximum":
      return `Enter less than ${String(schema.exclusiveMaximum)}.`;
    case "multipleOf":
      return `Enter a multiple of ${String(schema.multipleOf)}.`;
    case "minItems":
      return `Add at least ${plural(schema.minItems ?? 1, "entry", "entries")}.`;
    case "maxItems":
      return `Keep at most ${plural(schema.maxItems ?? 0, "entry", "entries")}.`;
    case "uniqueItems":
      return "Two entries are the same: remove one.";
    case "minProperties":
      return "Add an entry.";
    case "enum":
    case "const":
      return "Choose one of the list.";
    case "pattern":
      if (String(schema.pattern).startsWith("^http")) return ADDRESS;
      return withExample("This does not have the expected form", schema);
    default:
      return expected(schema);
  }
}

function expected(schema: Schema): string {
  switch (schema.format) {
    case "date":
      return "Enter a date, for instance 2024-01-31.";
    case "date-time":
      return "Enter a date and time, for instance 2024-01-31T00:00:00Z.";
    case "email":
      return "Enter an e-mail address, for instance ada@example.com.";
    case "uri":
    case "url":
      return ADDRESS;
    default:
  }
  if (dates(schema)) return "Enter a date, for instance 2024-01-31.";
  if (optionsOf(schema).length > 0) return "Choose one of the list.";
  switch (typeOf(schema)) {
    case "integer":
      return "Enter a whole number.";
    case "number":
      return "Enter a number.";
    case "boolean":
      return "Choose yes or no.";
    case "array":
      return "This has to be a list.";
    case "object":
      return widgetOf(schema) === "json" ? "This has to be an object." : "Check the entries.";
    default:
      return withExample("This does not have the expected form", schema);
  }
}

/** Whether the schema allows dates in several formats. */
function dates({ anyOf, oneOf }: Schema): boolean {
  const formats = (anyOf ?? oneOf ?? []).map(({ format }) => format);
  return formats.includes("date") || formats.includes("date-time");
}

function withExample(words: string, { examples }: Schema): string {
  const [example] = examples ?? [];
  return typeof example === "string" ? `${words}, for instance ${example}.` : `${words}.`;
}
