//! A pause of everything.

use super::cadence::CLOCK_TOLERANCE;
use crate::store::{self, StoreError};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// Name of the setting that holds it.
const SETTING: &str = "paused";

/// How long everything pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseLength {
    /// 30 minutes.
    HalfAnHour,
    /// 2 hours.
    TwoHours,
    /// Until six in the morning of the next day.
    UntilTomorrow,
    /// Until somebody ends the pause.
    UntilResumed,
}

/// A pause of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When it began.
    pub since: DateTime<Utc>,
    /// When it ends by itself; `None`: somebody has to end it.
    pub until: Option<DateTime<Utc>>,
}

impl Pause {
    /// A pause that begins now.
    pub fn new(length: PauseLength, now: DateTime<Utc>, zone: Tz) -> Self {
        let until = match length {
            PauseLength::HalfAnHour => Some(now + TimeDelta::minutes(30)),
            PauseLength::TwoHours => Some(now + TimeDelta::hours(2)),
            PauseLength::UntilTomorrow => Some(next_morning(now, zone)),
            PauseLength::UntilResumed => None,
        };
        Self { since: now, until }
    }

    /// Whether it is on. One that begins in the future was written down before the clock was set back; it would last too
    /// long.
    pub fn is_on(&self, now: DateTime<Utc>) -> bool {
        match self.until {
            Some(until) => self.since <= now + CLOCK_TOLERANCE && now < until,
            None => true,
        }
    }
}

/// Six in the morning of the next day, or the first moment after it where clocks go forward then.
fn next_morning(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let day = now.with_timezone(&zone).date_naive().checked_add_days(Days::new(1));
    let hours = (6..24).filter_map(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
    day.and_then(|day| hours.map(|hour| day.and_time(hour)).find_map(|time| time.and_local_timezone(zone).earliest()))
        .map_or(now + TimeDelta::days(1), |time| time.with_timezone(&Utc))
}

/// The pause that is on.
pub fn find(connection: &Connection, now: DateTime<Utc>) -> Result<Option<Pause>, StoreError> {
    Ok(store::settings::find::<Pause>(connection, SETTING)?.filter(|pause| pause.is_on(now)))
}

/// Begins a pause, in place of one that is on.
pub fn save(connection: &Connection, pause: Pause) -> Result<(), StoreError> {
    store::settings::save(connection, SETTING, &pause)
}

/// Ends it.
pub fn end(connection: &Connection) -> Result<(), StoreError> {
    store::settings::delete(connection, SETTING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{America::New_York, UTC};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_pause_ends_by_itself_also_when_the_clock_is_set_back() {
        let now = at("2026-11-24T06:00:00Z");
        let pause = Pause::new(PauseLength::TwoHours, now, UTC);
        assert!(pause.is_on(now) && pause.is_on(at("2026-11-24T07:59:59Z")));
        assert!(!pause.is_on(at("2026-11-24T08:00:00Z")));
        assert!(!pause.is_on(at("2026-11-23T06:00:00Z")), "it would last a day more");
        assert!(Pause::new(PauseLength::UntilResumed, now, UTC).is_on(at("2030-01-01T00:00:00Z")));
    }

    #[test]
    fn tomorrow_begins_at_six_on_the_wall() {
        let until = |now| Pause::new(PauseLength::UntilTomorrow, at(now), New_York).until.unwrap();
        assert_eq!(until("2026-11-25T03:00:00Z"), at("2026-11-25T11:00:00Z"), "still the evening of the 24th there");
        assert_eq!(until("2026-11-25T05:00:00Z"), at("2026-11-26T11:00:00Z"));
    }
}
