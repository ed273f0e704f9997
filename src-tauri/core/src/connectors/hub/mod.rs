//! The public catalogue: fetched in the background, kept in SQLite, searched in memory.
//!
//! Invariants:
//! - Nothing waits for the network: what is known is answered, what is not comes later.
//! - What the server says is untrusted. A reply that is too large, too slow or of the wrong form changes nothing.
//! - Only addresses of the catalogue's own origin are followed.

pub mod address;
mod category;
mod client;
mod entry;
mod plain;
mod refresh;
pub mod requirement;
pub mod search;

pub use client::{HubError, fetch_archive};
pub use entry::{HubEntry, Installation, guide, kept_definition, page};

use crate::{
    clock::Clock,
    connectors::{Catalogue, Definition},
    events::EventSink,
    network::Network,
    store::{Database, StoreError, hub_documents},
};
use chrono::{DateTime, TimeDelta, Utc};
use search::Shelf;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OnceCell, watch},
    task::AbortHandle,
};
use tributary_contract::{ConnectorKind, HubState};

/// Environment variable that names another catalogue.
pub const HUB_VARIABLE: &str = "TRIBUTARY_HUB_URL";
/// The public catalogue.
const PUBLIC: &str = "https://hub.meltano.com/meltano/api/v1";
/// How long a copy is fresh.
const FRESH: TimeDelta = TimeDelta::days(1);
/// How long nothing is tried again by itself.
const REST: TimeDelta = TimeDelta::minutes(10);

/// Where the catalogue is, and how much it may send.
#[derive(Debug, Clone)]
pub struct HubOptions {
    /// The root of its interface, without a slash at the end.
    pub root: String,
    /// The largest index, in bytes.
    pub index_bytes: usize,
    /// The largest definition, in bytes.
    pub definition_bytes: usize,
    /// How long one reply may take.
    pub patience: Duration,
}

impl Default for HubOptions {
    fn default() -> Self {
        let named = std::env::var(HUB_VARIABLE).ok().filter(|text| !text.is_empty());
        let root = named.unwrap_or_else(|| PUBLIC.to_owned());
        Self {
            root: root.trim_end_matches('/').to_owned(),
            index_bytes: 8 * 1024 * 1024,
            definition_bytes: 1024 * 1024,
            patience: Duration::from_secs(30),
        }
    }
}

type Key = (ConnectorKindOrder, String);

/// Sources before destinations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ConnectorKindOrder(u8);

fn key(kind: ConnectorKind, name: &str) -> Key {
    (ConnectorKindOrder(u8::from(kind == ConnectorKind::Loader)), name.to_owned())
}

/// The copy of the public catalogue. Dropping it ends a fetch that is under way; the next one goes on there.
pub struct Hub {
    shared: Arc<Shared>,
    task: Mutex<Option<AbortHandle>>,
}

struct Shared {
    options: HubOptions,
    database: Database,
    clock: Arc<dyn Clock>,
    events: Arc<dyn EventSink>,
    network: Network,
    state: Mutex<State>,
    loaded: OnceCell<()>,
    /// Whether a fetch is under way.
    busy: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    entries: BTreeMap<Key, Arc<HubEntry>>,
    listed: u32,
    /// Definitions that were fetched, also of connectors that are not shown.
    known: u32,
    refreshed_at: Option<DateTime<Utc>>,
    attempted_at: Option<DateTime<Utc>>,
    failure: Option<String>,
    shelf: Option<Arc<Shelf>>,
}

impl Drop for Hub {
    fn drop(&mut self) {
        if let Some(task) = lock(&self.task).take() {
            task.abort();
        }
    }
}

impl Hub {
    /// The copy in this database.
    pub fn new(
        options: HubOptions,
        database: Database,
        clock: Arc<dyn Clock>,
        events: Arc<dyn EventSink>,
        network: Network,
    ) -> Self {
        let shared = Shared {
            options,
            database,
            clock,
            events,
            network,
            state: Mutex::default(),
            loaded: OnceCell::new(),
            busy: watch::Sender::new(false),
        };
        Self { shared: Arc::new(shared), task: Mutex::default() }
    }

    /// How the copy is doing.
    pub async fn state(&self) -> Result<HubState, StoreError> {
        self.shared.load().await?;
        let state = lock(&self.shared.state);
        Ok(HubState {
            known: state.known,
            listed: state.listed.max(state.known),
            refreshing: *self.shared.busy.borrow(),
            refreshed_at: state.refreshed_at,
            failure: state.failure.clone(),
        })
    }

