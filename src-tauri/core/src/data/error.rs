//! Why data could not be read, exported or asked.

use std::{io, path::PathBuf};
use tributary_contract::ErrorCode;

/// Why data could not be read, exported or asked.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file or folder.
    #[error("{path} cannot be read")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file that was to be written.
    #[error("{path} cannot be written")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A database file.
    #[error("the database {path} cannot be read")]
    Database {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// A file that is not what its name says.
    #[error("{path} is no readable {what}: {detail}")]
    Form {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// What is wrong, and where.
        detail: String,
    },
    /// A file that is to be written exists.
    #[error("{path} exists already")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A name that tells no format.
    #[error("{path} ends neither in .csv nor in .xlsx")]
    Ending {
        /// The file.
        path: PathBuf,
    },
    /// More than a sheet of Excel holds.
    #[error("“{stream}” has {have} {what}, and a sheet of Excel holds {limit}")]
    TooLarge {
        /// The stream.
        stream: String,
        /// `rows` or `columns`.
        what: &'static str,
        /// How many there are, in words.
        have: String,
        /// How many fit.
        limit: u32,
    },
    /// A column that is not there.
    #[error("there is no column “{name}”; there are {known}")]
    NoColumn {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// Something other than a question.
    #[error("this statement is not allowed: {detail}")]
    NotAQuestion {
        /// Why.
        detail: String,
    },
    /// A question in SQL that is wrong.
    #[error("the question cannot be answered: {detail}")]
    Sql {
        /// What the database says.
        detail: String,
    },
    /// A question in SQL that takes too long.
    #[error("the question took longer than {seconds} seconds and was stopped")]
    SqlTooLong {
        /// The limit.
        seconds: u64,
    },
    /// A destination whose tables cannot be shown.
    #[error("the tables of “{name}” cannot be shown here: {reason}")]
    NotShown {
        /// The destination's name.
        name: String,
        /// Why.
        reason: String,
    },
    /// A DuckDB database that could not be read.
    #[error("the DuckDB database {path} could not be read: {detail}")]
    Duckdb {
        /// The file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
    /// The person stopped it.
    #[error("it was stopped")]
    Stopped,
}

impl DataError {
    /// The kind, for callers that branch on it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Read { source, .. } | Self::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                ErrorCode::DiskFull
            }
            Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => ErrorCode::NotFound,
            Self::Read { .. } | Self::Write { .. } | Self::Database { .. } => ErrorCode::Storage,
            Self::Exists { .. } => ErrorCode::Conflict,
            Self::Ending { .. } | Self::NoColumn { .. } | Self::NotAQuestion { .. } | Self::Sql { .. } => {
                ErrorCode::InvalidInput
            }
            Self::Stopped => ErrorCode::Cancelled,
            Self::Form { .. }
            | Self::TooLarge { .. }
            | Self::SqlTooLong { .. }
            | Self::NotShown { .. }
            | Self::Duckdb { .. } => ErrorCode::OperationFailed,
        }
    }

    /// What to do.
    pub fn hint(&self) -> String {
        let text = match self {
            Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                "It was moved or deleted. Sync again to bring the data back."
            }
            Self::Read { .. } => "Look whether you may read it, and whether another program holds it.",
            Self::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "Free some space on the disk, then try again."
            }
            Self::Write { .. } => {
                "Look whether you may write there. A file that is open in Excel cannot be replaced: close it first."
            }
            Self::Database { .. } => "If another program has it open, close that and try again.",
            Self::Form { .. } => "Look into the file with a text editor, or sync everything again from the start.",
            Self::Exists { .. } => "Choose another name, or say that it is to be replaced (--overwrite).",
            Self::Ending { .. } => "Give the file a name that ends in .csv or .xlsx.",
            Self::TooLarge { .. } => "Export it as CSV, or search for the rows you need first.",
            Self::NoColumn { .. } => "Choose one of those.",
            Self::NotAQuestion { .. } => {
                "Ask one question that begins with SELECT, WITH or VALUES. Nothing can be changed here."
            }
            Self::Sql { .. } => "Correct the question. The names of tables and columns are in the list of tables.",
            Self::SqlTooLong { .. } => "Narrow it with WHERE, or open the database in another program.",
            Self::NotShown { .. } => "Look at them with a program that reads that database.",
            Self::Duckdb { .. } => "If a sync is writing to it, wait until that has ended and try again.",
            Self::Stopped => "Start it again whenever you like.",
        };
        text.to_owned()
    }
}
