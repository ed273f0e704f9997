//! The app itself.

use crate::{AppCore, Navigation};
use tauri::State;
use tributary_contract::{ApiError, AppInfo};

/// Facts about the app itself.
#[tauri::command]
pub async fn app_info(core: State<'_, AppCore>) -> Result<AppInfo, ApiError> {
    let data_folder = core.get().await?.home().root().display().to_string();
    Ok(AppInfo { version: env!("CARGO_PKG_VERSION").to_owned(), data_folder })
}

/// The route the page is to begin with, once: a link or a notification started the app. Later ones come as events.
#[tauri::command]
pub async fn take_route(navigation: State<'_, Navigation>) -> Result<Option<String>, ApiError> {
    Ok(navigation.take())
}
