//! The table `hub_documents`: the copy of the public catalogue, as it was fetched.

use super::{StoreError, from_name, to_name};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use tributary_contract::ConnectorKind;

/// Everything but the body of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubDocument {
    /// Index or definition of this kind.
    pub kind: ConnectorKind,
    /// The plugin's name; empty: the index of this kind.
    pub name: String,
    /// The variant; empty for an index.
    pub variant: String,
    /// Where it was fetched.
    pub address: String,
    /// The server's validators.
    pub etag: Option<String>,
    /// The same, as a date.
    pub modified: Option<String>,
    /// When it was last fetched or confirmed.
    pub fetched_at: DateTime<Utc>,
}

const COLUMNS: &str = "kind, name, variant, address, etag, modified, fetched_at";

fn read(row: &Row<'_>) -> rusqlite::Result<HubDocument> {
    let kind: String = row.get(0)?;
    Ok(HubDocument {
        kind: from_name(0, &kind)?,
        name: row.get(1)?,
        variant: row.get(2)?,
        address: row.get(3)?,
        etag: row.get(4)?,
        modified: row.get(5)?,
        fetched_at: row.get(6)?,
    })
}

/// All documents with their bodies, indexes first.
pub fn list(connection: &Connection) -> Result<Vec<(HubDocument, String)>, StoreError> {
    let sql = format!("SELECT {COLUMNS}, body FROM hub_documents ORDER BY kind, name, variant");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], |row| Ok((read(row)?, row.get(7)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The documents of a kind without their bodies.
pub fn heads(connection: &Connection, kind: ConnectorKind) -> Result<Vec<HubDocument>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM hub_documents WHERE kind = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([to_name(&kind)?], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The body of the only document of this name; an empty name is the index.
pub fn body(connection: &Connection, kind: ConnectorKind, name: &str) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT body FROM hub_documents WHERE kind = ?1 AND name = ?2 LIMIT 1")?
        .query_row(params![to_name(&kind)?, name], |row| row.get(0))
        .optional()?)
}

/// Keeps a document in place of the one of this name, whatever its variant.
pub fn save(connection: &Connection, document: &HubDocument, body: &str) -> Result<(), StoreError> {
    let kind = to_name(&document.kind)?;
    connection
        .prepare_cached("DELETE FROM hub_documents WHERE kind = ?1 AND name = ?2")?
        .execute(params![kind, document.name])?;
    connection
        .prepare_cached(
            "INSERT INTO hub_documents (kind, name, variant, address, body, etag, modified, fetched_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            kind,
            document.name,
            document.variant,
            document.address,
            body,
            document.etag,
            document.modified,
            document.fetched_at
        ])?;
    Ok(())
}

/// Notes that the server confirmed a document.
pub fn confirm(connection: &Connection, kind: ConnectorKind, name: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE hub_documents SET fetched_at = ?3 WHERE kind = ?1 AND name = ?2")?
        .execute(params![to_name(&kind)?, name, now])?;
    Ok(())
}

/// Forgets a document.
pub fn delete(connection: &Connection, kind: ConnectorKind, name: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM hub_documents WHERE kind = ?1 AND name = ?2")?
        .execute(params![to_name(&kind)?, name])?;
    Ok(())
}
