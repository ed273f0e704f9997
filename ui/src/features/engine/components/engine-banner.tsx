import { useIsMutating } from "@tanstack/react-query";
import { RotateCw, Sparkles, TriangleAlert } from "lucide-react";
import { Banner } from "@/components/banner";
import { Button } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { formatShare } from "@/lib/format";
import {
  useAutoPrepare,
  usePreparation,
  usePrepareEngine,
} from "@/features/engine/api/use-prepare-engine";
import { environmentName, stepWords } from "@/components/engine-words";

/** Quiet while the engine is prepared, clear when that failed, absent otherwise. */
export function EngineBanner() {
  useAutoPrepare();
  const preparation = usePreparation();
  const prepare = usePrepareEngine();
  // Its progress comes as that of the engine does.
  const installing = useIsMutating({ mutationKey: ["install_connector"] }) > 0;
  if (preparation.state === "idle") return null;
  if (preparation.state === "failed") {
    return (
      <Banner
        urgent
        tone="attention"
        icon={<TriangleAlert aria-hidden />}
        title="The engine could not be prepared"
        actions={
          <Button
            size="small"
            icon={<RotateCw className="size-3.5" aria-hidden />}
            onClick={() => prepare.mutate("prepare")}
          >
            Try again
          </Button>
        }
      >
        <p className="selectable text-small text-ink-2">
          {preparation.error.message} {preparation.error.hint}
        </p>
      </Banner>
    );
  }
  const { progress } = preparation;
  const share = progress?.total_fraction ?? 0;
  return (
    <Banner
      tone="working"
      icon={<Sparkles aria-hidden />}
      title={installing ? "Installing a connector" : "Preparing the engine"}
      actions={<span className="text-small text-ink-2 tabular-nums">{formatShare(share)}</span>}
    >
      <p className="mb-2 text-small text-ink-2">
        {progress
          ? `${stepWords[progress.step]} (${environmentName(progress.environment)}). `
          : "Starting. "}
        {!installing && "You can already start a sync; it begins as soon as this is done."}
      </p>
      <Progress label={installing ? "Installing" : "Preparing the engine"} share={share} />
    </Banner>
  );
}
