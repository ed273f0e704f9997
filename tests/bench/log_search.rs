//! How quick a search finds its first line in a run's log of a million lines.
//!
//!   cargo bench -p tributary-core --bench log_search
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints what it measures")]

use chrono::{DateTime, TimeDelta, Utc};
use std::{path::Path, time::Instant};
use tributary_contract::{LogLevel, LogQuery, LogSource};
use tributary_core::runs::log::{self, LogLimits, LogWriter};

const LINES: u64 = 1_000_000;
const ROUNDS: usize = 7;
/// Most milliseconds until the first line is found.
const FIRST: f64 = 300.0;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    // Nothing of it gives way: what is kept by default is less.
    let mut writer = LogWriter::create(folder.path(), LogLimits { head: u64::MAX, piece: 8 << 20, pieces: 5 }).unwrap();
    let now = DateTime::<Utc>::UNIX_EPOCH;
    for number in 0..LINES {
        let time = now + TimeDelta::microseconds(i64::try_from(number / 100).unwrap());
        let (level, text) = match number {
            999_990 => (LogLevel::Error, format!("ERROR the “needle” is in line {number} of a haystack")),
            _ => (
                LogLevel::Info,
                format!("INFO line {number} of a plugin that says everything it does, with some words"),
            ),
        };
        writer.line(time, LogSource::Extractor, level, None, &text);
    }
    writer.flush();
    assert!(writer.error().is_none());
    let seconds = begun.elapsed().as_secs_f64();
    let megabytes = log::size(folder.path()) as f64 / 1e6;
    println!(
        "written: {LINES} lines, {megabytes:.0} MB, in {seconds:.2} s ({:.0} lines a second)",
        LINES as f64 / seconds
    );
    let text = |text: &str| LogQuery { text: text.to_owned(), limit: 1, ..LogQuery::default() };
    let quick = [
        measure(folder.path(), "a word in the tenth line from the end", &text("NEEDLE")),
        measure(folder.path(), "a phrase whose letters are in every line", &text("is in line 999990 of")),
        measure(folder.path(), "a text with a quote that JSON writes otherwise", &text("the “needle”")),
        measure(folder.path(), "the first error, whatever it says", &LogQuery { level: LogLevel::Error, ..text("") }),
        measure(folder.path(), "a word of the first line", &text("line 0 of")),
    ];
    let slowest = quick.into_iter().fold(0.0, f64::max);
    println!("the slowest of these: {slowest:.0} ms (allowed: {FIRST} ms)");
}

/// The median of some rounds, in milliseconds, of asking on until there is a line.
fn measure(folder: &Path, what: &str, query: &LogQuery) -> f64 {
    let mut rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| once(folder, query)).collect();
    rounds.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (median, _) = rounds[ROUNDS / 2];
    let longest = rounds.iter().map(|round| round.1).fold(0.0, f64::max);
    println!("{what}: first line after {median:.1} ms; one call at most {longest:.1} ms");
    median
}

fn once(folder: &Path, query: &LogQuery) -> (f64, f64) {
    let (begun, mut query, mut longest) = (Instant::now(), query.clone(), 0.0_f64);
    loop {
        let call = Instant::now();
        let found = log::search(folder, &query).unwrap();
        longest = longest.max(call.elapsed().as_secs_f64() * 1e3);
        if !found.lines.is_empty() {
            return (begun.elapsed().as_secs_f64() * 1e3, longest);
        }
        assert!(!found.at_end, "it is there");
        query.offset = found.next;
    }
}
