//! What a failed run or check left behind.

use chrono::{DateTime, Utc};
use std::process::ExitStatus;

/// Exit codes above this are signals, as a shell counts them.
const SIGNALS: i32 = 128;

/// What a failed run or check left behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Evidence {
    /// The extractor's exit code, where it got as far as exiting; 128 and its number for a signal.
    pub extractor_exit: Option<i32>,
    /// The loader's exit code, where it got as far as exiting; 128 and its number for a signal.
    pub loader_exit: Option<i32>,
    /// Meltano's exit code; 128 and its number for a signal.
    pub meltano_exit: Option<i32>,
    /// Whether the extractor was started.
    pub extractor_started: bool,
    /// Whether the loader was started.
    pub loader_started: bool,
    /// Whether the system ended processes meanwhile because memory was used up.
    pub memory_used_up: bool,
    /// The extractor's last lines, those that name an error first.
    pub extractor_lines: Vec<String>,
    /// The loader's last lines, those that name an error first.
    pub loader_lines: Vec<String>,
    /// Meltano's last errors.
    pub meltano_lines: Vec<String>,
    /// What people call the source.
    pub source: String,
    /// What people call the destination.
    pub destination: String,
    /// When it failed, where that is known: says until when a quota is used up.
    pub at: Option<DateTime<Utc>>,
    /// Whether it was a test of the connection: then no data was on its way.
    pub testing: bool,
}

/// How a program ended, as far as that says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// It ended well.
    Well,
    /// It failed by itself.
    Failed,
    /// It could not even be started (126 and 127, as a shell counts them).
    NotStarted,
    /// Something ended it from outside, by this signal.
    Killed,
    /// It was started, and went without a word.
    Vanished,
    /// It was never there.
    Absent,
}

/// How a program with this exit code ended.
pub(super) fn ending(exit: Option<i32>, started: bool) -> Ending {
    match exit {
        None if started => Ending::Vanished,
        None => Ending::Absent,
        Some(0) => Ending::Well,
        Some(126 | 127) => Ending::NotStarted,
        // Signals that come from outside: SIGKILL and SIGTERM. A program that crashes gets others.
        Some(code) if [9, 15].contains(&(code - SIGNALS)) => Ending::Killed,
        Some(_) => Ending::Failed,
    }
}

/// A program's exit code; 128 and its number for a signal.
pub fn exit_code(status: ExitStatus) -> Option<i32> {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let signal = None;
    status.code().or(signal)
}
