//! The app itself.

use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, AppInfo};
use tributary_core::ops;

/// Facts about the app itself.
#[tauri::command]
pub async fn app_info(core: State<'_, AppCore>) -> Result<AppInfo, ApiError> {
    Ok(ops::app_info(core.get().await?).await?)
}
