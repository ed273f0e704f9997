//! The log of a run: a JSON object a line, redacted before it gets here.
//!
//! It is kept in pieces, each a file that is named by its position in the whole log. The beginning and the end are kept, what
//! lies between gives way when it grows too long; readers are told. A position stays what it is while pieces go.

use chrono::{DateTime, Utc};
use std::{
    collections::VecDeque,
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};
use tributary_contract::{LogLevel, LogLine, LogSource};

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
            start: 0,
            position: 0,
            finished: VecDeque::new(),
            error: None,
        })
    }

    /// Adds a line.
    pub fn line(&mut self, time: DateTime<Utc>, source: LogSource, level: LogLevel, text: &str) {
        if self.error.is_none()
            && let Err(error) = self.write(&LogLine { time, source, level, text: printable(text) })
        {
            self.error = Some(error);
        }
    }

    fn write(&mut self, line: &LogLine) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.file.write_all(&bytes)?;
        self.position += bytes.len() as u64;
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

/// The file of the piece that begins at a position.
fn piece(run_folder: &Path, start: u64) -> PathBuf {
    run_folder.join(format!("log-{start:020}.jsonl"))
}

fn open_piece(run_folder: &Path, start: u64) -> io::Result<BufWriter<File>> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(BufWriter::new(options.open(piece(run_folder, start))?))
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
        let name = entry?.file_name();
        let start: Option<u64> =
            name.to_str().and_then(|name| name.strip_prefix("log-")?.strip_suffix(".jsonl")?.parse().ok());
        found.extend(start);
    }
    found.sort_unstable();
    Ok(found)
}

