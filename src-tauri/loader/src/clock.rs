//! The only place that reads the time.

use chrono::{DateTime, SecondsFormat, Utc};

/// The present.
#[expect(clippy::disallowed_methods, reason = "this is the one file that reads the time")]
#[must_use]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The present as text: RFC 3339, UTC, microseconds.
#[must_use]
pub fn now_text() -> String {
    now().to_rfc3339_opts(SecondsFormat::Micros, true)
}
