import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Plus, Sparkles, Waypoints } from "lucide-react";
import { useDeferredValue, useRef, useState, type ReactNode } from "react";
import { Page } from "@/components/page";
import { useSlashToSearch } from "@/components/slash-to-search";
import { EmptyState, ErrorState } from "@/components/states";
import { useExploreSample } from "@/components/use-explore-sample";
import { Button } from "@/components/ui/button";
import {
  filters,
  shownIntegrations,
  sorts,
  type View,
} from "@/features/integrations/api/list-view";
import { useTransport } from "@/ipc/context";
import type { Integration } from "@/ipc/generated/Integration";
import { connectorsQuery, integrationsQuery } from "@/ipc/queries";
import { usePreference } from "@/lib/preference";
import { AttentionBanner } from "./attention-banner";
import { IntegrationCards } from "./integration-cards";
import { IntegrationTable } from "./integration-table";
import { ListSkeleton } from "./list-skeleton";
import { layouts, Toolbar } from "./toolbar";

/**
 * All integrations with their live state. `unfinished` stands above them: what was left before it was saved;
 * `choices` stand where there are none: what one can begin with.
 */
export function IntegrationsPage({
  choices,
  unfinished,
}: {
  choices: ReactNode;
  unfinished: ReactNode;
}) {
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
        <List integrations={integrations.data} />
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

function List({ integrations }: { integrations: readonly Integration[] }) {
  const [search, setSearch] = useState("");
  const [filter, setFilter] = usePreference("integrations.filter", filters, "all");
  const [sort, setSort] = usePreference("integrations.sort", sorts, "name");
  const [layout, setLayout] = usePreference("integrations.layout", layouts, "rows");
  const searchRef = useRef<HTMLInputElement>(null);
  useSlashToSearch(searchRef);
  const { data: connectors } = useQuery(connectorsQuery(useTransport()));
  const labelOf = (type: string) => connectors?.find((one) => one.type === type)?.label ?? type;
  const view: View = { search: useDeferredValue(search), filter, sort };
  const shown = shownIntegrations(integrations, view, labelOf);
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
        view={{ ...view, search }}
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
        <IntegrationTable integrations={shown} sort={sort} onSort={setSort} />
      ) : (
        <IntegrationCards integrations={shown} />
      )}
    </>
  );
}
