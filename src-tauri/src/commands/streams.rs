//! Choosing data: what a source offers.

use super::input::Input;
use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, FieldOf, Integration, IntegrationId, Offer, OfferedField, SampleRows, Subject};
use tributary_core::ops;

/// What a source has: kept from earlier, or asked now when nothing is kept or `refresh` is set; events tell how far it is.
#[tauri::command]
pub async fn get_offer(core: State<'_, AppCore>, subject: Input<Subject>, refresh: bool) -> Result<Offer, ApiError> {
    Ok(ops::get_offer(core.get().await?, subject.0, refresh).await?)
}

/// Stops asking a source.
#[tauri::command]
pub async fn cancel_discovery(core: State<'_, AppCore>, subject: Input<Subject>) -> Result<(), ApiError> {
    ops::cancel_discovery(core.get().await?, subject.0);
    Ok(())
}

/// The fields of a stream.
#[tauri::command]
pub async fn list_fields(
    core: State<'_, AppCore>,
    subject: Input<Subject>,
    stream: String,
) -> Result<Vec<OfferedField>, ApiError> {
    Ok(ops::list_fields(core.get().await?, subject.0, &stream).await?)
}

/// Fields whose name holds a text, in all streams.
#[tauri::command]
pub async fn search_fields(
    core: State<'_, AppCore>,
    subject: Input<Subject>,
    text: String,
    limit: u32,
) -> Result<Vec<FieldOf>, ApiError> {
    Ok(ops::search_fields(core.get().await?, subject.0, &text, limit).await?)
}

/// Some rows of a stream.
#[tauri::command]
pub async fn sample_rows(
    core: State<'_, AppCore>,
    subject: Input<Subject>,
    stream: String,
) -> Result<SampleRows, ApiError> {
    Ok(ops::sample_rows(core.get().await?, subject.0, &stream).await?)
}

/// Takes note of what appeared at the source or went.
#[tauri::command]
pub async fn accept_changes(
    core: State<'_, AppCore>,
    id: Input<IntegrationId>,
    add: bool,
) -> Result<Integration, ApiError> {
    Ok(ops::accept_changes(core.get().await?, id.0, add).await?)
}
