//! Schedules, as people read them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A schedule that was read: `off`, `every 15m`, `hourly`, `daily 06:00`, `weekly mon 06:00` or a cron expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SchedulePreview {
    /// The schedule in its shortest form, as it is kept; `null`: by hand only.
    pub schedule: Option<String>,
    /// The schedule in words, for instance "Every day at 06:00".
    pub words: String,
    /// The next three times.
    pub next: Vec<DateTime<Utc>>,
}
