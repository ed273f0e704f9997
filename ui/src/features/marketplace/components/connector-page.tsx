import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { Ban, ShieldQuestion, Store } from "lucide-react";
import type { ReactNode } from "react";
import { BackLink } from "@/components/back-link";
import { Banner } from "@/components/banner";
import { LogoTile } from "@/components/connector-tile";
import { Markdown } from "@/components/markdown";
import { Card, Page } from "@/components/page";
import { EmptyState, ErrorState } from "@/components/states";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { categoryName } from "@/features/marketplace/api/view";
import { obstacleOf } from "@/features/marketplace/api/words";
import { useTransport } from "@/ipc/context";
import { isApiError } from "@/ipc/errors";
import type { ConnectorDetail } from "@/ipc/generated/ConnectorDetail";
import type { ConnectorKind } from "@/ipc/generated/ConnectorKind";
import { connectorQuery } from "@/ipc/queries";
import { ConnectButton, OBSTACLE } from "./connect-button";
import { ConnectorBadges } from "./connector-badges";
import { ConnectorSkeleton } from "./connector-skeleton";
import { InstallFacts } from "./install-facts";
import { SettingsGlance } from "./settings-glance";

/** One connector: what it brings, what it needs, what it installs. */
export function ConnectorPage({ kind, id }: { kind: ConnectorKind; id: string }) {
  const connector = useQuery(connectorQuery(useTransport(), kind, id));
  const above = <Back />;
  if (connector.isPending) return <ConnectorSkeleton above={above} />;
  if (connector.isError && connector.data === undefined) {
    const code = isApiError(connector.error) ? connector.error.code : null;
    return (
      <Page title="Connector" above={above}>
        {code === "unknown_connector" || code === "not_found" ? (
          <Unknown />
        ) : (
          <ErrorState
            title="The connector could not be shown"
            error={connector.error}
            busy={connector.isFetching}
            onRetry={() => void connector.refetch()}
          />
        )}
      </Page>
    );
  }
  const detail = connector.data;
  return (
    <Page
      title={detail.card.label}
      above={above}
      heading={<Heading detail={detail} />}
      actions={<ConnectButton detail={detail} />}
    >
      <Notice detail={detail} />
      <div className="grid items-start gap-6 wide:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="space-y-6">
          <Brings detail={detail} />
          <Section title="Before you start">
            {detail.guide === null ? (
              <p className="p-4 text-ink-2">
                Nothing is written about it here. Its own documents, linked on this page, say where
                to find what it asks for.
              </p>
            ) : (
              <Markdown text={withoutTitle(detail.guide)} className="p-4" />
            )}
          </Section>
        </div>
        <div className="space-y-6">
          <Section title="What is installed">
            <InstallFacts detail={detail} />
          </Section>
          <Section title="What it asks for">
            <SettingsGlance settings={detail.settings} />
          </Section>
        </div>
      </div>
    </Page>
  );
}

/** Back to the marketplace as it was left, at the card that was opened. */
function Back() {
  const { market, card } = useRouterState({ select: ({ location }) => location.state });
  return (
    <BackLink to="/marketplace" search={market ?? {}} state={card === undefined ? {} : { card }}>
      Marketplace
    </BackLink>
  );
}

function Heading({ detail: { card, variant } }: { detail: ConnectorDetail }) {
  const facts = [
    card.kind === "extractor" ? "Source" : "Destination",
    ...(card.category === "" ? [] : [categoryName(card.category)]),
    ...(variant === null ? [] : [`by ${variant}`]),
  ];
  return (
    <div className="flex min-w-60 flex-1 items-center gap-3.5">
      <LogoTile label={card.label} logo={card.logo} size="large" />
      <div className="min-w-0">
        <h1 className="selectable text-title font-semibold tracking-[-0.012em] wrap-anywhere">
          {card.label}
        </h1>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-small text-ink-2">
          <span className="wrap-anywhere">{facts.join(" · ")}</span>
          <ConnectorBadges card={card} />
        </p>
      </div>
    </div>
  );
}

function Notice({ detail }: { detail: ConnectorDetail }) {
  const obstacle = obstacleOf(detail);
  if (obstacle !== null) {
    return (
      <div className="mb-6">
        <Banner tone="late" icon={<Ban aria-hidden />} title="This connector cannot be used here">
          <p id={OBSTACLE} className="selectable text-small text-ink-2">
            {obstacle}
          </p>
        </Banner>
      </div>
    );
  }
  if (detail.card.verified) return null;
  return (
    <div className="mb-6">
      <Banner tone="late" icon={<ShieldQuestion aria-hidden />} title="Not verified">
        <p className="text-small text-ink-2">
          {detail.card.installed
            ? "This connector comes from the public catalogue, and Tributary’s makers have not tried it. You agreed to install it; its exact files are locked."
            : "This connector comes from the public catalogue, and Tributary’s makers have not tried it. Before anything is installed you see exactly what would run on this computer, and decide."}
        </p>
      </Banner>
    </div>
  );
}

function Brings({ detail: { card, recommended_streams: streams } }: { detail: ConnectorDetail }) {
  return (
    <Section title={card.kind === "extractor" ? "What it brings in" : "What it does"}>
      <div className="space-y-3 p-4">
        <p className="selectable wrap-anywhere">
          {card.description || "Its makers say nothing about it."}
        </p>
        {card.kind === "extractor" &&
          (streams.length === 0 ? (
            <p className="text-small text-ink-2">
              Everything it offers is brought in, unless you choose less.
            </p>
          ) : (
            <div>
              <p className="mb-1.5 text-small text-ink-2">Recommended; you may choose others:</p>
              <ul aria-label="Recommended streams" className="flex flex-wrap gap-1.5">
                {streams.map((stream) => (
                  <li key={stream}>
                    <Badge>{stream}</Badge>
                  </li>
                ))}
              </ul>
            </div>
          ))}
      </div>
    </Section>
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

/** A guide names its connector in its first line; here the page has done so already. */
function withoutTitle(guide: string): string {
  return guide.replace(/^\s*# [^\n]*\n/u, "");
}

function Unknown() {
  const navigate = useNavigate();
  return (
    <EmptyState
      icon={<Store aria-hidden />}
      title="There is no such connector"
      action={
        <Button kind="primary" onClick={() => void navigate({ to: "/marketplace" })}>
          Show the marketplace
        </Button>
      }
    >
      It may have been taken out of the public catalogue, or go by another name now.
    </EmptyState>
  );
}
