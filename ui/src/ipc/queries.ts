import { infiniteQueryOptions, queryOptions, skipToken } from "@tanstack/react-query";
import { toApiError } from "./errors";
import type { AppInfo } from "./generated/AppInfo";
import type { Check } from "./generated/Check";
import type { ConnectorKind } from "./generated/ConnectorKind";
import type { ConnectorPage } from "./generated/ConnectorPage";
import type { ConnectorQuery } from "./generated/ConnectorQuery";
import type { DiscoveryProgress } from "./generated/DiscoveryProgress";
import type { DraftId } from "./generated/DraftId";
import type { EngineProgress } from "./generated/EngineProgress";
import type { Integration } from "./generated/Integration";
import type { IntegrationId } from "./generated/IntegrationId";
import type { KeychainState } from "./generated/KeychainState";
import type { Run } from "./generated/Run";
import type { RunId } from "./generated/RunId";
import type { RunPage } from "./generated/RunPage";
import type { RunProgress } from "./generated/RunProgress";
import type { RunQuery } from "./generated/RunQuery";
import type { SignInProgress } from "./generated/SignInProgress";
import type { SignInStatus } from "./generated/SignInStatus";
import type { Subject } from "./generated/Subject";
import type { Tag } from "./generated/Tag";
import type { TestId } from "./generated/TestId";
import { isActive } from "./run-status";
import type { Transport } from "./transport";

/** How often lists are asked for again while something runs, in milliseconds: events may be lost, truth may not. */
const WHILE_ACTIVE = 5_000;

/** The key an invalidation tag stands for: the words of the tag itself. */
export function tagKey(tag: Tag): readonly unknown[] {
  return "id" in tag ? [tag.tag, tag.id] : [tag.tag];
}

/** All integrations. */
export function integrationsQuery(transport: Transport) {
  return queryOptions({
    queryKey: ["integrations"],
    queryFn: () => transport.invoke("list_integrations", {}),
    refetchInterval: ({ state }) =>
      state.data?.some(({ last_run }) => last_run && isActive(last_run.status))
        ? WHILE_ACTIVE
        : false,
  });
}

/** One integration. */
export function integrationQuery(transport: Transport, id: IntegrationId) {
  return queryOptions<Integration>({
    queryKey: ["integration", id],
    queryFn: () => transport.invoke("get_integration", { id }),
    refetchInterval: ({ state }) =>
      state.data?.last_run && isActive(state.data.last_run.status) ? WHILE_ACTIVE : false,
  });
}

/** The newest runs, of one integration or of all (`null`). */
export function runsQuery(transport: Transport, integration: IntegrationId | null, limit: number) {
  return queryOptions<Run[]>({
    queryKey: ["runs", integration ?? "all", limit],
    queryFn: () => transport.invoke("list_runs", { integration, limit }),
  });
}

/** How many runs are asked for at a time. */
export const RUNS_A_PAGE = 100;

/** What runs are looked for. */
export type RunSearch = Partial<Pick<RunQuery, "integration" | "statuses" | "text">>;

/** The newest page of the runs that are looked for; it follows what happens. */
export function newestRunsQuery(transport: Transport, search: RunSearch, limit = RUNS_A_PAGE) {
  return queryOptions<RunPage>({
    queryKey: ["runs", "newest", search, limit],
    queryFn: () => transport.invoke("find_runs", { query: { ...search, limit } }),
    refetchInterval: ({ state }) =>
      state.data?.runs.some(({ status }) => isActive(status)) ? WHILE_ACTIVE : false,
  });
}

/**
 * All pages of them, one after the other. What is old does not change: they are asked for once, and the newest page stands
 * before them.
 */
export function runPagesQuery(transport: Transport, search: RunSearch) {
  return infiniteQueryOptions({
    queryKey: ["run-pages", search],
    queryFn: ({ pageParam }) =>
      transport.invoke("find_runs", {
        query: { ...search, before: pageParam, limit: RUNS_A_PAGE },
      }),
    initialPageParam: null as RunId | null,
    getNextPageParam: ({ next }) => next,
    staleTime: Infinity,
  });
}

/** What each stream of an integration brought lately. */
export function streamHistoryQuery(transport: Transport, id: IntegrationId) {
  return queryOptions({
    queryKey: ["runs", "streams", id],
    queryFn: () => transport.invoke("stream_history", { id }),
  });
}

/** Up to where each stream was brought in. */
export function syncStateQuery(transport: Transport, id: IntegrationId) {
  return queryOptions({
    queryKey: ["runs", "state", id],
    queryFn: () => transport.invoke("sync_state", { id }),
  });
}

/** A schedule in words with its next times; `null` when there is no text to read. */
export function scheduleQuery(transport: Transport, schedule: string) {
  return queryOptions({
    queryKey: ["schedule-preview", schedule],
    queryFn: () => transport.invoke("preview_schedule", { schedule }),
    enabled: schedule !== "",
  });
}

/** Choices that concern the whole app. */
export function settingsQuery(transport: Transport) {
  return queryOptions({
    queryKey: ["settings"],
    queryFn: () => transport.invoke("get_settings", {}),
  });
}

