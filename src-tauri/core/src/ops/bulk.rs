//! Acting on many integrations at once: one by one, and what fails for one does not keep it from the others.

use super::{StartRun, deletion, get_integration, pause_integration, resume_integration, set_schedule, start_run};
use crate::{Core, Error, store};
use tributary_contract::{ApiError, BulkAction, BulkResult, ErrorCode, IntegrationId, Trigger};

/// Does it to each of these, in this order, and says what became of each.
pub async fn bulk(core: &Core, ids: &[IntegrationId], action: &BulkAction) -> Result<Vec<BulkResult>, Error> {
    if let BulkAction::Schedule { schedule } = action {
        // What cannot be read is one mistake, not one for each.
        super::canonical_schedule(schedule)?;
    }
    let mut results = Vec::with_capacity(ids.len());
    for id in ids {
        let (name, done) = match get_integration(core, &id.to_string()).await {
            Ok(integration) => (integration.name, act(core, *id, action).await),
            Err(error) => (String::new(), Err(error)),
        };
        let error = done.err().map(ApiError::from).filter(|error| !is_done_already(action, error));
        results.push(BulkResult { integration: *id, name, error });
    }
    Ok(results)
}

/// Syncs all that are neither paused nor unfinished nor at it already.
pub async fn sync_all(core: &Core) -> Result<Vec<BulkResult>, Error> {
    let ids = core.database().read(store::integrations::to_sync).await?;
    bulk(core, &ids, &BulkAction::Sync).await
}

async fn act(core: &Core, id: IntegrationId, action: &BulkAction) -> Result<(), Error> {
    let key = id.to_string();
    match action {
        BulkAction::Sync => {
            start_run(core, &key, StartRun { trigger: Trigger::Manual, full_refresh: false }).await.map(drop)
        }
        BulkAction::Pause => pause_integration(core, &key).await.map(drop),
        BulkAction::Resume => resume_integration(core, &key).await.map(drop),
        BulkAction::Schedule { schedule } => set_schedule(core, &key, schedule).await.map(drop),
        BulkAction::Delete { data } => deletion::delete(core, &key, *data).await.map(drop),
    }
}

/// Whoever wants it synced has what they want when it is being synced already.
fn is_done_already(action: &BulkAction, error: &ApiError) -> bool {
    matches!(action, BulkAction::Sync) && error.code == ErrorCode::AlreadyRunning
}
