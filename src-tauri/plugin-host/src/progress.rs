//! The counts, shared between the thread that counts and the one that reports.

use crate::scanner::{Counts, Scanner};
use std::sync::{Mutex, PoisonError};
use tributary_plugin_host::protocol::StreamCount;

#[derive(Default)]
pub(crate) struct Progress(Mutex<(Scanner, Counts)>);

impl Progress {
    /// Counts the next piece of the plugin's output.
    pub(crate) fn feed(&self, piece: &[u8]) {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (scanner, counts) = &mut *guard;
        scanner.feed(piece, counts);
    }

    /// The output has ended.
    pub(crate) fn finish(&self) {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (scanner, counts) = &mut *guard;
        scanner.finish(counts);
    }

    /// The totals, when they differ from what was told before.
    pub(crate) fn changed_since(&self, told: Option<&(Vec<StreamCount>, u64)>) -> Option<(Vec<StreamCount>, u64)> {
        let guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = &guard.1;
        let same = match told {
            Some((streams, states)) => *streams == counts.streams && *states == counts.states,
            None => counts.streams.is_empty() && counts.states == 0,
        };
        (!same).then(|| (counts.streams.clone(), counts.states))
    }
}
