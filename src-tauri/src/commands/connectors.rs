//! The marketplace.

use crate::AppCore;
use tauri::State;
use tributary_contract::{ApiError, Connector};
use tributary_core::ops;

/// Every connector there is.
#[tauri::command]
pub async fn list_connectors(core: State<'_, AppCore>) -> Result<Vec<Connector>, ApiError> {
    Ok(ops::list_connectors(core.get().await?))
}
