import type { FieldTemplateProps } from "@rjsf/utils";
import { CircleHelp } from "lucide-react";
import { ExternalLink } from "@/components/external-link";
import { Markdown } from "@/components/markdown";
import { IconButton } from "@/components/ui/icon-button";
import type { FieldHint } from "@/ipc/generated/FieldHint";
import { useFormScope } from "./scope";
import type { Control } from "./ui-schema";

/** Parts that hold several fields: they are named by a legend, not by a label. */
const GROUPS = new Set<Control>(["list", "fields", "pairs", "choices"]);

/** Label, words of explanation, the field, and what is wrong with it. */
export function FieldFrame(props: FieldTemplateProps) {
  const { id, label, required, rawDescription, children, uiSchema, fieldPathId } = props;
  const { errors, flat } = useFormScope();
  if (fieldPathId.path.length === 0) return children;
  const hint = uiSchema?.["ui:hint"] as FieldHint | undefined;
  const control = uiSchema?.["ui:control"] as Control;
  const error = errors.get(id);
  const message = <FieldError id={id} error={error} />;
  // An entry of a list is named by its place.
  if (typeof fieldPathId.path.at(-1) === "number") {
    return (
      <div className="min-w-0">
        {children}
        {message}
      </div>
    );
  }
  const [setting] = fieldPathId.path;
  const top = fieldPathId.path.length === 1;
  const needed = top ? flat.needed.has(String(setting)) : required;
  const title = (
    <>
      {label}
      {!needed && control !== "switch" && (
        <span className="ml-1.5 font-normal text-ink-3">Optional</span>
      )}
    </>
  );
  const help = <Help label={label} hint={hint} />;
  const description = rawDescription ? (
    <div id={`${id}__description`}>
      <Markdown className="text-small text-ink-3!" text={rawDescription} />
    </div>
  ) : null;
  if (GROUPS.has(control)) {
    return (
      <fieldset className="min-w-0 space-y-1.5" data-setting={id}>
        <legend className="float-left text-small font-medium">{title}</legend>
        <div className="flex min-h-5 justify-end">{help}</div>
        {description}
        {children}
        {message}
      </fieldset>
    );
  }
  return (
    <div className="min-w-0 space-y-1.5" data-setting={id}>
      <div className="flex min-h-5 items-center gap-1">
        <label htmlFor={id} className="min-w-0 text-small font-medium wrap-anywhere">
          {title}
        </label>
        {help}
        {control === "switch" && <span className="ml-auto">{children}</span>}
      </div>
      {description}
      {control !== "switch" && children}
      {message}
    </div>
  );
}

function Help({ label, hint }: { label: string; hint: FieldHint | undefined }) {
  if (!hint?.tooltip && !hint?.documentation) return null;
  return (
    <span className="flex items-center gap-1.5">
      {hint.tooltip !== null && (
        <IconButton
          className="-my-1.5"
          label={hint.tooltip}
          icon={<CircleHelp className="size-3.5" aria-hidden />}
        />
      )}
      {hint.documentation !== null && (
        <span className="text-small">
          <ExternalLink address={hint.documentation}>
            Learn more<span className="sr-only"> about {label}</span>
          </ExternalLink>
        </span>
      )}
    </span>
  );
}

/** What is wrong with a field, said as soon as it is. */
export function FieldError({ id, error }: { id: string; error: string | undefined }) {
  return (
    <div aria-live="polite">
      {error !== undefined && (
        <p id={`${id}__error`} className="mt-1 text-small wrap-anywhere text-attention">
          {error}
        </p>
      )}
    </div>
  );
}
