//! Reading a run's log by position.

use super::{left_out, piece, pieces};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::Path,
};
use tributary_contract::{LogExtent, LogLine};

/// Bytes that are looked at at once from the end of a log on,
const BLOCK: u64 = 64 * 1024;
/// and in all: lines are short, and a window wants thousands of them at most.
const MOST: u64 = 32 * 1024 * 1024;
/// Lines that are written at once into a file for people.
const PAGE: u32 = 5_000;

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

/// How long a log is, and from where about `lines` lines are left to its end.
pub fn extent(run_folder: &Path, lines: u32) -> io::Result<LogExtent> {
    let mut extent = LogExtent { end: 0, tail: 0, dropped: 0 };
    let mut wanted = u64::from(lines);
    let mut looked = 0;
    let mut found_tail = false;
    let mut newest = true;
    let mut behind = None;
    for start in pieces(run_folder)?.into_iter().rev() {
        let mut file = match File::open(piece(run_folder, start)) {
            Ok(file) => file,
            // It gave way between the two looks.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let length = file.metadata()?.len();
        if let Some(behind) = behind {
            extent.dropped += u64::saturating_sub(behind, start + length);
        }
        behind = Some(start);
        if found_tail {
            continue;
        }
        // The last line counts when it is finished.
        let (mut at, mut block) = (length, Vec::new());
        while at > 0 && !found_tail {
            let from = at.saturating_sub(BLOCK);
            block.resize(usize::try_from(at - from).unwrap_or_default(), 0);
            file.seek(SeekFrom::Start(from))?;
            file.read_exact(&mut block)?;
            looked += at - from;
            for line_end in memchr::memrchr_iter(b'\n', &block) {
                let position = start + from + line_end as u64 + 1;
                if newest {
                    extent.end = position;
                    newest = false;
                }
                extent.tail = position;
                if wanted == 0 {
                    found_tail = true;
                    break;
                }
                wanted -= 1;
            }
            found_tail |= looked >= MOST;
            at = from;
        }
        if !found_tail && !newest {
            extent.tail = start;
            found_tail = wanted == 0;
        }
    }
    Ok(extent)
}

/// Writes a whole log as text for people into a file.
pub fn save(run_folder: &Path, to: &Path) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(to)?);
    let mut position = 0;
    loop {
        let (lines, next) = read(run_folder, position, PAGE)?;
        for line in &lines {
            writeln!(file, "{}", as_text(line))?;
        }
        if lines.len() < PAGE as usize {
            return file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all();
        }
        position = next;
    }
}

/// A line for people: time (UTC), who wrote it, how serious it is, the stream, the text.
fn as_text(line: &LogLine) -> String {
    let word = |value: serde_json::Result<serde_json::Value>| {
        value.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let (source, level) = (word(serde_json::to_value(line.source)), word(serde_json::to_value(line.level)));
    let stream = line.stream.as_ref().map(|stream| format!("[{stream}] ")).unwrap_or_default();
    format!("{}  {source:9}  {level:7}  {stream}{}", line.time.format("%Y-%m-%d %H:%M:%S%.3fZ"), line.text)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{LogLimits, LogWriter},
        *,
    };
    use chrono::DateTime;
    use proptest::prelude::*;
    use std::{fs::OpenOptions, io::Write};
    use tributary_contract::{LogLevel, LogSource};

    fn written(folder: &Path, limits: LogLimits, lengths: &[usize]) -> LogWriter {
        let mut log = LogWriter::create(folder, limits).unwrap();
        for (number, length) in lengths.iter().enumerate() {
            let text = format!("{number} {}", "x".repeat(*length));
            log.line(DateTime::UNIX_EPOCH, LogSource::Loader, LogLevel::Info, None, &text);
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
            log.line(DateTime::UNIX_EPOCH, LogSource::App, LogLevel::Info, None, &format!("line {number}\u{1b}[31m\0"));
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
            log.line(DateTime::UNIX_EPOCH, LogSource::Loader, LogLevel::Info, None, &format!("{number} later"));
        }
        log.flush();
        let (lines, _) = read(folder.path(), position, 1_000).unwrap();
        assert_eq!(lines[0].source, LogSource::App, "it is told that something is missing");
        assert_eq!(lines.last().and_then(number), Some(99));
    }

    #[test]
    fn the_end_is_found_without_reading_all() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = LogExtent { end: 0, tail: 0, dropped: 0 };
        assert_eq!(extent(folder.path(), 10).unwrap(), nothing);
        let log = written(folder.path(), LogLimits { head: 2_000, piece: 1_000, pieces: 2 }, &[50; 1_000]);
        assert!(log.error().is_none());
        let (everything, end) = read(folder.path(), 0, 10_000).unwrap();
        let kept = u32::try_from(everything.iter().filter_map(number).count()).unwrap();
        for wanted in [0, 1, 7, 15, 20, kept - 1, kept, 5_000] {
            let found = extent(folder.path(), wanted).unwrap();
            assert_eq!(found.end, end);
            let (lines, _) = read(folder.path(), found.tail, 10_000).unwrap();
            let numbers: Vec<usize> = lines.iter().filter_map(number).collect();
            assert_eq!(numbers.len(), kept.min(wanted) as usize, "{wanted} lines from the end");
            assert!(numbers.last().is_none_or(|last| *last == 999));
        }
        let bytes: u64 =
            std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
        assert_eq!(extent(folder.path(), 1).unwrap().dropped, end - bytes);
    }

    #[test]
    fn a_saved_log_is_text_with_time_source_level_and_stream() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = LogWriter::create(folder.path(), LogLimits::default()).unwrap();
        log.line(DateTime::UNIX_EPOCH, LogSource::Extractor, LogLevel::Warning, Some("users"), "slow");
        for _ in 0..PAGE {
            log.line(DateTime::UNIX_EPOCH, LogSource::App, LogLevel::Info, None, "on");
        }
        log.flush();
        let to = folder.path().join("log.txt");
        save(folder.path(), &to).unwrap();
        let text = std::fs::read_to_string(to).unwrap();
        assert_eq!(text.lines().count(), PAGE as usize + 1);
        assert_eq!(text.lines().next().unwrap(), "1970-01-01 00:00:00.000Z  extractor  warning  [users] slow");
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
}
