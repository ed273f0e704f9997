import { createRootRoute, createRoute } from "@tanstack/react-router";
import { EngineLine } from "@/features/engine/components/engine-line";
import { EngineSection } from "@/features/engine/components/engine-section";
import { IntegrationPage } from "@/features/integrations/components/integration-page";
import { IntegrationsPage } from "@/features/integrations/components/integrations-page";
import { readView } from "@/features/marketplace/api/view";
import { ConnectorPage } from "@/features/marketplace/components/connector-page";
import { MarketplacePage } from "@/features/marketplace/components/marketplace-page";
import { ActivityPage } from "@/features/runs/components/activity-page";
import { RunPage } from "@/features/runs/components/run-page";
import { SettingsPage } from "@/features/settings/components/settings-page";
import { Choices } from "@/features/welcome/components/choices";
import { WelcomePage } from "@/features/welcome/components/welcome-page";
import { Mark } from "./mark";
import { NotFound } from "./not-found";
import { Shell } from "./shell";
import { Start } from "./start";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const start = createRoute({ getParentRoute: () => root, path: "/", component: Start });

const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  component: () => <WelcomePage mark={<Mark className="size-14" />} engine={<EngineLine />} />,
});

const marketplace = createRoute({
  getParentRoute: () => root,
  path: "/marketplace",
  validateSearch: readView,
  component: function Marketplace() {
    return <MarketplacePage view={marketplace.useSearch()} />;
  },
});

const connector = createRoute({
  getParentRoute: () => root,
  path: "/marketplace/$kind/$id",
  component: function Connector() {
    const { kind, id } = connector.useParams();
    if (kind !== "extractor" && kind !== "loader") return <NotFound />;
    return <ConnectorPage key={`${kind}/${id}`} kind={kind} id={id} />;
  },
});

const integrations = createRoute({
  getParentRoute: () => root,
  path: "/integrations",
  component: () => <IntegrationsPage choices={<Choices />} />,
});

const integration = createRoute({
  getParentRoute: () => root,
  path: "/integrations/$id",
  component: function Integration() {
    const { id } = integration.useParams();
    return <IntegrationPage key={id} id={id} />;
  },
});

/** Deep links name the place where a problem is fixed (`/fix/...`, `/setup`): the page shows the problem first. */
const integrationPlace = createRoute({
  getParentRoute: () => root,
  path: "/integrations/$id/$place/$",
  component: function IntegrationPlace() {
    const { id } = integrationPlace.useParams();
    return <IntegrationPage key={id} id={id} />;
  },
});

const run = createRoute({
  getParentRoute: () => root,
  path: "/integrations/$id/runs/$run",
  component: function Run() {
    const { id, run: runId } = run.useParams();
    return <RunPage key={runId} integration={id} id={runId} />;
  },
});

const activity = createRoute({
  getParentRoute: () => root,
  path: "/activity",
  component: ActivityPage,
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: () => <SettingsPage engine={<EngineSection />} />,
});

/** Places inside the settings (`/settings/engine`) that a problem may point to: all of them are on the one page. */
const settingsPlace = createRoute({
  getParentRoute: () => root,
  path: "/settings/$place/$",
  component: () => <SettingsPage engine={<EngineSection />} />,
});

export const routeTree = root.addChildren([
  start,
  welcome,
  marketplace,
  connector,
  integrations,
  integration,
  integrationPlace,
  run,
  activity,
  settings,
  settingsPlace,
]);
