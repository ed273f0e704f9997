import { useRouter } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { Banner } from "@/components/banner";
import { Button } from "@/components/ui/button";
import { groupOf } from "@/features/integrations/api/list-view";
import type { Integration } from "@/ipc/generated/Integration";
import { formatNumber } from "@/lib/format";

/** How many are named; the rest is counted. */
const NAMED = 5;

interface AttentionBannerProps {
  integrations: readonly Integration[];
  onShowAll: () => void;
}

/** Says what needs attention, with the button that leads to where it is mended. */
export function AttentionBanner({ integrations, onShowAll }: AttentionBannerProps) {
  const router = useRouter();
  const troubled = integrations.filter((one) => groupOf(one) === "attention");
  const [first] = troubled;
  if (!first) return null;
  if (troubled.length > 1) {
    return (
      <Banner
        tone="attention"
        icon={<TriangleAlert aria-hidden />}
        title={`${formatNumber(troubled.length)} integrations need your attention`}
        actions={
          <Button size="small" onClick={onShowAll}>
            Show them
          </Button>
        }
      >
        <p className="text-small wrap-anywhere text-ink-2">
          {troubled
            .slice(0, NAMED)
            .map(({ name }) => name)
            .join(", ")}
          {troubled.length > NAMED && ` and ${formatNumber(troubled.length - NAMED)} more`}
        </p>
      </Banner>
    );
  }
  const pausedBy = first.schedule_state?.paused_because;
  const problem = pausedBy ?? first.last_run?.problem;
  const route = problem?.fix.route ?? `/integrations/${first.id}`;
  return (
    <Banner
      tone="attention"
      icon={<TriangleAlert aria-hidden />}
      title={`${first.name}: ${problem?.title ?? "the last test found a problem"}`}
      actions={
        <Button size="small" onClick={() => router.history.push(route)}>
          Fix
        </Button>
      }
    >
      <p className="selectable text-small wrap-anywhere text-ink-2">
        {pausedBy && "It failed again and again, so it has paused itself. "}
        {problem?.hint ?? "Test the connection again to see what it is."}
      </p>
    </Banner>
  );
}
