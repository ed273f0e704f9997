//! SQLite: integrations, destinations, runs, schedules, settings, sign-ins, notices, what discovery found, and the copy of the public catalogue.
//! One file per table. Holds no secret.

pub mod catalogs;
pub mod copies;
pub mod database;
pub mod destinations;
pub mod drafts;
pub mod estimates;
pub mod history;
pub mod hub_documents;
pub mod integrations;
pub mod notices;
mod opening;
pub mod retention;
pub mod run_streams;
pub mod runs;
pub mod schedules;
pub mod settings;
pub mod sign_ins;
pub mod sync_states;
mod wal;

pub use catalogs::CatalogOwner;
pub use database::{Database, StoreError};
pub use opening::{Restored, open};

use serde::{Serialize, de::DeserializeOwned};

/// Reads a JSON column.
fn from_json<T: DeserializeOwned>(column: usize, text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

/// Reads a column that holds the wire name of an enum, or an id.
fn from_name<T: DeserializeOwned>(column: usize, text: &str) -> rusqlite::Result<T> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

/// Text for a JSON column.
fn to_json<T: Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// The wire name of an enum.
fn to_name<T: Serialize>(value: &T) -> rusqlite::Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        Ok(other) => Err(rusqlite::Error::ToSqlConversionFailure(format!("{other} is not a name").into())),
        Err(error) => Err(rusqlite::Error::ToSqlConversionFailure(Box::new(error))),
    }
}
