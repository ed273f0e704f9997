//! Schedules.

use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, SchedulePreview};
use tributary_core::ops;

/// A schedule in words, with its next three times.
#[tauri::command]
pub async fn preview_schedule(core: State<'_, AppCore>, schedule: String) -> Result<SchedulePreview, ApiError> {
    Ok(ops::preview_schedule(core.get().await?, &schedule)?)
}
