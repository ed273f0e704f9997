import type { QueryClient } from "@tanstack/react-query";
import { exportProgressQuery } from "./data-queries";
import type { AppEvent } from "./generated/AppEvent";
import type { RunProgress } from "./generated/RunProgress";
import {
  discoveryQuery,
  engineProgressQuery,
  integrationsQuery,
  keychainQuery,
  runProgressQuery,
  signInProgressQuery,
  tagKey,
  testChecksQuery,
} from "./queries";
import type { Transport } from "./transport";

/** Keeps the query cache in step with the core: stale data is asked for again, live counts are put in place. */
export function followEvents(transport: Transport, client: QueryClient): () => void {
  return transport.listen((event) => applyEvent(transport, client, event));
}

/** What one event means for the cache. */
export function applyEvent(transport: Transport, client: QueryClient, event: AppEvent): void {
  switch (event.event) {
    case "invalidate":
      for (const tag of event.data) {
        invalidate(client, tagKey(tag));
        // Preparing ends with this tag, also when it failed on its way.
        if (tag.tag === "engine") client.setQueryData(engineProgressQuery.queryKey, null);
      }
      return;
    case "run_progress":
      client.setQueryData(runProgressQuery(event.data.integration).queryKey, event.data);
      askForUnknownRun(transport, client, event.data);
      return;
    case "engine_progress":
      client.setQueryData(
        engineProgressQuery.queryKey,
        event.data.total_fraction >= 1 ? null : event.data,
      );
      return;
    case "keychain":
      client.setQueryData(keychainQuery.queryKey, event.data);
      return;
    case "test_check":
      client.setQueryData(testChecksQuery(event.data.test).queryKey, (known) => [
        ...(known ?? []),
        event.data.check,
      ]);
      return;
    case "discovery":
      client.setQueryData(discoveryQuery(event.data.subject).queryKey, event.data);
      return;
    case "export":
      client.setQueryData(exportProgressQuery(event.data.export).queryKey, event.data);
      return;
    case "sign_in":
      client.setQueryData(signInProgressQuery(event.data.subject).queryKey, event.data);
      return;
    case "navigate":
      // Where the window goes is the router's affair (`app/follow-navigation.ts`), not the cache's.
      return;
  }
}

function invalidate(client: QueryClient, queryKey: readonly unknown[]): void {
  const again = () => void client.invalidateQueries({ queryKey });
  const onItsWay = client.getQueryCache().findAll({ queryKey, fetchStatus: "fetching" });
  for (const query of onItsWay) {
    // A first question is not asked twice at a time, so its answer may be older than this event: ask after it.
    if (query.state.data === undefined) query.promise?.then(again, () => undefined);
  }
  again();
}

/** A run that something else began (a schedule, the command line) may show its counts before its row is known here. */
function askForUnknownRun(transport: Transport, client: QueryClient, progress: RunProgress): void {
  const known = client.getQueryData(integrationsQuery(transport).queryKey);
  const integration = known?.find(({ id }) => id === progress.integration);
  if (integration && integration.last_run?.id !== progress.run) {
    // `cancelRefetch: false`: ten events a second must not keep restarting the question.
    void client.invalidateQueries({ queryKey: ["integrations"] }, { cancelRefetch: false });
  }
}
