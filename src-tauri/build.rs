//! Compiles the window's configuration, its permissions and the list of commands into the shell.

/// Every command of the window. Naming them here puts each behind a permission of its own
/// (`capabilities/main.json`); one that is registered in `commands` but not named here is refused.
const COMMANDS: &[&str] = &[
    "accept_changes",
    "app_info",
    "bulk",
    "cancel_discovery",
    "cancel_run",
    "cancel_test",
    "choose_path",
    "connector_form",
    "create_destination",
    "create_draft",
    "create_integration",
    "create_sample_integration",
    "delete_destination",
    "delete_draft",
    "delete_integration",
    "engine_status",
    "find_runs",
    "finish_draft",
    "get_connector",
    "get_draft",
    "get_integration",
    "get_offer",
    "get_pause",
    "get_run",
    "get_settings",
    "install_connector",
    "list_connectors",
    "list_destinations",
    "list_drafts",
    "list_fields",
    "list_integrations",
    "list_notices",
    "list_runs",
    "log_extent",
    "open_link",
    "pause_everything",
    "plan_install",
    "prepare_engine",
    "preview_schedule",
    "read_log",
    "refresh_hub",
    "repair_engine",
    "reset_state",
    "resume_everything",
    "sample_rows",
    "save_log",
    "save_settings",
    "search_connectors",
    "search_fields",
    "search_log",
    "see_notices",
    "start_run",
    "stream_history",
    "sync_state",
    "take_route",
    "test_connection",
    "test_notification",
    "update_destination",
    "update_draft",
    "update_integration",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes)?;
    Ok(())
}
