//! Looking back: pages of runs, what each stream brought, the sync state, searching a log.

use crate::{IntegrationId, LogLevel, LogLine, LogSource, Run, RunId, RunStatus, StreamMark};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which runs are looked for. What is empty or absent does not narrow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(export)]
pub struct RunQuery {
    /// Of this integration alone.
    pub integration: Option<IntegrationId>,
    /// With one of these statuses.
    pub statuses: Vec<RunStatus>,
    /// Whose integration's name holds this text, in any case of letters.
    pub text: String,
    /// Only runs older than this one: the last of the page before.
    pub before: Option<RunId>,
    /// How many at most (1 to 500).
    pub limit: u32,
}

impl Default for RunQuery {
    fn default() -> Self {
        Self { integration: None, statuses: Vec::new(), text: String::new(), before: None, limit: 50 }
    }
}

/// A page of runs, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunPage {
    /// The runs.
    pub runs: Vec<Run>,
    /// What to ask for as `before` next; `null`: these were the last.
    pub next: Option<RunId>,
    /// How many runs there are in all that fit the query, whatever `before` says.
    #[ts(type = "number")]
    pub total: u64,
}

/// What one stream of an integration brought lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StreamHistory {
    /// The stream's name at the source.
    pub name: String,
    /// When a successful run last read it, with or without rows.
    pub last_read_at: Option<DateTime<Utc>>,
    /// When it last brought rows.
    pub last_rows_at: Option<DateTime<Utc>>,
    /// Rows it brought in the newest run that read it.
    #[ts(type = "number")]
    pub last_records: u64,
    /// Rows it brought in each of the newest runs that succeeded (up to 14), oldest first.
    #[ts(type = "number[]")]
    pub records: Vec<u64>,
    /// What was odd about it in the newest run.
    pub mark: Option<StreamMark>,
}

/// Up to where one stream was brought in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StreamState {
    /// The stream's name at the source.
    pub name: String,
    /// Up to where, in short: the value of its bookmark. `null`: it has none and is read from the start.
    pub position: Option<String>,
    /// All that is kept of it, as the connector wrote it.
    #[ts(type = "unknown")]
    pub raw: serde_json::Value,
}

/// The sync state of an integration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SyncState {
    /// When it was last saved; `null`: there is none yet.
    pub saved_at: Option<DateTime<Utc>>,
    /// Its streams.
    pub streams: Vec<StreamState>,
}

/// What is looked for in a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(export)]
pub struct LogQuery {
    /// Text that a line holds, in any case of letters; empty: any.
    pub text: String,
    /// The least serious level that is wanted.
    pub level: LogLevel,
    /// Only of these; empty: of all.
    pub sources: Vec<LogSource>,
    /// Position (bytes) to look from.
    #[ts(type = "number")]
    pub offset: u64,
    /// How many at most (1 to 5,000).
    pub limit: u32,
}

impl Default for LogQuery {
    fn default() -> Self {
        Self { text: String::new(), level: LogLevel::Debug, sources: Vec::new(), offset: 0, limit: 500 }
    }
}

/// A line and where it lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LogMatch {
    /// Its position (bytes).
    #[ts(type = "number")]
    pub offset: u64,
    /// The line.
    pub line: LogLine,
}

/// What was found in a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LogMatches {
    /// The lines, in order.
    pub lines: Vec<LogMatch>,
    /// Position (bytes) to look from next. A search looks through a bounded part of the log and may find nothing in it.
    #[ts(type = "number")]
    pub next_offset: u64,
    /// Whether the end of a log that no longer grows was reached.
    pub complete: bool,
}

/// How long a log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LogExtent {
    /// Position (bytes) behind its last line.
    #[ts(type = "number")]
    pub end: u64,
    /// A position from which about the asked number of lines are left to the end.
    #[ts(type = "number")]
    pub tail: u64,
    /// Bytes that are no longer kept.
    #[ts(type = "number")]
    pub dropped: u64,
}
