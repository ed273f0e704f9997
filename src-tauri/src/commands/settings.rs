//! Choices that concern the whole app.

use super::input::Input;
use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, AppSettings};
use tributary_core::ops;

/// The settings as they are now.
#[tauri::command]
pub async fn get_settings(core: State<'_, AppCore>) -> Result<AppSettings, ApiError> {
    Ok(ops::get_settings(core.get().await?).await?)
}

/// Keeps all settings, and acts on them at once.
#[tauri::command]
pub async fn save_settings(core: State<'_, AppCore>, settings: Input<AppSettings>) -> Result<AppSettings, ApiError> {
    Ok(ops::save_settings(core.get().await?, settings.0).await?)
}
