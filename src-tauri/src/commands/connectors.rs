//! The marketplace.

use super::input::Input;
use crate::AppCore;
use tauri::State;
use tributary_contract::{
    ApiError, Connector, ConnectorDetail, ConnectorForm, ConnectorKind, ConnectorPage, ConnectorQuery, InstallPlan,
};
use tributary_core::ops;

/// The connectors that come with the app and those that were agreed to.
#[tauri::command]
pub async fn list_connectors(core: State<'_, AppCore>) -> Result<Vec<Connector>, ApiError> {
    Ok(ops::list_connectors(core.get().await?))
}

/// What fits a query, the best first, out of everything there is.
#[tauri::command]
pub async fn search_connectors(
    core: State<'_, AppCore>,
    query: Input<ConnectorQuery>,
) -> Result<ConnectorPage, ApiError> {
    Ok(ops::search_connectors(core.get().await?, query.0).await?)
}

/// Everything about one connector.
#[tauri::command]
pub async fn get_connector(
    core: State<'_, AppCore>,
    kind: Input<ConnectorKind>,
    id: String,
) -> Result<ConnectorDetail, ApiError> {
    Ok(ops::get_connector(core.get().await?, kind.0, &id).await?)
}

/// What a connector asks for, and how. Secrets named in `saved` need not be entered again.
#[tauri::command]
pub async fn connector_form(
    core: State<'_, AppCore>,
    kind: Input<ConnectorKind>,
    id: String,
    saved: Input<Vec<String>>,
) -> Result<ConnectorForm, ApiError> {
    Ok(ops::connector_form(core.get().await?, kind.0, &id, &saved.0)?)
}

/// Looks for changes in the public catalogue now, and waits for the end.
#[tauri::command]
pub async fn refresh_hub(core: State<'_, AppCore>) -> Result<(), ApiError> {
    Ok(ops::refresh_hub(core.get().await?).await?)
}

/// What installing a connector that does not come with the app would do.
#[tauri::command]
pub async fn plan_install(
    core: State<'_, AppCore>,
    kind: Input<ConnectorKind>,
    id: String,
) -> Result<InstallPlan, ApiError> {
    Ok(ops::plan_install(core.get().await?, kind.0, &id).await?)
}

/// Does what a plan says; events tell how far it is.
#[tauri::command]
pub async fn install_connector(core: State<'_, AppCore>, plan: String) -> Result<ConnectorDetail, ApiError> {
    Ok(ops::install_connector(core.get().await?, &plan, &|_progress| {}).await?)
}
