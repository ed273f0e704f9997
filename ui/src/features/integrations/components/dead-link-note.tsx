import { useNavigate } from "@tanstack/react-router";
import { Link2Off } from "lucide-react";
import { Banner } from "@/components/banner";
import { Button } from "@/components/ui/button";

/** Says quietly that a link led nowhere; it goes away when it was read. */
export function DeadLinkNote() {
  const navigate = useNavigate();
  return (
    <Banner
      tone="paused"
      icon={<Link2Off aria-hidden />}
      title="That link leads nowhere"
      actions={
        <Button
          size="small"
          kind="quiet"
          onClick={() => void navigate({ to: "/integrations", search: {}, replace: true })}
        >
          Got it
        </Button>
      }
    >
      <p className="text-small text-ink-2">
        What it points to may be gone, or the link is from another version of Tributary.
      </p>
    </Banner>
  );
}
