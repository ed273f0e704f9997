import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import { Banner } from "@/components/banner";
import { Card, Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { places, type Place } from "@/features/settings/api/places";
import { SettingsProvider, useSettingsKeeper } from "@/features/settings/api/scope";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import { settingsQuery } from "@/ipc/queries";
import { AboutRows } from "./about-section";
import { LookRows, StartRows } from "./general-section";
import { NetworkRows } from "./network-section";
import { NotificationRows } from "./notifications-section";
import { SideList } from "./side-list";
import { StorageRows, SyncingRows } from "./syncing-section";

interface SettingsPageProps {
  /** The section to begin at; `null`: the top of the page. */
  place: Place | null;
  destinations: ReactNode;
  engine: ReactNode;
}

/** Settings of the app itself. Some parts come from outside, because they belong to other features. */
export function SettingsPage({ place, destinations, engine }: SettingsPageProps) {
  const settings = useQuery(settingsQuery(useTransport()));
  const page = useRef<HTMLDivElement>(null);
  const keeper = useSettingsKeeper(settings.data);
  const ready = !settings.isPending;
  /** Rows that show the choices: until those are known as many skeletons, or what stands for them. */
  const from = (rows: ReactNode, count: number) => {
    if (keeper) return rows;
    return settings.isPending ? <RowSkeletons count={count} /> : <NotKnown />;
  };
  useEffect(() => {
    if (place === null || !ready) return;
    const section = page.current?.querySelector<HTMLElement>(`#settings-${place}`);
    section?.scrollIntoView({ block: "start" });
    section?.focus({ preventScroll: true });
  }, [place, ready]);
  return (
    <Page title="Settings">
      <div ref={page} className="flex items-start gap-8">
        <SideList page={page} place={place} />
        <div className="max-w-2xl min-w-0 flex-1 space-y-8">
          {settings.isError && settings.data === undefined && (
            <Refused
              error={settings.error}
              busy={settings.isFetching}
              onRetry={() => void settings.refetch()}
            />
          )}
          <SettingsProvider value={keeper}>
            <Section place="general">
              {from(<StartRows />, 2)}
              <LookRows />
            </Section>
            <Section place="notifications">{from(<NotificationRows />, 5)}</Section>
            <Section place="syncing">{from(<SyncingRows />, 4)}</Section>
            <Section place="destinations">{destinations}</Section>
            <Section place="network">{from(<NetworkRows />, 2)}</Section>
            <Section place="engine">{engine}</Section>
            <Section place="storage">{from(<StorageRows />, 2)}</Section>
            <Section place="about">
              <AboutRows />
            </Section>
          </SettingsProvider>
        </div>
      </div>
    </Page>
  );
}

function RowSkeletons({ count }: { count: number }) {
  return (
    <div role="status" aria-label="Loading the settings">
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="flex h-[4.75rem] items-center border-b border-line px-4">
          <div className="flex-1 space-y-2">
            <Skeleton className="h-3.5 w-1/3" />
            <Skeleton className="h-3 w-2/3" />
          </div>
          <Skeleton className="h-5 w-9" />
        </div>
      ))}
    </div>
  );
}

function NotKnown() {
  return <p className="border-b border-line px-4 py-3.5 text-ink-2 last:border-b-0">Not known.</p>;
}

function Section({ place, children }: { place: Place; children: ReactNode }) {
  const title = places.find((one) => one.place === place)?.label ?? place;
  return (
    <section
      id={`settings-${place}`}
      data-place={place}
      aria-label={title}
      tabIndex={-1}
      className="scroll-mt-6 outline-none"
    >
      <h2 className="mb-2 text-small font-semibold text-ink-2">{title}</h2>
      <Card>{children}</Card>
    </section>
  );
}

interface RefusedProps {
  error: unknown;
  busy: boolean;
  onRetry: () => void;
}

function Refused({ error, busy, onRetry }: RefusedProps) {
  const { message, hint } = toApiError(error);
  return (
    <Banner
      urgent
      tone="attention"
      icon={<TriangleAlert aria-hidden />}
      title="The settings could not be read"
      actions={
        <Button size="small" busy={busy} onClick={onRetry}>
          Try again
        </Button>
      }
    >
      <p className="selectable text-small text-ink-2">
        {message} {hint}
      </p>
    </Banner>
  );
}
