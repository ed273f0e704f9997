//! Picking up after a crash: at start, runs without a living owner are ended for good.

use super::{
    classify::{Evidence, describe},
    queue, survivors,
};
use crate::{
    home::Home,
    store::{self, Database, StoreError},
};
use chrono::{DateTime, Utc};
use tributary_contract::{ProblemCode, Run, RunStatus};

/// Marks every run whose process is gone as interrupted, after ending what is left of it. Gives those runs.
pub fn recover(database: &Database, home: &Home, now: DateTime<Utc>) -> Result<Vec<Run>, StoreError> {
    let active = database.transact_now(store::runs::active)?;
    let mut recovered = Vec::new();
    for run in active {
        // Held until the run has its status, so that a second start does not do the same.
        let Ok(Some(_owner)) = queue::take_over(&home.run(run.id)) else { continue };
        let ended = survivors::end(run.id);
        tracing::info!(run = %run.id, ended, "a run was interrupted");
        let problem = describe(ProblemCode::Interrupted, &Evidence::default(), run.integration, None);
        let finished = database.transact_now(|connection| {
            store::runs::finish(connection, run.id, RunStatus::Interrupted, Some(&problem), now)
        })?;
        if finished {
            recovered.push(run);
        }
    }
    Ok(recovered)
}
