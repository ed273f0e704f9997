//! Where queries with more than one page go on.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use crate::org::scan::{Position, Scan};

/// Open queries remembered; older ones cannot go on.
const MOST_CURSORS: usize = 2_000;

/// An open query.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// What was asked.
    pub scan: Arc<Scan>,
    /// How many records the answer has in all.
    pub total: u64,
    /// Records on one page.
    pub page: u64,
}

/// All open queries.
#[derive(Debug, Default)]
pub struct Cursors {
    opened: u64,
    open: HashMap<String, (Cursor, HashMap<u64, Position>)>,
    order: VecDeque<String>,
}

impl Cursors {
    /// Opens a query and returns its key.
    pub fn open(&mut self, cursor: Cursor) -> String {
        self.opened += 1;
        let key = format!("0r8xx{:010}AAA", self.opened);
        if self.order.len() == MOST_CURSORS
            && let Some(oldest) = self.order.pop_front()
        {
            self.open.remove(&oldest);
        }
        self.order.push_back(key.clone());
        self.open.insert(key.clone(), (cursor, HashMap::new()));
        key
    }

    /// Notes where the page after `sent` records begins, and returns the locator a client asks for it with.
    pub fn note(&mut self, key: &str, sent: u64, position: Position) -> String {
        if let Some((_, positions)) = self.open.get_mut(key) {
            positions.insert(sent, position);
        }
        format!("{key}-{sent}")
    }

    /// The query of a locator, its key, how many records were sent before, and where it goes on. A page can be asked for
    /// again.
    pub fn find(&self, locator: &str) -> Option<(Cursor, String, u64, Position)> {
        let (key, sent) = locator.rsplit_once('-')?;
        let sent = sent.parse().ok()?;
        let (cursor, positions) = self.open.get(key)?;
        Some((cursor.clone(), key.to_owned(), sent, *positions.get(&sent)?))
    }
}
