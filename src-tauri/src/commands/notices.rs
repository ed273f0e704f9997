//! Notices and native notifications.

use crate::{AppCore, notifications};
use tauri::{AppHandle, Runtime, State};
use tributary_contract::{ApiError, Notice};
use tributary_core::ops;

/// The newest notices first.
#[tauri::command]
pub async fn list_notices(core: State<'_, AppCore>, limit: u32) -> Result<Vec<Notice>, ApiError> {
    Ok(ops::list_notices(core.get().await?, limit).await?)
}

/// Takes note that the person has seen all notices up to this one.
#[tauri::command]
pub async fn see_notices(core: State<'_, AppCore>, up_to: i64) -> Result<(), ApiError> {
    Ok(ops::see_notices(core.get().await?, up_to).await?)
}

/// Shows a native notification now.
#[tauri::command]
pub async fn test_notification<R: Runtime>(app: AppHandle<R>) -> Result<(), ApiError> {
    notifications::show_test(&app);
    Ok(())
}
