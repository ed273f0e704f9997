//! The only place that reads the time.

use chrono::{DateTime, SubsecRound, Utc};
use chrono_tz::Tz;
use std::{
    future::Future,
    pin::Pin,
    sync::LazyLock,
    time::{Duration, Instant},
};

/// Tells the time, and waits. Tests use a clock of their own.
pub trait Clock: Send + Sync {
    /// The present, in whole microseconds (what the database keeps).
    fn now(&self) -> DateTime<Utc>;

    /// Time since some moment, which passes evenly when the clock is set. While the computer sleeps it may stand still.
    fn elapsed(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }

    /// The zone whose clock hangs on the wall. People travel: ask again each time.
    fn zone(&self) -> Tz {
        let named = std::env::var("TZ").ok().and_then(|name| name.trim_start_matches(':').parse().ok());
        let of_system = || iana_time_zone::get_timezone().ok()?.parse().ok();
        named.or_else(of_system).unwrap_or(Tz::UTC)
    }

    /// Waits. A computer that sleeps meanwhile makes it longer.
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(time))
    }
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
