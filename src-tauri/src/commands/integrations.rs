//! Integrations.

use super::input::Input;
use crate::AppCore;
use tauri::State;
use tributary_contract::{
    ApiError, BulkAction, BulkResult, Integration, IntegrationId, IntegrationPatch, NewIntegration,
};
use tributary_core::ops;

/// All integrations.
#[tauri::command]
pub async fn list_integrations(core: State<'_, AppCore>) -> Result<Vec<Integration>, ApiError> {
    Ok(ops::list_integrations(core.get().await?).await?)
}

/// One integration.
#[tauri::command]
pub async fn get_integration(core: State<'_, AppCore>, id: String) -> Result<Integration, ApiError> {
    Ok(ops::get_integration(core.get().await?, &id).await?)
}

/// Adds an integration.
#[tauri::command]
pub async fn create_integration(
    core: State<'_, AppCore>,
    input: Input<NewIntegration>,
) -> Result<Integration, ApiError> {
    Ok(ops::create_integration(core.get().await?, input.0).await?)
}

/// Adds an integration with the sample Salesforce org that comes with the app.
#[tauri::command]
pub async fn create_sample_integration(core: State<'_, AppCore>) -> Result<Integration, ApiError> {
    Ok(ops::create_sample_integration(core.get().await?).await?)
}

/// Changes an integration.
#[tauri::command]
pub async fn update_integration(
    core: State<'_, AppCore>,
    id: String,
    patch: Input<IntegrationPatch>,
) -> Result<Integration, ApiError> {
    Ok(ops::update_integration(core.get().await?, &id, patch.0).await?)
}

/// Removes an integration, its secrets and its history. The data it brought stays.
#[tauri::command]
pub async fn delete_integration(core: State<'_, AppCore>, id: String) -> Result<(), ApiError> {
    Ok(ops::delete_integration(core.get().await?, &id).await?)
}

/// Does the same to many, one by one: what fails for one does not keep it from the others.
#[tauri::command]
pub async fn bulk(
    core: State<'_, AppCore>,
    ids: Input<Vec<IntegrationId>>,
    action: Input<BulkAction>,
) -> Result<Vec<BulkResult>, ApiError> {
    Ok(ops::bulk(core.get().await?, &ids.0, &action.0).await?)
}