/** Whether everything pauses; the tag of the settings makes it stale too. */
export function pauseQuery(transport: Transport) {
  return queryOptions({
    queryKey: ["settings", "pause"],
    queryFn: () => transport.invoke("get_pause", {}),
  });
}

/** The newest notices. */
export function noticesQuery(transport: Transport, limit: number) {
  return queryOptions({
    queryKey: ["notices", limit],
    queryFn: () => transport.invoke("list_notices", { limit }),
  });
}

/** One run; `null` when it is no longer remembered. */
export function runQuery(transport: Transport, run: RunId) {
  return queryOptions<Run | null>({
    queryKey: ["run", run],
    queryFn: async () => {
      try {
        return await transport.invoke("get_run", { run });
      } catch (error) {
        if (toApiError(error).code === "not_found") return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) =>
      state.data && isActive(state.data.status) ? WHILE_ACTIVE : false,
  });
}

/** The connectors that come with the app or were installed, for their labels and logos. */
export function connectorsQuery(transport: Transport) {
  return queryOptions({
    queryKey: ["connectors"],
    queryFn: () => transport.invoke("list_connectors", {}),
    staleTime: Infinity,
  });
}

/** How many cards of the marketplace are asked for at a time. */
export const CARDS_A_PAGE = 60;

/** What the marketplace is searched for. */
export type MarketQuery = Omit<ConnectorQuery, "offset" | "limit">;

/** One page of what the marketplace finds, counted from 0. */
export function marketQuery(transport: Transport, query: MarketQuery, page: number) {
  return queryOptions<ConnectorPage>({
    queryKey: ["connectors", "search", query, page],
    queryFn: () =>
      transport.invoke("search_connectors", {
        query: { ...query, offset: page * CARDS_A_PAGE, limit: CARDS_A_PAGE },
      }),
    refetchInterval: ({ state }) => (state.data?.hub.refreshing ? WHILE_ACTIVE : false),
  });
}

/** The connector's page. */
export function connectorQuery(transport: Transport, kind: ConnectorKind, id: string) {
  return queryOptions({
    queryKey: ["connectors", kind, id],
    queryFn: () => transport.invoke("get_connector", { kind, id }),
  });
}

/** Set-ups that are not finished. */
export function draftsQuery(transport: Transport) {
  return queryOptions({
    queryKey: ["drafts"],
    queryFn: () => transport.invoke("list_drafts", {}),
  });
}

/** One of them. */
export function draftQuery(transport: Transport, id: DraftId) {
  return queryOptions({
    queryKey: ["drafts", id],
    queryFn: () => transport.invoke("get_draft", { id }),
  });
}

/** The destinations. */
export function destinationsQuery(transport: Transport) {
  return queryOptions({
    queryKey: ["destinations"],
    queryFn: () => transport.invoke("list_destinations", {}),
  });
}

/** The engine and its environments. */
export function engineQuery(transport: Transport) {
  return queryOptions({
    queryKey: ["engine"],
    queryFn: () => transport.invoke("engine_status", {}),
  });
}

/** Bytes the engine takes on the disk. */
export function engineSizeQuery(transport: Transport) {
  return queryOptions({
    queryKey: ["engine", "size"],
    queryFn: () => transport.invoke("engine_size", {}),
  });
}

/** Facts about the app. */
export function appInfoQuery(transport: Transport) {
  return queryOptions<AppInfo>({
    queryKey: ["app"],
    queryFn: () => transport.invoke("app_info", {}),
    staleTime: Infinity,
  });
}

/** What follows is only ever filled by events; nothing can be asked for. */

/** Live counts of an integration's run. */
export function runProgressQuery(integration: IntegrationId) {
  return queryOptions<RunProgress>({
    queryKey: ["progress", integration],
    queryFn: skipToken,
    gcTime: Infinity,
  });
}

/** How far preparing the engine is; `null` when nothing is being prepared. */
export const engineProgressQuery = queryOptions<EngineProgress | null>({
  queryKey: ["engine-progress"],
  queryFn: skipToken,
  gcTime: Infinity,
});

/** Whether the keychain answers. */
export const keychainQuery = queryOptions<KeychainState>({
  queryKey: ["keychain"],
  queryFn: skipToken,
  gcTime: Infinity,
});

/** The verdicts of a connection test, as they come. */
export function testChecksQuery(test: TestId) {
  return queryOptions<Check[]>({
    queryKey: ["test-checks", test],
    queryFn: skipToken,
    gcTime: Infinity,
  });
}

/** Who is signed in, and what the source allows today. */
export function signInStatusQuery(transport: Transport, subject: Subject) {
  return queryOptions<SignInStatus>({
    queryKey: ["sign_ins", subject],
    queryFn: () => transport.invoke("sign_in_status", { subject }),
  });
}

/** How far the newest sign-in of something is. */
export function signInProgressQuery(subject: Subject) {
  return queryOptions<SignInProgress>({
    queryKey: ["sign-in-progress", subject],
    queryFn: skipToken,
    gcTime: Infinity,
  });
}

/** How far asking a source is. */
export function discoveryQuery(subject: Subject) {
  return queryOptions<DiscoveryProgress>({
    queryKey: ["discovery", subject],
    queryFn: skipToken,
    gcTime: Infinity,
  });
}
