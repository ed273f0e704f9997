//! One SQLite database, one table per stream.
//!
//! A flush is one transaction over all streams. The log (WAL) is synchronised when it commits, so a state is said after its
//! records are on the disk; readers go on with the last flush meanwhile. Other loaders may write to the same database: they
//! wait no longer than a flush takes to be applied.

mod bind;
mod catalog;
mod rebuild;
mod table;

use super::Output;
use crate::{
    changes::Changes,
    error::LoadError,
    names::quoted,
    settings::{Delete, Settings},
    stream::{DELETED_AT, Record, Stream, VERSION},
};
use bind::Binder;
use rusqlite::{Connection, functions::FunctionFlags, types::Value};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use table::Table;

/// The database's name in the folder.
pub const FILE: &str = "data.sqlite";
/// How long another writer is waited for.
const PATIENCE: Duration = Duration::from_mins(5);
/// Counts rows that an upsert finds; called by SQLite for each.
const COUNT_UPDATED: &str = "_tributary_updated";

/// Opens the database of a folder, or makes it.
pub fn open(folder: &Path) -> Result<(Connection, PathBuf), LoadError> {
    std::fs::create_dir_all(folder).map_err(|source| LoadError::file("creating", folder, source))?;
    let path = folder.join(FILE);
    if path.is_dir() {
        return Err(LoadError::Foreign { path, detail: "it is a folder".to_owned() });
    }
    let fail = |source| LoadError::database("opening", &path, source);
    let connection = connect(&path).map_err(fail)?;
    connection.busy_timeout(PATIENCE).map_err(fail)?;
    catalog::check_is_ours(&connection, &path)?;
    // A page holds a dozen rows of a usual table; larger ones cost more for changes that lie apart.
    connection
        .execute_batch(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;
             PRAGMA wal_autocheckpoint = 3000; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = FILE;
             PRAGMA legacy_alter_table = ON; PRAGMA foreign_keys = OFF; PRAGMA recursive_triggers = OFF;",
        )
        .map_err(fail)?;
    Ok((connection, path))
}

#[expect(clippy::disallowed_methods, reason = "this is the one place of the loader that opens a database")]
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open(path)
}

/// The output.
pub struct Sqlite<'c> {
    connection: &'c Connection,
    path: PathBuf,
    run: String,
    delete: Delete,
    tables: Vec<Table<'c>>,
    changes: Vec<Changes>,
    /// By stream: the rows that were written down last. Others may write to the table too.
    kept: Vec<u64>,
    binder: Binder,
    updated: Arc<AtomicU64>,
    /// Whether a transaction is open.
    begun: bool,
    /// By stream: whether the present flush has something of it.
    touched: Vec<bool>,
}

impl<'c> Sqlite<'c> {
    /// The output of a database that [`open`] gave.
    pub fn new(connection: &'c Connection, path: PathBuf, run: &str, settings: &Settings) -> Result<Self, LoadError> {
        let updated = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&updated);
        connection
            .create_scalar_function(COUNT_UPDATED, 0, FunctionFlags::SQLITE_UTF8, move |_| {
                count.fetch_add(1, Ordering::Relaxed);
                Ok(true)
            })
            .map_err(|source| LoadError::database("opening", &path, source))?;
        let output = Self {
            connection,
            path,
            run: run.to_owned(),
            delete: settings.delete,
            tables: Vec::new(),
            changes: Vec::new(),
            kept: Vec::new(),
            binder: Binder::default(),
            updated,
            begun: false,
            touched: Vec::new(),
        };
        connection
            .execute_batch(catalog::TABLES)
            .map_err(|source| LoadError::database("preparing", &output.path, source))?;
        Ok(output)
    }

    fn fail(&self, doing: &str, index: usize) -> impl FnOnce(rusqlite::Error) -> LoadError + use<> {
        let (path, table) = (self.path.clone(), self.tables.get(index).map(|table| table.name.clone()));
        let doing = format!("{doing} table `{}` of", table.unwrap_or_default());
        move |source| LoadError::database(doing, &path, source)
    }

    fn begin(&mut self) -> Result<(), LoadError> {
        if !self.begun {
            self.connection
                .execute_batch("BEGIN IMMEDIATE")
                .map_err(|source| LoadError::database("beginning to write to", &self.path, source))?;
            self.begun = true;
        }
        Ok(())
    }
}