/// Reads up to `limit` lines from a position on. Gives them and the position behind them; an unfinished last line is
/// left for the next call. Where a part of the log is no longer kept, a line says so.
pub fn read(run_folder: &Path, offset: u64, limit: u32) -> io::Result<(Vec<LogLine>, u64)> {
    let mut lines = Vec::new();
    let mut position = offset;
    let mut gap = 0;
    while lines.len() < limit as usize {
        let pieces = pieces(run_folder)?;
        let behind = pieces.partition_point(|start| *start <= position);
        let read = match behind.checked_sub(1) {
            Some(at) => read_piece(run_folder, pieces[at], &mut position, limit, &mut gap, &mut lines),
            None => Ok(()),
        };
        match read {
            Ok(()) => {}
            // It gave way between the two looks: look again.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        }
        let full = lines.len() >= limit as usize;
        match pieces.get(behind) {
            Some(next) if !full => {
                gap += next - position;
                position = *next;
            }
            _ => break,
        }
    }
    Ok((lines, position))
}

/// Reads the lines of one piece from `position` on.
fn read_piece(
    run_folder: &Path,
    start: u64,
    position: &mut u64,
    limit: u32,
    gap: &mut u64,
    lines: &mut Vec<LogLine>,
) -> io::Result<()> {
    let mut file = File::open(piece(run_folder, start))?;
    file.seek(SeekFrom::Start(*position - start))?;
    let mut reader = BufReader::new(file);
    let mut bytes = Vec::new();
    while lines.len() < limit as usize {
        bytes.clear();
        let length = reader.read_until(b'\n', &mut bytes)?;
        if length == 0 || bytes.last() != Some(&b'\n') {
            break;
        }
        *position += length as u64;
        // A damaged line (a crash in the middle of a write) is passed over.
        if let Ok(line) = serde_json::from_slice::<LogLine>(&bytes) {
            if *gap > 0 {
                lines.push(left_out(*gap, line.time));
                *gap = 0;
            }
            lines.push(line);
        }
    }
    Ok(())
}

fn left_out(bytes: u64, time: DateTime<Utc>) -> LogLine {
    let size =
        if bytes < 1_000_000 { format!("{} kB", bytes.div_ceil(1_000)) } else { format!("{} MB", bytes / 1_000_000) };
    let text = format!("{size} of the log are left out here: of a long log the beginning and the end are kept.");
    LogLine { time, source: LogSource::App, level: LogLevel::Warning, text }
}

/// The level a plugin's line names near its start; Singer's Python libraries print it as the first or a bar-separated
/// word.
pub fn level_of(text: &str) -> LogLevel {
    let start: String = text.chars().take(80).collect();
    let word = start
        .split(|c: char| !c.is_ascii_alphabetic())
        .find(|word| matches!(*word, "DEBUG" | "INFO" | "WARNING" | "WARN" | "ERROR" | "CRITICAL" | "FATAL"));
    match word {
        Some("DEBUG") => LogLevel::Debug,
        Some("WARNING" | "WARN") => LogLevel::Warning,
        Some("ERROR" | "CRITICAL" | "FATAL") => LogLevel::Error,
        _ => LogLevel::Info,
    }
}

/// Without control characters, which a terminal would obey.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\t').collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(folder: &Path, limits: LogLimits, lengths: &[usize]) -> LogWriter {
        let mut log = LogWriter::create(folder, limits).unwrap();
        for (number, length) in lengths.iter().enumerate() {
            let text = format!("{number} {}", "x".repeat(*length));
            log.line(DateTime::UNIX_EPOCH, LogSource::Loader, LogLevel::Info, &text);
        }
        log.flush();
        log
    }

    /// The whole log, in pages of so many lines.
    fn whole(folder: &Path, page: u32) -> Vec<LogLine> {
        let (mut all, mut position) = (Vec::new(), 0);
        loop {
            let (lines, next) = read(folder, position, page).unwrap();
            if lines.is_empty() {
                return all;
            }
            assert!(next > position, "each page leads on");
            all.extend(lines);
            position = next;
        }
    }

    fn number(line: &LogLine) -> Option<usize> {
        line.text.split(' ').next()?.parse().ok().filter(|_| line.source == LogSource::Loader)
    }

    #[test]
    fn lines_come_back_by_position() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path(), 0, 10).unwrap(), (Vec::new(), 0));
        assert_eq!(read(&folder.path().join("none"), 0, 10).unwrap(), (Vec::new(), 0));
        let mut log = LogWriter::create(folder.path(), LogLimits::default()).unwrap();
        for number in 0..5 {
            log.line(DateTime::UNIX_EPOCH, LogSource::App, LogLevel::Info, &format!("line {number}\u{1b}[31m\0"));
        }
        log.flush();
        let (first, next) = read(folder.path(), 0, 3).unwrap();
        let (rest, end) = read(folder.path(), next, 10).unwrap();
        assert_eq!((first.len(), rest.len()), (3, 2));
        assert_eq!(rest[1].text, "line 4[31m");
        let mut raw = OpenOptions::new().append(true).open(piece(folder.path(), 0)).unwrap();
        raw.write_all(b"{\"time\":").unwrap();
        assert_eq!(read(folder.path(), end, 10).unwrap(), (Vec::new(), end), "an unfinished line waits");
    }

    #[test]
    fn a_long_log_keeps_its_beginning_and_its_end_and_says_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let limits = LogLimits { head: 2_000, piece: 1_000, pieces: 2 };
        let log = written(folder.path(), limits, &[50; 1_000]);
        assert!(log.error().is_none());
        let lines = whole(folder.path(), 7);
        assert_eq!(number(&lines[0]), Some(0), "the first line is kept");
        assert_eq!(number(lines.last().unwrap()), Some(999), "the last line is kept");
        let notes: Vec<&LogLine> = lines.iter().filter(|line| line.source == LogSource::App).collect();
        assert_eq!(notes.len(), 1);
        assert!(notes[0].text.contains("kB of the log are left out here"), "{}", notes[0].text);
        let bytes: u64 =
            std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
        assert!(bytes < 2_200 + 4 * 1_200, "what is kept is bounded: {bytes}");
    }

    #[test]
    fn a_reader_that_falls_behind_goes_on_at_what_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let limits = LogLimits { head: 500, piece: 500, pieces: 1 };
        let mut log = written(folder.path(), limits, &[50; 8]);
        let (_, position) = read(folder.path(), 0, 6).unwrap();
        for number in 8..100 {
            log.line(DateTime::UNIX_EPOCH, LogSource::Loader, LogLevel::Info, &format!("{number} later"));
        }
        log.flush();
        let (lines, _) = read(folder.path(), position, 1_000).unwrap();
        assert_eq!(lines[0].source, LogSource::App, "it is told that something is missing");
        assert_eq!(lines.last().and_then(number), Some(99));
    }

    proptest! {
        #[test]
        fn every_kept_line_comes_once_and_in_order(
            lengths in prop::collection::vec(0_usize..300, 0..120),
            head in 1_u64..4_000, piece in 1_u64..2_000, pieces in 1_usize..4, page in 1_u32..40,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let _log = written(folder.path(), LogLimits { head, piece, pieces }, &lengths);
            let lines = whole(folder.path(), page);
            let numbers: Vec<usize> = lines.iter().filter_map(number).collect();
            prop_assert!(numbers.is_sorted_by(|a, b| a < b));
            let notes = lines.len() - numbers.len();
            prop_assert_eq!(notes == 0, numbers.len() == lengths.len(), "a note stands for what is missing");
        }
    }

    #[test]
    fn levels_are_found() {
        assert_eq!(level_of("CRITICAL 400 Client Error"), LogLevel::Error);
        assert_eq!(level_of("2026-01-01 00:00:00,000 | WARNING  | tap | slow"), LogLevel::Warning);
        assert_eq!(level_of("INFO Starting ERROR-prone sync"), LogLevel::Info);
        assert_eq!(level_of("Traceback (most recent call last):"), LogLevel::Info);
    }
}
