//! The table `integrations`.

use super::{StoreError, from_json, from_name, runs, to_json, to_name};
use rusqlite::{Connection, OptionalExtension, Row, params};
use tributary_contract::{Integration, IntegrationId, IntegrationStatus, StreamChoice};

const COLUMNS: &str = "id, type, name, config, secrets, status, destination_id, streams, schedule, sample, created_at, updated_at, \
     new_data";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Integration> {
    Ok(Integration {
        id: from_name(0, row.get_ref(0)?.as_str()?)?,
        connector: row.get(1)?,
        name: row.get(2)?,
        config: from_json(3, row.get_ref(3)?.as_str()?)?,
        secrets: from_json(4, row.get_ref(4)?.as_str()?)?,
        status: from_name(5, row.get_ref(5)?.as_str()?)?,
        destination: from_name(6, row.get_ref(6)?.as_str()?)?,
        streams: row.get_ref(7)?.as_str_or_null()?.map(|text| from_json(7, text)).transpose()?,
        schedule: row.get(8)?,
        sample: row.get(9)?,
        created_at: row.get(10)?,
        updated_at: row.get(11)?,
        new_data: from_name(12, row.get_ref(12)?.as_str()?)?,
        last_run: None,
        last_synced_at: None,
        schedule_state: None,
    })
}

/// Adds what other tables know: the newest run, and the status that follows from it.
fn complete(connection: &Connection, mut integration: Integration) -> Result<Integration, StoreError> {
    integration.last_run = runs::newest(connection, integration.id)?;
    integration.last_synced_at = runs::last_success(connection, integration.id)?;
    if integration.last_run.as_ref().is_some_and(|run| !run.status.is_terminal()) {
        integration.status = IntegrationStatus::Syncing;
    }
    Ok(integration)
}

/// All, by name.
pub fn list(connection: &Connection) -> Result<Vec<Integration>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM integrations ORDER BY name"))?;
    let rows = statement.query_map([], from_row)?;
    rows.map(|row| complete(connection, row?)).collect()
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// In all.
    pub all: u64,
    /// With a queued or running run.
    pub syncing: u64,
    /// That need attention.
    pub attention: u64,
}

/// What needs attention and is not being synced right now: the newest run failed, or it paused itself.
const IN_TROUBLE: &str = "(i.status = 'attention' OR (i.status = 'paused' AND EXISTS (SELECT 1 FROM schedules s
     WHERE s.integration_id = i.id AND s.paused_because IS NOT NULL)))
     AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.integration_id = i.id AND r.status IN ('queued', 'running'))";

/// How many there are, are being synced, and need attention.
pub fn counts(connection: &Connection) -> Result<Counts, StoreError> {
    let count = |query: &str| connection.prepare_cached(query)?.query_row([], |row| row.get(0));
    Ok(Counts {
        all: count("SELECT COUNT(*) FROM integrations")?,
        syncing: count("SELECT COUNT(*) FROM runs WHERE status IN ('queued', 'running')")?,
        attention: count(&format!("SELECT COUNT(*) FROM integrations i WHERE {IN_TROUBLE}"))?,
    })
}

/// Those whose newest run is the newest, up to so many; then those without one.
pub fn recent(connection: &Connection, limit: u32) -> Result<Vec<Integration>, StoreError> {
    some(
        connection,
        "ORDER BY (SELECT r.id FROM runs r WHERE r.integration_id = i.id ORDER BY r.id DESC LIMIT 1) DESC, i.id DESC",
        limit,
    )
}

/// Those that need attention, up to so many, the newest trouble first.
pub fn in_trouble(connection: &Connection, limit: u32) -> Result<Vec<Integration>, StoreError> {
    let which = format!(
        "WHERE {IN_TROUBLE}
         ORDER BY (SELECT r.id FROM runs r WHERE r.integration_id = i.id ORDER BY r.id DESC LIMIT 1) DESC, i.id DESC"
    );
    some(connection, &which, limit)
}

/// Those that a sync of everything means: neither paused nor unfinished, and not at it already.
pub fn to_sync(connection: &Connection) -> Result<Vec<IntegrationId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM integrations i WHERE status NOT IN ('paused', 'draft') AND NOT EXISTS
         (SELECT 1 FROM runs r WHERE r.integration_id = i.id AND r.status IN ('queued', 'running')) ORDER BY name",
    )?;
    let rows = statement.query_map([], |row| from_name(0, row.get_ref(0)?.as_str()?))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn some(connection: &Connection, which: &str, limit: u32) -> Result<Vec<Integration>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM integrations i {which} LIMIT ?1"))?;
    let rows = statement.query_map([limit], from_row)?;
    rows.map(|row| complete(connection, row?)).collect()
}