impl Output for Sqlite<'_> {
    fn open(&mut self, stream: &Stream) -> Result<(), LoadError> {
        self.begin()?;
        let fail = |source| {
            LoadError::database(format!("preparing the table of stream `{}` in", stream.name), &self.path, source)
        };
        let (table, new_columns) = Table::open(self.connection, stream).map_err(fail)?;
        if stream.index == self.tables.len() {
            self.tables.push(table);
            self.changes.push(Changes { stream: stream.name.clone(), ..Changes::default() });
        } else {
            self.tables[stream.index] = table;
        }
        self.changes[stream.index].rows = self.tables[stream.index].rows;
        self.kept.resize(self.tables.len(), 0);
        self.kept[stream.index] = self.tables[stream.index].rows;
        self.changes[stream.index].new_columns.extend(new_columns);
        self.touched.resize(self.tables.len(), false);
        self.touched[stream.index] = true;
        Ok(())
    }

    fn write(&mut self, stream: &Stream, record: &Record<'_>) -> Result<(), LoadError> {
        self.begin()?;
        let index = stream.index;
        self.touched[index] = true;
        let before = self.updated.load(Ordering::Relaxed);
        loop {
            let table = &mut self.tables[index];
            match self.binder.execute(table, stream, record) {
                Ok(None) => break,
                // A value has more digits than its column keeps, or there is a property that no schema names.
                Ok(Some(needs)) => {
                    let done = self.tables[index].provide(self.connection, stream, needs);
                    let new_column = done.map_err(self.fail("changing", index))?;
                    self.changes[index].new_columns.extend(new_column);
                }
                Err(error) => return Err(self.fail("writing", index)(error)),
            }
        }
        let updated = self.updated.load(Ordering::Relaxed) - before;
        let changes = &mut self.changes[index];
        changes.updated += updated;
        changes.added += 1 - updated;
        changes.rows += 1 - updated;
        Ok(())
    }

    fn delete(&mut self, stream: &Stream, record: &Record<'_>) -> Result<(), LoadError> {
        self.begin()?;
        let index = stream.index;
        self.touched[index] = true;
        let done = self.binder.delete(self.connection, &self.tables[index], stream, record);
        let gone = done.map_err(self.fail("deleting from", index))? as u64;
        self.changes[index].deleted += gone;
        self.changes[index].rows = self.changes[index].rows.saturating_sub(gone);
        Ok(())
    }

    fn activate_version(&mut self, stream: &Stream, version: i64) -> Result<(), LoadError> {
        self.begin()?;
        let index = stream.index;
        self.touched[index] = true;
        let table = &self.tables[index];
        let Some(column) = table.column_of(VERSION) else { return Ok(()) };
        let (name, column) = (quoted(&table.name), quoted(column));
        let deleted_at = table.column_of(DELETED_AT).filter(|_| self.delete == Delete::Soft).map(quoted);
        let others = format!("({column} IS NULL OR {column} <> ?1)");
        let (sql, values) = match deleted_at {
            Some(deleted_at) => (
                format!("UPDATE {name} SET {deleted_at} = ?2 WHERE {others} AND {deleted_at} IS NULL"),
                vec![Value::Integer(version), Value::Text(crate::clock::now_text())],
            ),
            None => (format!("DELETE FROM {name} WHERE {others}"), vec![Value::Integer(version)]),
        };
        let done = self.connection.execute(&sql, rusqlite::params_from_iter(values));
        let gone = done.map_err(self.fail("deleting from", index))? as u64;
        let changes = &mut self.changes[index];
        changes.deleted += gone;
        if self.delete == Delete::Hard {
            changes.rows = changes.rows.saturating_sub(gone);
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), LoadError> {
        if !self.begun {
            return Ok(());
        }
        let fail = |source| LoadError::database("writing to", &self.path, source);
        for ((changes, kept), touched) in self.changes.iter().zip(&mut self.kept).zip(&mut self.touched) {
            if std::mem::take(touched) {
                let more = changes.rows.cast_signed() - kept.cast_signed();
                catalog::keep_changes(self.connection, &self.run, changes, more).map_err(fail)?;
                *kept = changes.rows;
            }
        }
        // Without a name the file would take everything and be gone at the end.
        std::fs::metadata(&self.path).map_err(|source| LoadError::file("writing to", &self.path, source))?;
        self.connection.execute_batch("COMMIT").map_err(fail)?;
        self.begun = false;
        Ok(())
    }

    fn finish(&mut self) -> Result<(), LoadError> {
        // What is in the log is moved into the database, unless a reader is in the way: then the next run does it.
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        Ok(())
    }

    fn changes(&mut self) -> &mut Vec<Changes> {
        &mut self.changes
    }

    fn at_once(&self) -> bool {
        true
    }
}
