//! The tables `runs` and `run_streams`.

use super::{StoreError, from_json, from_name, to_json, to_name};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use tributary_contract::{
    IntegrationId, Problem, ProblemCode, Run, RunId, RunStatus, RunStream, StreamChanges, Trigger,
};

pub(super) const COLUMNS: &str = "id, integration_id, integration_name, status, trigger, full_refresh, queued_at, started_at, \
                       finished_at, problem, attempt, retry_at";

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        id: from_name(0, row.get_ref(0)?.as_str()?)?,
        integration: from_name(1, row.get_ref(1)?.as_str()?)?,
        integration_name: row.get(2)?,
        status: from_name(3, row.get_ref(3)?.as_str()?)?,
        trigger: from_name(4, row.get_ref(4)?.as_str()?)?,
        full_refresh: row.get(5)?,
        attempt: row.get(10)?,
        queued_at: row.get(6)?,
        started_at: row.get(7)?,
        finished_at: row.get(8)?,
        streams: Vec::new(),
        problem: row.get_ref(9)?.as_str_or_null()?.map(|text| from_json(9, text)).transpose()?,
        retry_at: row.get(11)?,
    })
}

pub(super) fn with_streams(connection: &Connection, mut run: Run) -> Result<Run, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT name, records, bytes, loaded, mark, rows_added, rows_updated, rows_deleted, new_columns FROM run_streams WHERE run_id = ?1 ORDER BY position",
    )?;
    let rows = statement.query_map([run.id.to_string()], |row| {
        Ok(RunStream {
            name: row.get(0)?,
            records: row.get(1)?,
            bytes: row.get(2)?,
            loaded: row.get(3)?,
            mark: row.get_ref(4)?.as_str_or_null()?.map(|text| from_name(4, text)).transpose()?,
            changes: changes_of(row)?,
        })
    })?;
    run.streams = rows.collect::<Result<_, _>>()?;
    Ok(run)
}

fn changes_of(row: &Row<'_>) -> rusqlite::Result<Option<StreamChanges>> {
    let Some(added) = row.get(5)? else { return Ok(None) };
    let new_columns = row.get_ref(8)?.as_str_or_null()?.map(|text| from_json(8, text)).transpose()?.unwrap_or_default();
    Ok(Some(StreamChanges { added, updated: row.get(6)?, deleted: row.get(7)?, new_columns }))
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
///
/// A run that is to be executed takes the place of a retry that was pending, whatever started it. One that *is* a retry
/// fails with [`StoreError::Changed`] when none is pending any more: somebody started, paused or deleted it meanwhile.
pub fn insert(connection: &Connection, run: &Run) -> Result<(), StoreError> {
    let pending = !run.status.is_terminal() && cancel_retry(connection, run.integration)?;
    if run.trigger == Trigger::Retry && !run.status.is_terminal() && !pending {
        return Err(StoreError::Changed);
    }
    connection
        .prepare_cached(&format!(
            "INSERT INTO runs ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, ?10, NULL)"
        ))?
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
            run.attempt,
        ])?;
    Ok(())
}

/// Has a failed run tried again at this moment.
pub fn set_retry(connection: &Connection, id: RunId, at: DateTime<Utc>) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE runs SET retry_at = ?2 WHERE id = ?1 AND status = 'failed'")?
        .execute(params![id.to_string(), at])?;
    Ok(())
}

/// Whatever was to be tried again of this integration no longer is. Whether there was anything.
pub fn cancel_retry(connection: &Connection, integration: IntegrationId) -> Result<bool, StoreError> {
    let changed = connection
        .prepare_cached("UPDATE runs SET retry_at = NULL WHERE integration_id = ?1 AND retry_at IS NOT NULL")?
        .execute([integration.to_string()])?;
    Ok(changed > 0)
}

