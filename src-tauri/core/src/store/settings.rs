//! The table `settings`: choices that concern the whole app.

use super::{StoreError, from_json, to_json};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use tributary_contract::AppSettings;

/// Name of the value that holds [`AppSettings`].
const APP: &str = "app";

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

/// The app's settings. What was never saved, or was saved by another version in another form, has its default.
pub fn app(connection: &Connection) -> Result<AppSettings, StoreError> {
    let saved: Map<String, Value> = find(connection, APP)?.unwrap_or_default();
    Ok(saved.into_iter().fold(AppSettings::default(), |settings, (name, value)| {
        let Ok(Value::Object(mut all)) = serde_json::to_value(&settings) else { return settings };
        all.insert(name, value);
        serde_json::from_value(Value::Object(all)).unwrap_or(settings)
    }))
}

/// Keeps the app's settings.
pub fn save_app(connection: &Connection, settings: &AppSettings) -> Result<(), StoreError> {
    save(connection, APP, settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Database;
    use serde_json::json;

    #[test]
    fn one_setting_that_cannot_be_read_does_not_take_the_others_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("db")).unwrap();
        let saved = json!({"silence_minutes": 5, "run_hours": "many", "of_a_newer_version": true, "retries": false});
        let read = database.transact_now(|connection| {
            assert_eq!(app(connection)?, AppSettings::default(), "nothing was saved yet");
            save(connection, APP, &saved)?;
            app(connection)
        });
        let expected = AppSettings { silence_minutes: 5, retries: false, ..AppSettings::default() };
        assert_eq!(read.unwrap(), expected);
    }
}
