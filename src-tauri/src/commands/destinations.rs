//! Destinations.

use super::input::Input;
use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, Destination, DestinationPatch, NewDestination};
use tributary_core::ops;

/// All destinations.
#[tauri::command]
pub async fn list_destinations(core: State<'_, AppCore>) -> Result<Vec<Destination>, ApiError> {
    Ok(ops::list_destinations(core.get().await?).await?)
}

/// Adds a destination.
#[tauri::command]
pub async fn create_destination(
    core: State<'_, AppCore>,
    input: Input<NewDestination>,
) -> Result<Destination, ApiError> {
    Ok(ops::create_destination(core.get().await?, input.0).await?)
}

/// Changes a destination.
#[tauri::command]
pub async fn update_destination(
    core: State<'_, AppCore>,
    id: String,
    patch: Input<DestinationPatch>,
) -> Result<Destination, ApiError> {
    Ok(ops::update_destination(core.get().await?, &id, patch.0).await?)
}

/// Removes a destination and its secrets. What was written to it stays.
#[tauri::command]
pub async fn delete_destination(core: State<'_, AppCore>, id: String) -> Result<(), ApiError> {
    Ok(ops::delete_destination(core.get().await?, &id).await?)
}
