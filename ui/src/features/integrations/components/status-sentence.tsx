import { useLiveRun } from "@/components/live-run";
import { RelativeTime } from "@/components/relative-time";
import { Status } from "@/components/status";
import { integrationWords, phaseWords } from "@/components/status-words";
import type { Integration } from "@/ipc/generated/Integration";

/** How an integration is doing, as a sentence. */
export function StatusSentence({ integration }: { integration: Integration }) {
  const { records, phase, active } = useLiveRun(integration.last_run);
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Status
        words={integrationWords(integration, records)}
        testId="integration-status"
        className="tabular-nums"
      />
      {active
        ? phase !== null && <span className="truncate">{phaseWords[phase]}</span>
        : integration.last_synced_at && (
            <span className="truncate">
              Last synced <RelativeTime time={integration.last_synced_at} />
            </span>
          )}
    </span>
  );
}
