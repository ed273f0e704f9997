import { createRootRoute, createRoute, useParams, useRouterState } from "@tanstack/react-router";
import { DataBrowser } from "@/features/data/components/data-browser";
import { DataPage } from "@/features/data/components/data-page";
import { EngineLine } from "@/features/engine/components/engine-line";
import { EngineSection } from "@/features/engine/components/engine-section";
import {
  IntegrationPage,
  integrationTabs,
} from "@/features/integrations/components/integration-page";
import { IntegrationsPage } from "@/features/integrations/components/integrations-page";
import { readView } from "@/features/marketplace/api/view";
import { ConnectorPage } from "@/features/marketplace/components/connector-page";
import { MarketplacePage } from "@/features/marketplace/components/marketplace-page";
import { Notices } from "@/features/notices/components/notices";
import { ActivityPage } from "@/features/runs/components/activity-page";
import { RunPage } from "@/features/runs/components/run-page";
import { readPlace } from "@/features/settings/api/places";
import { IntegrationNotifications } from "@/features/settings/components/integration-notifications";
import { SettingsPage } from "@/features/settings/components/settings-page";
import { DestinationsSection } from "@/features/setup/components/destinations-section";
import { ScheduleChooser } from "@/features/setup/components/schedule-picker";
import { SetupPage } from "@/features/setup/components/setup-page";
import { FixPage } from "@/features/setup/fix/fix-page";
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

function Integrations({ deadLink = false }: { deadLink?: boolean }) {
  return (
    <IntegrationsPage
      choices={<Choices />}
      unfinished={<UnfinishedSetups />}
      schedule={(schedule, onChange) => <ScheduleChooser {...{ schedule, onChange }} />}
      deadLink={deadLink}
    />
  );
}

const integrations = createRoute({
  getParentRoute: () => root,
  path: "/integrations",
  // `?note=link`: a link that leads nowhere opens the list.
  validateSearch: ({ note }: Record<string, unknown>): { note?: "link" } =>
    note === "link" ? { note } : {},
  component: function IntegrationList() {
    return <Integrations deadLink={integrations.useSearch().note === "link"} />;
  },
});

/** The page stays while its tabs change: they are children that draw nothing themselves. */
const integration = createRoute({
  getParentRoute: () => root,
  path: "/integrations/$id",
  component: function Integration() {
    const { id } = integration.useParams();
    const last = useRouterState({ select: ({ location }) => location.pathname.split("/").at(-1) });
    const tab = integrationTabs.find((one) => one === last) ?? "overview";
    return (
      <IntegrationPage
        key={id}
        id={id}
        tab={tab}
        notifications={<IntegrationNotifications id={id} />}
        data={<DataBrowser integration={id} />}
      />
    );
  },
});

const integrationChildren = [
  createRoute({ getParentRoute: () => integration, path: "/" }),
  createRoute({ getParentRoute: () => integration, path: "/data" }),
  createRoute({ getParentRoute: () => integration, path: "/streams" }),
  createRoute({ getParentRoute: () => integration, path: "/runs" }),
  createRoute({ getParentRoute: () => integration, path: "/settings" }),
] as const;

/** Where notifications lead. */
const fix = createRoute({
  getParentRoute: () => root,
  path: "/integrations/$id/fix/$code",
  component: function Fix() {
    const { id, code } = fix.useParams();
    return <FixPage key={`${id}/${code}`} id={id} code={code} />;
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

/** Other places of an integration that links may name: the page shows the problem first. */
const integrationPlace = createRoute({
  getParentRoute: () => root,
  path: "/integrations/$id/$place/$",
  component: function IntegrationPlace() {
    const { id } = integrationPlace.useParams();
    return <IntegrationPage key={id} id={id} tab="overview" />;
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

const data = createRoute({ getParentRoute: () => root, path: "/data", component: DataPage });

const activity = createRoute({
  getParentRoute: () => root,
  path: "/activity",
  component: () => <ActivityPage notices={<Notices />} />,
});

/** The page stays as it is while one goes from section to section (`/settings/engine`). */
const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: function Settings() {
    const { place } = useParams({ strict: false });
    return (
      <SettingsPage
        place={place === undefined ? null : readPlace(place)}
        destinations={<DestinationsSection />}
        engine={<EngineSection />}
      />
    );
  },
});

const settingsPlace = createRoute({ getParentRoute: () => settings, path: "/$place" });

/** A problem may point to a thing inside a section: the section is shown. */
const settingsThing = createRoute({ getParentRoute: () => settings, path: "/$place/$" });

export const routeTree = root.addChildren([
  start,
  welcome,
  marketplace,
  connector,
  integrations,
  integration.addChildren(integrationChildren),
  integrationPlace,
  fix,
  setup,
  run,
  data,
  activity,
  settings.addChildren([settingsPlace, settingsThing]),
]);
