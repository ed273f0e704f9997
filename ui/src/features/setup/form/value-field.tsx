import type { FieldProps } from "@rjsf/utils";
import type { Schema } from "@/features/setup/api/schema";
import type { FieldHint } from "@/ipc/generated/FieldHint";
import { DateField } from "./date-field";
import { JsonField } from "./json-field";
import { PairsField } from "./pairs-field";
import { PathField } from "./path-field";
import {
  ChoiceField,
  ChoicesField,
  LongTextField,
  NumberField,
  SwitchField,
  TextField,
} from "./plain-fields";
import { useFormScope } from "./scope";
import { SecretField } from "./secret-field";
import type { Control } from "./ui-schema";
import type { ValueProps } from "./value-props";

/** A value that is neither a list nor an object with known fields: draws the part that edits it. */
export function ValueField(field: FieldProps<unknown>) {
  const { fieldPathId, formData, onChange, name, required, uiSchema } = field;
  const schema = field.schema as Schema;
  const hint = uiSchema?.["ui:hint"] as FieldHint | undefined;
  const { errors } = useFormScope();
  const id = fieldPathId.$id;
  const inList = typeof fieldPathId.path.at(-1) === "number";
  const label = inList ? `Entry ${Number(fieldPathId.path.at(-1)) + 1}` : (schema.title ?? name);
  const described = [
    schema.description ? `${id}__description` : "",
    errors.has(id) ? `${id}__error` : "",
  ].filter(Boolean);
  const props: ValueProps = {
    id,
    name,
    label,
    schema,
    value: formData,
    placeholder: hint?.placeholder ?? exampleOf(schema),
    required: required ?? false,
    aria: {
      ...(described.length > 0 && { "aria-describedby": described.join(" ") }),
      ...(errors.has(id) && { "aria-invalid": true as const }),
      ...(inList && { "aria-label": label }),
    },
    onChange: (value) => onChange(value, fieldPathId.path),
  };
  return <ValueControl control={uiSchema?.["ui:control"] as Control} {...props} />;
}

function exampleOf({ default: fallback, examples }: Schema): string | undefined {
  if (typeof fallback === "string" || typeof fallback === "number") return `Default: ${fallback}`;
  const [example] = examples ?? [];
  return typeof example === "string" || typeof example === "number" ? String(example) : undefined;
}

function ValueControl({ control, ...props }: ValueProps & { control: Control }) {
  switch (control) {
    case "long_text":
      return <LongTextField {...props} />;
    case "secret":
      return <SecretField {...props} long={false} />;
    case "long_secret":
      return <SecretField {...props} long />;
    case "email":
      return <TextField {...props} type="email" />;
    case "url":
      return <TextField {...props} type="url" />;
    case "integer":
      return <NumberField {...props} whole />;
    case "number":
      return <NumberField {...props} whole={false} />;
    case "switch":
      return <SwitchField {...props} />;
    case "choice":
      return <ChoiceField {...props} />;
    case "choices":
      return <ChoicesField {...props} />;
    case "date":
      return <DateField {...props} />;
    case "file":
      return <PathField {...props} folder={false} />;
    case "folder":
      return <PathField {...props} folder />;
    case "pairs":
      return <PairsField {...props} />;
    case "json":
    case "list":
    case "fields":
      return <JsonField {...props} />;
    case "text":
      return <TextField {...props} />;
  }
}
