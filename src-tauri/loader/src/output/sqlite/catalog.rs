//! Our own tables in the database: which streams and columns there are, and what changed.

use crate::{changes::Changes, clock, error::LoadError, names, schema::Kind, stream::Stream};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;

/// They are made when they are not there.
pub const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS _tributary_streams (
        stream TEXT PRIMARY KEY,
        table_name TEXT NOT NULL,
        schema TEXT NOT NULL,
        key_properties TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        rows INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE IF NOT EXISTS _tributary_columns (
        stream TEXT NOT NULL,
        property TEXT NOT NULL,
        column_name TEXT NOT NULL,
        kind TEXT NOT NULL,
        PRIMARY KEY (stream, property)
    );
    CREATE TABLE IF NOT EXISTS _tributary_changes (
        run TEXT NOT NULL,
        stream TEXT NOT NULL,
        at TEXT NOT NULL,
        added INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        deleted INTEGER NOT NULL,
        set_aside INTEGER NOT NULL,
        new_columns TEXT NOT NULL,
        PRIMARY KEY (run, stream)
    );";

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The property it holds.
    pub property: String,
    /// Its name in the table.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// A stream's table as it was left.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its name.
    pub table: String,
    /// The key its rows are told apart by.
    pub key: Vec<String>,
    /// Its rows.
    pub rows: u64,
    /// Its columns, in its own order.
    pub columns: Vec<Stored>,
}

/// Refuses a database that another program made.
pub fn check_is_ours(connection: &Connection, path: &Path) -> Result<(), LoadError> {
    let (tables, ours): (i64, i64) = connection
        .query_row(
            "SELECT count(*), ifnull(sum(name = '_tributary_streams'), 0) FROM sqlite_schema WHERE type = 'table'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .map_err(|source| LoadError::database("reading", path, source))?;
    if tables > 0 && ours == 0 {
        let detail = "it is an SQLite database with tables of another program".to_owned();
        return Err(LoadError::Foreign { path: path.to_owned(), detail });
    }
    Ok(())
}

/// What is known of a stream's table.
pub fn known(connection: &Connection, stream: &str) -> rusqlite::Result<Option<Known>> {
    let found = connection
        .query_row(
            "SELECT table_name, key_properties, rows FROM _tributary_streams WHERE stream = ?1",
            [stream],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, u64>(2)?)),
        )
        .optional()?;
    let Some((table, key, rows)) = found else { return Ok(None) };
    let exists = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    if connection.query_row(exists, [&table], |row| row.get::<_, i64>(0))? == 0 {
        // Somebody dropped it: it is made anew.
        connection.execute("DELETE FROM _tributary_streams WHERE stream = ?1", [stream])?;
        connection.execute("DELETE FROM _tributary_columns WHERE stream = ?1", [stream])?;
        return Ok(None);
    }
    let mut columns: Vec<Stored> = connection
        .prepare("SELECT property, column_name, kind FROM _tributary_columns WHERE stream = ?1 ORDER BY rowid")?
        .query_map([stream], |row| {
            let kind: String = row.get(2)?;
            let kind = serde_json::from_value(kind.into()).unwrap_or(Kind::Text);
            Ok(Stored { property: row.get(0)?, name: row.get(1)?, kind })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let there: Vec<String> = connection
        .prepare("SELECT name FROM pragma_table_info(?1)")?
        .query_map([&table], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    columns.retain(|column| there.iter().any(|name| name.eq_ignore_ascii_case(&column.name)));
    Ok(Some(Known { table, key: serde_json::from_str(&key).unwrap_or_default(), rows, columns }))
}

/// A name for a new table: the stream's, unless SQLite keeps it for itself or another table has it.
pub fn free_table(connection: &Connection, stream: &str) -> rusqlite::Result<String> {
    let taken: Vec<String> = connection
        .prepare("SELECT lower(name) FROM sqlite_schema")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let plain = stream.replace('\0', "_");
    let lower = plain.to_ascii_lowercase();
    let reserved = plain.is_empty() || lower.starts_with("sqlite_") || lower.starts_with("_tributary");
    let wanted = if reserved { format!("stream_{plain}") } else { plain };
    Ok(names::free(&wanted, "_", |name| taken.contains(&name.to_ascii_lowercase())))
}

/// Notes a stream's newest form. `key` are the properties its rows are told apart by.
pub fn keep_stream(connection: &Connection, stream: &Stream, table: &str, key: &[String]) -> rusqlite::Result<()> {
    let key = serde_json::to_string(key).unwrap_or_default();
    connection
        .prepare_cached(
            "INSERT INTO _tributary_streams (stream, table_name, schema, key_properties, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (stream) DO UPDATE SET table_name = excluded.table_name, schema = excluded.schema,
             key_properties = excluded.key_properties, updated_at = excluded.updated_at",
        )?
        .execute(params![stream.name, table, stream.schema, key, clock::now_text()])?;
    Ok(())
}

/// Notes a column.
pub fn keep_column(connection: &Connection, stream: &str, column: &Stored) -> rusqlite::Result<()> {
    let kind = serde_json::to_value(column.kind).unwrap_or_default();
    connection
        .prepare_cached(
            "INSERT INTO _tributary_columns (stream, property, column_name, kind) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (stream, property) DO UPDATE SET column_name = excluded.column_name, kind = excluded.kind",
        )?
        .execute(params![stream, column.property, column.name, kind.as_str().unwrap_or("text")])?;
    Ok(())
}

/// Notes what changed so far, in the transaction that changes it.
/// `rows` is how many rows more or less there are since the last time.
pub fn keep_changes(connection: &Connection, run: &str, changes: &Changes, rows: i64) -> rusqlite::Result<()> {
    let now = clock::now_text();
    let columns = serde_json::to_string(&changes.new_columns).unwrap_or_default();
    connection
        .prepare_cached("UPDATE _tributary_streams SET rows = max(0, rows + ?2), updated_at = ?3 WHERE stream = ?1")?
        .execute(params![changes.stream, rows, now])?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO _tributary_changes (run, stream, at, added, updated, deleted, set_aside, new_columns)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            run,
            changes.stream,
            now,
            changes.added,
            changes.updated,
            changes.deleted,
            changes.set_aside,
            columns
        ])?;
    Ok(())
}
