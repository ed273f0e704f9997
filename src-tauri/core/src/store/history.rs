//! Looking back over `runs` and `run_streams`.

use super::{StoreError, from_name, runs, to_name};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use tributary_contract::{IntegrationId, RunPage, RunQuery, RunStatus, StreamHistory, StreamMark};

/// How many runs of an integration its streams' history looks back over.
const LOOKED_BACK: u32 = 500;
/// How many successful runs a stream's counts are given of.
const COUNTED: usize = 14;

/// A page of runs, newest first. Runs have ids that sort by time, so a page begins right behind the one before, however far
/// back it lies.
pub fn find(connection: &Connection, query: &RunQuery) -> Result<RunPage, StoreError> {
    let statuses = query.statuses.iter().map(to_name).collect::<Result<Vec<_>, _>>()?;
    // SQLite lowers ASCII only: other letters of a name are found as they are written.
    let filter = "(?1 IS NULL OR integration_id = ?1)
         AND (json_array_length(?2) = 0 OR status IN (SELECT value FROM json_each(?2)))
         AND (?3 = '' OR instr(lower(integration_name), ?3) > 0)";
    let integration = query.integration.map(|id| id.to_string());
    let statuses = serde_json::Value::from(statuses).to_string();
    let text = query.text.trim().to_ascii_lowercase();
    let total = connection
        .prepare_cached(&format!("SELECT count(*) FROM runs WHERE {filter}"))?
        .query_row(params![integration, statuses, text], |row| row.get(0))?;
    let before = query.before.map(|id| id.to_string());
    let columns = runs::COLUMNS;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {columns} FROM runs WHERE {filter} AND (?4 IS NULL OR id < ?4) ORDER BY id DESC LIMIT ?5"
    ))?;
    let limit = query.limit.clamp(1, 500);
    // One more than asked for tells whether there is another page.
    let rows = statement.query_map(params![integration, statuses, text, before, limit + 1], runs::from_row)?;
    let mut found = rows.collect::<Result<Vec<_>, _>>()?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = if more { found.last().map(|run| run.id) } else { None };
    let found = found.into_iter().map(|run| runs::with_streams(connection, run)).collect::<Result<Vec<_>, _>>()?;
    Ok(RunPage { runs: found, next, total })
}

/// What a stream brought in one run.
struct Brought {
    name: String,
    records: u64,
    mark: Option<StreamMark>,
    status: RunStatus,
    finished: Option<DateTime<Utc>>,
    newest: bool,
}

