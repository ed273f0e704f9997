//! Facts about the app itself.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Facts about the app itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AppInfo {
    /// Version of the app.
    pub version: String,
    /// Where it keeps its data.
    pub data_folder: String,
}
