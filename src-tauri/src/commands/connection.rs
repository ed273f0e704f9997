//! Testing a connection.

use super::input::Input;
use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, Subject, TestId, TestReport};
use tributary_core::ops;

/// Checks whether a source can bring data or a destination take it; each check is an event as it comes.
#[tauri::command]
pub async fn test_connection(
    core: State<'_, AppCore>,
    subject: Input<Subject>,
    test: Input<TestId>,
) -> Result<TestReport, ApiError> {
    Ok(ops::test_connection(core.get().await?, subject.0, test.0, &|_check| {}).await?)
}

/// Stops a test.
#[tauri::command]
pub async fn cancel_test(core: State<'_, AppCore>, test: Input<TestId>) -> Result<(), ApiError> {
    ops::cancel_test(core.get().await?, test.0);
    Ok(())
}
