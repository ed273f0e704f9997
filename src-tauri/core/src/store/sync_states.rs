//! Meltano's database, as far as the sync state is concerned: looking at it, and forgetting parts of it.
//!
//! Meltano 4.4 keeps one row a state id in its table `state`, with two JSON texts: `completed_state` of the newest run that
//! ended well, and `partial_state` of what was confirmed since. A run begins with the second laid over the first.

use super::StoreError;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use serde_json::{Map, Value};
use std::{path::Path, time::Duration};
use tributary_contract::IntegrationId;

/// How long a statement waits for a Meltano that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Where Meltano puts the state of the connector within its own.
const SINGER: &str = "singer_state";
/// Where connectors put the state of each stream, by the Singer specification's custom.
const BOOKMARKS: &str = "bookmarks";

/// The state with which the next run of this state id begins; `None` without one.
pub fn find(database: &Path, state_id: &str) -> Result<Option<Value>, StoreError> {
    let Some(connection) = open(database, OpenFlags::SQLITE_OPEN_READ_ONLY)? else { return Ok(None) };
    Ok(row(&connection, state_id)?.map(|(completed, partial)| {
        let mut state = Value::Object(completed);
        lay_over(&mut state, Value::Object(partial));
        state.get_mut(SINGER).map(Value::take).unwrap_or_default()
    }))
}

/// Forgets every state of an integration, whichever destinations it had.
pub fn forget_integration(database: &Path, integration: IntegrationId) -> Result<(), StoreError> {
    let Some(connection) = open(database, OpenFlags::SQLITE_OPEN_READ_WRITE)? else { return Ok(()) };
    let there: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'state')",
        [],
        |row| row.get(0),
    )?;
    if there {
        // `tap-NAME--ID-to-target-NAME--ID`, after the name of an environment where there is one.
        connection.execute("DELETE FROM state WHERE state_id LIKE ?1", [format!("%--{integration}-to-%")])?;
    }
    Ok(())
}

/// Forgets the state of these streams, or (`None`) everything. Whether anything was forgotten.
pub fn forget(database: &Path, state_id: &str, streams: Option<&[String]>) -> Result<bool, StoreError> {
    let Some(mut connection) = open(database, OpenFlags::SQLITE_OPEN_READ_WRITE)? else { return Ok(false) };
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let Some((mut completed, mut partial)) = row(&transaction, state_id)? else { return Ok(false) };
    let forgotten = match streams {
        None => transaction.execute("DELETE FROM state WHERE state_id = ?1", [state_id])? > 0,
        Some(streams) => {
            let forgotten = without(&mut completed, streams) | without(&mut partial, streams);
            transaction.execute(
                "UPDATE state SET completed_state = ?2, partial_state = ?3 WHERE state_id = ?1",
                params![state_id, Value::Object(completed).to_string(), Value::Object(partial).to_string()],
            )?;
            forgotten
        }
    };
    transaction.commit()?;
    Ok(forgotten)
}

/// Removes the bookmarks of these streams. Whether there were any.
fn without(state: &mut Map<String, Value>, streams: &[String]) -> bool {
    let Some(singer) = state.get_mut(SINGER).and_then(Value::as_object_mut) else { return false };
    // A source that was stopped in the middle of a stream would go on there.
    if singer.get("currently_syncing").and_then(Value::as_str).is_some_and(|name| streams.iter().any(|one| one == name))
    {
        singer.insert("currently_syncing".to_owned(), Value::Null);
    }
    let Some(bookmarks) = singer.get_mut(BOOKMARKS).and_then(Value::as_object_mut) else { return false };
    let before = bookmarks.len();
    bookmarks.retain(|name, _| !streams.contains(name));
    bookmarks.len() < before
}

