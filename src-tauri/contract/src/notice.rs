//! Notices: what native notifications tell, kept in the app too; and acting on many integrations at once.

use crate::{ApiError, IntegrationId, RunId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum NoticeKind {
    /// A sync failed.
    Failure,
    /// A sync works again after failures.
    Recovery,
    /// An integration paused itself.
    PausedItself,
    /// The day in short.
    Summary,
    /// The app's database was restored from its last good copy.
    Restored,
}

/// A notice. It holds no secret and nothing of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Notice {
    /// Its number; newer ones are higher.
    #[ts(type = "number")]
    pub id: i64,
    /// What it is about.
    pub kind: NoticeKind,
    /// The integration, where it is about one.
    pub integration: Option<IntegrationId>,
    /// The run, where it is about one.
    pub run: Option<RunId>,
    /// A few words.
    pub title: String,
    /// A sentence or two.
    pub body: String,
    /// Route inside the app where more is said or done.
    pub route: String,
    /// When it came.
    pub at: DateTime<Utc>,
    /// Whether the person has seen it.
    pub seen: bool,
}

/// What is done to many integrations at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "action", rename_all = "snake_case")]
#[ts(export)]
pub enum BulkAction {
    /// Sync them.
    Sync,
    /// Pause them.
    Pause,
    /// Let them go on.
    Resume,
    /// Give them a schedule (`off` for none).
    Schedule {
        /// As people write it.
        schedule: String,
    },
    /// Delete them with their keychain entries, generated files and sync state.
    Delete {
        /// Whether the data that was brought to this computer is deleted too.
        data: bool,
    },
}

/// What became of one of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BulkResult {
    /// The integration.
    pub integration: IntegrationId,
    /// Its name.
    pub name: String,
    /// Why it was not done; `null`: it was.
    pub error: Option<ApiError>,
}
