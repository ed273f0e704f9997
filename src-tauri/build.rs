//! Compiles the window's configuration, its permissions and the list of commands into the shell.

/// Every command of the window. Naming them here puts each behind a permission of its own
/// (`capabilities/main.json`); one that is registered in `commands` but not named here is refused.
const COMMANDS: &[&str] = &[
    "accept_changes",
    "app_info",
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
    "finish_draft",
    "get_connector",
    "get_draft",
    "get_integration",
    "get_offer",
    "get_run",
    "install_connector",
    "list_connectors",
    "list_destinations",
    "list_drafts",
    "list_fields",
    "list_integrations",
    "list_runs",
    "open_link",
    "plan_install",
    "prepare_engine",
    "preview_schedule",
    "read_log",
    "refresh_hub",
    "repair_engine",
    "sample_rows",
    "search_connectors",
    "search_fields",
    "start_run",
    "test_connection",
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
