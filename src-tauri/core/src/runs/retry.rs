//! Failures that pass by themselves are tried again by themselves. Pure where it decides: the clock and what chance says
//! come in.
//!
//! Invariants:
//! - A retry is the moment `runs.retry_at` of the failed run. It is kept in the database, so it survives the app; it goes when
//!   any other run of the integration is put into the queue, or a person pauses it.
//! - Only what may be over without anybody doing anything is tried again, a limited number of times in a row.

use crate::store::{self, StoreError, runs::Outcome};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use std::hash::{DefaultHasher, Hash, Hasher};
use tributary_contract::{AppSettings, IntegrationId, IntegrationStatus, ProblemCode, RunId, Trigger};

/// Longest time between two tries, before chance adds to it.
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// Tries in a row that brought nothing after which a person is asked.
const FRUITLESS: u32 = 8;
/// Tries in a row in all: a source that breaks off each time after a few rows must not be asked for ever.
const TRIES: u32 = 30;
/// A failure that lies so much earlier belongs to another trouble. Longer than any time between two tries.
const ANOTHER_TROUBLE: TimeDelta = TimeDelta::hours(2);
/// A retry that nobody could start for so long is given up: an app that was closed for days does not surprise.
pub const STALE: TimeDelta = TimeDelta::hours(24);
/// Name of the setting with the choices that concern the whole app.
const SETTING: &str = "app";

/// Tries in a row that failed for reasons which pass, the newest included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series {
    /// All of them.
    pub tries: u32,
    /// Those since rows last arrived; 1 when the newest brought some.
    pub fruitless: u32,
}

/// How a kind of failure is tried again.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// Time before the second try; it doubles from there.
    first: TimeDelta,
    /// Tries that may fail in a row before a person is asked.
    tries: u32,
}

/// `None`: only a person, or the next occurrence of the schedule, can help.
const fn patience(code: ProblemCode) -> Option<Patience> {
    match code {
        ProblemCode::NetworkDown
        | ProblemCode::NameLookUp
        | ProblemCode::ServerError
        | ProblemCode::DestinationUnreachable => Some(Patience { first: TimeDelta::minutes(1), tries: TRIES }),
        ProblemCode::RateLimited => Some(Patience { first: TimeDelta::minutes(5), tries: TRIES }),
        // Once: what ended it may do so again and again.
        ProblemCode::Killed | ProblemCode::Hung => Some(Patience { first: TimeDelta::minutes(1), tries: 1 }),
        ProblemCode::SignInExpired
        | ProblemCode::SignInRevoked
        | ProblemCode::AppBlocked
        | ProblemCode::WrongClient
        | ProblemCode::WrongInstance
        | ProblemCode::MissingPermission
        | ProblemCode::QuotaUsedUp
        | ProblemCode::TlsOrProxy
        | ProblemCode::SettingInvalid
        | ProblemCode::StreamGone
        | ProblemCode::FieldGone
        | ProblemCode::ConnectorBroken
        | ProblemCode::EngineBroken
        | ProblemCode::DestinationRefused
        | ProblemCode::DestinationFailed
        | ProblemCode::CountsDiffer
        | ProblemCode::KeychainUnavailable
        | ProblemCode::DiskFull
        | ProblemCode::OutOfMemory
        | ProblemCode::Cancelled
        | ProblemCode::Interrupted
        | ProblemCode::Unknown => None,
    }
}

/// How long to wait before the next try; `None`: there is none. `chance` lies between 0 and 1 and moves the time by up to a
/// quarter, so that not everybody comes back at the same moment.
pub fn delay(code: ProblemCode, series: Series, chance: f64) -> Option<TimeDelta> {
    let patience = patience(code)?;
    if series.tries > patience.tries.min(TRIES) || series.fruitless >= FRUITLESS {
        return None;
    }
    let doublings = series.fruitless.saturating_sub(1).min(16);
    let even = (patience.first * 2_i32.pow(doublings)).min(LONGEST);
    #[expect(clippy::cast_possible_truncation, reason = "at most an hour and a quarter")]
    let moved = (even.as_seconds_f64() * 1_000.0 * (0.75 + chance.clamp(0.0, 1.0) / 2.0)) as i64;
    Some(TimeDelta::milliseconds(moved))
}

/// The series that a run which just failed ends, by the newest runs of its integration that ended by themselves, newest
/// first.
pub fn series(outcomes: &[Outcome]) -> Series {
    let mut series = Series { tries: 0, fruitless: 0 };
    let mut counting = true;
    let mut later: Option<&Outcome> = None;
    for outcome in outcomes {
        let apart = later.is_some_and(|later| later.queued_at - outcome.finished_at > ANOTHER_TROUBLE);
        // What a full refresh brought is brought once more by the next: that is no progress.
        let progress = outcome.records > 0 && !outcome.full_refresh;
        if apart || outcome.problem.is_none_or(|code| patience(code).is_none()) {
            break;
        }
        counting &= series.tries == 0 || !progress;
        series.tries += 1;
        series.fruitless += u32::from(counting);
        counting &= !progress;
        // Whoever starts it by hand begins anew.
        if outcome.trigger == Trigger::Manual {
            break;
        }
        later = Some(outcome);
    }
    series
}

/// Has a run that just failed tried again where that may help, and says when. Where not, its integration needs attention.
pub fn plan(
    connection: &Connection,
    run: RunId,
    integration: IntegrationId,
    code: ProblemCode,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    if patience(code).is_none() || !allowed(connection) || is_paused(connection, integration)? {
        return Ok(None);
    }
    let outcomes = store::runs::newest_outcomes(connection, integration, TRIES + 1)?;
    let Some(delay) = delay(code, series(&outcomes), chance(run)) else { return Ok(None) };
    store::runs::set_retry(connection, run, now + delay)?;
    Ok(Some(now + delay))
}

