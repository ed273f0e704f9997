import type { AppInfo } from "./generated/AppInfo";
import type { AppSettings } from "./generated/AppSettings";
import type { BulkAction } from "./generated/BulkAction";
import type { BulkResult } from "./generated/BulkResult";
import type { Connector } from "./generated/Connector";
import type { ConnectorDetail } from "./generated/ConnectorDetail";
import type { ConnectorForm } from "./generated/ConnectorForm";
import type { ConnectorKind } from "./generated/ConnectorKind";
import type { ConnectorPage } from "./generated/ConnectorPage";
import type { ConnectorQuery } from "./generated/ConnectorQuery";
import type { DataQuery } from "./generated/DataQuery";
import type { DataRows } from "./generated/DataRows";
import type { Destination } from "./generated/Destination";
import type { DestinationId } from "./generated/DestinationId";
import type { DestinationPatch } from "./generated/DestinationPatch";
import type { Draft } from "./generated/Draft";
import type { DraftId } from "./generated/DraftId";
import type { DraftPatch } from "./generated/DraftPatch";
import type { EngineStatus } from "./generated/EngineStatus";
import type { ExportOrder } from "./generated/ExportOrder";
import type { ExportReport } from "./generated/ExportReport";
import type { FieldOf } from "./generated/FieldOf";
import type { FinishedDraft } from "./generated/FinishedDraft";
import type { ImportReport } from "./generated/ImportReport";
import type { InstallPlan } from "./generated/InstallPlan";
import type { Integration } from "./generated/Integration";
import type { IntegrationId } from "./generated/IntegrationId";
import type { IntegrationPatch } from "./generated/IntegrationPatch";
import type { LogExtent } from "./generated/LogExtent";
import type { LogMatches } from "./generated/LogMatches";
import type { LogPage } from "./generated/LogPage";
import type { LogQuery } from "./generated/LogQuery";
import type { NewDestination } from "./generated/NewDestination";
import type { NewDraft } from "./generated/NewDraft";
import type { NewIntegration } from "./generated/NewIntegration";
import type { Notice } from "./generated/Notice";
import type { Offer } from "./generated/Offer";
import type { OfferedField } from "./generated/OfferedField";
import type { PauseFor } from "./generated/PauseFor";
import type { PauseState } from "./generated/PauseState";
import type { ProjectReport } from "./generated/ProjectReport";
import type { Run } from "./generated/Run";
import type { RunId } from "./generated/RunId";
import type { RunPage } from "./generated/RunPage";
import type { RunQuery } from "./generated/RunQuery";
import type { SampleRows } from "./generated/SampleRows";
import type { SchedulePreview } from "./generated/SchedulePreview";
import type { SignedOut } from "./generated/SignedOut";
import type { SignInId } from "./generated/SignInId";
import type { SignInStarted } from "./generated/SignInStarted";
import type { SignInStatus } from "./generated/SignInStatus";
import type { SqlAnswer } from "./generated/SqlAnswer";
import type { StreamHistory } from "./generated/StreamHistory";
import type { Subject } from "./generated/Subject";
import type { SyncState } from "./generated/SyncState";
import type { TableList } from "./generated/TableList";
import type { TestId } from "./generated/TestId";
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
  /** The best first. What is not known of the public catalogue yet comes later (the tag `connectors`). */
  search_connectors: { args: { query: Partial<ConnectorQuery> }; result: ConnectorPage };
  get_connector: { args: { kind: ConnectorKind; id: string }; result: ConnectorDetail };
  /** The form; `saved` names secrets that the keychain holds already and that need not be entered again. */
  connector_form: {
    args: { kind: ConnectorKind; id: string; saved: string[] };
    result: ConnectorForm;
  };
  /** Looks for changes in the public catalogue now. */
  refresh_hub: { args: NoArgs; result: null };
  /** What installing a connector that does not come with the app would do. */
  plan_install: { args: { kind: ConnectorKind; id: string }; result: InstallPlan };
  /** Does what the plan says and nothing else; its progress comes as events of the engine. */
  install_connector: { args: { plan: string }; result: ConnectorDetail };
  list_drafts: { args: NoArgs; result: Draft[] };
  get_draft: { args: { id: DraftId }; result: Draft };
  /** Begins a draft, or answers the one that is there already for the same edit. */
  create_draft: { args: { input: NewDraft }; result: Draft };
  update_draft: { args: { id: DraftId; patch: Partial<DraftPatch> }; result: Draft };
  delete_draft: { args: { id: DraftId }; result: null };
  /** Saves it as what it was made for, and removes the draft. */
  finish_draft: { args: { id: DraftId }; result: FinishedDraft };
  /** Ends with all checks; each is announced (`test_check`) as it comes. `test` is made by the caller. */
  test_connection: { args: { subject: Subject; test: TestId }; result: TestReport };
  cancel_test: { args: { test: TestId }; result: null };
  /** Begins to sign in and opens the browser; what happens then comes as events. */
  begin_sign_in: { args: { subject: Subject }; result: SignInStarted };
  cancel_sign_in: { args: { id: SignInId }; result: null };
  /** Keeps a sign-in that leads to another user or org than before. */
  confirm_sign_in: { args: { id: SignInId }; result: null };
  /** Who is signed in and what the source allows, as it was last found out. */
  sign_in_status: { args: { subject: Subject }; result: SignInStatus };
  sign_out: { args: { subject: Subject }; result: SignedOut };
  /** What the source has: kept from earlier, or asked now when nothing is kept or `refresh` is set. */
  get_offer: { args: { subject: Subject; refresh: boolean }; result: Offer };
  /** Stops asking the source; `get_offer` then rejects with `cancelled`. */
  cancel_discovery: { args: { subject: Subject }; result: null };
  list_fields: { args: { subject: Subject; stream: string }; result: OfferedField[] };
  /** Fields whose name holds a text, in all streams. */
  search_fields: { args: { subject: Subject; text: string; limit: number }; result: FieldOf[] };
  sample_rows: { args: { subject: Subject; stream: string }; result: SampleRows };
  /** Takes note of what appeared or went at the source: it is no longer shown as new. */
  accept_changes: { args: { id: IntegrationId; add: boolean }; result: Integration };
  /** Reads a schedule; rejects with `invalid_setting` when it is none. */
  preview_schedule: { args: { schedule: string }; result: SchedulePreview };
  /** Asks for a file or folder with the system's own dialog; `null` when none was chosen. */
  choose_path: { args: { folder: boolean; title: string }; result: string | null };
  /** Opens an address (https only) in the browser. */
  open_link: { args: { address: string }; result: null };
  /** Answers at once; the run is followed by events and by `list_runs`. */
  start_run: { args: { id: IntegrationId; fullRefresh: boolean }; result: Run };
  cancel_run: { args: { run: RunId }; result: null };
  get_run: { args: { run: RunId }; result: Run };
  /** Newest first; `integration: null` for the runs of all. */
  list_runs: { args: { integration: IntegrationId | null; limit: number }; result: Run[] };
  /** `offset` is a position in bytes, `limit` the largest number of lines to answer with. */
  read_log: { args: { run: RunId; offset: number; limit: number }; result: LogPage };
  /** A page of runs, newest first. */
  find_runs: { args: { query: Partial<RunQuery> }; result: RunPage };
  /** What each stream of an integration brought lately. */
  stream_history: { args: { id: IntegrationId }; result: StreamHistory[] };
  /** Up to where each stream was brought in. */
  sync_state: { args: { id: IntegrationId }; result: SyncState };
  /** Forgets up to where these streams (`null`: all) were brought in: the next sync reads them from the start. */
  reset_state: { args: { id: IntegrationId; streams: string[] | null }; result: SyncState };
  /** Looks through a bounded part of a log; ask on from `next_offset` until `complete`. */
  search_log: { args: { run: RunId; query: Partial<LogQuery> }; result: LogMatches };
  /** How long a log is, and from where about `lines` lines are left to its end. */
  log_extent: { args: { run: RunId; lines: number }; result: LogExtent };
  /** Asks where, with the system's dialog, and writes the whole log there as text; `null` when nothing was chosen. */
  save_log: { args: { run: RunId }; result: string | null };
  /** The tables on this computer; `integration: null` for all. */
  list_tables: { args: { integration: IntegrationId | null }; result: TableList };
  preview_data: { args: { query: DataQuery }; result: DataRows };
  /** Asks where, with the system's dialog, and writes the table there; `null` when nothing was chosen. */
  export_data: { args: { order: ExportOrder }; result: ExportReport | null };
  /** Stops an export; it then rejects with `cancelled`. */
  cancel_export: { args: { export: string }; result: null };
  /** Asks a question in SQL; nothing can be changed with it. */
  ask_sql: { args: { destination: DestinationId; question: string }; result: SqlAnswer };
  /** Shows the file of a table in the file manager. */
  show_table: { args: { destination: DestinationId; stream: string }; result: null };
  /** Opens the file of a table with the system's program for such files. */
  open_table: { args: { destination: DestinationId; stream: string }; result: null };
  /** Asks where, and writes everything there as a plain Meltano project; `null` when nothing was chosen. */
  export_project: { args: { title: string }; result: ProjectReport | null };
  /** Asks for a meltano.yml, and takes over what it has; `null` when none was chosen. */
  import_project: { args: { title: string }; result: ImportReport | null };
  get_settings: { args: NoArgs; result: AppSettings };
  /** Rejects with `invalid_setting` and the name of the choice that cannot be. */
  save_settings: { args: { settings: AppSettings }; result: AppSettings };
  /** Whether everything pauses. */
  get_pause: { args: NoArgs; result: PauseState | null };
  pause_everything: { args: { pause: PauseFor }; result: PauseState };
  resume_everything: { args: NoArgs; result: null };
  /** One by one; what fails for one does not keep it from the others. */
  bulk: { args: { ids: IntegrationId[]; action: BulkAction }; result: BulkResult[] };
  /** Newest first. */
  list_notices: { args: { limit: number }; result: Notice[] };
  /** Takes note that the person has seen all notices up to this one. */
  see_notices: { args: { upTo: number }; result: null };
  /** Shows a native notification now. */
  test_notification: { args: NoArgs; result: null };
  /** Where the window goes first because of what was clicked while it was not there: a link, a notification; once. */
  take_route: { args: NoArgs; result: string | null };
  /** Bytes it takes on the disk. */
  engine_size: { args: NoArgs; result: number };
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
