//! The table `schedules`: up to when occurrences were dealt with, and why an integration paused itself.

use super::{StoreError, from_json, from_name, to_json};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use tributary_contract::{IntegrationId, Problem};

/// An integration that is to be scheduled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    /// The integration.
    pub id: IntegrationId,
    /// Its schedule, as kept.
    pub schedule: String,
    /// Every occurrence up to this moment was dealt with.
    pub handled: DateTime<Utc>,
}

/// A number that changes whenever anything in the database may have changed.
pub fn revision(connection: &Connection) -> Result<(i64, i64), StoreError> {
    // The first counts what other connections committed, the second what this one changed.
    let others = connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
    let own = connection.prepare_cached("SELECT total_changes()")?.query_row([], |row| row.get(0))?;
    Ok((others, own))
}

/// Integrations that have a schedule and are neither paused nor unfinished.
pub fn list(connection: &Connection) -> Result<Vec<Scheduled>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT i.id, i.schedule, COALESCE(s.handled, i.updated_at)
         FROM integrations i LEFT JOIN schedules s ON s.integration_id = i.id AND s.schedule = i.schedule
         WHERE i.schedule IS NOT NULL AND i.status NOT IN ('paused', 'draft')",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Scheduled { id: from_name(0, row.get_ref(0)?.as_str()?)?, schedule: row.get(1)?, handled: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether there are schedules that are new or were changed.
pub fn any_to_begin(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM integrations i LEFT JOIN schedules s ON s.integration_id = i.id
             WHERE i.schedule IS NOT NULL AND s.schedule IS NOT i.schedule)",
        )?
        .query_row([], |row| row.get(0))?)
}

/// Writes down since when schedules count that are new or were changed, so that later changes of other settings do not
/// count as dealing with an occurrence.
pub fn begin(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO schedules (integration_id, schedule, handled)
             SELECT i.id, i.schedule, i.updated_at
             FROM integrations i LEFT JOIN schedules s ON s.integration_id = i.id
             WHERE i.schedule IS NOT NULL AND s.schedule IS NOT i.schedule
             ON CONFLICT (integration_id) DO UPDATE SET schedule = excluded.schedule, handled = excluded.handled",
        )?
        .execute([])?;
    Ok(())
}

/// Every occurrence of these up to this moment was dealt with.
pub fn set_handled(connection: &Connection, ids: &[IntegrationId], moment: DateTime<Utc>) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("UPDATE schedules SET handled = ?2 WHERE integration_id = ?1")?;
    for id in ids {
        statement.execute(params![id.to_string(), moment])?;
    }
    Ok(())
}

/// Why an integration paused itself.
pub fn paused_because(connection: &Connection, id: IntegrationId) -> Result<Option<Problem>, StoreError> {
    let found = connection
        .prepare_cached("SELECT paused_because FROM schedules WHERE integration_id = ?1")?
        .query_row([id.to_string()], |row| row.get_ref(0)?.as_str_or_null()?.map(|text| from_json(0, text)).transpose())
        .optional()?;
    Ok(found.flatten())
}

/// Keeps why an integration paused itself; `None`: somebody else paused it.
pub fn set_paused_because(
    connection: &Connection,
    id: IntegrationId,
    problem: Option<&Problem>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO schedules (integration_id, paused_because) VALUES (?1, ?2)
             ON CONFLICT (integration_id) DO UPDATE SET paused_because = ?2",
        )?
        .execute(params![id.to_string(), problem.map(to_json).transpose()?])?;
    Ok(())
}

/// Failures and occurrences up to now no longer count.
pub fn resume(connection: &Connection, id: IntegrationId, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO schedules (integration_id, schedule, handled, resumed_at)
             SELECT id, schedule, ?2, ?2 FROM integrations WHERE id = ?1
             ON CONFLICT (integration_id) DO UPDATE SET schedule = excluded.schedule, handled = excluded.handled,
             paused_because = NULL, resumed_at = excluded.resumed_at",
        )?
        .execute(params![id.to_string(), now])?;
    Ok(())
}

/// Problems of the newest runs of an integration that ended by themselves, newest first (`None`: it succeeded), as far as
/// they began after its settings last changed and after it was last resumed.
pub fn newest_outcomes(
    connection: &Connection,
    id: IntegrationId,
    limit: usize,
) -> Result<Vec<Option<Problem>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT r.problem FROM runs r JOIN integrations i ON i.id = r.integration_id
         LEFT JOIN schedules s ON s.integration_id = i.id
         WHERE r.integration_id = ?1 AND r.status IN ('succeeded', 'failed')
         AND r.queued_at > MAX(i.updated_at, COALESCE(s.resumed_at, ''))
         ORDER BY r.id DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![id.to_string(), limit], |row| {
        row.get_ref(0)?.as_str_or_null()?.map(|text| from_json(0, text)).transpose()
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