/// The one with this id or, failing that, this name.
pub fn find(connection: &Connection, id_or_name: &str) -> Result<Option<Integration>, StoreError> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM integrations WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC LIMIT 1"
        ))?
        .query_row([id_or_name], from_row)
        .optional()?
        .map(|integration| complete(connection, integration))
        .transpose()
}

/// Adds one.
pub fn insert(connection: &Connection, integration: &Integration) -> Result<(), StoreError> {
    connection
        .prepare_cached(&format!(
            "INSERT INTO integrations ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
        ))?
        .execute(params![
            integration.id.to_string(),
            integration.connector,
            integration.name,
            to_json(&integration.config)?,
            to_json(&integration.secrets)?,
            to_name(&integration.status)?,
            integration.destination.to_string(),
            integration.streams.as_ref().map(to_json).transpose()?,
            integration.schedule,
            integration.sample,
            integration.created_at,
            integration.updated_at,
            to_name(&integration.new_data)?,
        ])?;
    Ok(())
}

/// Changes everything a person can change. `status` is set to what the change leads to.
pub fn update(
    connection: &Connection,
    integration: &Integration,
    status: Option<IntegrationStatus>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE integrations SET name = ?2, config = ?3, secrets = ?4, destination_id = ?5, streams = ?6,
             schedule = ?7, updated_at = ?8, status = COALESCE(?9, status), new_data = ?10,
             instance_checked = CASE WHEN ?9 IS NULL THEN instance_checked ELSE 0 END WHERE id = ?1",
        )?
        .execute(params![
            integration.id.to_string(),
            integration.name,
            to_json(&integration.config)?,
            to_json(&integration.secrets)?,
            integration.destination.to_string(),
            integration.streams.as_ref().map(to_json).transpose()?,
            integration.schedule,
            integration.updated_at,
            status.as_ref().map(to_name).transpose()?,
            to_name(&integration.new_data)?,
        ])?;
    Ok(())
}

/// Changes what is brought in and nothing else; `None`: what is recommended.
pub fn set_streams(
    connection: &Connection,
    id: IntegrationId,
    streams: Option<&[StreamChoice]>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE integrations SET streams = ?2 WHERE id = ?1")?
        .execute(params![id.to_string(), streams.map(|streams| to_json(&streams)).transpose()?])?;
    Ok(())
}

/// Sets how it is doing. A paused one stays paused.
pub fn set_status(connection: &Connection, id: IntegrationId, status: IntegrationStatus) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE integrations SET status = ?2 WHERE id = ?1 AND status <> 'paused'")?
        .execute(params![id.to_string(), to_name(&status)?])?;
    Ok(())
}

/// Ends its pause: it is as its newest run left it. Whether it was paused.
pub fn resume(connection: &Connection, id: IntegrationId) -> Result<bool, StoreError> {
    let changed = connection
        .prepare_cached(
            "UPDATE integrations SET status = COALESCE(
                 (SELECT IIF(status = 'succeeded', 'ready', 'attention') FROM runs
                  WHERE integration_id = ?1 AND status IN ('succeeded', 'failed') ORDER BY id DESC LIMIT 1),
                 'untested')
             WHERE id = ?1 AND status = 'paused'",
        )?
        .execute([id.to_string()])?;
    Ok(changed == 1)
}

/// Whether its Salesforce instance was compared with what the sign-in returns.
pub fn instance_checked(connection: &Connection, id: IntegrationId) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT instance_checked FROM integrations WHERE id = ?1")?
        .query_row([id.to_string()], |row| row.get(0))
        .optional()?
        .unwrap_or(false))
}

/// Remembers that it was.
pub fn set_instance_checked(connection: &Connection, id: IntegrationId) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE integrations SET instance_checked = 1 WHERE id = ?1")?
        .execute([id.to_string()])?;
    Ok(())
}

/// Adds the name of a secret that the keychain now has.
pub fn add_secret(connection: &Connection, id: IntegrationId, name: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE integrations SET secrets = json_insert(secrets, '$[#]', ?2) WHERE id = ?1
             AND NOT EXISTS (SELECT 1 FROM json_each(secrets) WHERE value = ?2)",
        )?
        .execute([&id.to_string(), name])?;
    Ok(())
}

/// Takes out the name of a secret that the keychain no longer has.
pub fn remove_secret(connection: &Connection, id: IntegrationId, name: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE integrations SET secrets =
                 (SELECT json_group_array(value) FROM json_each(secrets) WHERE value <> ?2) WHERE id = ?1",
        )?
        .execute([&id.to_string(), name])?;
    Ok(())
}

/// Removes one with its runs and catalog.
pub fn delete(connection: &Connection, id: IntegrationId) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM integrations WHERE id = ?1")?.execute([id.to_string()])?;
    Ok(())
}
