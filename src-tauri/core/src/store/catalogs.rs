//! The tables `catalogs` and `draft_catalogs`: what discovery found.

use super::{StoreError, from_json, to_json};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use tributary_contract::{DraftId, IntegrationId, OfferChanges};

/// Whose catalog it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatalogOwner {
    /// An integration's.
    Integration(IntegrationId),
    /// A draft's.
    Draft(DraftId),
}

impl CatalogOwner {
    fn table(self) -> (&'static str, &'static str, String) {
        match self {
            Self::Integration(id) => ("catalogs", "integration_id", id.to_string()),
            Self::Draft(id) => ("draft_catalogs", "draft_id", id.to_string()),
        }
    }
}

/// The catalog as the connector printed it, and when.
pub fn find(connection: &Connection, owner: CatalogOwner) -> Result<Option<(String, DateTime<Utc>)>, StoreError> {
    let (table, key, id) = owner.table();
    Ok(connection
        .prepare_cached(&format!("SELECT catalog, discovered_at FROM {table} WHERE {key} = ?1"))?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// When it was made, without reading it: it can be large.
pub fn discovered_at(connection: &Connection, owner: CatalogOwner) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (table, key, id) = owner.table();
    Ok(connection
        .prepare_cached(&format!("SELECT discovered_at FROM {table} WHERE {key} = ?1"))?
        .query_row([id], |row| row.get(0))
        .optional()?)
}

/// Keeps a catalog in place of the one before. Noted changes stay.
pub fn save(connection: &Connection, owner: CatalogOwner, catalog: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let (table, key, id) = owner.table();
    connection
        .prepare_cached(&format!(
            "INSERT INTO {table} ({key}, catalog, discovered_at) VALUES (?1, ?2, ?3)
             ON CONFLICT ({key}) DO UPDATE SET catalog = ?2, discovered_at = ?3"
        ))?
        .execute(params![id, catalog, now])?;
    Ok(())
}

/// Forgets it, because the settings it was made with have changed.
pub fn delete(connection: &Connection, owner: CatalogOwner) -> Result<(), StoreError> {
    let (table, key, id) = owner.table();
    connection.prepare_cached(&format!("DELETE FROM {table} WHERE {key} = ?1"))?.execute([id])?;
    Ok(())
}

/// Gives a draft what is known of the integration it edits.
pub fn lend(connection: &Connection, from: IntegrationId, to: DraftId) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO draft_catalogs (draft_id, catalog, discovered_at)
             SELECT ?2, catalog, discovered_at FROM catalogs WHERE integration_id = ?1",
        )?
        .execute([from.to_string(), to.to_string()])?;
    Ok(())
}

/// Gives an integration what was found for the draft that becomes it, unless it knows newer things.
pub fn hand_over(connection: &Connection, from: DraftId, to: IntegrationId) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO catalogs (integration_id, catalog, discovered_at)
             SELECT ?2, catalog, discovered_at FROM draft_catalogs WHERE draft_id = ?1
             ON CONFLICT (integration_id) DO UPDATE SET catalog = excluded.catalog,
             discovered_at = excluded.discovered_at WHERE excluded.discovered_at >= catalogs.discovered_at",
        )?
        .execute([from.to_string(), to.to_string()])?;
    Ok(())
}

/// What appeared at the source or went and was not dealt with yet.
pub fn changes(connection: &Connection, id: IntegrationId) -> Result<Option<OfferChanges>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT changes FROM catalogs WHERE integration_id = ?1")?
        .query_row([id.to_string()], |row| row.get_ref(0)?.as_str_or_null()?.map(|text| from_json(0, text)).transpose())
        .optional()?
        .flatten())
}

/// Notes it; `None`: it was dealt with.
pub fn set_changes(
    connection: &Connection,
    id: IntegrationId,
    changes: Option<&OfferChanges>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE catalogs SET changes = ?2 WHERE integration_id = ?1")?
        .execute(params![id.to_string(), changes.map(to_json).transpose()?])?;
    Ok(())
}
