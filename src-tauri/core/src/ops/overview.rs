//! How everything is doing, in short: what the tray shows. Cheap also with ten thousand integrations.

use super::schedules;
use crate::{Core, Error, scheduler::Pause, store};
use tributary_contract::{Integration, IntegrationStatus, RunStatus};

/// How everything is doing.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// How many integrations there are.
    pub integrations: u64,
    /// How many are being synced or wait for their turn.
    pub syncing: u64,
    /// How many need attention: their newest run failed, or they paused themselves.
    pub attention: u64,
    /// Those that were synced most recently, by name.
    pub recent: Vec<Integration>,
    /// Those that need attention, the newest first; not more than were asked for.
    pub in_trouble: Vec<Integration>,
    /// The pause of everything that is on.
    pub pause: Option<Pause>,
}

/// How everything is doing, with up to `most` integrations of each kind.
pub async fn overview(core: &Core, most: u32) -> Result<Overview, Error> {
    let (now, zone) = (core.now(), core.clock().zone());
    let read = core.database().read(move |connection| {
        let counts = store::integrations::counts(connection)?;
        let mut recent = store::integrations::recent(connection, most)?;
        recent.sort_by_cached_key(|integration| integration.name.to_lowercase());
        let mut in_trouble = store::integrations::in_trouble(connection, most)?;
        schedules::describe(connection, &mut recent, now, zone)?;
        schedules::describe(connection, &mut in_trouble, now, zone)?;
        Ok(Overview {
            integrations: counts.all,
            syncing: counts.syncing,
            attention: counts.attention,
            recent,
            in_trouble,
            pause: crate::scheduler::pause::find(connection, now)?,
        })
    });
    Ok(read.await?)
}

/// How an integration is doing, in the words of the window.
pub fn status_in_words(integration: &Integration) -> &'static str {
    match integration.status {
        IntegrationStatus::Draft => "Set-up not finished",
        IntegrationStatus::Syncing => "Syncing",
        IntegrationStatus::Attention => "Needs attention",
        IntegrationStatus::Paused => "Paused",
        IntegrationStatus::Untested if integration.last_synced_at.is_some() => "Changed since the last sync",
        IntegrationStatus::Untested | IntegrationStatus::Ready => match &integration.last_run {
            None => "Never synced",
            Some(run) if run.status == RunStatus::Succeeded && run.records() == 0 => "Nothing new",
            Some(run) if run.status == RunStatus::Succeeded => "Up to date",
            Some(run) if run.status == RunStatus::Interrupted => "Interrupted",
            Some(run) if run.status == RunStatus::Skipped && run.retry_at.is_some() => "Late",
            Some(_) => "Stopped",
        },
    }
}
