//! The app itself.

use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, AppInfo};

/// Facts about the app itself.
#[tauri::command]
pub async fn app_info(core: State<'_, AppCore>) -> Result<AppInfo, ApiError> {
    let data_folder = core.get().await?.home().root().display().to_string();
    Ok(AppInfo { version: env!("CARGO_PKG_VERSION").to_owned(), data_folder })
}
