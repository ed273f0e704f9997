//! Schedules, and pauses of everything.

use super::input::Input;
use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, PauseFor, PauseState, SchedulePreview};
use tributary_core::{
    ops,
    scheduler::{Pause, PauseLength},
};

/// A schedule in words, with its next three times.
#[tauri::command]
pub async fn preview_schedule(core: State<'_, AppCore>, schedule: String) -> Result<SchedulePreview, ApiError> {
    Ok(ops::preview_schedule(core.get().await?, &schedule)?)
}

/// The pause of everything that is on.
#[tauri::command]
pub async fn get_pause(core: State<'_, AppCore>) -> Result<Option<PauseState>, ApiError> {
    Ok(ops::current_pause(core.get().await?).await?.map(state))
}

/// Pauses everything for so long.
#[tauri::command]
pub async fn pause_everything(core: State<'_, AppCore>, pause: Input<PauseFor>) -> Result<PauseState, ApiError> {
    let length = match pause.0 {
        PauseFor::HalfAnHour => PauseLength::HalfAnHour,
        PauseFor::TwoHours => PauseLength::TwoHours,
        PauseFor::UntilTomorrow => PauseLength::UntilTomorrow,
        PauseFor::UntilResumed => PauseLength::UntilResumed,
    };
    Ok(state(ops::pause_all(core.get().await?, length).await?))
}

/// Ends a pause of everything.
#[tauri::command]
pub async fn resume_everything(core: State<'_, AppCore>) -> Result<(), ApiError> {
    Ok(ops::resume_all(core.get().await?).await?)
}

fn state(pause: Pause) -> PauseState {
    PauseState { until: pause.until }
}
