//! Runs that wait or are at work.

use super::{
    giving_up,
    problems::Evidence,
    retention, retry,
    supervisor::{self, Verdict},
    turns::{Turn, Turns},
};
use crate::{Core, Error, engine::process::private_folder, notices, store};
use std::{
    collections::HashMap,
    fs::File,
    io,
    path::Path,
    sync::{Mutex, PoisonError},
};
use tokio::sync::{oneshot, watch};
use tributary_contract::{AppEvent, IntegrationStatus, Run, RunId, RunStatus, Tag, Trigger};

/// Why a run is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// The person wants it.
    Person,
    /// The app ends.
    Shutdown,
    /// Nothing was heard of it for too long.
    Silent,
    /// It took longer than any sync may.
    TooLong,
}

/// The runs of this process.
#[derive(Debug)]
pub struct Queue {
    turns: Turns,
    active: Mutex<HashMap<RunId, Active>>,
    /// Runs that have ended and whose end could not be saved yet.
    unsaved: Mutex<HashMap<RunId, Run>>,
}

#[derive(Debug, Clone)]
struct Active {
    stop: watch::Sender<Option<StopReason>>,
    done: watch::Receiver<bool>,
}

/// A file in a run's folder that another process makes to have the run stopped.
const STOP_FILE: &str = "stop";
/// A file in a run's folder that is locked for as long as the process that executes the run lives.
const OWNER_FILE: &str = "owner.lock";
/// When the end of a run that could not be saved (the disk is full) is tried again: after this, then after longer times.
const SAVE_AGAIN: std::time::Duration = std::time::Duration::from_secs(1);
/// The longest of those times.
const SAVE_AGAIN_AT_LEAST: std::time::Duration = std::time::Duration::from_secs(30);
/// How often a run looks for the stop file.
const STOP_FILE_CHECK: std::time::Duration = std::time::Duration::from_secs(1);

impl Queue {
    /// A queue that executes up to `bound` runs at once.
    pub fn new(bound: usize) -> Self {
        Self { turns: Turns::new(bound), active: Mutex::default(), unsaved: Mutex::default() }
    }

    /// Executes up to so many at once from now on. Those that are at work go on.
    pub fn set_bound(&self, bound: usize) {
        self.turns.set_bound(bound);
    }

