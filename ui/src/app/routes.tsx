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
import { DestinationsSection } from "@/features/setup/components/destinations-section";
import { SetupPage } from "@/features/setup/components/setup-page";
import { UnfinishedSetups } from "@/features/setup/components/unfinished";
import { Choices } from "@/features/welcome/components/choices";
import { WelcomePage } from "@/features/welcome/components/welcome-page";
import { Mark } from "./mark";
import { NotFound } from "./not-found";
import { Shell } from "./shell";
import { Start } from "./start";

/** What an address of the wizard says besides the draft. */
interface SetupSearch {
  /** The step to begin with; otherwise where the draft was left. */
  step?: string;
  /** The draft that a destination is added for. */
  back?: string;
  /** A setting to look at first. */
  setting?: string;
}

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

function Integrations() {
  return <IntegrationsPage choices={<Choices />} unfinished={<UnfinishedSetups />} />;
}

const integrations = createRoute({
  getParentRoute: () => root,
  path: "/integrations",
  component: Integrations,
});

const integration = createRoute({
  getParentRoute: () => root,
  path: "/integrations/$id",
  component: function Integration() {
    const { id } = integration.useParams();
    return <IntegrationPage key={id} id={id} />;
  },
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup/$draft",
  validateSearch: ({ step, back, setting }: Record<string, unknown>): SetupSearch => ({
    ...(typeof step === "string" && { step }),
    ...(typeof back === "string" && { back }),
    ...(typeof setting === "string" && { setting }),
  }),
  component: function Setup() {
    const { draft } = setup.useParams();
    const { step = null, back = null, setting = null } = setup.useSearch();
    return (
      <>
        <Integrations />
        <SetupPage key={draft} id={draft} step={step} back={back} setting={setting} />
      </>
    );
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

function Settings() {
  return <SettingsPage destinations={<DestinationsSection />} engine={<EngineSection />} />;
}

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: Settings,
});

/** Places inside the settings (`/settings/engine`) that a problem may point to: all of them are on the one page. */
const settingsPlace = createRoute({
  getParentRoute: () => root,
  path: "/settings/$place/$",
  component: Settings,
});

export const routeTree = root.addChildren([
  start,
  welcome,
  marketplace,
  connector,
  integrations,
  integration,
  integrationPlace,
  setup,
  run,
  activity,
  settings,
  settingsPlace,
]);
