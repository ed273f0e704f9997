//! Live counts of one run, as the window gets them: how much of each stream was read and loaded, how fast, and how much is
//! expected. Pure: time is passed in.
//!
//! However fast the data comes, no second has more than ten updates; what comes too early waits for the next, so the newest
//! counts always arrive. The last of a run is sent at once: the pause between the others leaves room for it.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};
use tokio::time::Instant;
use tributary_contract::{IntegrationId, RunId, RunPhase, RunProgress, RunStream, StreamChanges};
use tributary_plugin_host::protocol::StreamCount;

/// The least time between two updates: eight of these and the last one are less than ten in a second.
const PAUSE: Duration = Duration::from_millis(125);
/// More time for runs with very many streams: updates name them all.
const PAUSE_PER_STREAM: Duration = Duration::from_micros(200);
/// Over what time rows per second are counted,
const WINDOW: Duration = Duration::from_secs(4);
/// and the least time between two looks at the counts for that.
const LOOK: Duration = Duration::from_millis(500);

/// Counts of one run.
#[derive(Debug)]
pub struct Progress {
    run: RunId,
    integration: IntegrationId,
    phase: RunPhase,
    streams: Vec<RunStream>,
    loaded: HashMap<String, u64>,
    changes: HashMap<String, StreamChanges>,
    expected: Option<u64>,
    /// Rows of each stream at some moments of the last seconds, oldest first.
    looks: VecDeque<(Instant, Vec<u64>)>,
    begun: Instant,
    sent: Option<Instant>,
    /// Whether something is new since then.
    changed: bool,
    /// Whether the rates that were sent last say that rows come in.
    moving: bool,
}

impl Progress {
    /// Nothing was read yet.
    pub fn new(run: RunId, integration: IntegrationId, now: Instant) -> Self {
        Self {
            begun: now,
            run,
            integration,
            phase: RunPhase::Preparing,
            streams: Vec::new(),
            loaded: HashMap::new(),
            changes: HashMap::new(),
            expected: None,
            looks: VecDeque::new(),
            sent: None,
            changed: true,
            moving: false,
        }
    }

    /// How many rows earlier runs of this kind brought.
    pub fn expect(&mut self, rows: Option<u64>) {
        self.changed |= self.expected != rows;
        self.expected = rows;
    }

    /// The run goes on to another phase. It never goes back: reports of two plugins may cross.
    pub fn enter(&mut self, phase: RunPhase) {
        if order(phase) > order(self.phase) {
            self.phase = phase;
            self.changed = true;
        }
    }

    /// Takes the totals that were read.
    pub fn read(&mut self, counts: Vec<StreamCount>) {
        self.streams = counts
            .into_iter()
            .map(|count| RunStream {
                loaded: self.loaded.get(&count.name).copied(),
                changes: self.changes.get(&count.name).cloned(),
                name: count.name,
                records: count.records,
                bytes: count.bytes,
                mark: None,
            })
            .collect();
        self.changed = true;
    }

    /// Takes the totals that reached the destination's connector.
    pub fn load(&mut self, counts: Vec<StreamCount>) {
        self.loaded = counts.into_iter().map(|count| (count.name, count.records)).collect();
        for stream in &mut self.streams {
            stream.loaded = self.loaded.get(&stream.name).copied();
        }
        self.changed = true;
    }

    /// Takes what the destination's connector says it changed in a stream so far.
    pub fn change(&mut self, stream: &str, changes: StreamChanges) {
        if let Some(known) = self.streams.iter_mut().find(|known| known.name == stream) {
            known.changes = Some(changes.clone());
            self.changed = true;
        }
        self.changes.insert(stream.to_owned(), changes);
    }

    /// The loader has ended, so what it was not given it will never be: such streams have loaded nothing.
    pub fn loader_ended(&mut self) {
        for stream in &mut self.streams {
            stream.loaded.get_or_insert(0);
        }
        self.changed = true;
    }

    /// The counts so far.
    pub fn streams(&self) -> &[RunStream] {
        &self.streams
    }

    /// When to ask for an update next; `None`: nothing is new.
    pub fn due(&self) -> Option<Instant> {
        let Some(sent) = self.sent else { return Some(self.begun) };
        let streams = u32::try_from(self.streams.len()).unwrap_or(u32::MAX);
        if self.changed {
            Some(sent + PAUSE + PAUSE_PER_STREAM.saturating_mul(streams))
        } else {
            // Nothing comes any more: that is told too.
            self.moving.then(|| sent + LOOK.max(PAUSE_PER_STREAM.saturating_mul(streams)))
        }
    }

    /// The update that is due.
    pub fn update(&mut self, now: Instant) -> Option<RunProgress> {
        self.due().is_some_and(|due| due <= now).then(|| self.snapshot(now))
    }

    /// The last update, whenever the one before was.
    pub fn last(&mut self, now: Instant) -> RunProgress {
        self.snapshot(now)
    }

    fn snapshot(&mut self, now: Instant) -> RunProgress {
        let rates = self.rates(now);
        self.sent = Some(now);
        self.changed = false;
        self.moving = rates.iter().any(|rate| *rate > 0);
        RunProgress {
            run: self.run,
            integration: self.integration,
            phase: self.phase,
            streams: self.streams.clone(),
            rates,
            expected: self.expected,
        }
    }

