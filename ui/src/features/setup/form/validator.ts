import type { ValidatorType } from "@rjsf/utils";
import type { Schema } from "@/features/setup/api/schema";
import { FormValidator } from "@/features/setup/api/validate";

/** What the form library asks of a validator, answered by ours. It only uses it to tell variants of a value apart. */
export const validator: ValidatorType = {
  isValid: (schema, values: unknown, root) => {
    const definitions = { $defs: root.$defs, definitions: root.definitions };
    return new FormValidator({ ...definitions, ...(schema as Schema) }).faults(values).length === 0;
  },
  validateFormData: (values: unknown, schema) => {
    const faults = new FormValidator(schema as Schema).faults(values);
    const errors = faults.map(({ path, message }) => ({
      property: path.join("."),
      message,
      stack: message,
    }));
    return { errors, errorSchema: {} };
  },
  rawValidation: (schema, values: unknown) => {
    const faults: unknown[] = new FormValidator(schema as Schema).faults(values);
    return { errors: faults as never[] };
  },
};
