import { Eye, EyeOff, LoaderCircle, LockKeyhole } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Input, TextArea } from "@/components/ui/input";
import { useFormScope } from "./scope";
import { asText, type ValueProps } from "./value-props";

/**
 * A secret. What is typed goes into the keychain when the field is left, and is never shown again: from then on only
 * whether there is one is known here.
 */
export function SecretField(props: ValueProps & { long: boolean }) {
  const { id, name, label, value, aria } = props;
  const { saved, busy, removeSecret } = useFormScope();
  const [replacing, setReplacing] = useState(false);
  const typed = value !== undefined;
  if (saved.has(name) && !typed && !replacing) {
    return (
      <div className="flex min-h-8 flex-wrap items-center gap-2 rounded-control border border-line bg-canvas py-1 pr-1 pl-2.5 text-small">
        <LockKeyhole className="size-4 shrink-0 text-ok" aria-hidden />
        <span className="flex-1">Saved in your keychain</span>
        <Button
          id={id}
          size="small"
          kind="quiet"
          aria-label={`Replace ${label}`}
          {...(aria["aria-describedby"] && { "aria-describedby": aria["aria-describedby"] })}
          onClick={() => setReplacing(true)}
        >
          Replace
        </Button>
        <Button
          size="small"
          kind="quiet"
          busy={busy.has(name)}
          aria-label={`Remove ${label}`}
          onClick={() => removeSecret(name)}
        >
          Remove
        </Button>
      </div>
    );
  }
  return (
    <Typing
      {...props}
      replacing={replacing && saved.has(name)}
      onLeave={() => setReplacing(false)}
    />
  );
}

interface TypingProps extends ValueProps {
  long: boolean;
  /** There is one in the keychain, which stays until this one takes its place. */
  replacing: boolean;
  onLeave: () => void;
}

function Typing({
  id,
  name,
  label,
  value,
  placeholder,
  aria,
  long,
  replacing,
  onLeave,
  onChange,
}: TypingProps) {
  const { busy, keepSecret } = useFormScope();
  const [shown, setShown] = useState(false);
  const Field = long ? TextArea : Input;
  const sending = busy.has(name);
  return (
    <span className="flex items-start gap-1.5">
      <span className="relative block flex-1">
        <Field
          id={id}
          {...(!long && { type: shown ? "text" : "password" })}
          autoComplete="new-password"
          autoFocus={replacing}
          spellCheck={false}
          className={
            long ? `pr-9 font-mono ${shown ? "" : "[-webkit-text-security:disc]"}` : "pr-9"
          }
          value={asText(value)}
          placeholder={placeholder}
          onChange={({ target }: { target: { value: string } }) =>
            onChange(target.value === "" ? undefined : target.value)
          }
          onBlur={() => {
            keepSecret(name);
            if (asText(value) === "") onLeave();
          }}
          {...aria}
        />
        <span className="absolute top-0.5 right-0.5">
          {sending ? (
            <span role="status" className="flex size-7 items-center justify-center">
              <LoaderCircle className="size-4 animate-spin text-working" aria-hidden />
              <span className="sr-only">Saving {label} in your keychain</span>
            </span>
          ) : (
            <IconButton
              label={`${shown ? "Hide" : "Show"} ${label}`}
              icon={
                shown ? (
                  <EyeOff className="size-4" aria-hidden />
                ) : (
                  <Eye className="size-4" aria-hidden />
                )
              }
              // The field keeps the focus: leaving it would save what is not finished.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => setShown(!shown)}
            />
          )}
        </span>
      </span>
      {replacing && (
        <Button
          kind="quiet"
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => {
            onChange(undefined);
            onLeave();
          }}
        >
          Keep the old one
        </Button>
      )}
    </span>
  );
}
