//! The log of a run: a JSON object a line, redacted before it gets here.
//!
//! It is kept in pieces, each a file that is named by its position in the whole log. The beginning and the end are kept, what
//! lies between gives way when it grows too long; readers are told. A position stays what it is while pieces go.

pub mod meaning;
mod read;
mod search;
mod write;

pub use read::{extent, read, save};
pub use search::{Found, search};
pub use write::{LogLimits, LogWriter};

use chrono::{DateTime, Utc};
use std::{
    io,
    path::{Path, PathBuf},
};
use tributary_contract::{LogLevel, LogLine, LogSource};

/// The file of the piece that begins at a position.
fn piece(run_folder: &Path, start: u64) -> PathBuf {
    run_folder.join(format!("log-{start:020}.jsonl"))
}

/// Where the piece in this file begins; `None`: it is no piece of a log.
fn start_of(file_name: &str) -> Option<u64> {
    file_name.strip_prefix("log-")?.strip_suffix(".jsonl")?.parse().ok()
}

/// Beginnings of the pieces that are there, in order.
fn pieces(run_folder: &Path) -> io::Result<Vec<u64>> {
    let entries = match std::fs::read_dir(run_folder) {
        Ok(entries) => entries,
        // A run that has not begun has no log yet.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        found.extend(entry?.file_name().to_str().and_then(start_of));
    }
    found.sort_unstable();
    Ok(found)
}

/// Bytes a run's log takes on disk.
pub fn size(run_folder: &Path) -> u64 {
    let pieces = pieces(run_folder).unwrap_or_default().into_iter();
    pieces.filter_map(|start| piece(run_folder, start).metadata().ok()).map(|file| file.len()).sum()
}

/// Removes what a run that has ended said; one line in its place says why it is not there.
pub fn forget(run_folder: &Path, time: DateTime<Utc>, why: &str) -> io::Result<()> {
    let pieces = pieces(run_folder)?;
    for start in pieces {
        std::fs::remove_file(piece(run_folder, start))?;
    }
    let mut log = LogWriter::create(run_folder, LogLimits::default())?;
    log.line(time, LogSource::App, LogLevel::Info, None, why);
    log.flush();
    Ok(())
}

/// The line that stands for what is no longer kept.
fn left_out(bytes: u64, time: DateTime<Utc>) -> LogLine {
    let size =
        if bytes < 1_000_000 { format!("{} kB", bytes.div_ceil(1_000)) } else { format!("{} MB", bytes / 1_000_000) };
    let text = format!("{size} of the log are left out here: of a long log the beginning and the end are kept.");
    LogLine { time, source: LogSource::App, level: LogLevel::Warning, stream: None, text }
}
