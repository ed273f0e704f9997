//! Drafts: set-ups that are not finished.

use super::input::Input;
use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, Draft, DraftId, DraftPatch, FinishedDraft, NewDraft};
use tributary_core::ops;

/// All drafts, the one that was changed last first.
#[tauri::command]
pub async fn list_drafts(core: State<'_, AppCore>) -> Result<Vec<Draft>, ApiError> {
    Ok(ops::list_drafts(core.get().await?).await?)
}

/// One draft.
#[tauri::command]
pub async fn get_draft(core: State<'_, AppCore>, id: Input<DraftId>) -> Result<Draft, ApiError> {
    Ok(ops::get_draft(core.get().await?, id.0).await?)
}

/// Begins a draft, or answers the one that is there already for the same edit.
#[tauri::command]
pub async fn create_draft(core: State<'_, AppCore>, input: Input<NewDraft>) -> Result<Draft, ApiError> {
    Ok(ops::create_draft(core.get().await?, input.0).await?)
}

/// Changes a draft. Nothing has to be valid yet.
#[tauri::command]
pub async fn update_draft(
    core: State<'_, AppCore>,
    id: Input<DraftId>,
    patch: Input<DraftPatch>,
) -> Result<Draft, ApiError> {
    Ok(ops::update_draft(core.get().await?, id.0, patch.0).await?)
}

/// Throws a draft away, with the secrets that were entered in it.
#[tauri::command]
pub async fn delete_draft(core: State<'_, AppCore>, id: Input<DraftId>) -> Result<(), ApiError> {
    Ok(ops::delete_draft(core.get().await?, id.0).await?)
}

/// Saves a draft as what it was made for, and removes it.
#[tauri::command]
pub async fn finish_draft(core: State<'_, AppCore>, id: Input<DraftId>) -> Result<FinishedDraft, ApiError> {
    Ok(ops::finish_draft(core.get().await?, id.0).await?)
}
