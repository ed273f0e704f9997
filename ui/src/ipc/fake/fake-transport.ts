import type { Args, CommandName, Result } from "@/ipc/commands";
import type { AppEvent } from "@/ipc/generated/AppEvent";
import type { AppSettings } from "@/ipc/generated/AppSettings";
import type { Connector } from "@/ipc/generated/Connector";
import type { Destination } from "@/ipc/generated/Destination";
import type { Draft } from "@/ipc/generated/Draft";
import type { EngineStatus } from "@/ipc/generated/EngineStatus";
import type { Integration } from "@/ipc/generated/Integration";
import type { IntegrationId } from "@/ipc/generated/IntegrationId";
import type { LogLine } from "@/ipc/generated/LogLine";
import type { Notice } from "@/ipc/generated/Notice";
import type { PauseState } from "@/ipc/generated/PauseState";
import type { Run } from "@/ipc/generated/Run";
import type { RunId } from "@/ipc/generated/RunId";
import type { SyncState } from "@/ipc/generated/SyncState";
import { isActive } from "@/ipc/run-status";
import type { Transport } from "@/ipc/transport";
import { makeConnector, makeError, makeIntegration, makeRun, rejection } from "./builders";
import { dataHandlers, type FakeTable } from "./fake-data";
import { deskHandlers, makeSettings } from "./fake-desk";
import { historyHandlers } from "./fake-history";
import { logHandlers } from "./fake-logs";
import { makeHub, marketHandlers, type FakeMarket } from "./fake-marketplace";
import { setupHandlers } from "./fake-setup";

/** What a fake core holds. */
export interface FakeState {
  integrations: Integration[];
  runs: Run[];
  connectors: Connector[];
  destinations: Destination[];
  engine: EngineStatus;
  drafts: Draft[];
  market: FakeMarket;
  logs: Map<RunId, LogLine[]>;
  /** Where an integration is not in it, its sync state follows from its runs. */
  syncStates: Map<IntegrationId, SyncState>;
  settings: AppSettings;
  pause: PauseState | null;
  /** Newest first. */
  notices: Notice[];
  tables: FakeTable[];
}

type Handlers = {
  [Name in CommandName]: (args: Args<Name>) => Result<Name> | Promise<Result<Name>>;
};

/** A core in memory. It obeys the same commands; `emit` plays the part of its events. */
export class FakeTransport implements Transport {
  readonly state: FakeState;
  /** Every command that was asked for, in order. */
  readonly calls: { command: CommandName; args: unknown }[] = [];
  readonly #listeners = new Set<(event: AppEvent) => void>();
  readonly #handlers: Handlers;

  constructor(state: Partial<FakeState> = {}) {
    this.state = {
      integrations: [],
      runs: [],
      connectors: [makeConnector()],
      destinations: [],
      engine: {
        ready: true,
        environments: [
          { name: "meltano", version: "4.4.1", state: "ready", detail: null },
          { name: "tap-salesforce", version: "2.8.1", state: "ready", detail: null },
        ],
      },
      drafts: [],
      market: { cards: [], hub: makeHub() },
      logs: new Map(),
      syncStates: new Map(),
      settings: makeSettings(),
      pause: null,
      notices: [],
      tables: [],
      ...state,
    };
    this.#handlers = this.#defaults();
  }

  async invoke<Name extends CommandName>(command: Name, args: Args<Name>): Promise<Result<Name>> {
    this.calls.push({ command, args });
    return await this.#handlers[command](args);
  }

  listen(handler: (event: AppEvent) => void): () => void {
    this.#listeners.add(handler);
    return () => this.#listeners.delete(handler);
  }

  /** Sends an event to everyone who listens. */
  emit(event: AppEvent): void {
    this.#listeners.forEach((listener) => listener(event));
  }

  /** Answers a command in another way from now on. */
  answer<Name extends CommandName>(command: Name, handler: Handlers[Name]): this {
    this.#handlers[command] = handler;
    return this;
  }

  /** How a command is answered now, to build another answer on. */
  answerOf<Name extends CommandName>(command: Name): Handlers[Name] {
    return this.#handlers[command];
  }

  /** Lets a command fail from now on. */
  fail(command: CommandName, error = makeError()): this {
    return this.answer(command, () => Promise.reject(rejection(error)));
  }

