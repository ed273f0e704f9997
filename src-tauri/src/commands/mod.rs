//! What the window may ask for. Each command parses, calls one operation of the core and converts its answer; each
//! rejects with an [`ApiError`](tributary_contract::ApiError).

mod app;
mod connectors;
mod destinations;
mod engine;
mod input;
mod integrations;
mod runs;
mod schedules;

use tauri::{Runtime, ipc::Invoke};

/// Answers every command. The names are permitted to the window one by one: see `build.rs` and `capabilities/main.json`.
pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        app::app_info,
        connectors::get_connector,
        connectors::install_connector,
        connectors::list_connectors,
        connectors::plan_install,
        connectors::refresh_hub,
        connectors::search_connectors,
        destinations::create_destination,
        destinations::delete_destination,
        destinations::list_destinations,
        destinations::update_destination,
        engine::engine_status,
        engine::prepare_engine,
        engine::repair_engine,
        integrations::create_integration,
        integrations::create_sample_integration,
        integrations::delete_integration,
        integrations::get_integration,
        integrations::list_integrations,
        integrations::test_connection,
        integrations::update_integration,
        runs::cancel_run,
        runs::get_run,
        runs::list_runs,
        runs::read_log,
        runs::start_run,
        schedules::preview_schedule,
    ]
}
