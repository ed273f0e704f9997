//! Runs.

use super::input::Input;
use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, Run, RunId, Trigger};
use tributary_core::ops::{self, StartRun};

/// Asks for a sync and returns at once with the run that was queued.
#[tauri::command]
pub async fn start_run(core: State<'_, AppCore>, id: String, full_refresh: bool) -> Result<Run, ApiError> {
    let request = StartRun { trigger: Trigger::Manual, full_refresh };
    Ok(ops::start_run(core.get().await?, &id, request).await?)
}

/// Stops a run.
#[tauri::command]
pub async fn cancel_run(core: State<'_, AppCore>, run: Input<RunId>) -> Result<(), ApiError> {
    Ok(ops::cancel_run(core.get().await?, run.0).await?)
}

/// One run.
#[tauri::command]
pub async fn get_run(core: State<'_, AppCore>, run: Input<RunId>) -> Result<Run, ApiError> {
    Ok(ops::get_run(core.get().await?, run.0).await?)
}

/// The newest runs, of one integration or of all.
#[tauri::command]
pub async fn list_runs(
    core: State<'_, AppCore>,
    integration: Option<String>,
    limit: u32,
) -> Result<Vec<Run>, ApiError> {
    Ok(ops::list_runs(core.get().await?, integration.as_deref(), limit).await?)
}
