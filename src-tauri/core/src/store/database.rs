//! Opening the database: where it lies, its pragmas, its migrations.

use rusqlite::{Connection, ErrorCode};
use rusqlite_migration::{M, Migrations};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("../../migrations/0001_initial.sql")),
    M::up(include_str!("../../migrations/0002_marketplace.sql")),
    M::up(include_str!("../../migrations/0003_schedules.sql")),
];

/// How long a statement waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the database could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened.
    #[error("the database {path} cannot be opened")]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// A newer version of the app wrote it.
    #[error(
        "the database {path} was written by a newer version of Tributary (its version is {found}, this app knows {known})"
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version this app knows.
        known: usize,
    },
    /// The schema could not be brought up to date.
    #[error("the database {path} could not be brought up to date")]
    Migrate {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite_migration::Error,
    },
    /// The name is in use.
    #[error("the name is in use")]
    DuplicateName,
    /// The integration has a queued or running run already.
    #[error("a run of this integration is active already")]
    RunActive,
    /// Integrations still use the destination.
    #[error("integrations use this destination")]
    DestinationInUse,
    /// It was changed since the change to it was begun.
    #[error("it was changed meanwhile")]
    Changed,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull(#[source] rusqlite::Error),
    /// Any other refusal by SQLite.
    #[error("the database could not be read or written")]
    Sqlite(#[source] rusqlite::Error),
    /// The task that held the connection ended early.
    #[error("the database task ended early")]
    Stopped,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if let rusqlite::Error::SqliteFailure(code, message) = &error {
            let message = message.as_deref().unwrap_or_default();
            match code.code {
                ErrorCode::DiskFull => return Self::DiskFull(error),
                // SQLite names the columns of the constraint: "UNIQUE constraint failed: runs.integration_id".
                ErrorCode::ConstraintViolation if message.ends_with("runs.integration_id") => return Self::RunActive,
                ErrorCode::ConstraintViolation if message.contains("s.name") => return Self::DuplicateName,
                ErrorCode::ConstraintViolation if message.starts_with("FOREIGN KEY") => return Self::DestinationInUse,
                _ => {}
            }
        }
        Self::Sqlite(error)
    }
}

/// The app's database. Cheap to clone; statements run off the async threads, one at a time.
#[derive(Debug, Clone)]
pub struct Database(Arc<Mutex<Connection>>);

impl Database {
    /// Opens or creates the database and brings its schema up to date. A database from a newer version is refused
    /// before anything is written to it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let open_error = |source| StoreError::Open { path: path.to_owned(), source };
        #[expect(clippy::disallowed_methods, reason = "this is the one file that opens the database")]
        let mut connection = Connection::open(path).map_err(open_error)?;
        let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(open_error)?;
        let known = MIGRATIONS.len();
        if usize::try_from(found).unwrap_or(usize::MAX) > known {
            return Err(StoreError::TooNew { path: path.to_owned(), found, known });
        }
        connection.busy_timeout(BUSY_TIMEOUT).map_err(open_error)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(open_error)?;
        // What the window called saved must survive a power loss.
        connection.pragma_update(None, "synchronous", "FULL").map_err(open_error)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(open_error)?;
        Migrations::from_slice(MIGRATIONS)
            .to_latest(&mut connection)
            .map_err(|source| StoreError::Migrate { path: path.to_owned(), source })?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Runs `work` in one transaction on a thread of its own; nothing is kept when it fails.
    pub async fn transact<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let database = self.clone();
        tokio::task::spawn_blocking(move || database.transact_now(work)).await.map_err(|_| StoreError::Stopped)?
    }

    /// The same on the calling thread, for start-up and tests.
    pub fn transact_now<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Runs `work`, which only reads, on a thread of its own.
    pub async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let database = self.clone();
        tokio::task::spawn_blocking(move || {
            let mut connection = database.lock();
            // A deferred transaction: all statements of `work` see the same moment.
            let transaction = connection.transaction()?;
            work(&transaction)
        })
        .await
        .map_err(|_| StoreError::Stopped)?
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction rolled it back; the connection itself is sound.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_database_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tributary.db");
        drop(Database::open(&path).unwrap());
        #[expect(clippy::disallowed_methods, reason = "the test plays the newer app")]
        let newer = Connection::open(&path).unwrap();
        newer.pragma_update(None, "user_version", 999).unwrap();
        drop(newer);
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(Database::open(&path), Err(StoreError::TooNew { found: 999, .. })));
        assert_eq!(std::fs::read(&path).unwrap(), before, "a refused database must not be written to");
    }

    #[test]
    fn migrations_are_sound() {
        Migrations::from_slice(MIGRATIONS).validate().unwrap();
    }

    #[test]
    fn the_bundled_sqlite_is_recent_enough() {
        assert!(rusqlite::version_number() >= 3_051_003, "SQLite is {}", rusqlite::version());
    }
}
