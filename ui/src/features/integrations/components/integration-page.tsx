import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Unplug } from "lucide-react";
import { BackLink } from "@/components/back-link";
import { ConnectorTile, useConnectorLabel } from "@/components/connector-tile";
import { Page } from "@/components/page";
import { EmptyState, ErrorState } from "@/components/states";
import { SyncButton } from "@/components/sync-button";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useTransport } from "@/ipc/context";
import { isApiError } from "@/ipc/errors";
import type { Integration } from "@/ipc/generated/Integration";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import { integrationQuery } from "@/ipc/queries";
import { IntegrationMenu } from "./integration-menu";
import { IntegrationOverview } from "./integration-overview";
import { StatusSentence } from "./status-sentence";

/** One integration: how it is doing, what it brought in, its runs. */
export function IntegrationPage({ id }: { id: IntegrationId }) {
  const integration = useQuery(integrationQuery(useTransport(), id));
  const navigate = useNavigate();
  const toList = () => void navigate({ to: "/integrations" });
  const above = <BackLink to="/integrations">Integrations</BackLink>;
  if (integration.isPending) return <Loading />;
  // A page that was shown stays when asking again fails: what it shows is still the best there is.
  if (integration.isError && integration.data === undefined) {
    const gone = isApiError(integration.error) && integration.error.code === "not_found";
    return (
      <Page title="Integration" above={above}>
        {gone ? (
          <EmptyState
            icon={<Unplug aria-hidden />}
            title="This integration no longer exists"
            action={
              <Button kind="primary" onClick={toList}>
                Show all integrations
              </Button>
            }
          >
            It was deleted. The data it brought in is still where it was.
          </EmptyState>
        ) : (
          <ErrorState
            title="The integration could not be shown"
            error={integration.error}
            busy={integration.isFetching}
            onRetry={() => void integration.refetch()}
          />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={integration.data.name}
      above={above}
      heading={<Heading integration={integration.data} />}
      actions={
        <>
          <SyncButton integration={integration.data} kind="primary" size="medium" />
          <IntegrationMenu integration={integration.data} onDeleted={toList} />
        </>
      }
    >
      <IntegrationOverview integration={integration.data} />
    </Page>
  );
}

function Heading({ integration }: { integration: Integration }) {
  const connector = useConnectorLabel(integration.type);
  return (
    <div className="flex min-w-0 flex-1 items-center gap-3.5">
      <ConnectorTile type={integration.type} size="large" />
      <div className="min-w-0">
        <h1
          className="selectable truncate text-title font-semibold tracking-[-0.012em]"
          title={integration.name}
        >
          {integration.name}
        </h1>
        <p className="flex min-w-0 items-center gap-2 text-small text-ink-2">
          <span className="truncate">
            {connector}
            {integration.sample && " · Sample data"}
          </span>
          <span aria-hidden>·</span>
          <StatusSentence integration={integration} />
        </p>
      </div>
    </div>
  );
}

function Loading() {
  return (
    <Page
      title="Integration"
      above={<BackLink to="/integrations">Integrations</BackLink>}
      heading={
        <div
          role="status"
          aria-label="Loading the integration"
          className="flex items-center gap-3.5"
        >
          <Skeleton className="size-11 rounded-card" />
          <div className="space-y-2">
            <Skeleton className="h-5 w-48" />
            <Skeleton className="h-3.5 w-64" />
          </div>
        </div>
      }
    >
      <Skeleton className="h-44 w-full rounded-card" />
    </Page>
  );
}
