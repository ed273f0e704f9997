import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { formQuery } from "@/features/setup/api/queries";
import { isSecret, type FlatForm, type Values } from "@/features/setup/api/schema";
import { FormValidator } from "@/features/setup/api/validate";
import { fieldId, type FormScope } from "@/features/setup/form/scope";
import { SettingForm } from "@/features/setup/form/setting-form";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import type { ConnectorForm } from "@/ipc/generated/ConnectorForm";
import type { FixTarget } from "@/ipc/generated/FixTarget";
import type { Integration } from "@/ipc/generated/Integration";
import { formAtFault } from "./at-fault";

interface FaultFormProps {
  integration: Integration;
  fix: FixTarget;
  /** What to offer where nobody knows which setting it is. */
  otherwise: React.ReactNode;
  onSaved: () => void;
}

/** Asks for just what is at fault, and saves it. */
export function FaultForm({ integration, fix, otherwise, onSaved }: FaultFormProps) {
  const form = useQuery(formQuery(useTransport(), "extractor", integration.type));
  const flat = useMemo(
    () => (form.data ? formAtFault(form.data, integration, fix) : null),
    [form.data, integration, fix],
  );
  if (form.isPending) {
    return (
      <div role="status" aria-label="Loading the form" className="space-y-2">
        <Skeleton className="h-4 w-32" />
        <Skeleton className="h-8 w-full" />
      </div>
    );
  }
  if (!form.data || !flat) return otherwise;
  return <Fields integration={integration} form={form.data} flat={flat} onSaved={onSaved} />;
}

interface FieldsProps {
  integration: Integration;
  form: ConnectorForm;
  flat: FlatForm;
  onSaved: () => void;
}

function Fields({ integration, form, flat, onSaved }: FieldsProps) {
  const transport = useTransport();
  const client = useQueryClient();
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(flat.order.map((name) => [name, integration.config[name]])),
  );
  // What is missing is said only when somebody wants to go on.
  const [asked, setAsked] = useState(false);
  const validator = useMemo(() => new FormValidator(flat.schema), [flat]);
  const save = useMutation({
    mutationFn: () => {
      const entries = Object.entries(values).filter(([, value]) => value !== undefined);
      const of = (secret: boolean) =>
        Object.fromEntries(entries.filter(([name]) => isSecret(form, name) === secret));
      const gone = flat.order.filter((name) => values[name] === undefined && !isSecret(form, name));
      const config = { ...of(false), ...Object.fromEntries(gone.map((name) => [name, null])) };
      return transport.invoke("update_integration", {
        id: integration.id,
        patch: { config, secrets: of(true) },
      });
    },
    meta: { quiet: true },
    onSuccess: () => {
      setValues((before) =>
        Object.fromEntries(Object.entries(before).filter(([name]) => !isSecret(form, name))),
      );
      setAsked(false);
      void client.invalidateQueries({ queryKey: ["integration", integration.id] });
      void client.invalidateQueries({ queryKey: ["integrations"] });
      onSaved();
    },
  });
  const refused = save.isError ? toApiError(save.error) : null;
  const faults = validator.faults(values).filter(({ missing }) => asked || !missing);
  const errors = new Map(faults.map(({ path, message }) => [fieldId(path), message]));
  const atField = refused?.setting !== null && flat.order.includes(refused?.setting ?? "");
  if (refused && atField) errors.set(fieldId([refused.setting ?? ""]), refused.message);
  const scope: FormScope = {
    flat,
    errors,
    // Nothing counts as saved: what is saved is at fault. It goes into the keychain with Save.
    saved: new Set(),
    busy: new Set(),
    keepSecret: () => undefined,
    removeSecret: () => undefined,
    reveal: null,
  };
  const submit = () => {
    setAsked(true);
    const [first] = validator.faults(values);
    if (first) document.getElementById(fieldId(first.path))?.focus();
    else save.mutate();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      className="space-y-4"
    >
      <SettingForm
        flat={flat}
        scope={scope}
        values={values}
        onChange={(next) => {
          if (save.isError) save.reset();
          setValues(next);
        }}
      />
      {refused && !atField && (
        <p role="alert" className="selectable wrap-anywhere text-attention">
          {refused.message} {refused.hint}
        </p>
      )}
      <Button type="submit" kind="primary" busy={save.isPending}>
        Save and try again
      </Button>
    </form>
  );
}
