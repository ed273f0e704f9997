import { TriangleAlert } from "lucide-react";
import type { RunStream } from "@/ipc/generated/RunStream";
import { formatNumber, formatRows } from "@/lib/format";

type Marked = Pick<RunStream, "name" | "mark"> & Partial<Pick<RunStream, "records" | "loaded">>;

/** What is odd about a stream, as a sentence; `null` when nothing is. */
export function markSentence({ mark, records = 0, loaded = null }: Marked): string | null {
  switch (mark) {
    case "usually_more":
      return "brought nothing, although it usually brings rows.";
    case "no_permission":
      return "was left out: the signed-in user may not read it.";
    case "gone":
      return "was left out: the source no longer has it, or no longer shows it to this user.";
    case "counts_differ":
      return loaded === null
        ? "did not arrive in full at the destination."
        : `did not arrive in full: ${formatRows(records)} were read, ${formatNumber(loaded)} reached the destination.`;
    case null:
      return null;
  }
}

/** The streams that are worth a look, each with why. */
export function StreamMarks({ streams }: { streams: readonly Marked[] }) {
  const odd = streams.filter(({ mark }) => mark !== null);
  if (odd.length === 0) return null;
  return (
    <section aria-label="Worth a look" className="rounded-card border border-line bg-late-soft p-4">
      <div className="flex gap-3">
        <TriangleAlert className="mt-0.5 size-4.5 shrink-0 text-late" aria-hidden />
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold">Worth a look</h2>
          <ul className="mt-1 max-h-40 selectable space-y-0.5 scroll-area text-ink-2">
            {odd.map((stream) => (
              <li key={stream.name} className="wrap-anywhere">
                <span className="font-medium text-ink">{stream.name}</span> {markSentence(stream)}
              </li>
            ))}
          </ul>
        </div>
      </div>
    </section>
  );
}
