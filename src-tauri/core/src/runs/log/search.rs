//! Searching a run's log: the bytes of its files are looked through, and only lines that may fit are read as JSON.

use super::{left_out, piece, pieces};
use aho_corasick::AhoCorasick;
use memchr::memmem;
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};
use tributary_contract::{LogLevel, LogLine, LogMatch, LogQuery, LogSource};

/// Bytes one search looks through at most: some tens of milliseconds.
const WORK: u64 = 32 * 1024 * 1024;
/// Bytes that are read at once.
const BLOCK: usize = 1024 * 1024;
/// Lines one search gives at most.
const MOST: usize = 5_000;
/// Letters that are looked for at once: few enough that all their cases are.
const PART: usize = 3;
/// What stands before the text of a line.
const TEXT: &[u8] = b"\"text\":\"";

/// What a search found.
#[derive(Debug, Default)]
pub struct Found {
    /// The lines, in order.
    pub lines: Vec<LogMatch>,
    /// Where to look on.
    pub next: u64,
    /// Whether the end of what is there was reached.
    pub at_end: bool,
}

/// Looks for lines from the query's position on, through a bounded part of the log.
pub fn search(run_folder: &Path, query: &LogQuery) -> io::Result<Found> {
    search_through(run_folder, query, WORK)
}

