//! What is to be started when. Pure: time, zone and what the database holds come in, what is due goes out.

use super::cadence::{Cadence, dealt_with};
use crate::store::schedules::Scheduled;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::{
    collections::{BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};
use tributary_contract::{IntegrationId, Trigger};

/// How many are started in a second when many come due at once.
const STARTS_PER_SECOND: usize = 10;
/// Longest time over which those that come due at once are spread.
const LONGEST_SPREAD: TimeDelta = TimeDelta::minutes(2);
/// A catch-up waits for between so many and so many seconds after waking: networks take a while to come back, and not
/// everybody should ask at the same moment.
const SETTLING: std::ops::RangeInclusive<u64> = 30..=90;

/// An occurrence that is to be started now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The integration.
    pub id: IntegrationId,
    /// When it came due; for a catch-up, the oldest occurrence that was missed.
    pub occurrence: DateTime<Utc>,
    /// Scheduled or catch-up.
    pub trigger: Trigger,
}

/// All schedules, and what comes next of each.
#[derive(Debug)]
pub struct Plan {
    entries: HashMap<IntegrationId, Entry>,
    /// When which one is looked at next. Those that never come due are missing.
    queue: BTreeSet<(DateTime<Utc>, IntegrationId)>,
    /// Schedules that were read, by their text: many integrations share one.
    cadences: HashMap<String, Arc<Cadence>>,
    zone: Tz,
    /// What came due up to this moment was missed: the computer slept, or nobody scheduled.
    woke: DateTime<Utc>,
}

#[derive(Debug)]
struct Entry {
    row: Scheduled,
    cadence: Arc<Cadence>,
    next: Option<Next>,
}

#[derive(Debug, Clone, Copy)]
struct Next {
    at: DateTime<Utc>,
    occurrence: DateTime<Utc>,
    trigger: Trigger,
    /// Whether it has its place among many that came due together.
    spread: bool,
}

impl Plan {
    /// A plan without schedules, made at the moment from which on somebody schedules.
    pub fn new(now: DateTime<Utc>, zone: Tz) -> Self {
        Self { entries: HashMap::new(), queue: BTreeSet::new(), cadences: HashMap::new(), zone, woke: now }
    }

    /// Takes over what the database holds. What did not change keeps its place.
    pub fn update(&mut self, rows: Vec<Scheduled>, now: DateTime<Utc>) {
        let mut before = std::mem::take(&mut self.entries);
        self.entries.reserve(rows.len());
        for row in rows {
            let id = row.id;
            match before.remove(&id) {
                Some(entry) if entry.row == row => {
                    self.entries.insert(id, entry);
                }
                old => {
                    if let Some(next) = old.and_then(|entry| entry.next) {
                        self.queue.remove(&(next.at, id));
                    }
                    // Checked before it was saved; one of a newer version of the app is left to that.
                    if let Some(cadence) = self.cadence(&row.schedule) {
                        self.entries.insert(id, Entry { row, cadence, next: None });
                        self.place(id, now);
                    }
                }
            }
        }
        for (id, entry) in before {
            if let Some(next) = entry.next {
                self.queue.remove(&(next.at, id));
            }
        }
    }

    /// Begins anew from here: after sleep, after the clock was set, after a pause. What came due before was missed.
    pub fn wake(&mut self, now: DateTime<Utc>) {
        self.woke = now;
        self.place_all(now);
    }

    /// The zone whose clock on the wall counts. Another one than before: all times change.
    pub fn set_zone(&mut self, zone: Tz, now: DateTime<Utc>) {
        if zone != self.zone {
            self.zone = zone;
            self.wake(now);
        }
    }

    /// When there is something to do next.
    pub fn next(&self) -> Option<DateTime<Utc>> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// What is to be started now, oldest first. Each stays in hand until [`Plan::done`] or [`Plan::retry`].
    pub fn take_due(&mut self, now: DateTime<Utc>) -> Vec<Due> {
        if self.next().is_none_or(|at| at > now) {
            return Vec::new();
        }
        self.spread(now);
        let mut due = Vec::new();
        while let Some((at, id)) = self.queue.first().copied().filter(|(at, _)| *at <= now) {
            self.queue.remove(&(at, id));
            if let Some(next) = self.entries.get_mut(&id).and_then(|entry| entry.next.take()) {
                due.push(Due { id, occurrence: next.occurrence, trigger: next.trigger });
            }
        }
        due
    }

