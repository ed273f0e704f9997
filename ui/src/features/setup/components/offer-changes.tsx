import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Sparkles } from "lucide-react";
import { useState } from "react";
import { Banner } from "@/components/banner";
import { Button } from "@/components/ui/button";
import { add, withField, type Selection } from "@/features/setup/api/selection";
import { useTransport } from "@/ipc/context";
import type { Offer } from "@/ipc/generated/Offer";
import type { OfferChanges } from "@/ipc/generated/OfferChanges";
import { plural } from "@/lib/format";
import { useWizardDraft } from "./scope";

interface OfferChangesBannerProps {
  offer: Offer;
  selection: Selection;
  onChange: (selection: Selection) => void;
}

/** What appeared at the source and what went, until it is dealt with. */
export function OfferChangesBanner({ offer, selection, onChange }: OfferChangesBannerProps) {
  const transport = useTransport();
  const client = useQueryClient();
  const { editing } = useWizardDraft();
  const [dealtWith, setDealtWith] = useState<OfferChanges | null>(null);
  const { changes } = offer;
  const accept = useMutation({
    mutationFn: async (taken: boolean) => {
      if (editing !== null) await transport.invoke("accept_changes", { id: editing, add: taken });
    },
    onSuccess: (_nothing, taken) => {
      if (!changes) return;
      setDealtWith(changes);
      onChange(withChanges(selection, offer, changes, taken));
      if (editing !== null) void client.invalidateQueries({ queryKey: ["integration", editing] });
    },
  });
  if (!changes || changes === dealtWith) return null;
  const appeared = changes.new_streams.length + changes.new_fields.length > 0;
  return (
    <div className="mb-3">
      <Banner
        tone="working"
        icon={<Sparkles aria-hidden />}
        title="The source has changed"
        actions={
          appeared ? (
            <>
              <Button size="small" busy={accept.isPending} onClick={() => accept.mutate(true)}>
                Bring it in
              </Button>
              <Button
                size="small"
                kind="quiet"
                busy={accept.isPending}
                onClick={() => accept.mutate(false)}
              >
                Leave it out
              </Button>
            </>
          ) : (
            <Button size="small" busy={accept.isPending} onClick={() => accept.mutate(false)}>
              Understood
            </Button>
          )
        }
      >
        <ul className="selectable text-small wrap-anywhere text-ink-2">
          {sentencesOf(changes).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </Banner>
    </div>
  );
}

function withChanges(
  selection: Selection,
  offer: Offer,
  { new_streams, new_fields }: OfferChanges,
  taken: boolean,
): Selection {
  const fresh = new Set(new_streams);
  const streams = offer.streams.filter(({ name }) => fresh.has(name));
  let next = taken ? add(selection, streams) : selection;
  for (const { stream, field } of new_fields) next = withField(next, stream, field, taken);
  return next;
}

/** How many names a sentence holds. */
const NAMED = 6;

function sentencesOf(changes: OfferChanges): string[] {
  const fields = (list: OfferChanges["new_fields"]) =>
    list.map(({ stream, field }) => `${stream}.${field}`);
  const parts: [string[], string, string][] = [
    [changes.new_streams, "new stream", "new streams"],
    [fields(changes.new_fields), "new field", "new fields"],
    [changes.gone_streams, "stream is gone", "streams are gone"],
    [fields(changes.gone_fields), "field is gone", "fields are gone"],
  ];
  return parts
    .filter(([names]) => names.length > 0)
    .map(([names, one, many]) => {
      const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
      return `${plural(names.length, one, many)}: ${names.slice(0, NAMED).join(", ")}${more}`;
    });
}
