//! The table `catalogs`: what discovery found.

use super::StoreError;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use tributary_contract::IntegrationId;

/// The catalog as the connector printed it, and when.
pub fn find(connection: &Connection, id: IntegrationId) -> Result<Option<(String, DateTime<Utc>)>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT catalog, discovered_at FROM catalogs WHERE integration_id = ?1")?
        .query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Keeps a catalog in place of the one before.
pub fn save(connection: &Connection, id: IntegrationId, catalog: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO catalogs (integration_id, catalog, discovered_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (integration_id) DO UPDATE SET catalog = ?2, discovered_at = ?3",
        )?
        .execute(params![id.to_string(), catalog, now])?;
    Ok(())
}

/// Forgets it, because the settings it was made with have changed.
pub fn delete(connection: &Connection, id: IntegrationId) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM catalogs WHERE integration_id = ?1")?.execute([id.to_string()])?;
    Ok(())
}
