//! The table `settings`: choices that concern the whole app.

use super::{StoreError, from_json, to_json};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};

/// The value of this name.
pub fn find<T: DeserializeOwned>(connection: &Connection, name: &str) -> Result<Option<T>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
        .query_row([name], |row| from_json(0, row.get_ref(0)?.as_str()?))
        .optional()?)
}

/// Keeps a value in place of the one before.
pub fn save<T: Serialize>(connection: &Connection, name: &str, value: &T) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
        )?
        .execute(params![name, to_json(value)?])?;
    Ok(())
}

/// Forgets it.
pub fn delete(connection: &Connection, name: &str) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM settings WHERE name = ?1")?.execute([name])?;
    Ok(())
}
