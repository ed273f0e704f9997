//! Schedules and pauses.

use super::{StartRun, get_integration, start_run, update_integration};
use crate::{
    Core, Error,
    scheduler::{
        Cadence, Due, Event, Pause, PauseLength, Started, Starter, Surroundings, is_late, next_due, pause, wake,
    },
    store::{self, StoreError},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rusqlite::Connection;
use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};
use tributary_contract::{
    AppEvent, Integration, IntegrationId, IntegrationPatch, IntegrationStatus, Run, RunId, RunStatus, SchedulePreview,
    ScheduleState, Tag, Trigger,
};

/// Occurrences that a preview names.
const PREVIEWED: usize = 3;

/// The schedule in the form in which it is kept; `None`: by hand only. Refuses what cannot be read.
pub fn canonical_schedule(text: &str) -> Result<Option<String>, Error> {
    Ok(Cadence::parse(text)?.map(|cadence| cadence.to_string()))
}

/// A schedule in words, with its next times in this computer's zone.
pub fn preview_schedule(core: &Core, text: &str) -> Result<SchedulePreview, Error> {
    let Some(cadence) = Cadence::parse(text)? else {
        return Ok(SchedulePreview { schedule: None, words: "By hand only".to_owned(), next: Vec::new() });
    };
    let next = cadence.upcoming(core.now(), core.clock().zone()).take(PREVIEWED).collect();
    Ok(SchedulePreview { schedule: Some(cadence.to_string()), words: cadence.words(), next })
}

/// Gives an integration another schedule; `off` for none.
pub async fn set_schedule(core: &Core, id_or_name: &str, text: &str) -> Result<Integration, Error> {
    let patch = IntegrationPatch { schedule: Some(text.to_owned()), ..IntegrationPatch::default() };
    update_integration(core, id_or_name, patch).await
}

/// Pauses an integration until somebody resumes it. A run that is at work goes on.
pub async fn pause_integration(core: &Core, id_or_name: &str) -> Result<Integration, Error> {
    let id = get_integration(core, id_or_name).await?.id;
    core.database()
        .transact(move |connection| {
            store::integrations::set_status(connection, id, IntegrationStatus::Paused)?;
            store::runs::cancel_retry(connection, id)?;
            store::schedules::set_paused_because(connection, id, None)
        })
        .await?;
    changed(core, id);
    get_integration(core, &id.to_string()).await
}

/// Resumes an integration: its next regular occurrence is the next sync, and failures are counted anew.
pub async fn resume_integration(core: &Core, id_or_name: &str) -> Result<Integration, Error> {
    let (id, now) = (get_integration(core, id_or_name).await?.id, core.now());
    core.database()
        .transact(move |connection| {
            if store::integrations::resume(connection, id)? {
                store::schedules::resume(connection, id, now)?;
            }
            Ok(())
        })
        .await?;
    changed(core, id);
    get_integration(core, &id.to_string()).await
}

/// Starts nothing by schedule for so long. Runs that are at work go on, and syncs by hand stay possible. What is missed
/// is caught up once afterwards.
pub async fn pause_all(core: &Core, length: PauseLength) -> Result<Pause, Error> {
    let pause = Pause::new(length, core.now(), core.clock().zone());
    core.database().transact(move |connection| pause::save(connection, pause)).await?;
    core.events().send(AppEvent::Invalidate(vec![Tag::Integrations, Tag::Settings]));
    Ok(pause)
}

/// Ends a pause of everything.
pub async fn resume_all(core: &Core) -> Result<(), Error> {
    core.database().transact(pause::end).await?;
    core.events().send(AppEvent::Invalidate(vec![Tag::Integrations, Tag::Settings]));
    Ok(())
}

/// The pause of everything that is on.
pub async fn current_pause(core: &Core) -> Result<Option<Pause>, Error> {
    let now = core.now();
    Ok(core.database().read(move |connection| pause::find(connection, now)).await?)
}

fn changed(core: &Core, id: IntegrationId) {
    core.events().send(AppEvent::Invalidate(vec![Tag::Integrations, Tag::Integration(id)]));
}