/// Objects are merged, anything else is replaced, as Meltano does it.
fn lay_over(below: &mut Value, above: Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (name, value) in above {
                lay_over(below.entry(name).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above,
    }
}

/// What was confirmed by the end of a run, and what by runs that did not end well.
type Parts = (Map<String, Value>, Map<String, Value>);

/// Both parts of a row.
fn row(connection: &Connection, state_id: &str) -> Result<Option<Parts>, StoreError> {
    let read = connection
        .query_row("SELECT completed_state, partial_state FROM state WHERE state_id = ?1", [state_id], |row| {
            Ok((part(row.get(0)?), part(row.get(1)?)))
        })
        .optional();
    match read {
        // Meltano makes its tables when it first runs.
        Err(rusqlite::Error::SqliteFailure(_, Some(message))) if message.starts_with("no such table") => Ok(None),
        other => Ok(other?),
    }
}

fn part(text: Option<String>) -> Map<String, Value> {
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// `None` where Meltano has not made it yet.
fn open(database: &Path, mode: OpenFlags) -> Result<Option<Connection>, StoreError> {
    if !database.exists() {
        return Ok(None);
    }
    let connection = Connection::open_with_flags(database, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|source| StoreError::Open { path: database.to_owned(), source })?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(Some(connection))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn database(folder: &Path, completed: &Value, partial: &Value) -> std::path::PathBuf {
        let path = folder.join("state.db");
        let connection =
            Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
                .unwrap();
        // The table as Meltano 4.4.1 makes it.
        connection
            .execute_batch(
                "CREATE TABLE state (state_id VARCHAR NOT NULL, updated_at DATETIME, partial_state VARCHAR,
                 completed_state VARCHAR, PRIMARY KEY (state_id), UNIQUE (state_id))",
            )
            .unwrap();
        connection
            .execute(
                "INSERT INTO state (state_id, partial_state, completed_state) VALUES ('a', ?1, ?2)",
                [partial.to_string(), completed.to_string()],
            )
            .unwrap();
        path
    }

    fn bookmarks(streams: &[(&str, &str)]) -> Value {
        let bookmarks: Map<String, Value> =
            streams.iter().map(|(name, at)| ((*name).to_owned(), json!({ "updated": at }))).collect();
        json!({ "singer_state": { "bookmarks": bookmarks } })
    }

    #[test]
    fn what_was_confirmed_since_lies_over_what_ended_well() {
        let folder = tempfile::tempdir().unwrap();
        let path = database(folder.path(), &bookmarks(&[("x", "1"), ("y", "1")]), &bookmarks(&[("y", "2")]));
        let state = find(&path, "a").unwrap().unwrap();
        assert_eq!(state, bookmarks(&[("x", "1"), ("y", "2")])["singer_state"]);
        assert_eq!(find(&path, "b").unwrap(), None);
    }

    #[test]
    fn a_stream_is_forgotten_in_both_parts_and_the_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = database(folder.path(), &bookmarks(&[("x", "1"), ("y", "1")]), &bookmarks(&[("y", "2")]));
        assert!(forget(&path, "a", Some(&["y".to_owned()])).unwrap());
        assert_eq!(find(&path, "a").unwrap().unwrap(), bookmarks(&[("x", "1")])["singer_state"]);
        assert!(!forget(&path, "a", Some(&["y".to_owned()])).unwrap(), "it is gone already");
        assert!(forget(&path, "a", None).unwrap());
        assert_eq!(find(&path, "a").unwrap(), None);
    }

    #[test]
    fn a_database_that_is_not_there_or_empty_has_no_state() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        assert_eq!(find(&path, "a").unwrap(), None);
        std::fs::write(&path, b"").unwrap();
        assert_eq!(find(&path, "a").unwrap(), None);
        assert!(!forget(&path, "a", None).unwrap());
    }
    #[test]
    fn only_the_states_of_the_integration_go() {
        let folder = tempfile::tempdir().unwrap();
        let (gone, stays) = (IntegrationId::new(), IntegrationId::new());
        forget_integration(&folder.path().join("state.db"), gone).unwrap();
        let path = database(folder.path(), &json!({}), &json!({}));
        let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        for id in [gone, stays] {
            let name = format!("tap-salesforce--{id}-to-target-jsonl--{}", IntegrationId::new());
            connection.execute("INSERT INTO state (state_id) VALUES (?1)", [name]).unwrap();
        }
        forget_integration(&path, gone).unwrap();
        let left: String =
            connection.query_row("SELECT group_concat(state_id) FROM state", [], |row| row.get(0)).unwrap();
        assert!(left.contains(&stays.to_string()) && !left.contains(&gone.to_string()), "{left}");
    }
}