    /// Rows per second of each stream over the last seconds.
    fn rates(&mut self, now: Instant) -> Vec<u64> {
        let counts = || self.streams.iter().map(|stream| stream.records).collect();
        match self.looks.back() {
            None => self.looks.push_back((now, counts())),
            Some((last, _)) if now.saturating_duration_since(*last) >= LOOK => self.looks.push_back((now, counts())),
            Some(_) => {}
        }
        // One that is older is kept: the time since then is not shorter than the window.
        while self.looks.get(1).is_some_and(|(at, _)| now.saturating_duration_since(*at) >= WINDOW) {
            self.looks.pop_front();
        }
        let Some((since, before)) = self.looks.front() else { return Vec::new() };
        // Right after the start a few rows would look like a flood.
        let seconds = now.saturating_duration_since(*since).max(LOOK).as_secs_f64();
        let rate = |(index, stream): (usize, &RunStream)| {
            let rows = stream.records.saturating_sub(before.get(index).copied().unwrap_or(0));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "not negative, and far below 2^53"
            )]
            let rate = (rows as f64 / seconds).round() as u64;
            rate
        };
        self.streams.iter().enumerate().map(rate).collect()
    }
}

const fn order(phase: RunPhase) -> u8 {
    match phase {
        RunPhase::Preparing => 0,
        RunPhase::Discovering => 1,
        RunPhase::Reading => 2,
        RunPhase::Loading => 3,
        RunPhase::Finishing => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn progress() -> Progress {
        Progress::new(RunId::new(), IntegrationId::new(), Instant::now())
    }

    fn counts(rows: &[(&str, u64)]) -> Vec<StreamCount> {
        rows.iter().map(|(name, records)| StreamCount { name: (*name).into(), records: *records, bytes: 1 }).collect()
    }

    proptest! {
        #[test]
        fn no_second_has_more_than_ten_updates_and_the_newest_counts_arrive(
            gaps in prop::collection::vec(0_u64..40, 1..400), ends_at in 0_u64..200,
        ) {
            let (mut progress, mut sent, mut shown) = (progress(), Vec::new(), 0);
            let mut now = progress.begun;
            let mut rows = 0;
            for gap in gaps {
                // Between two reports the supervisor wakes when an update is due.
                let next = now + Duration::from_millis(gap);
                while let Some(due) = progress.due().filter(|due| *due <= next) {
                    let update = progress.update(due.max(now)).expect("it is due");
                    now = due.max(now);
                    shown = update.streams.first().map_or(0, |stream| stream.records);
                    sent.push(now);
                }
                now = next;
                rows += 7;
                progress.read(counts(&[("a", rows)]));
                if let Some(update) = progress.update(now) {
                    shown = update.streams[0].records;
                    sent.push(now);
                }
            }
            if ends_at > 150 {
                let due = progress.due().unwrap_or(now);
                if let Some(update) = progress.update(due.max(now)) {
                    shown = update.streams[0].records;
                    sent.push(due.max(now));
                }
                prop_assert_eq!(shown, rows, "what came last is shown although nothing follows");
            } else {
                sent.push(now);
                prop_assert_eq!(progress.last(now).streams[0].records, rows);
            }
            for (index, at) in sent.iter().enumerate() {
                let within = sent[index..].iter().take_while(|other| **other < *at + Duration::from_secs(1)).count();
                prop_assert!(within <= 10, "{} updates in a second", within);
            }
        }
    }

    #[test]
    fn rates_are_those_of_the_last_seconds_and_fall_to_nothing() {
        let mut progress = progress();
        let start = progress.begun;
        let at = |tenths: u64| start + Duration::from_millis(tenths * 100);
        assert_eq!(progress.update(start).map(|update| update.rates), Some(vec![]));
        let mut rates = Vec::new();
        for tenth in 1..=100_u64 {
            progress.read(counts(&[("quick", tenth * 100), ("slow", tenth)]));
            if let Some(update) = progress.update(at(tenth)) {
                rates = update.rates;
            }
        }
        assert!((950..=1_050).contains(&rates[0]), "{rates:?}");
        assert!((9..=11).contains(&rates[1]), "{rates:?}");
        let mut updates = 0;
        while let Some(due) = progress.due() {
            let update = progress.update(due).expect("it is due");
            rates = update.rates;
            updates += 1;
            assert!(updates < 20, "it comes to rest");
        }
        assert_eq!(rates, [0, 0], "nothing comes any more");
    }

    #[test]
    fn what_was_read_and_what_was_loaded_meet_whichever_comes_first() {
        let mut progress = progress();
        progress.load(counts(&[("a", 5)]));
        progress.read(counts(&[("a", 9), ("b", 3)]));
        let loaded = |progress: &Progress| progress.streams().iter().map(|stream| stream.loaded).collect::<Vec<_>>();
        assert_eq!(loaded(&progress), [Some(5), None]);
        progress.load(counts(&[("a", 9)]));
        assert_eq!(loaded(&progress), [Some(9), None]);
        progress.loader_ended();
        assert_eq!(loaded(&progress), [Some(9), Some(0)]);
    }

    #[test]
    fn what_changed_stays_with_its_stream_whichever_comes_first() {
        let mut progress = progress();
        let changes = |added| StreamChanges { added, ..StreamChanges::default() };
        progress.change("a", changes(1));
        progress.read(counts(&[("a", 9), ("b", 3)]));
        progress.change("b", changes(2));
        progress.change("a", changes(9));
        progress.read(counts(&[("a", 9), ("b", 3)]));
        let added = |stream: &RunStream| stream.changes.as_ref().map(|changes| changes.added);
        assert_eq!(progress.streams().iter().map(added).collect::<Vec<_>>(), [Some(9), Some(2)]);
    }

    #[test]
    fn phases_only_go_on() {
        let mut progress = progress();
        progress.enter(RunPhase::Loading);
        progress.enter(RunPhase::Reading);
        assert_eq!(progress.last(Instant::now()).phase, RunPhase::Loading);
        assert_eq!(progress.due(), None, "nothing is new");
        progress.enter(RunPhase::Finishing);
        assert!(progress.due().is_some());
    }
}
