//! The tables `runs` and `run_streams`.

use super::{StoreError, from_json, from_name, to_json, to_name};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use tributary_contract::{IntegrationId, Problem, Run, RunId, RunStatus, RunStream};

const COLUMNS: &str = "id, integration_id, integration_name, status, trigger, full_refresh, queued_at, started_at, \
                       finished_at, problem";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        id: from_name(0, row.get_ref(0)?.as_str()?)?,
        integration: from_name(1, row.get_ref(1)?.as_str()?)?,
        integration_name: row.get(2)?,
        status: from_name(3, row.get_ref(3)?.as_str()?)?,
        trigger: from_name(4, row.get_ref(4)?.as_str()?)?,
        full_refresh: row.get(5)?,
        queued_at: row.get(6)?,
        started_at: row.get(7)?,
        finished_at: row.get(8)?,
        streams: Vec::new(),
        problem: row.get_ref(9)?.as_str_or_null()?.map(|text| from_json(9, text)).transpose()?,
    })
}

fn with_streams(connection: &Connection, mut run: Run) -> Result<Run, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT name, records, bytes FROM run_streams WHERE run_id = ?1 ORDER BY position")?;
    let rows = statement.query_map([run.id.to_string()], |row| {
        Ok(RunStream { name: row.get(0)?, records: row.get(1)?, bytes: row.get(2)? })
    })?;
    run.streams = rows.collect::<Result<_, _>>()?;
    Ok(run)
}

/// The run with this id.
pub fn find(connection: &Connection, id: RunId) -> Result<Option<Run>, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM runs WHERE id = ?1"))?
        .query_row([id.to_string()], from_row)
        .optional()?
        .map(|run| with_streams(connection, run))
        .transpose()
}

/// The newest run of an integration, also an active one. One that was skipped never ran: the active one is the older.
pub fn newest(connection: &Connection, integration: IntegrationId) -> Result<Option<Run>, StoreError> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM runs WHERE integration_id = ?1 AND status <> 'skipped' ORDER BY id DESC LIMIT 1"
        ))?
        .query_row([integration.to_string()], from_row)
        .optional()?
        .map(|run| with_streams(connection, run))
        .transpose()
}

/// When the newest successful run of an integration ended.
pub fn last_success(connection: &Connection, integration: IntegrationId) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT finished_at FROM runs WHERE integration_id = ?1 AND status = 'succeeded' ORDER BY id DESC LIMIT 1",
        )?
        .query_row([integration.to_string()], |row| row.get(0))
        .optional()?)
}

/// Newest first: of one integration, or of all.
pub fn list(connection: &Connection, integration: Option<IntegrationId>, limit: u32) -> Result<Vec<Run>, StoreError> {
    let filter = if integration.is_some() { "WHERE integration_id = ?2" } else { "WHERE ?2 IS NULL" };
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM runs {filter} ORDER BY id DESC LIMIT ?1"))?;
    let rows = statement.query_map(params![limit, integration.map(|id| id.to_string())], from_row)?;
    rows.map(|row| with_streams(connection, row?)).collect()
}

/// Runs that are queued or running, oldest first.
pub fn active(connection: &Connection) -> Result<Vec<Run>, StoreError> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM runs WHERE status IN ('queued', 'running') ORDER BY id"))?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds a run. Fails with [`StoreError::RunActive`] when the integration has an active one.
pub fn insert(connection: &Connection, run: &Run) -> Result<(), StoreError> {
    connection
        .prepare_cached(&format!("INSERT INTO runs ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL)"))?
        .execute(params![
            run.id.to_string(),
            run.integration.to_string(),
            run.integration_name,
            to_name(&run.status)?,
            to_name(&run.trigger)?,
            run.full_refresh,
            run.queued_at,
            run.started_at,
            run.finished_at,
        ])?;
    Ok(())
}

/// Marks a queued run as running. Whether it was still queued.
pub fn start(connection: &Connection, id: RunId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let changed = connection
        .prepare_cached("UPDATE runs SET status = 'running', started_at = ?2 WHERE id = ?1 AND status = 'queued'")?
        .execute(params![id.to_string(), now])?;
    Ok(changed == 1)
}

/// Keeps the counts so far.
pub fn save_streams(connection: &Connection, id: RunId, streams: &[RunStream]) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO run_streams (run_id, position, name, records, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (run_id, name) DO UPDATE SET records = ?4, bytes = ?5",
    )?;
    for (position, stream) in streams.iter().enumerate() {
        statement.execute(params![id.to_string(), position, stream.name, stream.records, stream.bytes])?;
    }
    Ok(())
}

/// Gives a run its final status, once: a run that has one keeps it. Whether it was given.
pub fn finish(
    connection: &Connection,
    id: RunId,
    status: RunStatus,
    problem: Option<&Problem>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let changed = connection
        .prepare_cached(
            "UPDATE runs SET status = ?2, problem = ?3, finished_at = ?4
             WHERE id = ?1 AND status IN ('queued', 'running')",
        )?
        .execute(params![id.to_string(), to_name(&status)?, problem.map(to_json).transpose()?, now])?;
    Ok(changed == 1)
}
