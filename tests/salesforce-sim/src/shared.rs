//! What all connections of a simulator share.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;

use crate::{
    api::{bulk::jobs::Jobs, cursors::Cursors},
    clock,
    config::SimulatorConfig,
    error::SimulatorError,
    mode::{Asked, Effect, Mode, ModeState},
    oauth::grants::{Grants, Person},
    org::Org,
    stats::Stats,
};

/// Calls an org of this kind may make in a day.
pub const DAILY_CALLS: u64 = 100_000;
/// Calls other apps made today already.
const CALLS_OF_OTHERS: u64 = 1_204;

/// The state of a simulator. Locks are held for moments only, never across a wait.
#[derive(Debug)]
pub struct Shared {
    /// How it was set up.
    pub config: SimulatorConfig,
    /// Its own plain address: `http://127.0.0.1:PORT`.
    pub base_url: String,
    org: RwLock<Org>,
    grants: Mutex<Grants>,
    mode: Mutex<ModeState>,
    mode_changes: watch::Sender<u64>,
    delay: AtomicU64,
    auto_approve: AtomicBool,
    person: Mutex<Option<Person>>,
    stats: Mutex<Stats>,
    cursors: Mutex<Cursors>,
    jobs: Mutex<Jobs>,
    refreshing: Mutex<HashMap<String, u32>>,
    saving: Mutex<()>,
}

impl Shared {
    /// The state at the start: the generated org with the edits of the configuration's file.
    pub fn new(config: SimulatorConfig, base_url: String) -> Result<Self, SimulatorError> {
        let mut org = Org::generate(&config)?;
        let started = clock::now().timestamp_micros();
        let mut grants =
            Grants::new(&config.refresh_token, &config.client_secret, config.rotate_refresh_tokens, started);
        if let Some(path) = &config.overlay {
            grants.restore(&org.load(path)?);
        }
        let auto_approve = AtomicBool::new(config.auto_approve);
        Ok(Self {
            config,
            base_url,
            org: RwLock::new(org),
            grants: Mutex::new(grants),
            mode: Mutex::default(),
            mode_changes: watch::Sender::new(0),
            delay: AtomicU64::new(0),
            auto_approve,
            person: Mutex::default(),
            stats: Mutex::default(),
            cursors: Mutex::default(),
            jobs: Mutex::default(),
            refreshing: Mutex::default(),
            saving: Mutex::default(),
        })
    }

    /// The org, to read.
    pub fn org(&self) -> RwLockReadGuard<'_, Org> {
        self.org.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The org, to edit.
    pub fn org_mut(&self) -> RwLockWriteGuard<'_, Org> {
        self.org.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Grants and tokens.
    pub fn grants(&self) -> MutexGuard<'_, Grants> {
        lock(&self.grants)
    }

    /// Where queries with more pages go on.
    pub fn cursors(&self) -> MutexGuard<'_, Cursors> {
        lock(&self.cursors)
    }

    /// The jobs of the Bulk API.
    pub fn jobs(&self) -> MutexGuard<'_, Jobs> {
        lock(&self.jobs)
    }

    /// Counts something.
    pub fn count(&self, count: impl FnOnce(&mut Stats)) {
        count(&mut lock(&self.stats));
    }

    /// The counts.
    pub fn stats(&self) -> Stats {
        *lock(&self.stats)
    }

    /// Sets the mode and wakes requests that hang.
    pub fn set_mode(&self, mode: Mode) {
        lock(&self.mode).set(mode);
        self.mode_changes.send_modify(|changes| *changes += 1);
    }

    /// The mode.
    pub fn mode(&self) -> Mode {
        lock(&self.mode).mode().clone()
    }

    /// What the mode does to a request, which is counted by this.
    pub fn effect(&self, asked: Asked) -> Effect {
        lock(&self.mode).effect(asked)
    }

    /// Whether the mode forbids an object.
    pub fn forbids(&self, object: &str) -> bool {
        lock(&self.mode).forbids(object)
    }

    /// Whether the mode has taken an object away.
    pub fn hides(&self, object: &str) -> bool {
        lock(&self.mode).hides(object)
    }

    /// Waits until the mode is set again. `seen` is a receiver made before the mode was looked at.
    pub async fn mode_change(mut seen: watch::Receiver<u64>) {
        // The sender lives as long as the state, so this only fails when the simulator is gone anyway.
        let _ = seen.changed().await;
    }

    /// Notices changes of the mode from now on.
    pub fn mode_watch(&self) -> watch::Receiver<u64> {
        self.mode_changes.subscribe()
    }

    /// Sets how long each request takes at least.
    pub fn set_delay(&self, delay: Duration) {
        self.delay.store(u64::try_from(delay.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Waits for the time each request takes at least.
    pub async fn delay(&self) {
        let delay = self.delay.load(Ordering::Relaxed);
        if delay > 0 {
            tokio::time::sleep(Duration::from_micros(delay)).await;
        }
    }

    /// Whether the authorise page approves by itself.
    pub fn auto_approve(&self) -> bool {
        self.auto_approve.load(Ordering::Relaxed)
    }

    /// Sets whether the authorise page approves by itself.
    pub fn set_auto_approve(&self, approve: bool) {
        self.auto_approve.store(approve, Ordering::Relaxed);
    }

    /// Who approves at the authorise page; none for the user of the configuration.
    pub fn person(&self) -> Option<Person> {
        lock(&self.person).clone()
    }

    /// Sets who approves at the authorise page from now on.
    pub fn set_person(&self, person: Option<Person>) {
        *lock(&self.person) = person;
    }

    /// The address of the API a sign-in returns.
    pub fn instance_url(&self) -> &str {
        self.config.instance_url.as_deref().unwrap_or(&self.base_url)
    }

    /// API calls used and allowed today.
    pub fn usage(&self) -> (u64, u64) {
        match lock(&self.mode).mode() {
            Mode::Quota { used, allowed } => (*used, *allowed),
            _ => (CALLS_OF_OTHERS + self.stats().api_requests, DAILY_CALLS),
        }
    }

    /// Notes that a refresh token is being used; the note ends with what is returned.
    pub fn refreshing(&self, token: &str) -> Refreshing<'_> {
        let mut users = lock(&self.refreshing);
        let count = users.entry(token.to_owned()).or_default();
        *count += 1;
        if *count > 1 {
            self.count(|stats| stats.concurrent_refreshes += 1);
        }
        Refreshing { shared: self, token: token.to_owned() }
    }

    /// Writes the edits to the configuration's file; does nothing when there is none.
    pub fn save(&self) -> Result<(), SimulatorError> {
        let Some(path) = &self.config.overlay else { return Ok(()) };
        let _one_at_a_time = lock(&self.saving);
        let grants = self.grants().saved();
        self.org().save(path, grants)
    }
}

/// A refresh token in use.
#[derive(Debug)]
pub struct Refreshing<'s> {
    shared: &'s Shared,
    token: String,
}

impl Drop for Refreshing<'_> {
    fn drop(&mut self) {
        let mut users = lock(&self.shared.refreshing);
        if let Some(count) = users.get_mut(&self.token) {
            *count -= 1;
            if *count == 0 {
                users.remove(&self.token);
            }
        }
    }
}

/// A panic of another request must not take the simulator down with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
