//! Starting, watching and stopping runs.

use crate::{
    Core, Error,
    runs::{
        queue::{self, StopReason},
        retry,
    },
    store::{self, StoreError},
};
use std::time::Duration;
use tributary_contract::{AppEvent, Integration, IntegrationId, Run, RunId, RunStatus, Tag, Trigger};

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
    submit(core, integration, start, 1).await
}

/// Tries a run once more that failed for a reason which passes. `None`: that is no longer wanted, because somebody started,
/// paused or deleted it, switched that off, or because it was due long ago.
pub async fn retry_run(core: &Core, id: IntegrationId) -> Result<Option<Run>, Error> {
    let now = core.now();
    let pending = core.database().transact(move |connection| {
        let pending = store::runs::pending_retry(connection, id)?;
        let stale = pending.as_ref().and_then(|run| run.retry_at).is_some_and(|at| now - at > retry::STALE);
        if pending.is_some() && (stale || !retry::allowed(connection)) {
            retry::give_up(connection, id)?;
            return Ok(None);
        }
        Ok(pending)
    });
    let Some(failed) = pending.await? else { return Ok(None) };
    let integration = super::get_integration(core, &id.to_string()).await?;
    let start = StartRun { trigger: Trigger::Retry, full_refresh: failed.full_refresh };
    match submit(core, integration, start, failed.attempt.saturating_add(1)).await {
        Ok(run) => Ok(Some(run)),
        Err(Error::Store(StoreError::Changed) | Error::AlreadyRunning { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn submit(core: &Core, integration: Integration, start: StartRun, attempt: u32) -> Result<Run, Error> {
    let run = Run {
        id: RunId::new(),
        integration: integration.id,
        integration_name: integration.name.clone(),
        status: RunStatus::Queued,
        trigger: start.trigger,
        full_refresh: start.full_refresh,
        attempt,
        queued_at: core.now(),
        started_at: None,
        finished_at: None,
        streams: Vec::new(),
        problem: None,
        retry_at: None,
    };
    queue::submit(core, run).await.map_err(|error| match error {
        Error::Store(StoreError::RunActive) => Error::AlreadyRunning { name: integration.name },
        other => other,
    })
}

/// Stops a run, whichever process executes it. What arrived before is kept. A run that has ended is left as it is; where it
/// was to be tried again by itself, it no longer is.
pub async fn cancel_run(core: &Core, id: RunId) -> Result<(), Error> {
    let run = get_run(core, id).await?;
    if run.retry_at.is_some() {
        let integration = run.integration;
        core.database().transact(move |connection| retry::give_up(connection, integration)).await?;
        core.events().send(AppEvent::Invalidate(vec![
            Tag::Integrations,
            Tag::Integration(integration),
            Tag::Runs,
            Tag::Run(id),
        ]));
        return Ok(());
    }
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
    if let Some(ended) = core.queue().ended_unsaved(id) {
        return Ok(ended);
    }
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
