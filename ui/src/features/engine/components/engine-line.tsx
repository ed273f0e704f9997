import { Check, RotateCw, TriangleAlert } from "lucide-react";
import { environmentName, stepWords } from "@/components/engine-words";
import { Button } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import {
  useAutoPrepare,
  usePreparation,
  usePrepareEngine,
} from "@/features/engine/api/use-prepare-engine";
import { useTransport } from "@/ipc/context";
import { engineQuery } from "@/ipc/queries";
import { formatShare } from "@/lib/format";
import { useQuery } from "@tanstack/react-query";

/** Prepares the engine and says how far it is, in a line at the foot of a page. */
export function EngineLine() {
  useAutoPrepare();
  const preparation = usePreparation();
  const prepare = usePrepareEngine();
  const { data: engine } = useQuery(engineQuery(useTransport()));
  if (preparation.state === "failed") {
    return (
      <div
        role="alert"
        className="flex flex-wrap items-center gap-3 rounded-card border border-attention-line bg-attention-soft px-4 py-3"
      >
        <TriangleAlert className="size-4.5 shrink-0 text-attention" aria-hidden />
        <div className="min-w-60 flex-1 text-small">
          <p className="font-medium">The engine could not be prepared</p>
          <p className="selectable wrap-anywhere text-ink-2">
            {preparation.error.message} {preparation.error.hint}
          </p>
        </div>
        <Button
          size="small"
          icon={<RotateCw className="size-3.5" aria-hidden />}
          onClick={() => prepare.mutate("prepare")}
        >
          Try again
        </Button>
      </div>
    );
  }
  if (preparation.state === "working") {
    const { progress } = preparation;
    return (
      <section aria-label="Preparing the engine">
        <div className="mb-2 flex items-baseline gap-3 text-small text-ink-2">
          <p className="min-w-0 flex-1">
            Getting everything ready in the background
            {progress &&
              `: ${stepWords[progress.step].toLowerCase()} (${environmentName(progress.environment)})`}
          </p>
          {progress && <span className="tabular-nums">{formatShare(progress.total_fraction)}</span>}
        </div>
        <Progress label="Preparing the engine" share={progress?.total_fraction ?? null} />
      </section>
    );
  }
  if (engine?.ready !== true) return null;
  return (
    <p role="status" className="flex items-center gap-2 text-small text-ink-2">
      <Check className="size-4 text-ok" strokeWidth={2.25} aria-hidden />
      Everything is ready.
    </p>
  );
}