    fn active(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, Active>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unsaved(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, Run>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A run of this process that has ended although the database does not know it yet.
    pub fn ended_unsaved(&self, run: RunId) -> Option<Run> {
        self.unsaved().get(&run).cloned()
    }

    /// Stops a run of this process. Whether there is one.
    pub fn stop(&self, run: RunId, reason: StopReason) -> bool {
        let found = self.active().get(&run).cloned();
        // The first reason stays.
        found.is_some_and(|active| {
            active.stop.send_if_modified(|current| current.is_none().then(|| *current = Some(reason)).is_some());
            true
        })
    }

    /// Waits until a run of this process has ended; at once when it is not one.
    pub async fn wait(&self, run: RunId) {
        let found = self.active().get(&run).cloned();
        if let Some(mut active) = found {
            let _ = active.done.wait_for(|done| *done).await;
        }
    }

    /// Stops every run and waits for their ends.
    pub async fn shutdown(&self) {
        let runs: Vec<RunId> = self.active().keys().copied().collect();
        for run in &runs {
            self.stop(*run, StopReason::Shutdown);
        }
        for run in runs {
            self.wait(run).await;
        }
    }
}

/// Puts a run into the database and the queue. Fails when its integration has an active one.
pub async fn submit(core: &Core, run: Run) -> Result<Run, Error> {
    let folder = core.home().run(run.id);
    // The lock comes before the row: a row without a locked owner is taken for a crash.
    let owner = own(&folder).map_err(|source| {
        let _ = std::fs::remove_dir(&folder);
        Error::File { path: folder.clone(), source }
    })?;
    let row = run.clone();
    let inserted = core.database().transact(move |connection| store::runs::insert(connection, &row)).await;
    if let Err(error) = inserted {
        drop(owner);
        let _ = std::fs::remove_dir_all(&folder);
        return Err(error.into());
    }
    let (stop, stopping) = watch::channel(None);
    let (finished, done) = watch::channel(false);
    core.queue().active().insert(run.id, Active { stop, done });
    announce(core, &run);
    // Here and not in the task: runs that were asked for first come first.
    let turn = core.queue().turns.line_up(run.trigger);
    let (core, queued) = (core.clone(), run.clone());
    tokio::spawn(async move {
        let mut by_file = stopping.clone();
        let watching = {
            let (core, folder, id) = (core.clone(), folder.clone(), queued.id);
            tokio::spawn(async move {
                let mut interval = tokio::time::interval(STOP_FILE_CHECK);
                while by_file.borrow_and_update().is_none() {
                    interval.tick().await;
                    if folder.join(STOP_FILE).exists() {
                        core.queue().stop(id, StopReason::Person);
                    }
                }
            })
        };
        run_in_turn(&core, &queued, &folder, turn, stopping, &finished).await;
        watching.abort();
        drop(owner);
        core.queue().active().remove(&queued.id);
        finished.send_replace(true);
        announce(&core, &queued);
        retention::look_later(&core);
    });
    Ok(run)
}

async fn run_in_turn(
    core: &Core,
    run: &Run,
    folder: &Path,
    turn: oneshot::Receiver<Turn>,
    stopping: watch::Receiver<Option<StopReason>>,
    finished: &watch::Sender<bool>,
) {
    let mut waiting = stopping.clone();
    let turn = tokio::select! {
        turn = turn => turn.ok(),
        _ = waiting.wait_for(Option::is_some) => None,
    };
    let (id, now) = (run.id, core.now());
    let started = match turn {
        Some(_) => core.database().transact(move |connection| store::runs::start(connection, id, now)).await,
        None => Ok(false),
    };
    let verdict = match started {
        Ok(true) => {
            announce(core, run);
            supervisor::execute(core, run, folder, stopping).await
        }
        Ok(false) => Verdict { status: RunStatus::Cancelled, problem: None, streams: Vec::new() },
        Err(error) => {
            tracing::error!(%error, "a run could not be marked as started");
            let problem = crate::ops::prepare_error::PrepareError::from(Error::from(error));
            let problem = problem.into_problem(&Evidence::default(), run.integration);
            Verdict { status: RunStatus::Failed, problem: Some(problem), streams: Vec::new() }
        }
    };
    // The next one need not wait for the database.
    drop(turn);
    let mut pause = SAVE_AGAIN;
    while let Err(error) = conclude(core, run, &verdict).await {
        tracing::error!(%error, "the end of a run could not be saved yet");
        core.queue().unsaved().insert(run.id, verdict.of(run, core.now()));
        finished.send_replace(true);
        announce(core, run);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(SAVE_AGAIN_AT_LEAST);
    }
    core.queue().unsaved().remove(&run.id);
}

/// One transaction: final status, counts, and what follows for the integration.
async fn conclude(core: &Core, run: &Run, verdict: &Verdict) -> Result<(), Error> {
    let (id, integration, now) = (run.id, run.integration, core.now());
    let by_itself = run.trigger != Trigger::Manual;
    let verdict = verdict.clone();
    let noticed = core
        .database()
        .transact(move |connection| {
            store::runs::save_streams(connection, id, &verdict.streams)?;
            let mut paused_itself = false;
            let ended = store::runs::finish(connection, id, verdict.status, verdict.problem.as_ref(), now)?;
            if ended {
                match verdict.status {
                    RunStatus::Succeeded => {
                        store::integrations::set_status(connection, integration, IntegrationStatus::Ready)?;
                    }
                    RunStatus::Failed => {
                        // One that is tried again by itself needs nobody yet: it stays as it was.
                        if let Some(problem) = &verdict.problem
                            && retry::plan(connection, id, integration, problem.code, now)?.is_some()
                        {
                            return Ok(false);
                        }
                        store::integrations::set_status(connection, integration, IntegrationStatus::Attention)?;
                        if by_itself {
                            paused_itself = giving_up::pause_after_failures(connection, integration)?;
                        }
                    }
                    // It waits for something of the source: it begins by itself, and nobody has to do anything.
                    RunStatus::Skipped => retry::wait(connection, id, now)?,
                    _ => {}
                }
            }
            Ok(ended && notices::writing::after_run(connection, id, paused_itself)?)
        })
        .await?;
    if noticed {
        core.events().send(AppEvent::Invalidate(vec![Tag::Notices]));
    }
    Ok(())
}

fn announce(core: &Core, run: &Run) {
    core.events().send(AppEvent::Invalidate(vec![
        Tag::Integrations,
        Tag::Integration(run.integration),
        Tag::Runs,
        Tag::Run(run.id),
    ]));
}

/// Makes a run's folder and takes its lock, which the system lets go when this process ends, however it ends.
pub(super) fn own(folder: &Path) -> io::Result<File> {
    let path = folder.join(OWNER_FILE);
    loop {
        private_folder(folder)?;
        let file = File::options().create(true).truncate(false).write(true).open(&path)?;
        file.lock()?;
        // Whoever clears away folders without a run may have been faster; with the lock held nobody is.
        if path.exists() {
            return Ok(file);
        }
    }
}

/// Who executes a run.
#[derive(Debug)]
pub(super) enum Owner {
    /// A process that lives.
    Lives,
    /// Nobody any more. With the lock, so that nobody else says so meanwhile; without, where there is no file to lock.
    Gone(Option<File>),
}

/// Whether the process that executes a run lives.
pub(super) fn owner(folder: &Path) -> io::Result<Owner> {
    // Not made where it is missing: on a full disk that would fail.
    match File::options().write(true).open(folder.join(OWNER_FILE)) {
        Ok(file) => match file.try_lock() {
            Ok(()) => Ok(Owner::Gone(Some(file))),
            Err(std::fs::TryLockError::WouldBlock) => Ok(Owner::Lives),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Owner::Gone(None)),
        Err(error) => Err(error),
    }
}

/// Asks whichever process executes a run to stop it.
pub fn ask_to_stop(folder: &Path) -> io::Result<()> {
    std::fs::write(folder.join(STOP_FILE), b"")
}
