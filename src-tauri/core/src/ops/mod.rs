//! What people and programs can do, one verb a function. The window and the command line call these and nothing else.

mod connector_form;
mod connectors;
pub mod destinations;
mod engine;
mod input;
mod install;
mod integrations;
mod keeping;
mod names;
pub mod prepare;
mod runs;
mod sample;
pub mod schedules;
mod streams;
mod test_connection;

pub use connector_form::{FormFileError, connector_form, form_of_file, form_of_name};
pub use connectors::{get_connector, list_connectors, refresh_hub, search_connectors};
pub use destinations::{
    create_destination, delete_destination, get_destination, list_destinations, update_destination,
};
pub use engine::{doctor, engine_status, prepare_engine, repair_engine};
pub use input::parse_input;
pub use install::{Marketplace, install_connector, plan_install, prepare_connector};
pub use integrations::{
    create_integration, delete_integration, get_integration, list_integrations, update_integration,
};
pub use runs::{StartRun, cancel_run, get_run, list_runs, read_log, start_run, wait_for_run};
pub use sample::create_sample_integration;
pub use schedules::{
    canonical_schedule, current_pause, pause_all, pause_integration, preview_schedule, resume_all, resume_integration,
    set_schedule,
};
pub use streams::list_streams;
pub use test_connection::test_connection;
