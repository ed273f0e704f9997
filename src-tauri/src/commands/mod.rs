//! What the window may ask for. Each command parses, calls one operation of the core and converts its answer; each
//! rejects with an [`ApiError`](tributary_contract::ApiError).

mod app;
mod connection;
mod connectors;
mod data;
mod destinations;
mod drafts;
mod engine;
mod history;
mod input;
mod integrations;
mod logs;
mod notices;
mod project;
mod runs;
mod schedules;
mod settings;
mod sign_in;
mod streams;
mod system;

use tauri::{Runtime, ipc::Invoke};

/// Answers every command. The names are permitted to the window one by one: see `build.rs` and `capabilities/main.json`.
pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        app::app_info,
        app::take_route,
        connection::cancel_test,
        connection::test_connection,
        connectors::connector_form,
        connectors::get_connector,
        connectors::install_connector,
        connectors::list_connectors,
        connectors::plan_install,
        connectors::refresh_hub,
        connectors::search_connectors,
        data::ask_sql,
        data::cancel_export,
        data::export_data,
        data::list_tables,
        data::open_table,
        data::preview_data,
        data::show_table,
        destinations::create_destination,
        destinations::delete_destination,
        destinations::list_destinations,
        destinations::update_destination,
        drafts::create_draft,
        drafts::delete_draft,
        drafts::finish_draft,
        drafts::get_draft,
        drafts::list_drafts,
        drafts::update_draft,
        engine::engine_size,
        engine::engine_status,
        engine::prepare_engine,
        engine::repair_engine,
        integrations::bulk,
        history::find_runs,
        history::reset_state,
        history::stream_history,
        history::sync_state,
        integrations::create_integration,
        integrations::create_sample_integration,
        integrations::delete_integration,
        integrations::get_integration,
        integrations::list_integrations,
        integrations::update_integration,
        logs::log_extent,
        logs::read_log,
        logs::save_log,
        logs::search_log,
        notices::list_notices,
        notices::see_notices,
        notices::test_notification,
        project::export_project,
        project::import_project,
        runs::cancel_run,
        runs::get_run,
        runs::list_runs,
        runs::start_run,
        schedules::get_pause,
        schedules::pause_everything,
        schedules::preview_schedule,
        schedules::resume_everything,
        settings::get_settings,
        settings::save_settings,
        sign_in::begin_sign_in,
        sign_in::cancel_sign_in,
        sign_in::confirm_sign_in,
        sign_in::sign_in_status,
        sign_in::sign_out,
        streams::accept_changes,
        streams::cancel_discovery,
        streams::get_offer,
        streams::list_fields,
        streams::sample_rows,
        streams::search_fields,
        system::choose_path,
        system::open_link,
    ]
}
