//! Schedules, as people read them.

use crate::Problem;
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

/// What follows from an integration's schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScheduleState {
    /// When it is synced next; `null`: nobody knows, or it is paused.
    pub next: Option<DateTime<Utc>>,
    /// Whether its data is older than the schedule promises.
    pub late: bool,
    /// Why it paused itself: the problem it met again and again. `null` when a person paused it.
    pub paused_because: Option<Problem>,
}

/// A pause of everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PauseState {
    /// When it ends by itself; `null`: when somebody ends it.
    pub until: Option<DateTime<Utc>>,
}

/// How long everything pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PauseFor {
    /// 30 minutes.
    HalfAnHour,
    /// 2 hours.
    TwoHours,
    /// Until six in the morning of the next day, on the computer's clock.
    UntilTomorrow,
    /// Until somebody ends it.
    UntilResumed,
}
