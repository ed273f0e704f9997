import { Link } from "@tanstack/react-router";
import { ConnectorTile, useConnectorLabel } from "@/components/connector-tile";
import { useLiveRun } from "@/components/live-run";
import { RelativeTime } from "@/components/relative-time";
import { Status } from "@/components/status";
import { integrationWords, phaseWords } from "@/components/status-words";
import { StreamCounts } from "@/components/stream-counts";
import type { Integration } from "@/ipc/generated/Integration";
import { Tooltip } from "@/components/ui/tooltip";
import { formatNumber, formatRows } from "@/lib/format";
import { formatComing, formatExact, useNow } from "@/lib/time";

/** The parts of an integration that rows and cards show alike. */

interface PartProps {
  integration: Integration;
}

/** Logo, name and connector. The name leads to the integration's page. */
export function NamePart({ integration }: PartProps) {
  const connector = useConnectorLabel(integration.type);
  return (
    <div className="flex min-w-0 items-center gap-3">
      <ConnectorTile type={integration.type} />
      <div className="min-w-0">
        <Link
          to="/integrations/$id"
          params={{ id: integration.id }}
          title={integration.name}
          className="block truncate rounded-sm font-medium hover:underline hover:decoration-line-strong hover:underline-offset-4"
        >
          {integration.name}
        </Link>
        <p className="truncate text-tiny text-ink-3">
          {connector}
          {integration.sample && " · Sample data"}
        </p>
      </div>
    </div>
  );
}

/** How it is doing, in words. */
export function StatusPart({ integration }: PartProps) {
  const { records } = useLiveRun(integration.last_run);
  return (
    <Status
      words={integrationWords(integration, records)}
      testId="integration-status"
      className="max-w-full text-small tabular-nums"
    />
  );
}

/** When it is synced next; nothing where nobody knows. */
export function NextSyncPart({ integration }: PartProps) {
  const now = useNow();
  const state = integration.schedule_state;
  if (integration.schedule === null || integration.status === "draft") return null;
  if (!state?.next) return null;
  return (
    <Tooltip text={`Next sync: ${formatExact(state.next)}`}>
      <span>
        Next <time dateTime={state.next}>{formatComing(state.next, now)}</time>
      </span>
    </Tooltip>
  );
}

/** When data last arrived. */
export function LastSyncPart({ integration }: PartProps) {
  return integration.last_synced_at ? (
    <RelativeTime capital time={integration.last_synced_at} />
  ) : (
    <span className="text-ink-3">Never</span>
  );
}

/** Rows of the newest run; while it works they count up. */
export function RowsPart({ integration }: PartProps) {
  const { active, records } = useLiveRun(integration.last_run);
  if (!integration.last_run) {
    return (
      <span data-testid="integration-rows" className="text-ink-3">
        <span aria-hidden>–</span>
        <span className="sr-only">No rows yet</span>
      </span>
    );
  }
  return (
    <span
      data-testid="integration-rows"
      className={active ? "font-medium text-working tabular-nums" : "tabular-nums"}
    >
      {formatNumber(records)}
      <span className="sr-only"> {records === 1 ? "row" : "rows"}</span>
    </span>
  );
}

/** What each stream of the newest run brought in. */
export function StreamsPart({ integration }: PartProps) {
  const { active, streams, phase, records } = useLiveRun(integration.last_run);
  const lead = phase
    ? `${phaseWords[phase]}, ${formatRows(records)} so far`
    : integration.last_run && !active
      ? `The last sync brought in ${formatRows(records)}`
      : null;
  return (
    <>
      {lead !== null && <p className="mb-2 text-small text-ink-2 tabular-nums">{lead}</p>}
      <StreamCounts
        streams={streams}
        active={active}
        empty={active ? "No rows have arrived yet." : "Nothing was brought in yet."}
      />
    </>
  );
}
