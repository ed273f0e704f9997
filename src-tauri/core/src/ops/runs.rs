//! Starting, watching and stopping runs.

use crate::{
    Core, Error,
    runs::{
        log_file,
        queue::{self, StopReason},
    },
    store::{self, StoreError},
};
use std::time::Duration;
use tributary_contract::{LogPage, Run, RunId, RunStatus, Trigger};

/// How a run is started.
#[derive(Debug, Clone, Copy)]
pub struct StartRun {
    /// What starts it.
    pub trigger: Trigger,
    /// Whether everything is read again from the start.
    pub full_refresh: bool,
}

/// Puts a run of this integration into the queue and returns at once.
pub async fn start_run(core: &Core, id_or_name: &str, start: StartRun) -> Result<Run, Error> {
    let integration = super::get_integration(core, id_or_name).await?;
    let run = Run {
        id: RunId::new(),
        integration: integration.id,
        integration_name: integration.name.clone(),
        status: RunStatus::Queued,
        trigger: start.trigger,
        full_refresh: start.full_refresh,
        queued_at: core.now(),
        started_at: None,
        finished_at: None,
        streams: Vec::new(),
        problem: None,
    };
    queue::submit(core, run).await.map_err(|error| match error {
        Error::Store(StoreError::RunActive) => Error::AlreadyRunning { name: integration.name },
        other => other,
    })
}

/// Stops a run, whichever process executes it. What arrived before is kept. A run that has ended is left as it is.
pub async fn cancel_run(core: &Core, id: RunId) -> Result<(), Error> {
    let run = get_run(core, id).await?;
    if run.status.is_terminal() || core.queue().stop(id, StopReason::Person) {
        return Ok(());
    }
    let folder = core.home().run(id);
    queue::ask_to_stop(&folder).map_err(|source| Error::File { path: folder, source })
}

/// Waits until a run has ended and gives it, also when another process executes it.
pub async fn wait_for_run(core: &Core, id: RunId) -> Result<Run, Error> {
    core.queue().wait(id).await;
    let mut pause = Duration::from_millis(50);
    loop {
        let run = get_run(core, id).await?;
        if run.status.is_terminal() {
            return Ok(run);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

/// The run with this id.
pub async fn get_run(core: &Core, id: RunId) -> Result<Run, Error> {
    let found = core.database().read(move |connection| store::runs::find(connection, id)).await?;
    found.ok_or_else(|| Error::NotFound { kind: "run", name: id.to_string() })
}

/// Runs of one integration or of all, newest first.
pub async fn list_runs(core: &Core, integration: Option<&str>, limit: u32) -> Result<Vec<Run>, Error> {
    let id = match integration {
        Some(text) => Some(super::get_integration(core, text).await?.id),
        None => None,
    };
    Ok(core.database().read(move |connection| store::runs::list(connection, id, limit)).await?)
}

/// A piece of a run's log, from a position (bytes) on.
pub async fn read_log(core: &Core, id: RunId, offset: u64, limit: u32) -> Result<LogPage, Error> {
    // Asked before the file is read: what is written in between is found by the next call.
    let complete = get_run(core, id).await?.status.is_terminal();
    let path = core.home().run(id);
    let folder = path.clone();
    let read = tokio::task::spawn_blocking(move || log_file::read(&folder, offset, limit)).await;
    let (lines, next_offset) = read
        .unwrap_or_else(|error| Err(std::io::Error::other(error)))
        .map_err(|source| Error::File { path, source })?;
    let complete = complete && lines.len() < limit as usize;
    Ok(LogPage { lines, next_offset, complete })
}
