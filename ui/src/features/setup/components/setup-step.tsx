import { useQuery } from "@tanstack/react-query";
import { BookOpen, Info } from "lucide-react";
import { Tabs } from "radix-ui";
import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import { Markdown } from "@/components/markdown";
import { SignInCard } from "@/components/sign-in/sign-in-card";
import { SignInGuide } from "@/components/sign-in/sign-in-guide";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { NAME } from "@/features/setup/api/form-keeper";
import { FieldError } from "@/features/setup/form/field-frame";
import { fieldId, type FormScope } from "@/features/setup/form/scope";
import { SettingForm } from "@/features/setup/form/setting-form";
import { useTransport } from "@/ipc/context";
import type { Subject } from "@/ipc/generated/Subject";
import { signInStatusQuery } from "@/ipc/queries";
import { usePreference } from "@/lib/preference";
import { useWizard, useWizardDraft } from "./scope";
import { StepFrame } from "./step-frame";

/** Where the focus is to go: a path in the form. A new object asks for it again. */
export interface FocusWish {
  path: readonly string[];
}

/** Name, way of signing in, settings; the setup guide beside them. */
export function SetupStep({ focus }: { focus: FocusWish | null }) {
  const { formKeeper, form, connector } = useWizard();
  const draft = useWizardDraft();
  const state = useSyncExternalStore(formKeeper.subscribe, formKeeper.snapshot);
  const [guide, setGuide] = usePreference("setup.guide", ["open", "closed"], "open");
  useFocusWish(focus);
  const { flat, errors: found, busy } = state;
  const scope = useMemo<FormScope>(
    () => ({
      flat,
      errors: new Map([...found].map(([path, message]) => [fieldId([path]), message])),
      saved: new Set(draft.secrets),
      busy,
      keepSecret: (name) => void formKeeper.keepSecret(name),
      removeSecret: (name) => void formKeeper.removeSecret(name),
      reveal: focus?.path[0] ?? null,
    }),
    [flat, found, busy, draft.secrets, focus, formKeeper],
  );
  const settings = (
    <SettingForm
      flat={flat}
      scope={scope}
      values={state.values}
      onChange={(values) => formKeeper.change(values)}
    />
  );
  const { choices } = form.ui;
  return (
    <div className="flex h-full min-h-0">
      <div className="min-w-0 flex-1 scroll-area">
        <StepFrame
          title={`Set up ${connector.card.label}`}
          quiet={focus !== null}
          actions={
            connector.guide !== null && (
              <Button
                size="small"
                aria-pressed={guide === "open"}
                icon={<BookOpen className="size-4" aria-hidden />}
                onClick={() => setGuide(guide === "open" ? "closed" : "open")}
              >
                Setup guide
              </Button>
            )
          }
        >
          <div className="max-w-xl space-y-5">
            <NameField
              value={draft.name}
              error={found.get(NAME)}
              onChange={(name) => formKeeper.rename(name)}
            />
            {choices.length > 1 ? (
              <Tabs.Root
                value={String(state.choice)}
                onValueChange={(value) => formKeeper.choose(Number(value))}
              >
                <p id="ways" className="mb-1.5 text-small font-medium">
                  How to sign in
                </p>
                <Tabs.List
                  aria-labelledby="ways"
                  className="mb-5 flex flex-wrap gap-x-1 border-b border-line"
                >
                  {choices.map(({ label }, index) => (
                    <Tabs.Trigger
                      key={index}
                      value={String(index)}
                      className="-mb-px border-b-2 border-transparent px-2.5 py-1.5 text-small font-medium text-ink-2 hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:text-accent-ink"
                    >
                      {label}
                    </Tabs.Trigger>
                  ))}
                </Tabs.List>
                {choices.map((_choice, index) => (
                  <Tabs.Content
                    key={index}
                    value={String(index)}
                    tabIndex={-1}
                    className="outline-none"
                  >
                    {settings}
                  </Tabs.Content>
                ))}
              </Tabs.Root>
            ) : (
              settings
            )}
            {connector.card.type === "salesforce" && connector.card.kind === "extractor" && (
              <SignInPart />
            )}
            {form.notes.length > 0 && <Notes notes={form.notes} />}
          </div>
        </StepFrame>
      </div>
      {connector.guide !== null && guide === "open" && (
        <aside
          aria-label="Setup guide"
          tabIndex={0}
          className="w-64 shrink-0 scroll-area border-l border-line bg-canvas px-4 py-5 focus-visible:-outline-offset-2 wide:w-72"
        >
          <h2 className="mb-2 text-small font-semibold">Setup guide</h2>
          <Markdown className="text-small" text={connector.guide} />
        </aside>
      )}
    </div>
  );
}

