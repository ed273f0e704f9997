//! Writing a run's log.

use super::piece;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use std::{
    borrow::Cow,
    collections::VecDeque,
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};
use tributary_contract::{LogLevel, LogSource};

/// Bytes that are written at once.
const BUFFER: usize = 64 * 1024;

/// A [`LogLine`](tributary_contract::LogLine) as it is written. Its fields keep this order: searching relies on it.
#[derive(Serialize)]
struct Line<'a> {
    time: &'a str,
    source: LogSource,
    level: LogLevel,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<&'a str>,
    text: &'a str,
}

/// How much of a log is kept, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct LogLimits {
    /// Of its beginning.
    pub head: u64,
    /// One piece of its end.
    pub piece: u64,
    /// Pieces of its end, besides the one being written.
    pub pieces: usize,
}

impl Default for LogLimits {
    /// 64 MB in all: an hour of a plugin that says a lot, and little enough to search through.
    fn default() -> Self {
        Self { head: 16 << 20, piece: 8 << 20, pieces: 5 }
    }
}

/// Writes a run's log. A log that cannot be written (a full disk, say) never stops the run: the first error is kept.
#[derive(Debug)]
pub struct LogWriter {
    folder: PathBuf,
    limits: LogLimits,
    file: BufWriter<File>,
    /// The line being written, and the time as it is written: many lines come at one time.
    bytes: Vec<u8>,
    time: (DateTime<Utc>, String),
    /// Where the piece being written begins and ends.
    start: u64,
    position: u64,
    /// Beginnings of the finished pieces behind the head, oldest first.
    finished: VecDeque<u64>,
    error: Option<io::Error>,
}

impl LogWriter {
    /// Creates the log in the run's folder, for this user alone.
    pub fn create(run_folder: &Path, limits: LogLimits) -> io::Result<Self> {
        Ok(Self {
            file: open_piece(run_folder, 0)?,
            folder: run_folder.to_owned(),
            limits,
            bytes: Vec::new(),
            time: (DateTime::UNIX_EPOCH, String::new()),
            start: 0,
            position: 0,
            finished: VecDeque::new(),
            error: None,
        })
    }

    /// Adds a line.
    pub fn line(&mut self, time: DateTime<Utc>, source: LogSource, level: LogLevel, stream: Option<&str>, text: &str) {
        if self.error.is_none()
            && let Err(error) = self.write(time, source, level, stream, text)
        {
            self.error = Some(error);
        }
    }

    fn write(
        &mut self,
        time: DateTime<Utc>,
        source: LogSource,
        level: LogLevel,
        stream: Option<&str>,
        text: &str,
    ) -> io::Result<()> {
        if self.time.0 != time || self.time.1.is_empty() {
            self.time = (time, time.to_rfc3339_opts(SecondsFormat::Micros, true));
        }
        self.bytes.clear();
        let line = Line { time: &self.time.1, source, level, stream, text: &printable(text) };
        serde_json::to_writer(&mut self.bytes, &line)?;
        self.bytes.push(b'\n');
        self.file.write_all(&self.bytes)?;
        self.position += self.bytes.len() as u64;
        let limit = if self.start == 0 { self.limits.head } else { self.limits.piece };
        if self.position - self.start >= limit { self.next_piece() } else { Ok(()) }
    }

    fn next_piece(&mut self) -> io::Result<()> {
        self.file.flush()?;
        if self.start > 0 {
            self.finished.push_back(self.start);
        }
        self.file = open_piece(&self.folder, self.position)?;
        self.start = self.position;
        // One is always kept: the piece being written may be empty, and the log has to have an end.
        while self.finished.len() > self.limits.pieces.max(1) {
            let Some(oldest) = self.finished.pop_front() else { break };
            std::fs::remove_file(piece(&self.folder, oldest))?;
        }
        Ok(())
    }

    /// Makes everything visible to readers.
    pub fn flush(&mut self) {
        if let Err(error) = self.file.flush() {
            self.error.get_or_insert(error);
        }
    }

    /// Why lines were lost, where any were.
    pub fn error(&self) -> Option<&io::Error> {
        self.error.as_ref()
    }
}

fn open_piece(run_folder: &Path, start: u64) -> io::Result<BufWriter<File>> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(BufWriter::with_capacity(BUFFER, options.open(piece(run_folder, start))?))
}

/// Without control characters, which a terminal would obey.
fn printable(text: &str) -> Cow<'_, str> {
    let bare = |c: char| !c.is_control() || c == '\t';
    // Most lines have none; C2 begins those beyond ASCII.
    let clean = text.bytes().all(|byte| (byte >= b' ' && byte != 0x7f && byte != 0xc2) || byte == b'\t');
    if clean { Cow::Borrowed(text) } else { Cow::Owned(text.chars().filter(|c| bare(*c)).collect()) }
}
