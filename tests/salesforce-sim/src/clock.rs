//! The only place that reads the time.

use chrono::{DateTime, Utc};

/// The time now.
#[allow(clippy::disallowed_methods)] // This is the one owner of the clock.
pub fn now() -> DateTime<Utc> {
    Utc::now()
}
