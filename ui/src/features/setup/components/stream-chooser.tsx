import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { RelativeTime } from "@/components/relative-time";
import { Button } from "@/components/ui/button";
import { SearchField } from "@/components/ui/search-field";
import { fieldSearchQuery } from "@/features/setup/api/queries";
import {
  add,
  choicesOf,
  recommended,
  remove,
  selectionOf,
  StreamSearch,
  type Selection,
} from "@/features/setup/api/selection";
import { useTransport } from "@/ipc/context";
import type { Offer } from "@/ipc/generated/Offer";
import type { Subject } from "@/ipc/generated/Subject";
import { formatNumber } from "@/lib/format";
import { OfferChangesBanner } from "./offer-changes";
import { PolicyChoice } from "./policy-choice";
import { SamplePane } from "./sample-pane";
import { useWizard, useWizardDraft } from "./scope";
import { StepFrame } from "./step-frame";
import { StreamTree } from "./stream-tree";

interface StreamChooserProps {
  subject: Subject;
  offer: Offer;
  onRefresh: () => void;
}

/** The tree of what a source has, with what is chosen of it. */
export function StreamChooser({ subject, offer, onRefresh }: StreamChooserProps) {
  const { keeper } = useWizard();
  const draft = useWizardDraft();
  const [selection, setSelection] = useState(() => selectionOf(draft.streams ?? offer.chosen));
  const [search, setSearch] = useState("");
  const [sample, setSample] = useState<string | null>(null);
  const newest = useRef(selection);
  const change = useCallback(
    (how: (selection: Selection) => Selection) => {
      newest.current = how(newest.current);
      setSelection(newest.current);
      keeper.change({ streams: choicesOf(newest.current, offer) });
    },
    [keeper, offer],
  );
  const wanted = useDeferredValue(search.trim());
  const found = useFoundFields(subject, wanted);
  const index = useMemo(() => new StreamSearch(offer.streams), [offer.streams]);
  const shown = useMemo(() => index.find(wanted, new Set(found.keys())), [index, wanted, found]);
  const chosen = useMemo(() => choicesOf(selection, offer).length, [selection, offer]);
  const isSearch = wanted !== "";
  return (
    <div className="flex h-full min-h-0">
      <div className="min-w-0 flex-1">
        <StepFrame
          fill
          title="Choose what to bring in"
          lead={
            <span role="status" className="tabular-nums">
              {formatNumber(chosen)} of {formatNumber(offer.streams.length)} chosen
            </span>
          }
          actions={
            <>
              <span className="text-small text-ink-3">
                Asked <RelativeTime time={offer.discovered_at} />
              </span>
              <Button
                size="small"
                icon={<RotateCw className="size-3.5" aria-hidden />}
                onClick={onRefresh}
              >
                Refresh
              </Button>
            </>
          }
        >
          <OfferChangesBanner
            offer={offer}
            selection={selection}
            onChange={(next) => change(() => next)}
          />
          <div className="mb-2 flex flex-wrap items-center gap-2">
            <SearchField
              label="Search streams and fields"
              value={search}
              onChange={setSearch}
              className="w-56"
            />
            <span className="flex-1" />
            {offer.streams.some((one) => one.recommended) && (
              <Button size="small" onClick={() => change((one) => recommended(one, offer))}>
                Recommended
              </Button>
            )}
            <Button size="small" onClick={() => change((one) => add(one, shown))}>
              {isSearch ? "All found" : "All"}
            </Button>
            <Button size="small" onClick={() => change((one) => remove(one, shown))}>
              {isSearch ? "None found" : "None"}
            </Button>
          </div>
          <StreamTree
            subject={subject}
            streams={shown}
            selection={selection}
            found={found}
            sample={sample}
            onChange={change}
            onSample={setSample}
          />
          <PolicyChoice />
        </StepFrame>
      </div>
      {sample !== null && (
        <SamplePane
          key={sample}
          subject={subject}
          stream={sample}
          onClose={() => setSample(null)}
        />
      )}
    </div>
  );
}

const nothing: ReadonlyMap<string, string[]> = new Map();

/** Fields whose name holds the text, by stream. */
function useFoundFields(subject: Subject, text: string): ReadonlyMap<string, string[]> {
  const { data } = useQuery(fieldSearchQuery(useTransport(), subject, text));
  return useMemo(() => {
    if (!data || text.length < 2) return nothing;
    const found = new Map<string, string[]>();
    for (const { stream, field } of data) {
      found.set(stream, [...(found.get(stream) ?? []), field]);
    }
    return found;
  }, [data, text]);
}
