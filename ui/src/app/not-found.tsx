import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { Page } from "@/components/page";
import { EmptyState } from "@/components/states";

/** Where a link leads that leads nowhere. */
export function NotFound() {
  return (
    <Page title="Not found">
      <EmptyState
        icon={<Compass aria-hidden />}
        title="There is nothing here"
        action={
          <Link
            to="/integrations"
            className="inline-flex h-8 items-center rounded-control bg-accent px-3 text-small font-medium text-on-accent hover:bg-accent-hover"
          >
            Go to your integrations
          </Link>
        }
      >
        The link you followed may be from another version of Tributary.
      </EmptyState>
    </Page>
  );
}
