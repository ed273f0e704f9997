//! DuckDB databases. Their library comes with the destination's connector, so its Python reads them; and because a reader
//! keeps writers out of the file (DuckDB, "Concurrency"), it reads a copy, which is kept until the database changes.

use super::DataError;
use crate::engine::process::{Process, Spawn};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tokio::io::AsyncReadExt;
use tributary_contract::DataColumn;
use zeroize::Zeroizing;

/// What the connector's Python is told to do.
const SCRIPT: &str = include_str!("duckdb_read.py");
/// Databases above this size are not copied.
const LARGEST: u64 = 4 * 1024 * 1024 * 1024;
/// How often a copy is tried while somebody writes.
const TRIES: u32 = 5;
/// How long to wait in between.
const PAUSE: Duration = Duration::from_millis(300);
/// How long a question may take; exports may take longer.
const LIMIT: Duration = Duration::from_secs(30);
const LONG_LIMIT: Duration = Duration::from_hours(2);
/// Bytes of an answer.
const ANSWER: u64 = 64 * 1024 * 1024;

/// A DuckDB database.
#[derive(Debug, Clone)]
pub struct Database {
    /// Its file.
    pub file: PathBuf,
    /// The schema with the tables.
    pub schema: String,
}

/// What reads it.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The Python of the connector's environment.
    pub python: PathBuf,
    /// Its environment variables.
    pub environment: BTreeMap<String, String>,
    /// Where copies are kept.
    pub copies: PathBuf,
}

/// What it answers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// Why it could not answer.
    pub error: Option<String>,
    /// Names and rows of tables.
    pub tables: Vec<(String, Option<u64>)>,
    /// The columns of a page.
    pub columns: Vec<DataColumn>,
    /// The rows of a page.
    pub rows: Vec<Vec<Value>>,
    /// Rows of the table.
    pub total: Option<u64>,
    /// Whether the column that was asked for is missing.
    pub no_column: bool,
}

impl Reader {
    /// Asks about a database. `order` says what; `long`: it may take long.
    pub async fn ask(&self, database: &Database, mut order: Value, long: bool) -> Result<Answer, DataError> {
        let told = |detail: String| DataError::Duckdb { path: database.file.clone(), detail };
        let (file, copies) = (database.file.clone(), self.copies.clone());
        let copy = tokio::task::spawn_blocking(move || stable_copy(&file, &copies)).await;
        let copy = copy.unwrap_or_else(|error| Err(told(error.to_string())))?;
        order["file"] = json!(copy);
        order["schema"] = json!(database.schema);
        let spawn = Spawn {
            program: self.python.clone(),
            arguments: ["-I", "-c", SCRIPT].map(Into::into).into(),
            environment: self.environment.clone(),
            folder: std::env::temp_dir(),
            input: Some(Zeroizing::new(order.to_string().into_bytes())),
        };
        let mut process = Process::start(spawn).await.map_err(|error| told(error.to_string()))?;
        let (Some(stdout), Some(mut stderr)) = (process.stdout(), process.stderr()) else {
            return Err(told("its pipes are missing".to_owned()));
        };
        let mut printed = Vec::new();
        let reading = async {
            let (mut stdout, mut sink) = (stdout.take(ANSWER), tokio::io::sink());
            let (read, _) = tokio::join!(stdout.read_to_end(&mut printed), tokio::io::copy(&mut stderr, &mut sink));
            read
        };
        let limit = if long { LONG_LIMIT } else { LIMIT };
        let read = tokio::time::timeout(limit, reading).await;
        process.end(Duration::from_millis(200)).await;
        read.map_err(|_| told(format!("it took longer than {} seconds", limit.as_secs())))?
            .map_err(|error| told(error.to_string()))?;
        let answer: Answer = serde_json::from_slice(&printed)
            .map_err(|_| told("the library of its connector gave no answer".to_owned()))?;
        match answer.error {
            Some(detail) => Err(told(detail.chars().take(400).collect())),
            None => Ok(answer),
        }
    }
}

/// How a file was at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    size: u64,
    changed: Option<SystemTime>,
}

fn look(path: &Path) -> io::Result<Option<Look>> {
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(Some(Look { size: metadata.len(), changed: metadata.modified().ok() })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn log_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".wal");
    PathBuf::from(name)
}

/// A copy of the database and its log, taken while neither changed. Kept under a name that tells how both were.
fn stable_copy(file: &Path, copies: &Path) -> Result<PathBuf, DataError> {
    let failed = |source| DataError::Read { path: file.to_owned(), source };
    let unwritten = |source| DataError::Write { path: copies.to_owned(), source };
    let log = log_of(file);
    let prefix: String = digest(&file.to_string_lossy());
    for attempt in 0..TRIES {
        if attempt > 0 {
            std::thread::sleep(PAUSE);
        }
        let before = (look(file).map_err(failed)?, look(&log).map_err(failed)?);
        let Some(main) = &before.0 else {
            return Err(failed(io::Error::from(io::ErrorKind::NotFound)));
        };
        if main.size > LARGEST {
            let reason = format!("it is larger than {} GB", LARGEST >> 30);
            return Err(DataError::Duckdb { path: file.to_owned(), detail: reason });
        }
        let copy = copies.join(format!("{prefix}-{}.duckdb", digest(&format!("{before:?}"))));
        if copy.exists() {
            return Ok(copy);
        }
        crate::engine::process::private_folder(copies).map_err(unwritten)?;
        let staging = tempfile::Builder::new().prefix(".copy-").tempdir_in(copies).map_err(unwritten)?;
        let (new, new_log) = (staging.path().join("x.duckdb"), staging.path().join("x.duckdb.wal"));
        std::fs::copy(file, &new).map_err(failed)?;
        if before.1.is_some() {
            // A log that was just merged into the database is seen below.
            match std::fs::copy(&log, &new_log) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                other => other.map_err(failed)?,
            };
        }
        if (look(file).map_err(failed)?, look(&log).map_err(failed)?) != before {
            continue;
        }
        forget_older(copies, &prefix);
        if before.1.is_some() {
            std::fs::rename(&new_log, log_of(&copy)).map_err(unwritten)?;
        }
        std::fs::rename(&new, &copy).map_err(unwritten)?;
        return Ok(copy);
    }
    let detail = "a sync is writing to it just now".to_owned();
    Err(DataError::Duckdb { path: file.to_owned(), detail })
}

/// Removes copies of earlier states of a database.
fn forget_older(copies: &Path, prefix: &str) {
    for entry in std::fs::read_dir(copies).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(prefix)) {
            // One that a question still reads on Windows goes the next time.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    let number = bytes.iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{number:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_kept_until_the_database_changes() {
        let folder = tempfile::tempdir().unwrap();
        let (file, copies) = (folder.path().join("a.duckdb"), folder.path().join("copies"));
        std::fs::write(&file, "one").unwrap();
        let first = stable_copy(&file, &copies).unwrap();
        assert_eq!(stable_copy(&file, &copies).unwrap(), first);
        std::fs::write(&file, "two and more").unwrap();
        std::fs::write(log_of(&file), "log").unwrap();
        let second = stable_copy(&file, &copies).unwrap();
        assert_eq!(std::fs::read_to_string(&second).unwrap(), "two and more");
        assert_eq!(std::fs::read_to_string(log_of(&second)).unwrap(), "log");
        assert!(!first.exists(), "only the newest is kept");
    }
}
