//! What a schedule says, and when it comes due. Pure: nothing here reads a clock.

mod text;

#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, Offset, TimeDelta, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use croner::Cron;
use std::fmt;

pub use text::CadenceError;

/// How far a moment that was written down may lie ahead of the clock before the clock is taken to have been set back.
pub const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Longest time that data may be late without being called so: syncs take a while.
const LONGEST_SLACK: TimeDelta = TimeDelta::hours(1);

/// When an integration is synced by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cadence {
    /// Every so many minutes of real time: a day of 23 or 25 hours changes nothing about it.
    Every(Interval),
    /// On the full hour of the clock on the wall.
    Hourly(Box<Cron>),
    /// Every day at this time of the clock on the wall.
    Daily(TimeOfDay, Box<Cron>),
    /// Every week on this day.
    Weekly(Weekday, TimeOfDay, Box<Cron>),
    /// A cron expression of five fields, in canonical form.
    Cron(String, Box<Cron>),
}

/// A number of minutes, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval(u32);

/// A time on the clock on the wall, in hours and minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay {
    hour: u8,
    minute: u8,
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl Cadence {
    /// The first occurrence after this moment; `None` when there is none in any foreseeable time.
    ///
    /// A time of day that does not exist on a day (clocks go forward) comes at the first moment after the gap; one that
    /// exists twice (clocks go back) comes once.
    pub fn next_after(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        match self {
            Self::Every(interval) => next_on_grid(*interval, after, zone),
            Self::Hourly(cron) | Self::Daily(_, cron) | Self::Weekly(_, _, cron) | Self::Cron(_, cron) => {
                next_of_cron(cron, after, zone)
            }
        }
    }

    /// The occurrences after this moment, oldest first.
    pub fn upcoming(&self, after: DateTime<Utc>, zone: Tz) -> impl Iterator<Item = DateTime<Utc>> {
        std::iter::successors(self.next_after(after, zone), move |before| self.next_after(*before, zone))
    }
}

/// When the schedule comes due next: the first occurrence after `now` and after `last`, up to which all were dealt with.
/// A `last` that lies ahead of the clock by more than [`CLOCK_TOLERANCE`] tells of a clock that was set back; waiting for
/// it would mean silence, so it counts for nothing.
pub fn next_due(cadence: &Cadence, last: Option<DateTime<Utc>>, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let after = last.map_or(now, |last| dealt_with(last, now).max(now));
    cadence.next_after(after, zone)
}

/// Up to when occurrences were dealt with, on a clock that may have been set back since.
pub fn dealt_with(last: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    if last > now + CLOCK_TOLERANCE { now } else { last }
}

/// Whether data that arrived at `synced` is older than the schedule promises: the next occurrence has passed, and then
/// half the time to the one after it (at most an hour), which syncs may take.
pub fn is_late(cadence: &Cadence, synced: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> bool {
    let mut upcoming = cadence.upcoming(dealt_with(synced, now), zone);
    let Some(promised) = upcoming.next().filter(|promised| *promised <= now) else { return false };
    let slack = upcoming.next().map_or(LONGEST_SLACK, |following| ((following - promised) / 2).min(LONGEST_SLACK));
    now > promised + slack
}

/// Multiples of the interval since a midnight of the zone. All lie on one grid, whatever the zone's clocks do.
fn next_on_grid(interval: Interval, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = NaiveDate::from_ymd_opt(2024, 1, 1)?.and_time(chrono::NaiveTime::MIN);
    let origin =
        midnight.and_utc().timestamp() - i64::from(zone.offset_from_utc_datetime(&midnight).fix().local_minus_utc());
    let step = i64::from(interval.0) * 60;
    let passed = (after.timestamp() - origin).div_euclid(step);
    DateTime::from_timestamp(origin + (passed + 1) * step, 0)
}

fn next_of_cron(cron: &Cron, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    // In whole seconds, as cron thinks. Cut off in UTC: on the wall the same second may exist twice.
    let from = after.with_nanosecond(0)?.with_timezone(&zone);
    let next = cron.find_next_occurrence(&from, false).ok()?.with_timezone(&Utc);
    (next > after).then_some(next)
}
