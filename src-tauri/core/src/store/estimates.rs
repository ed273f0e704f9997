//! What earlier runs say about the next one (of the tables `runs` and `run_streams`).

use super::StoreError;
use rusqlite::{Connection, params};
use tributary_contract::IntegrationId;

/// Earlier runs that are looked at.
const LOOKED_AT: u32 = 5;

/// How many rows a run will bring: the middle of what the newest successful ones of its kind brought. Reading everything
/// again and reading what is new are two kinds; an integration's first run read everything. `None` without such runs.
pub fn expected_rows(
    connection: &Connection,
    integration: IntegrationId,
    full_refresh: bool,
) -> Result<Option<u64>, StoreError> {
    let mut statement = connection.prepare_cached(
        "WITH ended AS (
             SELECT id, full_refresh OR id = (
                 SELECT min(id) FROM runs WHERE integration_id = ?1 AND status = 'succeeded'
             ) AS whole FROM runs WHERE integration_id = ?1 AND status = 'succeeded'
         )
         SELECT (SELECT coalesce(sum(records), 0) FROM run_streams WHERE run_id = ended.id)
         FROM ended WHERE whole = ?2 ORDER BY id DESC LIMIT ?3",
    )?;
    let rows = statement.query_map(params![integration.to_string(), full_refresh, LOOKED_AT], |row| row.get(0))?;
    let mut rows: Vec<u64> = rows.collect::<Result<_, _>>()?;
    rows.sort_unstable();
    Ok(rows.get(rows.len() / 2).copied())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::store::Database;
    use tempfile::TempDir;
    use tributary_contract::RunId;

    /// A database with an integration.
    pub(in crate::store) fn with_integration() -> (TempDir, Database, IntegrationId) {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("db")).unwrap();
        let id = IntegrationId::new();
        let insert = |connection: &Connection| {
            connection.execute_batch(&format!(
                "INSERT INTO destinations (id, type, name, config, secrets, created_at, updated_at)
                 VALUES ('d', 'jsonl', 'd', '{{}}', '[]', '', '');
                 INSERT INTO integrations (id, type, name, config, secrets, status, destination_id, created_at, updated_at)
                 VALUES ('{id}', 't', 'i', '{{}}', '[]', 'ready', 'd', '', '')"
            ))?;
            Ok(())
        };
        database.transact_now(insert).unwrap();
        (folder, database, id)
    }

    /// A run of it that ended on this day and brought so many rows.
    pub(in crate::store) fn add_run(
        connection: &Connection,
        integration: IntegrationId,
        status: &str,
        full: bool,
        day: u32,
        rows: u64,
    ) -> RunId {
        let id = RunId::new();
        let time = format!("2026-01-{day:02} 08:00:00+00:00");
        connection
            .execute(
                "INSERT INTO runs (id, integration_id, integration_name, status, trigger, full_refresh, queued_at, finished_at)
                 VALUES (?1, ?2, '', ?3, 'manual', ?4, ?5, ?5)",
                params![id.to_string(), integration.to_string(), status, full, time],
            )
            .unwrap();
        connection
            .execute(
                "INSERT INTO run_streams (run_id, position, name, records, bytes) VALUES (?1, 0, 'a', ?2, 0), (?1, 1, 'b', 1, 0)",
                params![id.to_string(), rows],
            )
            .unwrap();
        id
    }

    #[test]
    fn the_middle_of_earlier_runs_of_the_same_kind_is_expected() {
        let (_folder, database, integration) = with_integration();
        let expected =
            |full: bool| database.transact_now(|connection| expected_rows(connection, integration, full)).unwrap();
        let add = |status: &str, full: bool, rows: u64| {
            database.transact_now(|connection| Ok(add_run(connection, integration, status, full, 1, rows))).unwrap();
        };
        assert_eq!((expected(true), expected(false)), (None, None));
        add("failed", false, 7);
        add("succeeded", false, 1_000);
        assert_eq!((expected(true), expected(false)), (Some(1_001), None), "the first one read everything");
        for rows in [10, 500, 12] {
            add("succeeded", false, rows);
        }
        add("cancelled", false, 90_000);
        assert_eq!(
            (expected(true), expected(false)),
            (Some(1_001), Some(13)),
            "one that is unlike the others changes little"
        );
        add("succeeded", true, 2_000);
        assert_eq!((expected(true), expected(false)), (Some(2_001), Some(13)));
    }
}
