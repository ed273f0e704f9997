import { useRouter } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { Banner } from "@/components/banner";
import { Button } from "@/components/ui/button";
import type { Integration } from "@/ipc/generated/Integration";

interface AttentionBannerProps {
  integrations: readonly Integration[];
  onShowAll: () => void;
}

/** Says what needs attention, with the button that leads to where it is mended. */
export function AttentionBanner({ integrations, onShowAll }: AttentionBannerProps) {
  const router = useRouter();
  const troubled = integrations.filter(({ status }) => status === "attention");
  const [first] = troubled;
  if (!first) return null;
  if (troubled.length > 1) {
    return (
      <Banner
        tone="attention"
        icon={<TriangleAlert aria-hidden />}
        title={`${troubled.length} integrations need your attention`}
        actions={
          <Button size="small" onClick={onShowAll}>
            Show them
          </Button>
        }
      >
        <p className="text-small wrap-anywhere text-ink-2">
          {troubled.map(({ name }) => name).join(", ")}
        </p>
      </Banner>
    );
  }
  const problem = first.last_run?.problem;
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
        {problem?.hint ?? "Test the connection again to see what it is."}
      </p>
    </Banner>
  );
}