    /// What can be searched: the connectors of `catalogue` and those of the copy that it does not have.
    pub async fn shelf(&self, catalogue: &Arc<Catalogue>) -> Result<Arc<Shelf>, StoreError> {
        self.shared.load().await?;
        let mut state = lock(&self.shared.state);
        if let Some(shelf) = state.shelf.as_ref().filter(|shelf| shelf.is_of(catalogue)) {
            return Ok(Arc::clone(shelf));
        }
        let made = Arc::new(Shelf::new(catalogue, state.entries.values()));
        state.shelf = Some(Arc::clone(&made));
        Ok(made)
    }

    /// The definition of the plugin `name`, and its text as it was fetched.
    pub async fn definition(
        &self,
        kind: ConnectorKind,
        name: &str,
    ) -> Result<Option<(Definition, String)>, StoreError> {
        let wanted = name.to_owned();
        let body = self.shared.database.read(move |rows| hub_documents::body(rows, kind, &wanted)).await?;
        // What was kept was read before: a failure would be a fault of this version.
        Ok(body.and_then(|body| Some((entry::read_definition(kind, name, &body).ok()?, body))))
    }

    /// Begins to fetch in the background when the copy is old or not complete, and nothing is under way.
    pub async fn keep_fresh(&self) -> Result<(), StoreError> {
        self.shared.load().await?;
        let now = self.shared.clock.now();
        let due = {
            let state = lock(&self.shared.state);
            let rested = state.attempted_at.is_none_or(|at| now - at >= REST);
            let old = state.refreshed_at.is_none_or(|at| now - at >= FRESH);
            rested && (old || state.known < state.listed)
        };
        if due {
            self.start(FRESH);
        }
        Ok(())
    }

    /// Looks for changes now, and waits for the end.
    ///
    /// # Errors
    /// Why the copy could not be brought up to date, in plain words.
    pub async fn refresh(&self) -> Result<Result<(), String>, StoreError> {
        self.shared.load().await?;
        self.start(REST);
        let mut busy = self.shared.busy.subscribe();
        // The sender lives as long as this.
        let _ = busy.wait_for(|busy| !busy).await;
        Ok(lock(&self.shared.state).failure.clone().map_or(Ok(()), Err))
    }

    /// Starts to fetch what is older than `fresh`, unless a fetch is under way.
    fn start(&self, fresh: TimeDelta) {
        let mut task = lock(&self.task);
        let began = self.shared.busy.send_if_modified(|busy| !std::mem::replace(busy, true));
        if began {
            let shared = Arc::clone(&self.shared);
            *task = Some(tokio::spawn(async move { refresh::run(&shared, fresh).await }).abort_handle());
        }
    }
}

impl Shared {
    /// Reads the copy, once.
    async fn load(&self) -> Result<(), StoreError> {
        let read = || async {
            *lock(&self.state) = self.database.read(|rows| Ok(State::from_rows(hub_documents::list(rows)?))).await?;
            Ok::<(), StoreError>(())
        };
        self.loaded.get_or_try_init(read).await?;
        Ok(())
    }
}

impl State {
    fn from_rows(rows: Vec<(hub_documents::HubDocument, String)>) -> Self {
        let mut state = Self::default();
        let mut indexes = Vec::new();
        for (row, body) in rows {
            if row.name.is_empty() {
                state.listed += entry::read_index(&body).map_or(0, |index| u32::try_from(index.len()).unwrap_or(0));
                indexes.push(row.fetched_at);
            } else if let Ok(entry) = HubEntry::parse(row.kind, &row.name, &body) {
                state.put(entry);
            }
        }
        // Both kinds have to be there for the copy to be of one moment.
        state.refreshed_at = indexes.iter().min().copied().filter(|_| indexes.len() == 2);
        state
    }

    fn put(&mut self, entry: HubEntry) {
        if self.entries.insert(key(entry.card.kind, &entry.card.plugin), Arc::new(entry)).is_none() {
            self.known += 1;
        }
        self.shelf = None;
    }

    fn remove(&mut self, kind: ConnectorKind, name: &str) {
        if self.entries.remove(&key(kind, name)).is_some() {
            self.known -= 1;
        }
        self.shelf = None;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is kept here is whole after every statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
