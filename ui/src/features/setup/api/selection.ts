import type { Offer } from "@/ipc/generated/Offer";
import type { OfferedStream } from "@/ipc/generated/OfferedStream";
import type { StreamChoice } from "@/ipc/generated/StreamChoice";
import type { SyncMode } from "@/ipc/generated/SyncMode";

/** What is chosen, by stream. Changes make a new one; what did not change is shared. */
export type Selection = ReadonlyMap<string, StreamChoice>;

/** A selection of these choices. */
export function selectionOf(choices: readonly StreamChoice[]): Selection {
  return new Map(choices.map((choice) => [choice.name, choice]));
}

/** All of a stream: incrementally where there is a field that tells what is new. */
export function whole({ name, key }: OfferedStream): StreamChoice {
  return { name, excluded_fields: [], mode: key === null ? "full" : "incremental" };
}

/** Adds streams; those chosen already keep their fields and mode. */
export function add(selection: Selection, streams: readonly OfferedStream[]): Selection {
  const next = new Map(selection);
  for (const stream of streams) {
    if (!next.has(stream.name)) next.set(stream.name, whole(stream));
  }
  return next;
}

/** Takes streams out. */
export function remove(selection: Selection, streams: readonly { name: string }[]): Selection {
  const next = new Map(selection);
  for (const { name } of streams) next.delete(name);
  return next;
}

/** Chooses what the connector's maker recommends, and nothing else; what was set up of it stays. */
export function recommended(selection: Selection, offer: Offer): Selection {
  const streams = offer.streams.filter((one) => one.recommended);
  const kept = streams.map((one) => selection.get(one.name) ?? whole(one));
  return selectionOf(kept);
}

/** Changes how a chosen stream is brought in. */
export function withMode(selection: Selection, name: string, mode: SyncMode): Selection {
  return change(selection, name, (choice) => ({ ...choice, mode }));
}

/** Brings a field of a chosen stream in, or leaves it out. */
export function withField(
  selection: Selection,
  name: string,
  field: string,
  taken: boolean,
): Selection {
  return change(selection, name, (choice) => {
    const others = choice.excluded_fields.filter((one) => one !== field);
    return { ...choice, excluded_fields: taken ? others : [...others, field] };
  });
}

function change(
  selection: Selection,
  name: string,
  how: (choice: StreamChoice) => StreamChoice,
): Selection {
  const choice = selection.get(name);
  if (!choice) return selection;
  return new Map(selection).set(name, how(choice));
}

/** The choices to save: in the order of the source, only what it offers. */
export function choicesOf(selection: Selection, offer: Offer): StreamChoice[] {
  return offer.streams.flatMap(({ name }) => selection.get(name) ?? []);
}

/** Finds streams by a part of their name. Names are folded once, so that each letter typed costs little. */
export class StreamSearch {
  readonly #folded: readonly string[];

  constructor(readonly streams: readonly OfferedStream[]) {
    this.#folded = streams.map(({ name }) => name.toLowerCase());
  }

  /** The streams whose name holds the text, and those named in `also`, in the source's order. */
  find(text: string, also: ReadonlySet<string> = new Set()): readonly OfferedStream[] {
    const wanted = text.trim().toLowerCase();
    if (wanted === "") return this.streams;
    return this.streams.filter(
      ({ name }, index) => (this.#folded[index]?.includes(wanted) ?? false) || also.has(name),
    );
  }
}
