import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Unplug } from "lucide-react";
import { Tabs } from "radix-ui";
import type { ReactNode } from "react";
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
import { OverviewTab } from "./overview-tab";
import { RunsTab } from "./runs-tab";
import { SettingsTab } from "./settings-tab";
import { StatusSentence } from "./status-sentence";
import { StreamsTab } from "./streams-tab";

/** The tabs, each with its own address. */
export const integrationTabs = ["overview", "data", "streams", "runs", "settings"] as const;
export type IntegrationTab = (typeof integrationTabs)[number];

const tabWords: Record<IntegrationTab, string> = {
  overview: "Overview",
  data: "Data",
  streams: "Streams",
  runs: "Runs",
  settings: "Settings",
};

/** Tabs whose lists scroll in themselves. */
const filled: readonly IntegrationTab[] = ["data", "streams", "runs"];

interface IntegrationPageProps {
  id: IntegrationId;
  tab: IntegrationTab;
  /** What native notifications tell of it. */
  notifications?: ReactNode;
  /** The data it brought. */
  data?: ReactNode;
}

/** One integration: how it is doing, what it brought in, its runs. */
export function IntegrationPage({
  id,
  tab,
  notifications = null,
  data = null,
}: IntegrationPageProps) {
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
  const one = integration.data;
  const show = (next: string) =>
    void navigate({
      to: next === "overview" ? "/integrations/$id" : `/integrations/$id/${next as "streams"}`,
      params: { id },
      replace: true,
    });
  return (
    <Page
      fill={filled.includes(tab)}
      title={one.name}
      above={above}
      heading={<Heading integration={one} />}
      actions={
        <>
          <SyncButton integration={one} kind="primary" size="medium" />
          <IntegrationMenu integration={one} onDeleted={toList} />
        </>
      }
    >
      <Tabs.Root value={tab} onValueChange={show} className="contents">
        <Tabs.List
          aria-label={`About ${one.name}`}
          className="-mt-1 mb-5 flex shrink-0 gap-1 border-b border-line"
        >
          {integrationTabs.map((name) => (
            <Tabs.Trigger
              key={name}
              value={name}
              className="-mb-px border-b-2 border-transparent px-2.5 py-1.5 text-small font-medium text-ink-2 hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:text-accent-ink"
            >
              {tabWords[name]}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content
          value={tab}
          tabIndex={-1}
          className={
            filled.includes(tab) ? "flex min-h-0 flex-1 flex-col outline-none" : "outline-none"
          }
        >
          {tab === "overview" && <OverviewTab integration={one} />}
          {tab === "data" && data}
          {tab === "streams" && <StreamsTab integration={one} />}
          {tab === "runs" && <RunsTab integration={one} />}
          {tab === "settings" && (
            <SettingsTab integration={one} notifications={notifications} onDeleted={toList} />
          )}
        </Tabs.Content>
      </Tabs.Root>
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
