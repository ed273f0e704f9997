import { useQuery } from "@tanstack/react-query";
import { Check, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { offerQuery } from "@/features/setup/api/queries";
import { isSecret, optionsOf, type Schema } from "@/features/setup/api/schema";
import { stepWords, type Step } from "@/features/setup/api/steps";
import { useTransport } from "@/ipc/context";
import type { Draft } from "@/ipc/generated/Draft";
import { destinationsQuery, scheduleQuery } from "@/ipc/queries";
import { formatNumber, plural } from "@/lib/format";
import { chosenDestination } from "./destination-step";
import { policyWords } from "./policy-choice";
import { useWizard, useWizardDraft } from "./scope";
import { StepFrame } from "./step-frame";

/** Everything that was decided, in words, each with the way back to it. */
export function ReviewStep() {
  const draft = useWizardDraft();
  return (
    <StepFrame title="Review" lead="Look it over, then save.">
      <div className="max-w-xl divide-y divide-line rounded-card border border-line bg-surface">
        <Part step="setup" title="Connection">
          <Connection />
        </Part>
        <Part step="test" title="Test">
          {draft.tested ? (
            <p className="flex items-center gap-2">
              <Check className="size-4 text-ok" aria-hidden /> Passed
            </p>
          ) : (
            <p className="flex items-center gap-2">
              <TriangleAlert className="size-4 text-late" aria-hidden /> Not passed since the
              settings last changed
            </p>
          )}
        </Part>
        {draft.kind === "extractor" && (
          <>
            <Part step="data" title="Data">
              <Data draft={draft} />
            </Part>
            <Part step="destination" title="Destination and schedule">
              <Place draft={draft} />
            </Part>
          </>
        )}
      </div>
    </StepFrame>
  );
}

function Part({ step, title, children }: { step: Step; title: string; children: ReactNode }) {
  const { goTo } = useWizard();
  return (
    <section aria-label={title} className="flex items-start gap-4 px-4 py-3">
      <div className="min-w-0 flex-1">
        <h3 className="mb-1 text-small font-semibold text-ink-2">{title}</h3>
        <div className="text-small">{children}</div>
      </div>
      <Button
        size="small"
        kind="quiet"
        aria-label={`Edit: ${stepWords[step]}`}
        onClick={() => goTo(step)}
      >
        Edit
      </Button>
    </section>
  );
}

/** Name and settings. Of secrets it says only that they are there. */
function Connection() {
  const { formKeeper, form } = useWizard();
  const draft = useWizardDraft();
  const { flat, values } = useSyncExternalStore(formKeeper.subscribe, formKeeper.snapshot);
  const shown = flat.order.flatMap((name) => {
    const schema = flat.schema.properties[name] ?? {};
    const label = schema.title ?? name;
    if (isSecret(form, name)) {
      return draft.secrets.includes(name) ? [[label, "Saved in your keychain"] as const] : [];
    }
    const value = values[name];
    // What is as it comes needs no words.
    if (value === undefined || (flat.advanced.has(name) && value === schema.default)) return [];
    return [[label, words(value, schema)] as const];
  });
  return (
    <dl className="space-y-0.5">
      {[["Name", draft.name] as const, ...shown].map(([label, value]) => (
        <div key={label} className="flex gap-3">
          <dt className="w-2/5 shrink-0 text-ink-2">{label}</dt>
          <dd className="line-clamp-2 min-w-0 flex-1 selectable wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function words(value: unknown, schema: Schema): string {
  const option = optionsOf(schema).find((one) => one.value === value);
  if (option) return option.label;
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (Array.isArray(value)) {
    return value.every((one) => typeof one === "string")
      ? value.join(", ")
      : plural(value.length, "entry", "entries");
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Data({ draft }: { draft: Draft }) {
  const subject = { subject: "draft" as const, id: draft.id };
  // Only what is known already: looking at the review asks no source.
  const { data: offer } = useQuery({ ...offerQuery(useTransport(), subject), enabled: false });
  const chosen = draft.streams ?? offer?.chosen ?? null;
  const names = chosen?.map(({ name }) => name) ?? [];
  const rest = names.length - NAMED;
  return (
    <>
      {chosen === null ? (
        <p>What the connector recommends</p>
      ) : chosen.length === 0 ? (
        <p className="flex items-center gap-2">
          <TriangleAlert className="size-4 text-late" aria-hidden /> Nothing is chosen: nothing will
          be brought in.
        </p>
      ) : (
        <p className="wrap-anywhere">
          {offer
            ? `${formatNumber(names.length)} of ${plural(offer.streams.length, "stream")}`
            : plural(names.length, "stream")}
          : {names.slice(0, NAMED).join(", ")}
          {rest > 0 && ` and ${formatNumber(rest)} more`}
        </p>
      )}
      <p className="text-ink-2">What appears later: {lower(policyWords[draft.new_data])}</p>
    </>
  );
}

/** How many streams are named. */
const NAMED = 8;

function Place({ draft }: { draft: Draft }) {
  const transport = useTransport();
  const { data: destinations } = useQuery(destinationsQuery(transport));
  const { data: schedule } = useQuery(scheduleQuery(transport, draft.schedule ?? "off"));
  const place = destinations && chosenDestination(destinations, draft.destination);
  return (
    <>
      <p>To {place && !place.built_in ? place.name : "this computer"}</p>
      <p>{schedule?.words ?? draft.schedule ?? "By hand only"}</p>
    </>
  );
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
