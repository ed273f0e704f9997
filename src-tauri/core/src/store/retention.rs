//! Which runs are kept (of the tables `runs` and `run_streams`).

use super::{StoreError, from_name};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use tributary_contract::RunId;

/// A run that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Its id.
    pub id: RunId,
    /// Whether it is its integration's newest.
    pub newest: bool,
}

/// Removes up to `limit` runs that ended before a moment, with their counts, and gives them. The newest of each integration
/// stays, and so does the newest that succeeded: it is what “last synced” says.
pub fn remove(connection: &Connection, before: DateTime<Utc>, limit: u32) -> Result<Vec<RunId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM runs WHERE id IN (
             SELECT id FROM runs AS old
             WHERE finished_at < ?1 AND status NOT IN ('queued', 'running')
               AND id <> (SELECT max(id) FROM runs WHERE integration_id = old.integration_id)
               AND id IS NOT (
                   SELECT max(id) FROM runs WHERE integration_id = old.integration_id AND status = 'succeeded'
               )
             ORDER BY id LIMIT ?2
         ) RETURNING id",
    )?;
    let rows = statement.query_map(params![before, limit], |row| from_name(0, row.get_ref(0)?.as_str()?))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All runs that have ended, oldest first.
pub fn ended(connection: &Connection) -> Result<Vec<Ended>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, id = (SELECT max(id) FROM runs WHERE integration_id = old.integration_id)
         FROM runs AS old WHERE status NOT IN ('queued', 'running') ORDER BY id",
    )?;
    let rows = statement
        .query_map([], |row| Ok(Ended { id: from_name(0, row.get_ref(0)?.as_str()?)?, newest: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::estimates::tests::{add_run, with_integration};

    #[test]
    fn old_runs_go_but_not_the_newest_the_newest_success_or_one_at_work() {
        let (_folder, database, integration) = with_integration();
        let (gone, kept) = database
            .transact_now(|connection| {
                let add = |status: &str, day| add_run(connection, integration, status, false, day, 1);
                let old = [add("succeeded", 1), add("failed", 2)];
                let kept = [add("succeeded", 3), add("failed", 4), add("running", 5)];
                Ok((old, kept))
            })
            .unwrap();
        let remove = |day: u32, limit| {
            let before = format!("2026-01-{day:02}T12:00:00Z").parse().unwrap();
            database.transact_now(|connection| remove(connection, before, limit)).unwrap()
        };
        assert_eq!(remove(2, 1), gone[..1], "in small pieces");
        assert_eq!(remove(2, 100), gone[1..]);
        // The run at work is the newest; the failure before it is old and neither the newest nor the newest success.
        assert_eq!(remove(31, 100), [kept[1]]);
        let left = database.transact_now(ended).unwrap();
        assert_eq!(left, [Ended { id: kept[0], newest: false }]);
        let streams: u32 = database
            .transact_now(|connection| {
                Ok(connection.query_row("SELECT count(*) FROM run_streams", [], |row| row.get(0))?)
            })
            .unwrap();
        assert_eq!(streams, 4, "counts go with their runs");
    }
}
