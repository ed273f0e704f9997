//! What is told natively, and when. Pure: nothing here reads a clock.

use super::Notification;
use crate::{links::Place, scheduler::Cadence, store::notices::Untold};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::collections::BTreeSet;
use tributary_contract::{NoticeKind, NotificationRule, NotificationSettings, QuietHours};

/// How long a notice waits for others, so that what fails together is told together.
const TOGETHER: TimeDelta = TimeDelta::seconds(3);
/// Least time between two notifications of one kind: a thousand failures are a few notifications, not a thousand.
const APART: TimeDelta = TimeDelta::seconds(60);
/// From so many on they are told as one.
const MANY: usize = 3;
/// Names that one notification lists.
const NAMES: usize = 3;
/// What is older is no news.
const NEWS: TimeDelta = TimeDelta::days(1);

/// When notifications of each kind were last shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// That something needs attention.
    pub trouble: Option<DateTime<Utc>>,
    /// That something works again.
    pub recovery: Option<DateTime<Utc>>,
}

/// What is to be done with notices that were not told yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// What is shown now.
    pub show: Vec<Notification>,
    /// Notices that are told with it.
    pub told: Vec<i64>,
    /// Notices that are kept in the app alone.
    pub kept: Vec<i64>,
    /// When to look again, where something waits.
    pub next: Option<DateTime<Utc>>,
}

/// Decides what is told of these notices (oldest first), and when to look again.
pub fn decide(
    untold: &[Untold],
    settings: &NotificationSettings,
    told: &mut Told,
    now: DateTime<Utc>,
    zone: Tz,
) -> Decision {
    let quiet_until = settings.quiet_hours.as_ref().and_then(|hours| quiet_until(hours, now, zone));
    let mut decision = Decision::default();
    let (mut trouble, mut recoveries) = (Vec::new(), Vec::new());
    for one in untold {
        let rule = one.notice.integration.and_then(|id| settings.rules.get(&id));
        let wanted = match (rule, one.notice.kind) {
            (Some(NotificationRule::Never), _) => false,
            (None, NoticeKind::Failure | NoticeKind::PausedItself) => settings.failures,
            (None, NoticeKind::Recovery) => settings.recoveries,
            (Some(NotificationRule::Always), _) | (None, NoticeKind::Summary | NoticeKind::Restored) => true,
        };
        let quiet_until = quiet_until.filter(|_| rule != Some(&NotificationRule::Always));
        // What still needs attention when the quiet hours end is told then; the rest is no news any more.
        let keeps = matches!(one.notice.kind, NoticeKind::Failure | NoticeKind::PausedItself | NoticeKind::Restored);
        if !wanted || one.notice.seen || one.notice.at < now - NEWS || (quiet_until.is_some() && !keeps) {
            decision.kept.push(one.notice.id);
        } else if let Some(until) = quiet_until {
            decision.look_at(until);
        } else {
            match one.notice.kind {
                NoticeKind::Failure | NoticeKind::PausedItself => trouble.push(one),
                NoticeKind::Recovery => recoveries.push(one),
                NoticeKind::Summary | NoticeKind::Restored => decision.tell(&[one], single(one)),
            }
        }
    }
    let attention = |count, names| several(format!("{count} integrations need attention"), names, &Place::Activity);
    decision.tell_together(&trouble, &mut told.trouble, now, attention);
    let again = |count, names| several(format!("{count} integrations work again"), names, &Place::Integrations);
    decision.tell_together(&recoveries, &mut told.recovery, now, again);
    decision
}

impl Decision {
    fn look_at(&mut self, time: DateTime<Utc>) {
        self.next = Some(self.next.map_or(time, |next| next.min(time)));
    }

    fn tell(&mut self, notices: &[&Untold], notification: Notification) {
        self.told.extend(notices.iter().map(|one| one.notice.id));
        self.show.push(notification);
    }

    fn tell_together(
        &mut self,
        notices: &[&Untold],
        last: &mut Option<DateTime<Utc>>,
        now: DateTime<Utc>,
        group: impl Fn(usize, String) -> Notification,
    ) {
        let Some(oldest) = notices.iter().map(|one| one.notice.at).min() else { return };
        // A moment ahead of the clock was written down before the clock was set back; waiting for it would mean silence.
        let complete = oldest.min(now) + TOGETHER;
        let free = last.filter(|last| *last <= now).map_or(complete, |last| last + APART);
        let due = complete.max(free);
        if now < due {
            self.look_at(due);
            return;
        }
        *last = Some(now);
        let about: BTreeSet<_> = notices.iter().filter_map(|one| one.notice.integration).collect();
        if about.len() < MANY {
            for one in notices {
                self.tell(&[one], single(one));
            }
        } else {
            self.tell(notices, group(about.len(), names(notices)));
        }
    }
}

fn single(one: &Untold) -> Notification {
    let notice = &one.notice;
    Notification {
        title: notice.title.clone(),
        body: notice.body.clone(),
        route: notice.route.clone(),
        fixes: matches!(notice.kind, NoticeKind::Failure | NoticeKind::PausedItself),
        retry: notice.integration.filter(|_| one.retry),
    }
}

fn several(title: String, names: String, place: &Place) -> Notification {
    Notification { title, body: names, route: place.to_string(), fixes: false, retry: None }
}

/// “A, B, C and 4 more.”
fn names(notices: &[&Untold]) -> String {
    let names: BTreeSet<&str> = notices.iter().filter_map(|one| one.integration_name.as_deref()).collect();
    let more = names.len().saturating_sub(NAMES);
    let listed = names.into_iter().take(NAMES).collect::<Vec<_>>();
    match listed.split_last() {
        _ if more > 0 => format!("{} and {more} more.", listed.join(", ")),
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}.", rest.join(", ")),
        _ => format!("{}.", listed.join("")),
    }
}

/// When the quiet hours end that are on now; `None`: none are.
pub fn quiet_until(hours: &QuietHours, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let (from, to) = (time_of_day(&hours.from)?, time_of_day(&hours.to)?);
    let time = now.with_timezone(&zone).time();
    let quiet = if from <= to { from <= time && time < to } else { from <= time || time < to };
    quiet.then(|| daily(&hours.to)?.next_after(now, zone)).flatten()
}

/// When the summary of a day is due, given up to when summaries were dealt with: now (`Ok`), or later (`Err`; `None`: it
/// never is).
pub fn summary_due(
    time: &str,
    dealt_with: DateTime<Utc>,
    now: DateTime<Utc>,
    zone: Tz,
) -> Result<(), Option<DateTime<Utc>>> {
    // Ahead of the clock: the clock was set back.
    let next = daily(time).and_then(|cadence| cadence.next_after(dealt_with.min(now), zone));
    if next.is_some_and(|next| next <= now) { Ok(()) } else { Err(next) }
}

/// The day in a sentence; `None` when nothing happened.
pub fn day_in_words(runs: u64, failed: u64, rows: u64) -> Option<String> {
    let count = |number: u64, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    };
    let well = match failed {
        0 => "all went well".to_owned(),
        failed => format!("{failed} failed"),
    };
    let (syncs, rows) = (count(runs, "sync", "syncs"), count(rows, "row", "rows"));
    (runs > 0).then(|| format!("{syncs}, {well}; {rows} came in."))
}

fn time_of_day(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

fn daily(time: &str) -> Option<Cadence> {
    time_of_day(time)?;
    Cadence::parse(&format!("daily {time}")).ok().flatten()
}

#[cfg(test)]
#[path = "telling_tests.rs"]
mod tests;