    /// All occurrences up to this moment were dealt with.
    pub fn done(&mut self, id: IntegrationId, handled: DateTime<Utc>, now: DateTime<Utc>) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.row.handled = handled;
            self.place(id, now);
        }
    }

    /// It could not be dealt with now: it comes again.
    pub fn retry(&mut self, due: &Due, at: DateTime<Utc>) {
        if let Some(entry) = self.entries.get_mut(&due.id) {
            entry.next = Some(Next { at, occurrence: due.occurrence, trigger: due.trigger, spread: true });
            self.queue.insert((at, due.id));
        }
    }

    /// Gives those that came due together places one after the other, in an order that has nothing to do with names.
    fn spread(&mut self, now: DateTime<Utc>) {
        let fresh = |next: &Next| !next.spread && next.trigger == Trigger::Scheduled;
        let ready = self.queue.iter().take_while(|(at, _)| *at <= now);
        let together: Vec<IntegrationId> = ready
            .filter(|(_, id)| self.entries.get(id).and_then(|entry| entry.next.as_ref()).is_some_and(fresh))
            .map(|(_, id)| *id)
            .collect();
        if together.len() <= STARTS_PER_SECOND {
            return;
        }
        let seconds = i64::try_from(together.len() / STARTS_PER_SECOND).unwrap_or(i64::MAX);
        let width = TimeDelta::try_seconds(seconds).unwrap_or(LONGEST_SPREAD).min(LONGEST_SPREAD);
        for id in together {
            let Some(next) = self.entries.get_mut(&id).and_then(|entry| entry.next.as_mut()) else { continue };
            self.queue.remove(&(next.at, id));
            next.at = now + seconds_of(scatter(id, next.occurrence) % (width.num_seconds().unsigned_abs() + 1));
            next.spread = true;
            self.queue.insert((next.at, id));
        }
    }

    fn place_all(&mut self, now: DateTime<Utc>) {
        let ids: Vec<IntegrationId> = self.entries.keys().copied().collect();
        for id in ids {
            self.place(id, now);
        }
    }

    fn place(&mut self, id: IntegrationId, now: DateTime<Utc>) {
        let (zone, woke) = (self.zone, self.woke);
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if let Some(next) = entry.next.take() {
            self.queue.remove(&(next.at, id));
        }
        entry.next = what_comes_next(id, entry, now, woke, zone);
        if let Some(next) = entry.next {
            self.queue.insert((next.at, id));
        }
    }

    fn cadence(&mut self, text: &str) -> Option<Arc<Cadence>> {
        if let Some(known) = self.cadences.get(text) {
            return Some(Arc::clone(known));
        }
        let cadence = Arc::new(Cadence::parse(text).ok()??);
        self.cadences.insert(text.to_owned(), Arc::clone(&cadence));
        Some(cadence)
    }
}

fn what_comes_next(
    id: IntegrationId,
    entry: &Entry,
    now: DateTime<Utc>,
    woke: DateTime<Utc>,
    zone: Tz,
) -> Option<Next> {
    let first = entry.cadence.next_after(dealt_with(entry.row.handled, now), zone)?;
    let regular = |occurrence| Next { at: occurrence, occurrence, trigger: Trigger::Scheduled, spread: false };
    if first > woke {
        return Some(regular(first));
    }
    // Whatever was missed, one run makes up for it; the next regular one does so too when it comes first.
    let settled = woke + seconds_of(SETTLING.start() + scatter(id, woke) % (SETTLING.end() - SETTLING.start() + 1));
    match entry.cadence.next_after(woke, zone) {
        Some(following) if following <= settled => Some(regular(following)),
        _ => Some(Next { at: settled, occurrence: first, trigger: Trigger::CatchUp, spread: false }),
    }
}

fn seconds_of(count: u64) -> TimeDelta {
    i64::try_from(count).ok().and_then(TimeDelta::try_seconds).unwrap_or(LONGEST_SPREAD)
}

/// A number that looks random, and is the same for the same integration and moment.
fn scatter(id: IntegrationId, moment: DateTime<Utc>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (id.to_string(), moment.timestamp()).hash(&mut hasher);
    hasher.finish()
}
