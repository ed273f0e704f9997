//! The logs of runs.

use super::{input::Input, system};
use crate::AppCore;
use tauri::{AppHandle, Runtime, State};
use tributary_contract::{ApiError, LogExtent, LogMatches, LogPage, LogQuery, RunId};
use tributary_core::ops;

/// A piece of a run's log, from `offset` (bytes) on, at most `limit` lines.
#[tauri::command]
pub async fn read_log(
    core: State<'_, AppCore>,
    run: Input<RunId>,
    offset: u64,
    limit: u32,
) -> Result<LogPage, ApiError> {
    Ok(ops::read_log(core.get().await?, run.0, offset, limit).await?)
}

/// Lines that fit a query, from a bounded part of a run's log.
#[tauri::command]
pub async fn search_log(
    core: State<'_, AppCore>,
    run: Input<RunId>,
    query: Input<LogQuery>,
) -> Result<LogMatches, ApiError> {
    Ok(ops::search_log(core.get().await?, run.0, query.0).await?)
}

/// How long a run's log is, and from where about `lines` lines are left to its end.
#[tauri::command]
pub async fn log_extent(core: State<'_, AppCore>, run: Input<RunId>, lines: u32) -> Result<LogExtent, ApiError> {
    Ok(ops::log_extent(core.get().await?, run.0, lines).await?)
}

/// Asks where, and writes the whole log of a run there as text. The path; `None` when nothing was chosen.
#[tauri::command]
pub async fn save_log<R: Runtime>(
    app: AppHandle<R>,
    core: State<'_, AppCore>,
    run: Input<RunId>,
) -> Result<Option<String>, ApiError> {
    let core = core.get().await?;
    let name = ops::get_run(core, run.0).await?.integration_name;
    let Some(path) = system::choose_new_file(&app, "Save the log", &format!("{name}.log.txt")).await? else {
        return Ok(None);
    };
    ops::save_log(core, run.0, path.clone().into()).await?;
    Ok(Some(path))
}