  /** Lets a command never answer. */
  hold(command: CommandName): this {
    return this.answer(command, () => new Promise<never>(() => undefined));
  }

  /** Changes an integration and its newest run. */
  update(id: IntegrationId, change: (integration: Integration) => Integration): void {
    this.state.integrations = this.state.integrations.map((one) =>
      one.id === id ? change(one) : one,
    );
  }

  /** Puts a run in place of the one with its id, or before all others. */
  putRun(run: Run): void {
    const others = this.state.runs.filter(({ id }) => id !== run.id);
    this.state.runs = [run, ...others].sort((a, b) => b.queued_at.localeCompare(a.queued_at));
    this.update(run.integration, (one) => ({
      ...one,
      status: isActive(run.status) ? "syncing" : run.status === "failed" ? "attention" : "ready",
      last_run: run,
      last_synced_at: run.status === "succeeded" ? run.finished_at : one.last_synced_at,
    }));
  }

  #find(id: IntegrationId): Integration {
    const found = this.state.integrations.find((one) => one.id === id);
    if (found) return found;
    throw rejection(
      makeError({
        code: "not_found",
        message: "This integration no longer exists.",
        hint: "Go back to the list.",
      }),
    );
  }

  #defaults(): Handlers {
    return {
      ...marketHandlers(this),
      ...setupHandlers(this),
      ...historyHandlers(this),
      ...logHandlers(this),
      ...deskHandlers(this),
      ...dataHandlers(this),
      list_integrations: () => this.state.integrations,
      get_integration: ({ id }) => this.#find(id),
      create_integration: ({ input }) => {
        const made = makeIntegration({ type: input.type, name: input.name });
        this.state.integrations = [...this.state.integrations, made];
        return made;
      },
      update_integration: ({ id, patch }) => {
        this.update(id, (one) => ({ ...one, name: patch.name ?? one.name }));
        return this.#find(id);
      },
      delete_integration: ({ id }) => {
        this.state.integrations = this.state.integrations.filter((one) => one.id !== id);
        this.state.runs = this.state.runs.filter((run) => run.integration !== id);
        return null;
      },
      create_sample_integration: () => {
        const made = makeIntegration({
          name: "Sample Salesforce org",
          sample: true,
          status: "untested",
        });
        this.state.integrations = [...this.state.integrations, made];
        return made;
      },
      list_destinations: () => this.state.destinations,
      create_destination: () => Promise.reject(new Error("not played")),
      update_destination: () => Promise.reject(new Error("not played")),
      delete_destination: () => null,
      list_connectors: () => this.state.connectors,
      test_connection: () => ({
        ok: true,
        checks: [
          { name: "engine", status: "passed", message: "The engine is ready." },
          {
            name: "connector",
            status: "passed",
            message: "The Salesforce connector is installed.",
          },
          { name: "settings", status: "passed", message: "All settings are filled in." },
          { name: "sign_in", status: "passed", message: "Signed in to your org." },
          { name: "read", status: "passed", message: "Reading works." },
        ],
        problem: null,
      }),
      start_run: ({ id, fullRefresh }) => {
        const { name } = this.#find(id);
        const now = new Date().toISOString();
        const run = makeRun({
          integration: id,
          integration_name: name,
          status: "queued",
          full_refresh: fullRefresh,
          queued_at: now,
          started_at: null,
          finished_at: null,
          streams: [],
        });
        this.putRun(run);
        return run;
      },
      cancel_run: ({ run }) => {
        const known = this.state.runs.find(({ id }) => id === run);
        if (known)
          this.putRun({ ...known, status: "cancelled", finished_at: new Date().toISOString() });
        return null;
      },
      get_run: ({ run }) => {
        const known = this.state.runs.find(({ id }) => id === run);
        if (!known)
          throw rejection(
            makeError({ code: "not_found", message: "This sync is no longer kept." }),
          );
        return known;
      },
      list_runs: ({ integration, limit }) =>
        this.state.runs
          .filter((run) => integration === null || run.integration === integration)
          .slice(0, limit),
      engine_size: () => 412_000_000,
      engine_status: () => this.state.engine,
      prepare_engine: () => null,
      repair_engine: () => [],
      app_info: () => ({ version: "0.1.0", data_folder: "/home/ada/.local/share/tributary" }),
    };
  }
}
