//! What people and programs can do, one verb a function. The window and the command line call these and nothing else.

mod bulk;
mod connector_form;
mod connectors;
mod data;
mod deletion;
mod desktop;
pub mod destinations;
pub mod discovery;
mod drafts;
mod engine;
pub(crate) mod fault;
pub(crate) mod files;
mod finish_draft;
mod history;
mod input;
mod install;
mod integrations;
mod keeping;
mod log;
pub(crate) mod memory;
mod names;
mod notices;
mod offer;
mod overview;
pub mod prepare;
pub mod prepare_error;
mod project;
pub mod quota;
mod read_rows;
mod runs;
mod sample;
pub mod schedules;
pub mod settings;
pub mod setup;
mod sign_in;
mod test_connection;
mod test_destination;
mod test_source;
pub mod transfer;
mod trial;

pub use bulk::{bulk, sync_all};
pub use connector_form::{FormFileError, connector_form, form_of_file, form_of_name};
pub use connectors::{get_connector, list_connectors, refresh_hub, search_connectors};
pub use data::{
    Exports, ask_sql, cancel_export, destination_of, export_format, export_table, list_tables, preview, table_path,
};
pub use deletion::{Removal, delete, delete_integration};
pub use desktop::first_time;
pub use destinations::{
    create_destination, delete_destination, get_destination, list_destinations, update_destination,
};
pub use drafts::{create_draft, delete_draft, get_draft, list_drafts, update_draft};
pub use engine::{doctor, engine_size, engine_status, prepare_engine, repair_engine};
pub use finish_draft::finish_draft;
pub use history::{find_runs, reset_state, stream_history, sync_state};
pub use input::parse_input;
pub use install::{Marketplace, install_connector, plan_install, prepare_connector};
pub use integrations::{create_integration, get_integration, list_integrations, update_integration};
pub use log::{log_extent, read_log, save_log, search_log};
pub use notices::{list_notices, see_notices};
pub use offer::{
    DiscoveredStream, accept_changes, cancel_discovery, get_offer, list_fields, list_streams, sample_rows,
    search_fields,
};
pub use overview::{Overview, overview, status_in_words};
pub use project::{ProjectError, export_project, import_project};
pub use runs::{StartRun, cancel_run, get_run, list_runs, retry_run, start_run, wait_for_run};
pub use sample::create_sample_integration;
pub use schedules::{
    canonical_schedule, current_pause, pause_all, pause_integration, preview_schedule, resume_all, resume_integration,
    set_schedule,
};
pub use settings::{get_settings, save_settings};
pub use sign_in::{
    begin_sign_in, cancel_sign_in, confirm_sign_in, sign_in_progress, sign_in_status, sign_out, wait_for_sign_in,
};
pub use test_connection::{cancel_test, find_subject, test_connection};