/** Salesforce is signed in with the browser, once the app it knows is named. */
function SignInPart() {
  const { keeper, formKeeper, form } = useWizard();
  const draft = useWizardDraft();
  const { flat, values } = useSyncExternalStore(formKeeper.subscribe, formKeeper.snapshot);
  const subject = useMemo<Subject>(() => ({ subject: "draft", id: draft.id }), [draft.id]);
  const { data: status } = useQuery(signInStatusQuery(useTransport(), subject));
  const given = (name: string) =>
    draft.secrets.includes(name) || (values[name] ?? draft.config[name] ?? "") !== "";
  const needed = ["client_id", "client_secret"].filter((name) => !given(name));
  const label = (name: string) => flat.schema.properties[name]?.title ?? words[name] ?? name;
  const known = form.ui.choices.length <= 1 || "refresh_token" in flat.schema.properties;
  const refresh = useCallback(() => void formKeeper.refresh(), [formKeeper]);
  // What is typed for a secret is kept when its field is left; the button may be pressed before.
  const keepTyped = useCallback(async () => {
    await formKeeper.keepTyped();
    await keeper.flush();
  }, [formKeeper, keeper]);
  if (!known) return null;
  return (
    <div className="space-y-4">
      <SignInCard
        subject={subject}
        missing={needed.map(label)}
        before={keepTyped}
        onDone={refresh}
      />
      {status && (
        <details open={needed.length > 0}>
          <summary className="w-fit rounded-control text-small font-medium hover:text-ink">
            How to get the consumer key and secret
          </summary>
          <div className="mt-3">
            <SignInGuide callbacks={status.callbacks} />
          </div>
        </details>
      )}
    </div>
  );
}

const words: Record<string, string> = {
  client_id: "Consumer key",
  client_secret: "Consumer secret",
};

interface NameFieldProps {
  value: string;
  error: string | undefined;
  onChange: (name: string) => void;
}

function NameField({ value, error, onChange }: NameFieldProps) {
  const id = fieldId([NAME]);
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="text-small font-medium">
        Name
      </label>
      <p id={`${id}__description`} className="text-small text-ink-3">
        What you want to call it in Tributary.
      </p>
      <Input
        id={id}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        aria-describedby={`${id}__description${error === undefined ? "" : ` ${id}__error`}`}
        {...(error !== undefined && { "aria-invalid": true })}
      />
      <FieldError id={id} error={error} />
    </div>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  return (
    <section aria-label="About this form" className="flex gap-2 text-small text-ink-3">
      <Info className="mt-0.5 size-4 shrink-0" aria-hidden />
      <ul className="space-y-1">
        {notes.map((note) => (
          <li key={note} className="selectable wrap-anywhere">
            {note}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Puts the focus on the field that is wished for, once it is there. */
function useFocusWish(focus: FocusWish | null): void {
  useEffect(() => {
    if (!focus) return;
    const inner = document.getElementById(fieldId(focus.path));
    const outer = document.getElementById(fieldId(focus.path.slice(0, 1)));
    const field = inner ?? outer;
    field?.scrollIntoView({ block: "center" });
    field?.focus();
  }, [focus]);
}
