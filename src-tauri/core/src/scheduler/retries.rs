//! Starts again what failed for a reason that passes, when its time has come.

use super::{
    plan::Due,
    scheduling::{Event, NETWORK_PATIENCE, RETRY, Started, Surroundings},
};
use crate::error::with_sources;
use chrono::{DateTime, Utc};
use tributary_contract::{IntegrationId, Trigger};

/// What is tried again, and when.
#[derive(Debug, Default)]
pub(super) struct Retries(Vec<Pending>);

#[derive(Debug, Clone, Copy)]
struct Pending {
    /// When it is due.
    due: DateTime<Utc>,
    /// When it is looked at: later, where it could not be started then.
    at: DateTime<Utc>,
    id: IntegrationId,
}

impl Retries {
    /// Takes over what the database holds. What could not be started keeps waiting.
    pub(super) fn update(&mut self, rows: Vec<(DateTime<Utc>, IntegrationId)>) {
        let before = std::mem::take(&mut self.0);
        let known = |due, id| before.iter().find(|pending| pending.due == due && pending.id == id).copied();
        self.0 = rows.into_iter().map(|(due, id)| known(due, id).unwrap_or(Pending { due, at: due, id })).collect();
    }

    /// When there is something to do next.
    pub(super) fn next(&self) -> Option<DateTime<Utc>> {
        self.0.iter().map(|pending| pending.at).min()
    }

    /// Starts what is due.
    pub(super) async fn start_due(&mut self, around: &Surroundings, now: DateTime<Utc>) {
        let (due, mut waiting): (Vec<Pending>, Vec<Pending>) = self.0.drain(..).partition(|pending| pending.at <= now);
        let offline = !due.is_empty() && !(around.network)();
        for pending in due {
            // Some sources need no network, so it goes without one at last.
            if offline && now < pending.due + NETWORK_PATIENCE {
                waiting.push(Pending { at: now + RETRY, ..pending });
                continue;
            }
            let due = Due { id: pending.id, occurrence: pending.due, trigger: Trigger::Retry };
            match around.starter.start(&due).await {
                Ok(Started::Run(run)) => (around.report)(Event::Started(run)),
                Ok(Started::Skipped(run)) => (around.report)(Event::Skipped(run)),
                Ok(Started::NotNeeded) => {}
                Ok(Started::Wait) => waiting.push(Pending { at: now + RETRY, ..pending }),
                Err(error) => {
                    let message = with_sources(&error);
                    (around.report)(Event::Failed { integration: Some(pending.id), message });
                    waiting.push(Pending { at: now + RETRY, ..pending });
                }
            }
        }
        self.0 = waiting;
    }
}