/// Integrations whose newest run is tried again by itself, and when, the earliest first.
pub fn pending_retries(connection: &Connection) -> Result<Vec<(DateTime<Utc>, IntegrationId)>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT retry_at, integration_id FROM runs WHERE retry_at IS NOT NULL ORDER BY retry_at")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, from_name(1, row.get_ref(1)?.as_str()?)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The failed run of an integration that is tried again by itself.
pub fn pending_retry(connection: &Connection, integration: IntegrationId) -> Result<Option<Run>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM runs WHERE integration_id = ?1 AND retry_at IS NOT NULL"))?
        .query_row([integration.to_string()], from_row)
        .optional()?)
}

/// How a run ended by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What it failed of; `None`: it succeeded.
    pub problem: Option<ProblemCode>,
    /// Records it read.
    pub records: u64,
    /// Whether it read everything from the start.
    pub full_refresh: bool,
    /// What started it.
    pub trigger: Trigger,
    /// When it was asked for.
    pub queued_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
}

/// The newest runs of an integration that ended by themselves, newest first.
pub fn newest_outcomes(
    connection: &Connection,
    integration: IntegrationId,
    limit: u32,
) -> Result<Vec<Outcome>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT problem ->> 'code', full_refresh, trigger, queued_at, finished_at,
             (SELECT COALESCE(SUM(records), 0) FROM run_streams WHERE run_id = runs.id)
         FROM runs WHERE integration_id = ?1 AND status IN ('succeeded', 'failed') AND finished_at IS NOT NULL
         ORDER BY id DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![integration.to_string(), limit], |row| {
        Ok(Outcome {
            problem: row.get_ref(0)?.as_str_or_null()?.map(|text| from_name(0, text)).transpose()?,
            full_refresh: row.get(1)?,
            trigger: from_name(2, row.get_ref(2)?.as_str()?)?,
            queued_at: row.get(3)?,
            finished_at: row.get(4)?,
            records: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
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
        "INSERT INTO run_streams (run_id, position, name, records, bytes, loaded, mark, rows_added, rows_updated,
                                  rows_deleted, new_columns)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (run_id, name) DO UPDATE SET records = ?4, bytes = ?5, loaded = ?6, mark = ?7, rows_added = ?8,
             rows_updated = ?9, rows_deleted = ?10, new_columns = ?11",
    )?;
    for (position, stream) in streams.iter().enumerate() {
        statement.execute(params![
            id.to_string(),
            position,
            stream.name,
            stream.records,
            stream.bytes,
            stream.loaded,
            stream.mark.as_ref().map(to_name).transpose()?,
            stream.changes.as_ref().map(|changes| changes.added),
            stream.changes.as_ref().map(|changes| changes.updated),
            stream.changes.as_ref().map(|changes| changes.deleted),
            stream.changes.as_ref().map(|changes| to_json(&changes.new_columns)).transpose()?,
        ])?;
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
        // The clock may have been set back meanwhile; nothing ends before it began.
        .prepare_cached(
            "UPDATE runs SET status = ?2, problem = ?3, finished_at = max(?4, coalesce(started_at, queued_at))
             WHERE id = ?1 AND status IN ('queued', 'running')",
        )?
        .execute(params![id.to_string(), to_name(&status)?, problem.map(to_json).transpose()?, now])?;
    Ok(changed == 1)
}

/// Names of the streams that this integration brought, and that no other integration with the same destination did.
pub fn streams_of_one_alone(connection: &Connection, integration: IntegrationId) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT s.name FROM run_streams s JOIN runs r ON r.id = s.run_id
         WHERE r.integration_id = ?1 AND NOT EXISTS (
             SELECT 1 FROM run_streams other JOIN runs o ON o.id = other.run_id
             JOIN integrations i ON i.id = o.integration_id
             WHERE other.name = s.name AND i.id <> ?1
             AND i.destination_id = (SELECT destination_id FROM integrations WHERE id = ?1))",
    )?;
    let rows = statement.query_map([integration.to_string()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
