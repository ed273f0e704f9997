import { createRootRoute, createRoute, redirect } from "@tanstack/react-router";
import { EngineSection } from "@/features/engine/components/engine-section";
import { IntegrationPage } from "@/features/integrations/components/integration-page";
import { IntegrationsPage } from "@/features/integrations/components/integrations-page";
import { ActivityPage } from "@/features/runs/components/activity-page";
import { RunPage } from "@/features/runs/components/run-page";
import { SettingsPage } from "@/features/settings/components/settings-page";
import { DestinationsSection } from "@/features/setup/components/destinations-section";
import { SetupPage } from "@/features/setup/components/setup-page";
import { UnfinishedSetups } from "@/features/setup/components/unfinished";
import { NotFound } from "./not-found";
import { Shell } from "./shell";

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

const start = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is how the router is told
    throw redirect({ to: "/integrations", replace: true });
  },
});

function Integrations() {
  return <IntegrationsPage unfinished={<UnfinishedSetups />} />;
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
  integrations,
  integration,
  integrationPlace,
  setup,
  run,
  activity,
  settings,
  settingsPlace,
]);