/// What each stream of an integration brought in its newest runs, by name. Runs that were skipped read nothing and do not
/// count.
pub fn streams(connection: &Connection, integration: IntegrationId) -> Result<Vec<StreamHistory>, StoreError> {
    let mut statement = connection.prepare_cached(
        "WITH newest AS (
             SELECT id, status, finished_at FROM runs
             WHERE integration_id = ?1 AND status NOT IN ('skipped', 'queued', 'running') ORDER BY id DESC LIMIT ?2
         )
         SELECT s.name, s.records, s.mark, n.status, n.finished_at, n.id = (SELECT max(id) FROM newest)
         FROM newest n JOIN run_streams s ON s.run_id = n.id ORDER BY n.id DESC",
    )?;
    let rows = statement.query_map(params![integration.to_string(), LOOKED_BACK], |row| {
        Ok(Brought {
            name: row.get(0)?,
            records: row.get(1)?,
            mark: row.get_ref(2)?.as_str_or_null()?.map(|name| from_name(2, name)).transpose()?,
            status: from_name(3, row.get_ref(3)?.as_str()?)?,
            finished: row.get(4)?,
            newest: row.get(5)?,
        })
    })?;
    let mut streams: BTreeMap<String, StreamHistory> = BTreeMap::new();
    for row in rows {
        let Brought { name, records, mark, status, finished, newest } = row?;
        let stream = streams.entry(name.clone()).or_insert_with(|| StreamHistory {
            name,
            last_read_at: None,
            last_rows_at: None,
            last_records: records,
            records: Vec::new(),
            mark: None,
        });
        if newest {
            stream.mark = mark;
        }
        if records > 0 {
            stream.last_rows_at = stream.last_rows_at.or(finished);
        }
        if status == RunStatus::Succeeded {
            stream.last_read_at = stream.last_read_at.or(finished);
            if stream.records.len() < COUNTED {
                stream.records.push(records);
            }
        }
    }
    let mut streams: Vec<StreamHistory> = streams.into_values().collect();
    // The newest came first.
    for stream in &mut streams {
        stream.records.reverse();
    }
    Ok(streams)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Database;
    use tributary_contract::RunId;

    /// A database with an integration and what it brought, oldest first: the status of the run and the rows of stream `a`.
    fn with_runs(brought: &[(RunStatus, u64)]) -> (tempfile::TempDir, Database, IntegrationId) {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("test.db")).unwrap();
        let id = IntegrationId::new();
        database
            .transact_now(|connection| {
                connection.execute_batch(&format!(
                    "INSERT INTO destinations VALUES ('d', 'jsonl', 'here', '{{}}', '[]', 1, '', '');
                     INSERT INTO integrations (id, type, name, config, secrets, status, destination_id, created_at, updated_at)
                     VALUES ('{id}', 'x', 'Sales Org', '{{}}', '[]', 'ready', 'd', '', '')"
                ))?;
                for (number, (status, records)) in brought.iter().enumerate() {
                    let (run, status) = (RunId::new(), to_name(status)?);
                    let at = format!("2026-01-01 00:{:02}:{:02}+00:00", number / 60, number % 60);
                    connection.execute(
                        "INSERT INTO runs (id, integration_id, integration_name, status, trigger, full_refresh, queued_at, finished_at)
                         VALUES (?1, ?2, 'Sales Org', ?3, 'manual', 0, ?4, ?4)",
                        params![run.to_string(), id.to_string(), status, at],
                    )?;
                    connection.execute(
                        "INSERT INTO run_streams (run_id, position, name, records, bytes) VALUES (?1, 0, 'a', ?2, 0)",
                        params![run.to_string(), records],
                    )?;
                }
                Ok(())
            })
            .unwrap();
        (folder, database, id)
    }

    fn page(database: &Database, query: &RunQuery) -> RunPage {
        database.transact_now(|connection| find(connection, query)).unwrap()
    }

    #[test]
    fn pages_follow_each_other_without_a_gap_or_a_double() {
        let (_folder, database, id) = with_runs(&[(RunStatus::Succeeded, 1); 7]);
        let mut query = RunQuery { integration: Some(id), limit: 3, ..RunQuery::default() };
        let mut seen = Vec::new();
        loop {
            let page = page(&database, &query);
            assert_eq!(page.total, 7, "the whole does not shrink with the pages");
            seen.extend(page.runs.iter().map(|run| run.id.to_string()));
            query.before = page.next;
            if page.next.is_none() {
                break;
            }
        }
        let mut sorted = seen.clone();
        sorted.sort_by(|a, b| b.cmp(a));
        sorted.dedup();
        assert_eq!(seen, sorted, "newest first, each once");
        assert_eq!(seen.len(), 7);
    }

    #[test]
    fn runs_are_narrowed_by_status_and_name() {
        let (_folder, database, _) =
            with_runs(&[(RunStatus::Succeeded, 1), (RunStatus::Failed, 0), (RunStatus::Failed, 2)]);
        let query = RunQuery { statuses: vec![RunStatus::Failed], text: " sales".to_owned(), ..RunQuery::default() };
        assert_eq!(page(&database, &query).total, 2);
        assert_eq!(page(&database, &query).runs.len(), 2);
        assert_eq!(page(&database, &RunQuery { text: "%".to_owned(), ..RunQuery::default() }).total, 0, "no pattern");
    }

    #[test]
    fn a_stream_knows_when_it_was_read_and_when_it_last_brought_rows() {
        let (_folder, database, id) = with_runs(&[
            (RunStatus::Succeeded, 5),
            (RunStatus::Failed, 3),
            (RunStatus::Succeeded, 0),
            (RunStatus::Skipped, 9),
        ]);
        let streams = database.transact_now(|connection| streams(connection, id)).unwrap();
        let [stream] = streams.as_slice() else { panic!("{streams:?}") };
        assert_eq!(stream.records, [5, 0], "of successful runs, oldest first");
        assert_eq!(stream.last_records, 0);
        assert!(stream.last_rows_at < stream.last_read_at, "rows came with the failed run before the last: {stream:?}");
    }

    #[test]
    fn what_a_run_changed_is_kept_with_its_streams() {
        use tributary_contract::{RunStream, StreamChanges};
        let (_folder, database, id) = with_runs(&[(RunStatus::Succeeded, 5)]);
        let newest = || page(&database, &RunQuery { integration: Some(id), ..RunQuery::default() }).runs.remove(0);
        assert_eq!(newest().streams[0].changes, None, "older runs told nothing");
        let changes = StreamChanges { added: 3, updated: 2, deleted: 1, new_columns: vec!["Region".to_owned()] };
        let (run, mut stream) = (newest().id, newest().streams.remove(0));
        stream.changes = Some(changes);
        let saved: Vec<RunStream> = vec![stream];
        database.transact_now(|connection| runs::save_streams(connection, run, &saved)).unwrap();
        assert_eq!(newest().streams, saved);
    }
}
