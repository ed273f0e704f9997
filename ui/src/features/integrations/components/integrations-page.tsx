import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Plus, Sparkles, Waypoints } from "lucide-react";
import { useDeferredValue, useMemo, useRef, useState, type ReactNode } from "react";
import { Page } from "@/components/page";
import { useSlashToSearch } from "@/components/slash-to-search";
import { EmptyState, ErrorState } from "@/components/states";
import { useExploreSample } from "@/components/use-explore-sample";
import { Button } from "@/components/ui/button";
import {
  countByFilter,
  filters,
  shownIntegrations,
  sorts,
  type View,
} from "@/features/integrations/api/list-view";
import { useSelection } from "@/features/integrations/api/use-selection";
import { useSelectionKeys } from "@/features/integrations/api/use-selection-keys";
import { useTransport } from "@/ipc/context";
import type { Integration } from "@/ipc/generated/Integration";
import { connectorsQuery, integrationsQuery } from "@/ipc/queries";
import { usePreference } from "@/lib/preference";
import { AttentionBanner } from "./attention-banner";
import { BulkBar } from "./bulk-bar";
import { DeadLinkNote } from "./dead-link-note";
import { IntegrationCards } from "./integration-cards";
import { IntegrationTable } from "./integration-table";
import { ListSkeleton } from "./list-skeleton";
import { PauseBanner } from "./pause-banner";
import type { SchedulePart } from "./schedule-dialog";
import { layouts, Toolbar } from "./toolbar";

interface IntegrationsPageProps {
  /** What one can begin with, where there are none. */
  choices: ReactNode;
  /** What was left before it was saved; it stands above them. */
  unfinished: ReactNode;
  /** What a schedule is chosen with. */
  schedule: SchedulePart;
  /** A link led here because what it names is not there. */
  deadLink?: boolean;
}

/** All integrations with their live state. */
export function IntegrationsPage(props: IntegrationsPageProps) {
  const { choices, unfinished, schedule, deadLink = false } = props;
  const integrations = useQuery(integrationsQuery(useTransport()));
  const offerSample =
    integrations.data !== undefined &&
    integrations.data.length > 0 &&
    !integrations.data.some(({ sample }) => sample);
  return (
    <Page
      title="Integrations"
      actions={
        <>
          {offerSample && <SampleButton />}
          {integrations.data !== undefined && integrations.data.length > 0 && <AddButton />}
        </>
      }
    >
      <div className="mb-4 space-y-3 empty:hidden">
        {deadLink && <DeadLinkNote />}
        <PauseBanner />
      </div>
      {unfinished}
      {integrations.isPending ? (
        <ListSkeleton />
      ) : integrations.isError ? (
        <ErrorState
          title="Your integrations could not be shown"
          error={integrations.error}
          busy={integrations.isFetching}
          onRetry={() => void integrations.refetch()}
        />
      ) : integrations.data.length === 0 ? (
        <>
          <EmptyState icon={<Waypoints aria-hidden />} title="Nothing is brought in yet">
            Your integrations will be listed here: each brings the data of one of your tools to this
            computer. Begin with one of these.
          </EmptyState>
          <div className="mx-auto -mt-8 max-w-3xl">{choices}</div>
        </>
      ) : (
        <List integrations={integrations.data} schedule={schedule} />
      )}
    </Page>
  );
}

function AddButton() {
  const navigate = useNavigate();
  return (
    <Button
      kind="primary"
      icon={<Plus className="size-4" aria-hidden />}
      onClick={() => void navigate({ to: "/marketplace", search: { kind: "extractor" } })}
    >
      Add a source
    </Button>
  );
}

function SampleButton() {
  const explore = useExploreSample();
  return (
    <Button
      busy={explore.isPending}
      icon={<Sparkles className="size-4" aria-hidden />}
      onClick={() => explore.mutate()}
    >
      Explore a sample Salesforce org
    </Button>
  );
}

interface ListProps {
  integrations: readonly Integration[];
  schedule: SchedulePart;
}

function List({ integrations, schedule }: ListProps) {
  const [search, setSearch] = useState("");
  const [filter, setFilter] = usePreference("integrations.filter", filters, "all");
  const [sort, setSort] = usePreference("integrations.sort", sorts, "name");
  const [layout, setLayout] = usePreference("integrations.layout", layouts, "rows");
  const searchRef = useRef<HTMLInputElement>(null);
  useSlashToSearch(searchRef);
  const { data: connectors } = useQuery(connectorsQuery(useTransport()));
  const wanted = useDeferredValue(search);
  const shown = useMemo(() => {
    const labels = new Map(connectors?.map(({ type, label }) => [type, label]));
    const view: View = { search: wanted, filter, sort };
    return shownIntegrations(integrations, view, (type) => labels.get(type) ?? type);
  }, [integrations, connectors, wanted, filter, sort]);
  const counts = useMemo(() => countByFilter(integrations), [integrations]);
  const selection = useSelection(shown);
  useSelectionKeys(selection);
  const showAll = () => {
    setSearch("");
    setFilter("all");
  };
  return (
    <>
      {filter !== "attention" && (
        <div className="mb-4 empty:hidden">
          <AttentionBanner
            integrations={integrations}
            onShowAll={() => {
              setSearch("");
              setFilter("attention");
            }}
          />
        </div>
      )}
      <Toolbar
        view={{ search, filter, sort }}
        counts={counts}
        layout={layout}
        searchRef={searchRef}
        onSearch={setSearch}
        onFilter={setFilter}
        onSort={setSort}
        onLayout={setLayout}
      />
      {shown.length === 0 ? (
        <EmptyState
          icon={<Waypoints aria-hidden />}
          title="No integration matches"
          action={<Button onClick={showAll}>Show all integrations</Button>}
        >
          None of your integrations fits this search and state.
        </EmptyState>
      ) : layout === "rows" ? (
        <IntegrationTable {...{ selection, sort }} integrations={shown} onSort={setSort} />
      ) : (
        <IntegrationCards integrations={shown} selection={selection} />
      )}
      <BulkBar selection={selection} shown={shown.length} schedule={schedule} />
    </>
  );
}
