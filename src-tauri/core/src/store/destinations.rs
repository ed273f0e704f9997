//! The table `destinations`.

use super::{StoreError, from_json, from_name, to_json};
use rusqlite::{Connection, OptionalExtension, Row, params};
use tributary_contract::{Destination, DestinationId};

const COLUMNS: &str = "id, type, name, config, secrets, built_in, created_at, updated_at";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Destination> {
    Ok(Destination {
        id: from_name(0, row.get_ref(0)?.as_str()?)?,
        connector: row.get(1)?,
        name: row.get(2)?,
        config: from_json(3, row.get_ref(3)?.as_str()?)?,
        secrets: from_json(4, row.get_ref(4)?.as_str()?)?,
        built_in: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
    })
}

/// All, the built-in one first, then by name.
pub fn list(connection: &Connection) -> Result<Vec<Destination>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} FROM destinations ORDER BY built_in DESC, name"))?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The one with this id or, failing that, this name.
pub fn find(connection: &Connection, id_or_name: &str) -> Result<Option<Destination>, StoreError> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM destinations WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC LIMIT 1"
        ))?
        .query_row([id_or_name], from_row)
        .optional()?)
}

/// The one that exists from the start.
pub fn built_in(connection: &Connection) -> Result<Option<Destination>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM destinations WHERE built_in = 1 LIMIT 1"))?
        .query_row([], from_row)
        .optional()?)
}

/// Adds one.
pub fn insert(connection: &Connection, destination: &Destination) -> Result<(), StoreError> {
    connection
        .prepare_cached(&format!("INSERT INTO destinations ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"))?
        .execute(params![
            destination.id.to_string(),
            destination.connector,
            destination.name,
            to_json(&destination.config)?,
            to_json(&destination.secrets)?,
            destination.built_in,
            destination.created_at,
            destination.updated_at,
        ])?;
    Ok(())
}

/// Changes name, settings and names of secrets.
pub fn update(connection: &Connection, destination: &Destination) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE destinations SET name = ?2, config = ?3, secrets = ?4, updated_at = ?5 WHERE id = ?1")?
        .execute(params![
            destination.id.to_string(),
            destination.name,
            to_json(&destination.config)?,
            to_json(&destination.secrets)?,
            destination.updated_at,
        ])?;
    Ok(())
}

/// Removes one that no integration uses.
pub fn delete(connection: &Connection, id: DestinationId) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM destinations WHERE id = ?1")?.execute([id.to_string()])?;
    Ok(())
}
