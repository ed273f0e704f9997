//! Looking back: pages of runs, what streams brought, the sync state.

use super::input::Input;
use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, RunPage, RunQuery, StreamHistory, SyncState};
use tributary_core::ops;

/// A page of runs, newest first.
#[tauri::command]
pub async fn find_runs(core: State<'_, AppCore>, query: Input<RunQuery>) -> Result<RunPage, ApiError> {
    Ok(ops::find_runs(core.get().await?, query.0).await?)
}

/// What each stream of an integration brought lately.
#[tauri::command]
pub async fn stream_history(core: State<'_, AppCore>, id: String) -> Result<Vec<StreamHistory>, ApiError> {
    Ok(ops::stream_history(core.get().await?, &id).await?)
}

/// Up to where each stream was brought in.
#[tauri::command]
pub async fn sync_state(core: State<'_, AppCore>, id: String) -> Result<SyncState, ApiError> {
    Ok(ops::sync_state(core.get().await?, &id).await?)
}

/// Has these streams (absent: all) read from the start by the next sync.
#[tauri::command]
pub async fn reset_state(
    core: State<'_, AppCore>,
    id: String,
    streams: Option<Vec<String>>,
) -> Result<SyncState, ApiError> {
    Ok(ops::reset_state(core.get().await?, &id, streams).await?)
}
