//! The counts, shared between the threads that count and the one that reports.

use crate::scanner::{Counts, Scanner};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tributary_plugin_host::protocol::StreamCount;

/// Counts one stream of messages.
#[derive(Default)]
pub(crate) struct Counter(Mutex<(Scanner, Counts)>);

impl Counter {
    /// Counts the next piece.
    pub(crate) fn feed(&self, piece: &[u8]) {
        let (scanner, counts) = &mut *self.lock();
        scanner.feed(piece, counts);
    }

    /// There is no more.
    pub(crate) fn finish(&self) {
        let (scanner, counts) = &mut *self.lock();
        scanner.finish(counts);
    }

    fn lock(&self) -> MutexGuard<'_, (Scanner, Counts)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is reported of a plugin.
#[derive(Default)]
pub(crate) struct Progress {
    /// What it writes.
    pub(crate) written: Counter,
    /// What it is given. A loader writes no records and an extractor is given none, so the records of both are one list.
    pub(crate) given: Counter,
}

impl Progress {
    /// The totals, when they differ from what was told before.
    pub(crate) fn changed_since(&self, told: Option<&(Vec<StreamCount>, u64)>) -> Option<(Vec<StreamCount>, u64)> {
        let (given, written) = (self.given.lock(), self.written.lock());
        let streams = if given.1.streams.is_empty() { &written.1.streams } else { &given.1.streams };
        let states = written.1.states;
        let same = match told {
            Some((told, told_states)) => told == streams && *told_states == states,
            None => streams.is_empty() && states == 0,
        };
        (!same).then(|| (streams.clone(), states))
    }
}
