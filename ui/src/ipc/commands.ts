import type { AppInfo } from "./generated/AppInfo";
import type { Connector } from "./generated/Connector";
import type { Destination } from "./generated/Destination";
import type { DestinationId } from "./generated/DestinationId";
import type { DestinationPatch } from "./generated/DestinationPatch";
import type { EngineStatus } from "./generated/EngineStatus";
import type { Integration } from "./generated/Integration";
import type { IntegrationId } from "./generated/IntegrationId";
import type { IntegrationPatch } from "./generated/IntegrationPatch";
import type { LogPage } from "./generated/LogPage";
import type { NewDestination } from "./generated/NewDestination";
import type { NewIntegration } from "./generated/NewIntegration";
import type { Run } from "./generated/Run";
import type { RunId } from "./generated/RunId";
import type { TestReport } from "./generated/TestReport";

/** Arguments of a command that takes none. */
export type NoArgs = Record<string, never>;

/**
 * Every command of the shell with its arguments and its answer. The types themselves are generated from Rust; this map
 * is the one thing written by hand, because Tauri does not describe its commands.
 */
export interface Commands {
  list_integrations: { args: NoArgs; result: Integration[] };
  get_integration: { args: { id: IntegrationId }; result: Integration };
  create_integration: { args: { input: NewIntegration }; result: Integration };
  update_integration: {
    args: { id: IntegrationId; patch: Partial<IntegrationPatch> };
    result: Integration;
  };
  delete_integration: { args: { id: IntegrationId }; result: null };
  create_sample_integration: { args: NoArgs; result: Integration };
  list_destinations: { args: NoArgs; result: Destination[] };
  create_destination: { args: { input: NewDestination }; result: Destination };
  update_destination: {
    args: { id: DestinationId; patch: Partial<DestinationPatch> };
    result: Destination;
  };
  delete_destination: { args: { id: DestinationId }; result: null };
  list_connectors: { args: NoArgs; result: Connector[] };
  test_connection: { args: { id: IntegrationId }; result: TestReport };
  /** Answers at once; the run is followed by events and by `list_runs`. */
  start_run: { args: { id: IntegrationId; fullRefresh: boolean }; result: Run };
  cancel_run: { args: { run: RunId }; result: null };
  get_run: { args: { run: RunId }; result: Run };
  /** Newest first; `integration: null` for the runs of all. */
  list_runs: { args: { integration: IntegrationId | null; limit: number }; result: Run[] };
  /** `offset` is a position in bytes, `limit` the largest number of lines to answer with. */
  read_log: { args: { run: RunId; offset: number; limit: number }; result: LogPage };
  engine_status: { args: NoArgs; result: EngineStatus };
  /** Ends when the engine is ready; its progress comes as events. */
  prepare_engine: { args: NoArgs; result: null };
  /** Builds anew what is damaged, and answers the names of it; its progress comes as events. */
  repair_engine: { args: NoArgs; result: string[] };
  app_info: { args: NoArgs; result: AppInfo };
}

/** Name of a command. */
export type CommandName = keyof Commands;
/** Arguments of a command. */
export type Args<Name extends CommandName> = Commands[Name]["args"];
/** Answer of a command. */
export type Result<Name extends CommandName> = Commands[Name]["result"];