/// Adds to integrations what follows from their schedules.
pub(super) fn describe(
    connection: &Connection,
    integrations: &mut [Integration],
    now: DateTime<Utc>,
    zone: Tz,
) -> Result<(), StoreError> {
    /// A schedule that could be read, and when it comes due next.
    type Read = Option<(Cadence, Option<DateTime<Utc>>)>;
    // Many share a schedule.
    let mut known: HashMap<String, Read> = HashMap::new();
    for integration in integrations {
        let paused = integration.status == IntegrationStatus::Paused;
        let paused_because = if paused { store::schedules::paused_because(connection, integration.id)? } else { None };
        let mut state = ScheduleState { next: None, late: false, paused_because };
        if let Some(text) = integration.schedule.as_ref().filter(|_| !paused) {
            let read = known.entry(text.clone()).or_insert_with(|| {
                let cadence = Cadence::parse(text).ok().flatten()?;
                let next = next_due(&cadence, None, now, zone);
                Some((cadence, next))
            });
            if let Some((cadence, next)) = read {
                state.next = *next;
                let since = integration.last_synced_at.unwrap_or(integration.updated_at);
                state.late = is_late(cadence, since, now, zone);
            }
        }
        integration.schedule_state = (integration.schedule.is_some() || paused).then_some(state);
    }
    Ok(())
}

/// The scheduler's surroundings in a program that is not a test.
pub(crate) fn surroundings(core: &Core, report: impl Fn(Event) + Send + Sync + 'static) -> Surroundings {
    Surroundings {
        starter: Arc::new(StartSyncs(core.clone())),
        network: Arc::new(wake::has_network),
        report: Arc::new(move |event| {
            tracing::info!("{event}");
            report(event);
        }),
    }
}

/// Starts syncs.
pub struct StartSyncs(pub Core);

impl Starter for StartSyncs {
    fn start<'a>(&'a self, due: &'a Due) -> Pin<Box<dyn Future<Output = Result<Started, Error>> + Send + 'a>> {
        Box::pin(start_sync(&self.0, due))
    }
}

async fn start_sync(core: &Core, due: &Due) -> Result<Started, Error> {
    if due.trigger == Trigger::Retry {
        return match super::retry_run(core, due.id).await {
            Ok(Some(run)) => Ok(Started::Run(run)),
            Ok(None) | Err(Error::NotFound { .. }) => {
                changed(core, due.id);
                Ok(Started::NotNeeded)
            }
            Err(error) => Err(error),
        };
    }
    match start_run(core, &due.id.to_string(), StartRun { trigger: due.trigger, full_refresh: false }).await {
        Ok(run) => Ok(Started::Run(run)),
        // Deleted a moment ago.
        Err(Error::NotFound { .. }) => Ok(Started::NotNeeded),
        Err(Error::AlreadyRunning { .. }) => overlap(core, due).await,
        Err(error) => Err(error),
    }
}

async fn overlap(core: &Core, due: &Due) -> Result<Started, Error> {
    if due.trigger == Trigger::CatchUp {
        return Ok(Started::NotNeeded);
    }
    let integration = get_integration(core, &due.id.to_string()).await?;
    match integration.last_run {
        Some(active) if !active.status.is_terminal() && active.trigger != Trigger::CatchUp => {}
        // It ended a moment ago, or it is a catch-up.
        _ => return Ok(Started::Wait),
    }
    let now = core.now();
    let skipped = Run {
        id: RunId::new(),
        integration: integration.id,
        integration_name: integration.name,
        status: RunStatus::Skipped,
        trigger: due.trigger,
        full_refresh: false,
        queued_at: now,
        started_at: None,
        finished_at: Some(now),
        streams: Vec::new(),
        problem: None,
        retry_at: None,
        attempt: 1,
    };
    let row = skipped.clone();
    core.database().transact(move |connection| store::runs::insert(connection, &row)).await?;
    core.events().send(AppEvent::Invalidate(vec![Tag::Runs, Tag::Run(skipped.id)]));
    Ok(Started::Skipped(skipped))
}
