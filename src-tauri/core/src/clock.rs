//! The only place that reads the time.

use chrono::{DateTime, SubsecRound, Utc};

/// Tells the time. Tests use a clock of their own.
pub trait Clock: Send + Sync {
    /// The present, in whole microseconds (what the database keeps).
    fn now(&self) -> DateTime<Utc>;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one file that reads the time")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}
