//! Notices a run that says nothing any more, or does not end. Time is passed in.

use super::queue::StopReason;
use std::time::Duration;
use tokio::time::Instant;
use tributary_contract::AppSettings;

/// Environment variable with another number of seconds for [`Limits::silent`].
pub const SILENCE_VARIABLE: &str = "TRIBUTARY_SILENCE_LIMIT";
/// Environment variable with another number of seconds for [`Limits::whole`].
pub const WHOLE_VARIABLE: &str = "TRIBUTARY_RUN_LIMIT";

/// Silence after which the log says so, where the run is not ended before that.
const WARN: Duration = Duration::from_mins(10);

/// How patient the watchdog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Silence after which the log says so.
    pub warn: Duration,
    /// Silence after which the run is ended. A big export that the source prepares takes minutes, not an hour.
    pub silent: Duration,
    /// How long a run may take in all.
    pub whole: Duration,
}

impl Limits {
    /// What was set, or what the environment says in its place. What is no number of seconds above zero there is passed over.
    pub fn new(settings: &AppSettings, variable: impl Fn(&str) -> Option<String>) -> Self {
        let seconds =
            |name| variable(name)?.trim().parse().ok().filter(|seconds| *seconds > 0).map(Duration::from_secs);
        let minutes = Duration::from_mins(settings.silence_minutes.into());
        let silent = seconds(SILENCE_VARIABLE).unwrap_or(minutes);
        let whole = seconds(WHOLE_VARIABLE).unwrap_or(Duration::from_hours(settings.run_hours.into()));
        Self { warn: WARN.min(silent / 2), silent, whole }
    }
}

/// What the watchdog found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// All is well, or was said before.
    Nothing,
    /// Nothing was heard for this long.
    Silent(Duration),
    /// The run has to end.
    Stop(StopReason),
}

/// Watches one run.
#[derive(Debug)]
pub struct Watchdog {
    limits: Limits,
    begun: Instant,
    heard: Instant,
    warned: bool,
}

impl Watchdog {
    /// Begins to watch.
    pub fn new(limits: Limits, now: Instant) -> Self {
        Self { limits, begun: now, heard: now, warned: false }
    }

    /// Something came: data, a line of a log, the end of a part.
    pub fn heard(&mut self, now: Instant) {
        self.heard = now;
        self.warned = false;
    }

    /// Looks at the clock.
    pub fn look(&mut self, now: Instant) -> Finding {
        let silence = now.saturating_duration_since(self.heard);
        if now.saturating_duration_since(self.begun) >= self.limits.whole {
            return Finding::Stop(StopReason::TooLong);
        }
        if silence >= self.limits.silent {
            return Finding::Stop(StopReason::Silent);
        }
        if silence >= self.limits.warn && !self.warned {
            self.warned = true;
            return Finding::Silent(silence);
        }
        Finding::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits =
        Limits { warn: Duration::from_secs(10), silent: Duration::from_mins(1), whole: Duration::from_mins(5) };

    #[test]
    fn silence_is_told_once_and_ends_the_run_at_last() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut watchdog = Watchdog::new(LIMITS, start);
        assert_eq!(watchdog.look(at(9)), Finding::Nothing);
        assert_eq!(watchdog.look(at(11)), Finding::Silent(Duration::from_secs(11)));
        assert_eq!(watchdog.look(at(12)), Finding::Nothing, "it was said");
        watchdog.heard(at(20));
        assert_eq!(watchdog.look(at(29)), Finding::Nothing);
        assert_eq!(watchdog.look(at(31)), Finding::Silent(Duration::from_secs(11)), "a new silence is told anew");
        assert_eq!(watchdog.look(at(80)), Finding::Stop(StopReason::Silent));
    }

    #[test]
    fn a_run_that_never_ends_is_ended_however_much_it_says() {
        let start = Instant::now();
        let mut watchdog = Watchdog::new(LIMITS, start);
        watchdog.heard(start + Duration::from_secs(299));
        assert_eq!(watchdog.look(start + Duration::from_mins(5)), Finding::Stop(StopReason::TooLong));
    }

    #[test]
    fn the_limits_can_be_set_and_nonsense_changes_nothing() {
        let settings = AppSettings { silence_minutes: 2, run_hours: 3, ..AppSettings::default() };
        let with = |text: &'static str| Limits::new(&settings, move |_| Some(text.to_owned()));
        let set =
            Limits { warn: Duration::from_mins(1), silent: Duration::from_mins(2), whole: Duration::from_hours(3) };
        assert_eq!(with("90").silent, Duration::from_secs(90));
        assert_eq!(with("90").warn, Duration::from_secs(45));
        for nonsense in ["", "0", "-1", "soon"] {
            assert_eq!(with(nonsense), set, "{nonsense}");
        }
    }
}
