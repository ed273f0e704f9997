//! The engine.

use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, EngineStatus};
use tributary_core::ops;

/// Whether the engine can be used.
#[tauri::command]
pub async fn engine_status(core: State<'_, AppCore>) -> Result<EngineStatus, ApiError> {
    Ok(ops::engine_status(core.get().await?))
}

/// Bytes the engine takes on the disk.
#[tauri::command]
pub async fn engine_size(core: State<'_, AppCore>) -> Result<u64, ApiError> {
    Ok(ops::engine_size(core.get().await?).await)
}

/// Looks at every file of the engine, builds anew what is damaged, and answers the names of what was; events tell how far
/// it is.
#[tauri::command]
pub async fn repair_engine(core: State<'_, AppCore>) -> Result<Vec<String>, ApiError> {
    Ok(ops::repair_engine(core.get().await?, &|_progress| {}).await?)
}

/// Makes the engine ready; events tell how far it is.
#[tauri::command]
pub async fn prepare_engine(core: State<'_, AppCore>) -> Result<(), ApiError> {
    Ok(ops::prepare_engine(core.get().await?, &|_progress| {}).await?)
}