fn search_through(run_folder: &Path, query: &LogQuery, work: u64) -> io::Result<Found> {
    let wanted = Wanted::new(query)?;
    let mut found = Found { next: query.offset, ..Found::default() };
    let (mut left, mut gap) = (work, None);
    let mut buffer = Vec::new();
    loop {
        let pieces = pieces(run_folder)?;
        let behind = pieces.partition_point(|start| *start <= found.next);
        if let Some(at) = behind.checked_sub(1) {
            match Piece::open(run_folder, pieces[at], found.next) {
                Ok(mut piece) => piece.search(&wanted, &mut buffer, &mut left, &mut gap, &mut found)?,
                // It gave way between the two looks: look again.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            }
        }
        if found.lines.len() >= wanted.limit || left == 0 {
            return Ok(found);
        }
        match pieces.get(behind) {
            Some(next) => {
                if *next > found.next {
                    gap = Some((found.next, next - found.next));
                }
                found.next = *next;
            }
            None => {
                found.at_end = true;
                return Ok(found);
            }
        }
    }
}

/// What a line must be.
struct Wanted {
    /// The text in small letters.
    text: String,
    finder: Finder,
    level: LogLevel,
    sources: Vec<LogSource>,
    limit: usize,
}

/// Finds places that may be in a line that fits.
enum Finder {
    /// Every line may fit.
    Every,
    /// What stands before the text has one of these.
    Start(AhoCorasick),
    /// The text has one of these, which are parts of the ASCII letters that begin so many bytes before.
    Text { part: AhoCorasick, before: usize, letters: Vec<u8> },
}

impl Wanted {
    fn new(query: &LogQuery) -> io::Result<Self> {
        Ok(Self {
            text: query.text.to_lowercase(),
            finder: finder(query)?,
            level: query.level,
            sources: query.sources.clone(),
            limit: usize::try_from(query.limit).unwrap_or(MOST).clamp(1, MOST),
        })
    }

    /// Whether the start of a line, as it is written, says that level and source fit. What is not found there may fit.
    fn fits_start(&self, start: &[u8]) -> bool {
        let value = |name: &[u8]| memmem::find(start, name).and_then(|at| start.get(at + name.len())).copied();
        let level = match value(b"\"level\":\"") {
            Some(b'd') => LogLevel::Debug,
            Some(b'i') => LogLevel::Info,
            Some(b'w') => LogLevel::Warning,
            _ => LogLevel::Error,
        };
        let source = match value(b"\"source\":\"") {
            Some(b'a') => LogSource::App,
            Some(b'm') => LogSource::Meltano,
            Some(b'e') => LogSource::Extractor,
            _ => LogSource::Loader,
        };
        level >= self.level && (self.sources.is_empty() || self.sources.contains(&source))
    }

    fn fits(&self, line: &LogLine) -> bool {
        line.level >= self.level
            && (self.sources.is_empty() || self.sources.contains(&line.source))
            && (self.text.is_empty() || line.text.to_lowercase().contains(&self.text))
    }
}

/// What to look for in the bytes of a file.
fn finder(query: &LogQuery) -> io::Result<Finder> {
    let all = |patterns: &[String]| AhoCorasick::new(patterns).map_err(io::Error::other);
    let Some(first) = query.text.chars().next() else {
        return Ok(if query.level > LogLevel::Debug {
            let levels = [LogLevel::Info, LogLevel::Warning, LogLevel::Error].into_iter();
            let levels = levels.filter(|level| *level >= query.level);
            let written = levels.map(|level| Ok(format!("\"level\":{}", serde_json::to_string(&level)?)));
            Finder::Start(all(&written.collect::<io::Result<Vec<_>>>()?)?)
        } else if query.sources.is_empty() {
            Finder::Every
        } else {
            let written =
                query.sources.iter().map(|source| Ok(format!("\"source\":{}", serde_json::to_string(source)?)));
            Finder::Start(all(&written.collect::<io::Result<Vec<_>>>()?)?)
        });
    };
    // The longest part of the text that is ASCII, as JSON writes it, and of that the few letters that are the rarest, in
    // either case: those can be looked for quickly.
    let written = serde_json::to_string(&query.text)?;
    let written = &written[1..written.len() - 1];
    let letters = written.split(|c: char| !c.is_ascii()).max_by_key(|part| part.len()).unwrap_or_default().as_bytes();
    if letters.is_empty() {
        let cases = [first.to_string(), first.to_lowercase().collect(), first.to_uppercase().collect()];
        return Ok(Finder::Text { part: all(&cases)?, before: 0, letters: Vec::new() });
    }
    let length = letters.len().min(PART);
    let parts = letters.windows(length).enumerate();
    let rarest = parts.min_by_key(|(_, part)| part.iter().map(|byte| commonness(*byte)).sum::<usize>());
    let (before, part) = rarest.unwrap_or((0, letters));
    let mut cases = vec![String::new()];
    for byte in part {
        let (small, capital) = (byte.to_ascii_lowercase() as char, byte.to_ascii_uppercase() as char);
        let both = if small == capital { vec![small] } else { vec![small, capital] };
        cases = cases.iter().flat_map(|start| both.iter().map(move |letter| format!("{start}{letter}"))).collect();
    }
    Ok(Finder::Text { part: all(&cases)?, before, letters: letters.to_vec() })
}

/// How common a byte is in logs; only the order matters.
fn commonness(byte: u8) -> usize {
    const COMMON_FIRST: &[u8] = b" etaoinsrlc\"dmu:.0-h12fpgxvy,/345w6789bk_'()=[]zjq";
    let place = COMMON_FIRST.iter().position(|common| *common == byte.to_ascii_lowercase());
    place.map_or(0, |place| COMMON_FIRST.len() - place)
}

/// A piece that is looked through.
struct Piece {
    file: File,
}

impl Piece {
    fn open(run_folder: &Path, start: u64, from: u64) -> io::Result<Self> {
        let mut file = File::open(piece(run_folder, start))?;
        file.seek(SeekFrom::Start(from - start))?;
        Ok(Self { file })
    }

    /// Looks through whole lines to the end of the piece, or until there is enough.
    fn search(
        &mut self,
        wanted: &Wanted,
        buffer: &mut Vec<u8>,
        left: &mut u64,
        gap: &mut Option<(u64, u64)>,
        found: &mut Found,
    ) -> io::Result<()> {
        buffer.clear();
        while *left > 0 {
            let filled = buffer.len();
            let read = (&mut self.file).take(BLOCK as u64).read_to_end(buffer)?;
            if read == 0 {
                // An unfinished line waits for its end.
                return Ok(());
            }
            let Some(last) = memchr::memrchr(b'\n', &buffer[filled..]) else { continue };
            let whole = filled + last + 1;
            let done = look(&buffer[..whole], wanted, gap, found);
            *left = left.saturating_sub(done as u64);
            if found.lines.len() >= wanted.limit {
                return Ok(());
            }
            buffer.drain(..whole);
        }
        Ok(())
    }
}

/// Looks through whole lines that begin at `found.next`, and moves that on. Gives how many bytes it took.
fn look(lines: &[u8], wanted: &Wanted, gap: &mut Option<(u64, u64)>, found: &mut Found) -> usize {
    let begin = found.next;
    let mut at = 0;
    while let Some(candidate) = wanted.finder.next(lines, at) {
        let line_start = memchr::memrchr(b'\n', &lines[at..candidate]).map_or(at, |end| at + end + 1);
        let line_end = memchr::memchr(b'\n', &lines[candidate..]).map_or(lines.len(), |end| candidate + end + 1);
        let line = &lines[line_start..line_end];
        let text = memmem::find(line, TEXT).map_or(0, |start| start + TEXT.len());
        at = line_end;
        if !wanted.fits_start(&line[..text.max(TEXT.len()).min(line.len())]) {
            continue;
        }
        // In a name or the time it counts for nothing.
        let in_text = matches!(wanted.finder, Finder::Text { .. });
        if in_text && candidate < line_start + text && wanted.finder.next(&line[text..], 0).is_none() {
            continue;
        }
        // A damaged line (a crash in the middle of a write) is passed over.
        let Ok(parsed) = serde_json::from_slice::<LogLine>(line) else { continue };
        if !wanted.fits(&parsed) {
            continue;
        }
        if let Some((offset, bytes)) = gap.take() {
            let note = left_out(bytes, parsed.time);
            if wanted.text.is_empty() && wanted.fits(&note) {
                found.lines.push(LogMatch { offset, line: note });
            }
        }
        found.lines.push(LogMatch { offset: begin + line_start as u64, line: parsed });
        if found.lines.len() >= wanted.limit {
            found.next = begin + at as u64;
            return at;
        }
    }
    found.next = begin + lines.len() as u64;
    lines.len()
}

impl Finder {
    /// The next place from the start of a line on.
    fn next(&self, lines: &[u8], from: usize) -> Option<usize> {
        match self {
            Self::Every => (from < lines.len()).then_some(from),
            Self::Start(marks) => marks.find(&lines[from..]).map(|hit| from + hit.start()),
            Self::Text { part, before, letters } => {
                let mut at = from;
                loop {
                    let hit = at + part.find(&lines[at..])?.start();
                    let start = hit.checked_sub(*before).filter(|start| *start >= from);
                    let place = start.and_then(|start| lines.get(start..start + letters.len()));
                    if place.is_some_and(|place| place.eq_ignore_ascii_case(letters)) {
                        return Some(hit);
                    }
                    // The next one may overlap this one.
                    at = hit + 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{LogLimits, LogWriter},
        *,
    };
    use chrono::DateTime;
    use proptest::prelude::*;

    fn log(folder: &Path, limits: LogLimits, lines: &[(LogSource, LogLevel, &str)]) {
        let mut log = LogWriter::create(folder, limits).unwrap();
        for (source, level, text) in lines {
            log.line(DateTime::UNIX_EPOCH, *source, *level, Some("info"), text);
        }
        log.flush();
    }

    fn query(text: &str) -> LogQuery {
        LogQuery { text: text.to_owned(), ..LogQuery::default() }
    }

    /// Everything that is found, however little one search looks through.
    fn all(folder: &Path, query: &LogQuery, work: u64) -> Vec<String> {
        let (mut query, mut all) = (query.clone(), Vec::new());
        loop {
            let found = search_through(folder, &query, work).unwrap();
            assert!(found.at_end || found.next > query.offset, "each search leads on");
            for line in found.lines {
                assert!(line.offset < found.next && line.offset >= query.offset);
                all.push(line.line.text);
            }
            if found.at_end {
                return all;
            }
            query.offset = found.next;
        }
    }

    #[test]
    fn lines_are_found_in_any_case_and_by_level_and_source() {
        let folder = tempfile::tempdir().unwrap();
        let lines = [
            (LogSource::App, LogLevel::Info, "Preparing the sync."),
            (LogSource::Extractor, LogLevel::Error, r#"He said "Größe\Weg"	twice"#),
            (LogSource::Extractor, LogLevel::Info, "INFO nothing"),
            (LogSource::Loader, LogLevel::Warning, "ÄRGER mit エラー"),
        ];
        log(folder.path(), LogLimits::default(), &lines);
        let found = |text: &str| all(folder.path(), &query(text), WORK);
        assert_eq!(found("").len(), 4);
        assert_eq!(found("preparing THE"), ["Preparing the sync."]);
        assert_eq!(found("\"größe\\weg\"\ttw").len(), 1, "as people write it, not as JSON does");
        assert_eq!(found("GRÖSSE").len(), 0);
        assert_eq!(found("ärger").len(), 1);
        assert_eq!(found("エラー").len(), 1);
        assert_eq!(found("ä").len(), 1);
        assert_eq!(found("info"), ["INFO nothing"], "levels and names of streams are no text");
        assert_eq!(found("text").len(), 0);
        assert_eq!(found("\",\"").len(), 0);
        let warnings = LogQuery { level: LogLevel::Warning, ..LogQuery::default() };
        assert_eq!(all(folder.path(), &warnings, WORK).len(), 2);
        let loader = LogQuery { sources: vec![LogSource::Loader, LogSource::App], ..LogQuery::default() };
        assert_eq!(all(folder.path(), &loader, WORK).len(), 2);
        let both = LogQuery { sources: vec![LogSource::Extractor], level: LogLevel::Warning, ..query("said") };
        assert_eq!(all(folder.path(), &both, WORK).len(), 1);
    }

    #[test]
    fn work_and_answers_are_bounded_and_what_is_missing_is_told_where_all_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let texts: Vec<String> = (0..1_000).map(|number| format!("line {number} {}", "x".repeat(50))).collect();
        let lines: Vec<_> = texts.iter().map(|text| (LogSource::Loader, LogLevel::Info, text.as_str())).collect();
        log(folder.path(), LogLimits { head: 20_000, piece: 10_000, pieces: 2 }, &lines);
        let first = search_through(folder.path(), &LogQuery { limit: 3, ..query("LINE") }, WORK).unwrap();
        assert_eq!((first.lines.len(), first.at_end), (3, false));
        let second = search_through(folder.path(), &LogQuery { limit: 1, offset: first.next, ..query("line") }, WORK);
        assert!(second.unwrap().lines[0].line.text.starts_with("line 3 "));
        let bounded = search_through(folder.path(), &query("line 999 "), 1).unwrap();
        assert!(bounded.lines.is_empty() && !bounded.at_end, "it says where to look on");
        assert_eq!(all(folder.path(), &query("line 999 "), 1).len(), 1);
        let everything = all(folder.path(), &query(""), WORK);
        assert_eq!(everything.iter().filter(|text| text.contains("left out here")).count(), 1);
        assert!(all(folder.path(), &query("line"), WORK).iter().all(|text| text.starts_with("line ")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn nothing_is_missed_and_nothing_comes_twice(
            texts in prop::collection::vec("[aAbB\"\\\\Ää\t tex:]{0,12}", 0..40), needle in "[abÄä\"\\\\\t t:]{0,3}", work in 1_u64..3_000,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let lines: Vec<_> = texts.iter().map(|text| (LogSource::App, LogLevel::Info, text.as_str())).collect();
            log(folder.path(), LogLimits::default(), &lines);
            let expected: Vec<String> =
                texts.iter().filter(|text| text.to_lowercase().contains(&needle.to_lowercase())).cloned().collect();
            prop_assert_eq!(all(folder.path(), &query(&needle), work), expected);
        }
    }
}
