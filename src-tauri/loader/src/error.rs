//! What can go wrong: what, where, and what to do about it.

use crate::json::Syntax;
use std::{
    io,
    path::{Path, PathBuf},
};

/// Why the loader stopped. The text names what, where and what to do.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The configuration cannot be read.
    #[error("the configuration {path} cannot be used: {detail}")]
    Config {
        /// The file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
    /// A setting has a value it cannot have.
    #[error("the setting `{name}` {detail}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it must be.
        detail: String,
    },
    /// A line is not what it should be.
    #[error("line {line}{of}: {detail}")]
    Line {
        /// Its number, from 1.
        line: u64,
        /// `" of stream X"`, where the stream is known.
        of: String,
        /// What is wrong and what to do.
        detail: String,
    },
    /// A stream cannot be kept.
    #[error("stream `{stream}`: {detail}")]
    Stream {
        /// Its name.
        stream: String,
        /// What is wrong and what to do.
        detail: String,
    },
    /// A file could not be read or written.
    #[error("{doing} {path} failed: {source}{hint}")]
    File {
        /// What was done.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
        /// What to do, beginning with a semicolon.
        hint: &'static str,
    },
    /// The SQLite database could not be read or written.
    #[error("{doing} the database {path} failed: {source}{hint}")]
    Database {
        /// What was done.
        doing: String,
        /// The database.
        path: PathBuf,
        /// Why.
        source: Box<rusqlite::Error>,
        /// What to do, beginning with a semicolon.
        hint: &'static str,
    },
    /// A file at the destination is something else.
    #[error("{path} was not written by this loader: {detail}; choose another folder, or move the file away")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        detail: String,
    },
    /// Another process writes there and does not end.
    #[error("{path} is being written by another sync that does not end; wait for it, or choose another folder")]
    Busy {
        /// What both write.
        path: PathBuf,
    },
    /// Parquet data could not be made or read.
    #[error("{doing} the Parquet table {path} failed: {detail}")]
    Parquet {
        /// What was done.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        detail: String,
    },
}

impl LoadError {
    /// A file error, with advice where the reason is known.
    pub fn file(doing: &'static str, path: &Path, source: io::Error) -> Self {
        let hint = match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; free some space and sync again",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ResourceBusy => {
                "; close programs that have it open (Excel does not share its files) and check who may write there"
            }
            io::ErrorKind::NotFound => "; the folder was moved or deleted meanwhile: put it back, or choose another",
            io::ErrorKind::ReadOnlyFilesystem => "; choose a folder that can be written to",
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists | io::ErrorKind::IsADirectory => {
                "; something else has that name: move it away, or choose another folder"
            }
            _ => "",
        };
        Self::File { doing, path: path.to_owned(), source, hint }
    }

    /// An error of one line.
    pub fn line(line: u64, stream: Option<&str>, detail: impl Into<String>) -> Self {
        let of = stream.map(|stream| format!(" of stream `{stream}`")).unwrap_or_default();
        Self::Line { line, of, detail: detail.into() }
    }

    /// An error of a stream as a whole.
    pub fn stream(stream: &str, detail: impl Into<String>) -> Self {
        Self::Stream { stream: stream.to_owned(), detail: detail.into() }
    }

    /// A line that is not JSON.
    pub fn malformed(line: u64, stream: Option<&str>, syntax: Syntax) -> Self {
        Self::line(line, stream, format!("this is not JSON: {syntax}; the source connector printed a broken message"))
    }

    /// An error of SQLite, with advice where the reason is known.
    pub fn database(doing: impl Into<String>, path: &Path, source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let code = source.sqlite_error_code();
        if code == Some(ErrorCode::NotADatabase) {
            return Self::Foreign { path: path.to_owned(), detail: "it is not an SQLite database".to_owned() };
        }
        let hint = match code {
            Some(ErrorCode::DiskFull) => " (no space left on device); free some space and sync again",
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                "; another program writes to it: close it, and sync again"
            }
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                "; check that the folder is still there and may be written to"
            }
            Some(ErrorCode::DatabaseCorrupt) => "; the file is damaged: move it away and sync everything again",
            Some(ErrorCode::SystemIoFailure) => "; the disk could not be read or written",
            _ => "",
        };
        Self::Database { doing: doing.into(), path: path.to_owned(), source: Box::new(source), hint }
    }
}
