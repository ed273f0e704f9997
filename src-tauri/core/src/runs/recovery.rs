//! Picking up after a crash: at start, runs without a living owner are ended for good, and what they left is cleared away.

use super::{
    leftovers,
    problems::{Evidence, describe},
    queue::{self, Owner},
    survivors,
};
use crate::{
    home::Home,
    store::{self, Database, StoreError},
};
use chrono::{DateTime, Utc};
use std::fs::File;
use tributary_contract::{ProblemCode, Run, RunStatus};

/// Marks every run whose process is gone as interrupted, after ending what is left of it. Gives those runs. Several processes
/// may do so at once: each run gets one status.
pub fn recover(database: &Database, home: &Home, now: DateTime<Utc>) -> Result<Vec<Run>, StoreError> {
    if database.transact_now(store::runs::active)?.is_empty() {
        return Ok(Vec::new());
    }
    // One after the other: none goes on while another is still at it, and sees a run that nobody executes.
    let turn = File::options().create(true).truncate(false).write(true).open(home.recovery_lock());
    if let Err(error) =
        turn.as_ref().map_err(ToString::to_string).and_then(|turn| turn.lock().map_err(|error| error.to_string()))
    {
        tracing::warn!(error, "recovery goes on without its lock");
    }
    let active = database.transact_now(store::runs::active)?;
    let (mut recovered, mut alive) = (Vec::new(), 0);
    for run in active {
        // Held until the run has its status, so that a second start does not do the same.
        let _owner = match queue::owner(&home.run(run.id)) {
            Ok(Owner::Gone(lock)) => lock,
            Ok(Owner::Lives) => {
                alive += 1;
                continue;
            }
            Err(error) => {
                tracing::warn!(run = %run.id, %error, "whether a run still has an owner cannot be told");
                alive += 1;
                continue;
            }
        };
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
    if !recovered.is_empty() {
        if alive == 0 {
            leftovers::sweep_project(home);
        }
        leftovers::sweep_private_files();
        leftovers::sweep_run_folders(database, home);
    }
    Ok(recovered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_contract::{IntegrationId, RunId, Trigger};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// A data folder with a run that was under way.
    fn with_run() -> (tempfile::TempDir, Home, Database, RunId) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::new(folder.path().to_owned());
        let database = Database::open(&home.database()).unwrap();
        let (id, integration) = (RunId::new(), IntegrationId::new());
        let began = at("2026-11-26T08:00:00Z");
        let run = Run {
            id,
            integration,
            integration_name: "Sales Org".to_owned(),
            status: RunStatus::Queued,
            trigger: Trigger::Manual,
            full_refresh: false,
            attempt: 1,
            queued_at: began,
            started_at: None,
            finished_at: None,
            streams: Vec::new(),
            problem: None,
            retry_at: None,
        };
        database
            .transact_now(|connection| {
                connection.execute_batch(&format!(
                    "INSERT INTO destinations VALUES ('d', 'jsonl', 'here', '{{}}', '[]', 1, '', '');
                     INSERT INTO integrations (id, type, name, config, secrets, status, destination_id, created_at, updated_at)
                     VALUES ('{integration}', 'x', 'Sales Org', '{{}}', '[]', 'ready', 'd', '', '')"
                ))?;
                store::runs::insert(connection, &run)?;
                store::runs::start(connection, id, began)
            })
            .unwrap();
        (folder, home, database, id)
    }

    #[test]
    fn a_run_without_an_owner_gets_one_status_whatever_the_clock_says() {
        for now in ["2026-11-25T08:00:00Z", "2026-11-27T08:00:00Z"] {
            let (_folder, home, database, id) = with_run();
            assert_eq!(recover(&database, &home, at(now)).unwrap().len(), 1);
            assert!(recover(&database, &home, at(now)).unwrap().is_empty(), "once");
            let run = database.transact_now(|connection| store::runs::find(connection, id)).unwrap().unwrap();
            assert_eq!(run.status, RunStatus::Interrupted);
            assert_eq!(run.finished_at, Some(at(now).max(at("2026-11-26T08:00:00Z"))), "nothing ends before it began");
        }
    }

    #[test]
    fn a_run_whose_owner_lives_is_left_alone() {
        let (_folder, home, database, id) = with_run();
        let owner = queue::own(&home.run(id)).unwrap();
        assert!(recover(&database, &home, at("2026-11-26T08:00:01Z")).unwrap().is_empty());
        drop(owner);
        assert_eq!(recover(&database, &home, at("2026-11-26T08:00:01Z")).unwrap().len(), 1);
    }
}
