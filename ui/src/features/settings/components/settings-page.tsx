import { useQuery } from "@tanstack/react-query";
import { Laptop, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { Card, Page } from "@/components/page";
import { CopyButton } from "@/components/copy-button";
import { Segmented } from "@/components/ui/segmented";
import { Skeleton } from "@/components/ui/skeleton";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import { appInfoQuery } from "@/ipc/queries";
import { setTheme, useThemeChoice, type ThemeChoice } from "@/lib/theme";

const themes: readonly { value: ThemeChoice; label: string; icon: ReactNode }[] = [
  { value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
  { value: "system", label: "System", icon: <Laptop aria-hidden /> },
];

interface SettingsPageProps {
  destinations: ReactNode;
  engine: ReactNode;
}

/** Settings of the app itself. Some parts come from outside, because they belong to other features. */
export function SettingsPage({ destinations, engine }: SettingsPageProps) {
  const choice = useThemeChoice();
  return (
    <Page title="Settings">
      <div className="max-w-2xl space-y-8">
        <Section title="Appearance">
          <Row title="Theme" detail="System follows what this computer is set to.">
            <Segmented label="Theme" value={choice} options={themes} onChange={setTheme} />
          </Row>
        </Section>
        <Section title="Destinations">{destinations}</Section>
        <Section title="Engine">{engine}</Section>
        <Section title="About">
          <About />
        </Section>
      </div>
    </Page>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-small font-semibold text-ink-2">{title}</h2>
      <Card>{children}</Card>
    </section>
  );
}

interface RowProps {
  title: string;
  detail?: ReactNode;
  children?: ReactNode;
}

function Row({ title, detail, children }: RowProps) {
  return (
    <div className="flex flex-wrap items-center gap-4 border-b border-line px-4 py-3.5 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {detail !== undefined && (
          <div className="selectable text-small wrap-anywhere text-ink-2">{detail}</div>
        )}
      </div>
      {children}
    </div>
  );
}

function About() {
  const info = useQuery(appInfoQuery(useTransport()));
  if (info.isPending) {
    return (
      <div className="space-y-3 p-4" aria-busy="true" aria-label="Loading">
        <Skeleton className="h-4 w-1/4" />
        <Skeleton className="h-4 w-3/5" />
      </div>
    );
  }
  if (info.isError) {
    return <Row title="Not known" detail={toApiError(info.error).message} />;
  }
  const { version, data_folder } = info.data;
  return (
    <>
      <Row title="Tributary" detail={`Version ${version}`} />
      <Row title="Data folder" detail={data_folder}>
        <CopyButton label="Copy the data folder" text={() => data_folder} />
      </Row>
    </>
  );
}
