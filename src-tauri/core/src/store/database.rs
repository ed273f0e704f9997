//! Opening the database: where it lies, its pragmas, its migrations.

use rusqlite::{Connection, ErrorCode};
use rusqlite_migration::{M, Migrations};
use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("../../migrations/0001_initial.sql")),
    M::up(include_str!("../../migrations/0002_marketplace.sql")),
    M::up(include_str!("../../migrations/0003_schedules.sql")),
    M::up(include_str!("../../migrations/0004_runs.sql")),
    M::up(include_str!("../../migrations/0005_notices.sql")),
    M::up(include_str!("../../migrations/0006_sign_ins.sql")),
    M::up(include_str!("../../migrations/0007_changes.sql")),
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
    /// The data folder, or a file of the database in it, cannot be read or written.
    #[error("the data folder {folder} cannot be read or written")]
    Folder {
        /// The data folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is damaged and there is no good copy of it.
    #[error("the database is damaged, and there is no good copy of it; the damaged files are now in {set_aside}")]
    NoGoodCopy {
        /// Where the files were put.
        set_aside: PathBuf,
    },
    /// It turned out to be damaged while it was used.
    #[error("the database is damaged")]
    Damaged(#[source] rusqlite::Error),
    /// A copy of it could not be written.
    #[error("a copy of the database could not be written to {folder}")]
    Copy {
        /// The folder of the copies.
        folder: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A copy of it is not sound.
    #[error("a copy of the database is not sound")]
    BadCopy,
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
                _ if is_damage(&error) => return Self::Damaged(error),
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

/// Whether SQLite says that the file is not, or no longer, a database.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// The newest version of the schema that this app knows.
pub(super) const fn known() -> usize {
    MIGRATIONS.len()
}

/// A connection that waits for others and changes nothing by itself.
pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let open_error = |source| StoreError::Open { path: path.to_owned(), source };
    #[expect(clippy::disallowed_methods, reason = "this is the one file that opens the database")]
    let connection = Connection::open(path).map_err(open_error)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(open_error)?;
    Ok(connection)
}

/// The app's database. Cheap to clone; statements run off the async threads, one at a time.
#[derive(Debug, Clone)]
pub struct Database(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    connection: Mutex<Connection>,
    /// Where it is noted that the database has to be looked at before it is used again.
    mark: PathBuf,
    /// Says that the database is in use, until this is dropped.
    _using: Option<File>,
}

/// The file beside a database which says that it has to be looked at before it is used again.
pub(super) fn mark(path: &Path) -> PathBuf {
    path.with_extension("check")
}

impl Database {
    /// Opens or creates the database and brings its schema up to date. A database from a newer version is refused
    /// before anything is written to it. [`super::open`] also looks after damage and copies.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_inner(path, None, |_| {})
    }

    /// The same with the lock that says it is in use. `before_change` is called before the schema is changed.
    pub(super) fn open_used(
        path: &Path,
        using: File,
        before_change: impl FnOnce(&Connection),
    ) -> Result<Self, StoreError> {
        Self::open_inner(path, Some(using), before_change)
    }

    fn open_inner(
        path: &Path,
        using: Option<File>,
        before_change: impl FnOnce(&Connection),
    ) -> Result<Self, StoreError> {
        let open_error = |source| StoreError::Open { path: path.to_owned(), source };
        let mut connection = connect(path)?;
        let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(open_error)?;
        let known = MIGRATIONS.len();
        if usize::try_from(found).unwrap_or(usize::MAX) > known {
            return Err(StoreError::TooNew { path: path.to_owned(), found, known });
        }
        connection.pragma_update(None, "journal_mode", "WAL").map_err(open_error)?;
        // What the window called saved must survive a power loss.
        connection.pragma_update(None, "synchronous", "FULL").map_err(open_error)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(open_error)?;
        if found > 0 && usize::try_from(found).is_ok_and(|found| found < known) {
            before_change(&connection);
        }
        Migrations::from_slice(MIGRATIONS)
            .to_latest(&mut connection)
            .map_err(|source| StoreError::Migrate { path: path.to_owned(), source })?;
        Ok(Self(Arc::new(Inner { connection: Mutex::new(connection), mark: mark(path), _using: using })))
    }

    /// Notes damage, so that the next start looks at everything.
    fn noting<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(StoreError::Damaged(error)) = &result {
            tracing::error!(%error, "the database is damaged");
            let _ = std::fs::write(&self.0.mark, b"");
        }
        result
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
        self.noting(self.transact_unnoted(work))
    }

    fn transact_unnoted<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
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
            let read = connection.transaction().map_err(StoreError::from).and_then(|transaction| work(&transaction));
            drop(connection);
            database.noting(read)
        })
        .await
        .map_err(|_| StoreError::Stopped)?
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction rolled it back; the connection itself is sound.
        self.0.connection.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn runs_of_an_older_version_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tributary.db");
        #[expect(clippy::disallowed_methods, reason = "the test plays the older app")]
        let mut older = Connection::open(&path).unwrap();
        Migrations::from_slice(&MIGRATIONS[..3]).to_latest(&mut older).unwrap();
        let (integration, run) = (tributary_contract::IntegrationId::new(), tributary_contract::RunId::new());
        older
            .execute_batch(&format!(
                "INSERT INTO destinations VALUES ('d', 'jsonl', 'D', '{{}}', '[]', 0, '', '');
                 INSERT INTO integrations VALUES ('{integration}', 'salesforce', 'I', '{{}}', '[]', 'ready', 'd', NULL,
                     NULL, 0, 0, '', '', 'ask');
                 INSERT INTO runs VALUES ('{run}', '{integration}', 'I', 'succeeded', 'manual', 0,
                     '2026-01-31 08:00:00+00:00', NULL, NULL, NULL);
                 INSERT INTO run_streams VALUES ('{run}', 0, 'Account', 7, 700);"
            ))
            .unwrap();
        drop(older);
        let database = Database::open(&path).unwrap();
        let found = database.transact_now(|connection| crate::store::runs::find(connection, run)).unwrap().unwrap();
        assert_eq!((found.attempt, found.retry_at), (1, None));
        assert_eq!((found.streams[0].records, found.streams[0].loaded, found.streams[0].mark), (7, None, None));
    }

    #[test]
    fn the_bundled_sqlite_is_recent_enough() {
        assert!(rusqlite::version_number() >= 3_051_003, "SQLite is {}", rusqlite::version());
    }
}
