//! Runs: one execution of one integration.

use crate::{IntegrationId, Problem, RunId, StreamChanges};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The life of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RunStatus {
    /// Waiting for its turn.
    Queued,
    /// At work.
    Running,
    /// Ended well.
    Succeeded,
    /// Ended with a problem.
    Failed,
    /// Stopped by the person.
    Cancelled,
    /// The app or computer went away in the middle.
    Interrupted,
    /// Not started, because the one before was still at work.
    Skipped,
}

impl RunStatus {
    /// Whether the run has ended and will never change again.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// What started a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Trigger {
    /// The person.
    Manual,
    /// Its schedule.
    Scheduled,
    /// A missed occurrence of its schedule.
    CatchUp,
    /// A failure that comes back by itself.
    Retry,
}

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RunPhase {
    /// Secrets, environments and project files.
    Preparing,
    /// Asking the source what it has.
    Discovering,
    /// Data is coming in.
    Reading,
    /// The source is done, the destination is still writing.
    Loading,
    /// Saving the sync state and the counts.
    Finishing,
}

/// What is odd about a stream of a run that is otherwise well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum StreamMark {
    /// It usually brings rows, and brought none.
    UsuallyMore,
    /// The source does not let this user read it.
    NoPermission,
    /// The source no longer has it.
    Gone,
    /// The destination confirmed another number of rows than were read.
    CountsDiffer,
}

/// What one stream brought in one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunStream {
    /// The stream's name at the source.
    pub name: String,
    /// Records read.
    #[ts(type = "number")]
    pub records: u64,
    /// Bytes of those records as sent between tap and target.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Records that reached the destination's connector; `null` where that is not known.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub loaded: Option<u64>,
    /// What is odd about it.
    #[serde(default)]
    pub mark: Option<StreamMark>,
    /// What it changed at the destination; `null` where the destination's connector does not tell.
    #[serde(default)]
    pub changes: Option<StreamChanges>,
}

/// One execution of one integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Run {
    /// Its identifier, also Meltano's run id.
    pub id: RunId,
    /// The integration's id.
    pub integration: IntegrationId,
    /// The integration's name when it was asked for.
    pub integration_name: String,
    /// Where it is in its life.
    pub status: RunStatus,
    /// What started it.
    pub trigger: Trigger,
    /// Whether everything was read again from the start.
    pub full_refresh: bool,
    /// The how manieth try this is: 1, and more for retries.
    #[serde(default = "first")]
    pub attempt: u32,
    /// When it was asked for.
    pub queued_at: DateTime<Utc>,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it reached a final status.
    pub finished_at: Option<DateTime<Utc>>,
    /// Counts per stream, in the order in which streams appeared.
    pub streams: Vec<RunStream>,
    /// Why it failed, where it did.
    pub problem: Option<Problem>,
    /// When it is tried again by itself, where it is.
    #[serde(default)]
    pub retry_at: Option<DateTime<Utc>>,
}

const fn first() -> u32 {
    1
}

impl Run {
    /// Records of all streams together.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.streams.iter().map(|stream| stream.records).sum()
    }
}

/// Live counts of a run. Sent at most ten times a second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RunProgress {
    /// The run.
    pub run: RunId,
    /// Its integration.
    pub integration: IntegrationId,
    /// Where it is.
    pub phase: RunPhase,
    /// Counts so far.
    pub streams: Vec<RunStream>,
    /// Rows per second of each stream lately, in the order of `streams`.
    #[ts(type = "number[]")]
    pub rates: Vec<u64>,
    /// How many rows this run will bring, by what earlier ones brought; `null` without such.
    #[ts(type = "number | null")]
    pub expected: Option<u64>,
}

/// How serious a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum LogLevel {
    /// Detail for engineers.
    Debug,
    /// The usual course.
    Info,
    /// Worth a look.
    Warning,
    /// Something failed.
    Error,
}

/// Who wrote a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum LogSource {
    /// This app.
    App,
    /// Meltano.
    Meltano,
    /// The connector that reads.
    Extractor,
    /// The connector that writes.
    Loader,
}

/// One redacted line of a run's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LogLine {
    /// When it was received.
    pub time: DateTime<Utc>,
    /// Who wrote it.
    pub source: LogSource,
    /// How serious it is.
    pub level: LogLevel,
    /// The stream it speaks of, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub stream: Option<String>,
    /// The text, without secrets and without terminal escapes.
    pub text: String,
}

/// A piece of a run's log, read from its file by position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LogPage {
    /// The lines from the asked position on.
    pub lines: Vec<LogLine>,
    /// Position (bytes) to ask for next.
    #[ts(type = "number")]
    pub next_offset: u64,
    /// Whether the run has ended and nothing will follow.
    pub complete: bool,
}
