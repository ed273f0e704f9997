//! One log file per run: a JSON object a line, redacted before it gets here.

use chrono::{DateTime, Utc};
use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};
use tributary_contract::{LogLevel, LogLine, LogSource};

/// Bytes after which a log takes no more lines; it says so in its last one.
const SIZE_LIMIT: u64 = 64 * 1024 * 1024;

/// The log of a run in its folder.
pub fn path(run_folder: &Path) -> PathBuf {
    run_folder.join("log.jsonl")
}

/// Writes a run's log. A log that cannot be written (a full disk, say) never stops the run: the first error is kept.
#[derive(Debug)]
pub struct LogWriter {
    file: BufWriter<File>,
    written: u64,
    error: Option<io::Error>,
}

impl LogWriter {
    /// Creates the file, for this user alone.
    pub fn create(run_folder: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { file: BufWriter::new(options.open(path(run_folder))?), written: 0, error: None })
    }

    /// Adds a line.
    pub fn line(&mut self, time: DateTime<Utc>, source: LogSource, level: LogLevel, text: &str) {
        if self.written >= SIZE_LIMIT || self.error.is_some() {
            return;
        }
        let mut line = LogLine { time, source, level, text: printable(text) };
        if let Err(error) = self.write(&line) {
            self.error = Some(error);
        }
        if self.written >= SIZE_LIMIT {
            line.source = LogSource::App;
            line.level = LogLevel::Warning;
            "The log is full; further lines are left out.".clone_into(&mut line.text);
            let _ = self.write(&line);
        }
    }

    fn write(&mut self, line: &LogLine) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.written += bytes.len() as u64;
        self.file.write_all(&bytes)
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

/// Reads up to `limit` lines from a position on. Gives them and the position behind them; an unfinished last line is
/// left for the next call.
pub fn read(path: &Path, offset: u64, limit: u32) -> io::Result<(Vec<LogLine>, u64)> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        // A run that has not begun has no log yet.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), offset)),
        Err(error) => return Err(error),
    };
    file.seek(SeekFrom::Start(offset))?;
    let mut reader = BufReader::new(file);
    let mut lines = Vec::new();
    let mut position = offset;
    let mut bytes = Vec::new();
    while lines.len() < limit as usize {
        bytes.clear();
        let length = reader.read_until(b'\n', &mut bytes)?;
        if length == 0 || bytes.last() != Some(&b'\n') {
            break;
        }
        position += length as u64;
        // A damaged line (a crash in the middle of a write) is passed over.
        lines.extend(serde_json::from_slice::<LogLine>(&bytes));
    }
    Ok((lines, position))
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

    #[test]
    fn lines_come_back_by_position() {
        let folder = tempfile::tempdir().unwrap();
        let file = path(folder.path());
        assert_eq!(read(&file, 0, 10).unwrap(), (Vec::new(), 0));
        let mut log = LogWriter::create(folder.path()).unwrap();
        for number in 0..5 {
            log.line(DateTime::UNIX_EPOCH, LogSource::App, LogLevel::Info, &format!("line {number}\u{1b}[31m\0"));
        }
        log.flush();
        let (first, next) = read(&file, 0, 3).unwrap();
        let (rest, end) = read(&file, next, 10).unwrap();
        assert_eq!((first.len(), rest.len()), (3, 2));
        assert_eq!(rest[1].text, "line 4[31m");
        let mut raw = OpenOptions::new().append(true).open(&file).unwrap();
        raw.write_all(b"{\"time\":").unwrap();
        assert_eq!(read(&file, end, 10).unwrap(), (Vec::new(), end), "an unfinished line waits");
    }

    #[test]
    fn levels_are_found() {
        assert_eq!(level_of("CRITICAL 400 Client Error"), LogLevel::Error);
        assert_eq!(level_of("2026-01-01 00:00:00,000 | WARNING  | tap | slow"), LogLevel::Warning);
        assert_eq!(level_of("INFO Starting ERROR-prone sync"), LogLevel::Info);
        assert_eq!(level_of("Traceback (most recent call last):"), LogLevel::Info);
    }
}
