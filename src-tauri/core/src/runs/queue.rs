//! Runs that wait or are at work: a bound on all of them, first come first served.

use super::{
    giving_up,
    supervisor::{self, Verdict},
};
use crate::{Core, Error, engine::process::private_folder, store};
use std::{
    collections::HashMap,
    fs::File,
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{Semaphore, watch};
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
    permits: Arc<Semaphore>,
    active: Mutex<HashMap<RunId, Active>>,
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
/// How often a run looks for the stop file.
const STOP_FILE_CHECK: std::time::Duration = std::time::Duration::from_secs(1);

impl Queue {
    /// A queue that executes up to `bound` runs at once.
    pub fn new(bound: usize) -> Self {
        Self { permits: Arc::new(Semaphore::new(bound)), active: Mutex::default() }
    }

    fn active(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, Active>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
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
    let owner = own(&folder).map_err(|source| Error::File { path: folder.clone(), source })?;
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
        run_in_turn(&core, &queued, &folder, stopping).await;
        watching.abort();
        drop(owner);
        core.queue().active().remove(&queued.id);
        finished.send_replace(true);
        announce(&core, &queued);
    });
    Ok(run)
}

async fn run_in_turn(core: &Core, run: &Run, folder: &Path, stopping: watch::Receiver<Option<StopReason>>) {
    let mut waiting = stopping.clone();
    let permit = tokio::select! {
        permit = Arc::clone(&core.queue().permits).acquire_owned() => permit.ok(),
        _ = waiting.wait_for(Option::is_some) => None,
    };
    let (id, now) = (run.id, core.now());
    let started = permit.is_some()
        && core.database().transact(move |connection| store::runs::start(connection, id, now)).await.unwrap_or_else(
            |error| {
                tracing::error!(%error, "a run could not be marked as started");
                false
            },
        );
    let verdict = if started {
        announce(core, run);
        supervisor::execute(core, run, folder, stopping).await
    } else {
        Verdict { status: RunStatus::Cancelled, problem: None, streams: Vec::new() }
    };
    if let Err(error) = conclude(core, run, verdict).await {
        // Start-up finds the run without an owner and gives it a status then.
        tracing::error!(%error, "the end of a run could not be saved");
    }
}

/// One transaction: final status, counts, and what follows for the integration.
async fn conclude(core: &Core, run: &Run, verdict: Verdict) -> Result<(), Error> {
    let (id, integration, now) = (run.id, run.integration, core.now());
    let by_itself = run.trigger != Trigger::Manual;
    core.database()
        .transact(move |connection| {
            store::runs::save_streams(connection, id, &verdict.streams)?;
            if store::runs::finish(connection, id, verdict.status, verdict.problem.as_ref(), now)? {
                match verdict.status {
                    RunStatus::Succeeded => {
                        store::integrations::set_status(connection, integration, IntegrationStatus::Ready)?;
                    }
                    RunStatus::Failed => {
                        store::integrations::set_status(connection, integration, IntegrationStatus::Attention)?;
                        if by_itself {
                            giving_up::pause_after_failures(connection, integration)?;
                        }
                    }
                    _ => {}
                }
            }
            Ok(())
        })
        .await?;
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
fn own(folder: &Path) -> io::Result<File> {
    private_folder(folder)?;
    let file = File::options().create(true).truncate(false).write(true).open(folder.join(OWNER_FILE))?;
    file.lock()?;
    Ok(file)
}

/// Takes over the lock of a run whose owner is gone; `None` while the owner lives.
pub fn take_over(folder: &Path) -> io::Result<Option<File>> {
    private_folder(folder)?;
    let file = File::options().create(true).truncate(false).write(true).open(folder.join(OWNER_FILE))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Asks whichever process executes a run to stop it.
pub fn ask_to_stop(folder: &Path) -> io::Result<()> {
    std::fs::write(folder.join(STOP_FILE), b"")
}
