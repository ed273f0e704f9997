import { CirclePause } from "lucide-react";
import { Banner } from "@/components/banner";
import { usePauseOfEverything } from "@/components/use-pause";
import { Button } from "@/components/ui/button";
import { useResumeEverything } from "@/ipc/mutations";

/** Says so while everything pauses, with the button that ends it. */
export function PauseBanner() {
  const pause = usePauseOfEverything();
  const resume = useResumeEverything();
  if (!pause) return null;
  return (
    <Banner
      tone="paused"
      icon={<CirclePause aria-hidden />}
      title={`Everything is paused ${pause.words}`}
      actions={
        <Button size="small" busy={resume.isPending} onClick={() => resume.mutate()}>
          Resume
        </Button>
      }
    >
      <p className="text-small text-ink-2">
        Nothing is synced on schedule. What is missed is caught up afterwards; Sync now works
        meanwhile.
      </p>
    </Banner>
  );
}