/// A run that could not begin yet is looked at again after this.
const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(30);

/// Has a run that waits for the source begin later.
pub fn wait(connection: &Connection, run: RunId, now: DateTime<Utc>) -> Result<(), StoreError> {
    store::runs::set_retry(connection, run, now + LOOK_AGAIN)
}

/// Whether the person wants syncs to be tried again by themselves.
pub fn allowed(connection: &Connection) -> bool {
    // What another version of the app wrote there must not end a run: then the usual holds.
    store::settings::find::<AppSettings>(connection, SETTING).ok().flatten().unwrap_or_default().retries
}

/// Gives up what was to be tried again, and asks for attention instead. Whether there was anything.
pub fn give_up(connection: &Connection, integration: IntegrationId) -> Result<bool, StoreError> {
    // One that only waited has not failed.
    let failed = store::runs::pending_retry(connection, integration)?
        .is_some_and(|run| run.status == tributary_contract::RunStatus::Failed);
    let pending = store::runs::cancel_retry(connection, integration)?;
    if failed {
        store::integrations::set_status(connection, integration, IntegrationStatus::Attention)?;
    }
    Ok(pending)
}

fn is_paused(connection: &Connection, id: IntegrationId) -> Result<bool, StoreError> {
    let found = store::integrations::find(connection, &id.to_string())?;
    Ok(found.is_none_or(|integration| integration.status == IntegrationStatus::Paused))
}

/// Between 0 and 1; another for each run, as the larger part of an id is random.
fn chance(run: RunId) -> f64 {
    let mut hasher = DefaultHasher::new();
    run.to_string().hash(&mut hasher);
    f64::from((hasher.finish() >> 32) as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn failed(minute: i64, records: u64, trigger: Trigger) -> Outcome {
        let at = DateTime::UNIX_EPOCH + TimeDelta::minutes(minute);
        let problem = Some(ProblemCode::ServerError);
        Outcome { problem, records, full_refresh: false, trigger, queued_at: at, finished_at: at }
    }

    #[test]
    fn rows_that_arrive_begin_the_waiting_anew_but_not_the_count() {
        let retry = |minute, records| failed(minute, records, Trigger::Retry);
        let outcomes = [retry(9, 0), retry(7, 0), retry(5, 80), retry(3, 0), failed(1, 0, Trigger::Scheduled)];
        assert_eq!(series(&outcomes), Series { tries: 5, fruitless: 2 });
        assert_eq!(series(&outcomes[2..]), Series { tries: 3, fruitless: 1 });
        assert_eq!(series(&outcomes[3..]), Series { tries: 2, fruitless: 2 });
        let mut refresh = retry(9, 500);
        refresh.full_refresh = true;
        assert_eq!(series(&[refresh, retry(7, 0)]), Series { tries: 2, fruitless: 2 }, "it begins again each time");
    }

    #[test]
    fn a_series_ends_where_another_trouble_or_a_person_was() {
        let retry = |minute| failed(minute, 0, Trigger::Retry);
        assert_eq!(series(&[retry(200), retry(79)]).tries, 1, "more than two hours before");
        assert_eq!(series(&[retry(200), retry(80)]).tries, 2);
        assert_eq!(series(&[retry(9), failed(8, 0, Trigger::Manual), retry(7)]).tries, 2);
        let signed_out = Outcome { problem: Some(ProblemCode::SignInExpired), ..retry(8) };
        assert_eq!(series(&[retry(9), signed_out]).tries, 1);
        let well = Outcome { problem: None, ..retry(8) };
        assert_eq!(series(&[retry(9), well, retry(7)]).tries, 1);
    }

    #[test]
    #[allow(clippy::enum_glob_use, reason = "the names alone are read more easily")]
    fn what_only_a_person_can_mend_is_never_tried_again() {
        use ProblemCode::*;
        let first = Series { tries: 1, fruitless: 1 };
        for code in [SignInExpired, SignInRevoked, AppBlocked, WrongClient, SettingInvalid, MissingPermission, DiskFull]
        {
            assert_eq!(delay(code, first, 0.5), None, "{code:?}");
        }
        for code in [NetworkDown, NameLookUp, ServerError, RateLimited, DestinationUnreachable, Killed] {
            assert!(delay(code, first, 0.5).is_some(), "{code:?}");
        }
        assert_eq!(delay(Killed, Series { tries: 2, fruitless: 1 }, 0.5), None, "once");
    }

    proptest! {
        #[test]
        fn the_time_grows_to_a_limit_and_ends(fruitless in 1u32..40, tries in 0u32..40, chance in 0.0f64..=1.0, other in 0.0f64..=1.0) {
            let at = |fruitless, chance| {
                delay(ProblemCode::NetworkDown, Series { tries: tries.max(fruitless), fruitless }, chance)
            };
            let found = at(fruitless, chance);
            prop_assert_eq!(found.is_none(), fruitless >= FRUITLESS || tries.max(fruitless) > TRIES);
            if let Some(time) = found {
                prop_assert!(time >= TimeDelta::seconds(45) && time <= LONGEST * 5 / 4);
                // Whatever chance says, the next wait is longer, until the longest.
                if let Some(next) = at(fruitless + 1, other) {
                    prop_assert!(next > time || next >= LONGEST * 3 / 4);
                }
            }
        }
    }
}
