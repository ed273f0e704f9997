//! Plain Meltano projects: written, and taken over.

use super::system;
use crate::AppCore;
use tauri::{AppHandle, Runtime, State};
use tributary_contract::{ApiError, ImportReport, ProjectReport};
use tributary_core::ops;

/// Asks where, with this title, and writes everything there as a plain Meltano project; `None` when nothing was chosen.
#[tauri::command]
pub async fn export_project<R: Runtime>(
    app: AppHandle<R>,
    core: State<'_, AppCore>,
    title: String,
) -> Result<Option<ProjectReport>, ApiError> {
    let core = core.get().await?;
    let Some(folder) = system::choose_new_file(&app, &title, "tributary-project").await? else {
        return Ok(None);
    };
    Ok(Some(ops::export_project(core, folder.as_ref()).await?))
}

/// Asks for a `meltano.yml`, with this title, and takes over what it has; `None` when none was chosen.
#[tauri::command]
pub async fn import_project<R: Runtime>(
    app: AppHandle<R>,
    core: State<'_, AppCore>,
    title: String,
) -> Result<Option<ImportReport>, ApiError> {
    let core = core.get().await?;
    let Some(file) = system::choose_path(app, false, title).await? else { return Ok(None) };
    Ok(Some(ops::import_project(core, file.as_ref(), false).await?))
}
