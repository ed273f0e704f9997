// The package's main file also holds its test tools, which want a validator that generates code.
import Form from "@rjsf/core/lib/components/Form.js";
import type { RegistryFieldsType, RJSFSchema, TemplatesType } from "@rjsf/utils";
import { useMemo } from "react";
import type { FlatForm, Values } from "@/features/setup/api/schema";
import { FieldFrame } from "./field-frame";
import { FormScopeProvider, type FormScope } from "./scope";
import { ListItemTemplate, ListTemplate, ObjectTemplate } from "./templates";
import { formUiSchema } from "./ui-schema";
import { validator } from "./validator";
import { ValueField } from "./value-field";

const fields: RegistryFieldsType = { value: ValueField };
const templates: Partial<TemplatesType> = {
  FieldTemplate: FieldFrame,
  ObjectFieldTemplate: ObjectTemplate,
  ArrayFieldTemplate: ListTemplate,
  ArrayFieldItemTemplate: ListItemTemplate,
};
/** Defaults are put in before the form is shown; a field that is emptied stays empty. */
const noDefaults = {
  emptyObjectFields: "skipDefaults",
  arrayMinItems: { populate: "never" },
} as const;

interface SettingFormProps {
  flat: FlatForm;
  scope: FormScope;
  values: Values;
  onChange: (values: Values) => void;
}

/** The settings of a connector. What is wrong with them comes with the scope. */
export function SettingForm({ flat, scope, values, onChange }: SettingFormProps) {
  const uiSchema = useMemo(() => formUiSchema(flat), [flat]);
  const shown = useMemo(() => {
    const names = Object.keys(flat.schema.properties);
    return Object.fromEntries(names.map((name) => [name, values[name]]));
  }, [flat, values]);
  return (
    <FormScopeProvider value={scope}>
      <Form
        tagName="div"
        schema={flat.schema as RJSFSchema}
        uiSchema={uiSchema}
        formData={shown}
        validator={validator}
        fields={fields}
        templates={templates}
        experimental_defaultFormStateBehavior={noDefaults}
        onChange={({ formData }) => onChange((formData ?? {}) as Values)}
      >
        {/* No button of its own: the wizard has them. */}
        <></>
      </Form>
    </FormScopeProvider>
  );
}
