//! Ends the program by force at many moments, and goes on from the last state it said: nothing is lost, nothing is there
//! twice, and a reader finds whole flushes at every moment.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]
#![allow(clippy::needless_pass_by_value, reason = "messages read best where they are written")]

mod support;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use support::{Place, ask, record, schema, state};

const RECORDS: u64 = 40_000;
const EVERY: u64 = 500;

fn messages(from: u64) -> String {
    use std::fmt::Write as _;
    let of = |stream: &str| schema(stream, json!({"id": {"type": "integer"}, "text": {"type": "string"}}), &["id"]);
    let mut text = format!("{}\n{}\n", of("a"), of("b"));
    for id in from..RECORDS {
        // Both streams get every record, and some twice.
        for stream in ["a", "b"] {
            let one = json!({"id": id - id % 7 % 2, "text": format!("text {id} {}", "x".repeat(60))});
            let _ = writeln!(text, "{}", record(stream, one));
        }
        if id % EVERY == EVERY - 1 {
            let _ = writeln!(text, "{}", state(json!({"next": id + 1})));
        }
    }
    text
}

/// Feeds messages until `bytes` were taken, ends the program, and gives the last state it said.
fn killed_after(place: &Place, text: &str, bytes: usize) -> Option<u64> {
    let mut child = place.start();
    let mut input = child.stdin.take().unwrap();
    let output = child.stdout.take().unwrap();
    let reading = std::thread::spawn(move || {
        let mut last = None;
        for line in BufReader::new(output).lines() {
            // Half a line was never said.
            let Ok(value) = serde_json::from_str::<Value>(&line.unwrap()) else { break };
            last = value["next"].as_u64();
        }
        last
    });
    let _ = input.write_all(&text.as_bytes()[..bytes.min(text.len())]);
    child.kill().unwrap();
    child.wait().unwrap();
    drop(input);
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    reading.join().unwrap()
}

fn rows(place: &Place, format: &str, stream: &str) -> Vec<u64> {
    let mut ids: Vec<u64> = if format == "sqlite" {
        ask(&place.path().join("data.sqlite"), &format!("SELECT id FROM {stream}"))
            .iter()
            .map(|id| id.parse().unwrap())
            .collect()
    } else {
        place.jsonl(stream).iter().map(|row| row["id"].as_u64().unwrap()).collect()
    };
    ids.sort_unstable();
    ids
}

fn at_many_moments(format: &str, rounds: u64) {
    let mut seed: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut random = move |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    let mut expected: Vec<u64> = (0..RECORDS).map(|id| id - id % 7 % 2).collect();
    expected.sort_unstable();
    expected.dedup();
    for round in 0..rounds {
        let place = Place::with(format, json!({"flush_megabytes": 1}));
        let mut next = 0;
        for _ in 0..3 {
            let text = messages(next);
            let bytes = usize::try_from(random(text.len() as u64 + 1)).unwrap();
            next = killed_after(&place, &text, bytes).unwrap_or(next);
            if format == "sqlite" && place.path().join("data.sqlite").exists() {
                assert_eq!(place.ask("PRAGMA integrity_check"), ["ok"]);
                let tables = place.ask("SELECT count(*) FROM sqlite_schema WHERE name IN ('a', 'b')");
                if tables == ["2"] {
                    // What was confirmed is there, and both streams end at the same flush.
                    let (a, b) = (rows(&place, format, "a"), rows(&place, format, "b"));
                    assert!(
                        expected.iter().filter(|id| **id < next).all(|id| a.binary_search(id).is_ok()),
                        "round {round}"
                    );
                    assert!(a.len().abs_diff(b.len()) <= 1, "round {round}: {} and {}", a.len(), b.len());
                }
            }
        }
        place.load_text(messages(next).as_bytes()).succeeded();
        for stream in ["a", "b"] {
            assert!(rows(&place, format, stream) == expected, "round {round}, stream {stream}: lost or doubled rows");
        }
    }
}

#[test]
fn sqlite() {
    at_many_moments("sqlite", 12);
}

#[test]
fn jsonl() {
    at_many_moments("jsonl", 12);
}

/// Ends it as soon as it has said the last state, while it publishes: all rows are there after the next run begins.
#[test]
fn while_it_publishes() {
    for format in ["jsonl", "csv", "parquet"] {
        for _ in 0..4 {
            let place = Place::new(format);
            let mut child = place.start();
            let mut input = child.stdin.take().unwrap();
            let mut states = BufReader::new(child.stdout.take().unwrap()).lines();
            let writing = std::thread::spawn(move || input.write_all(messages(0).as_bytes()));
            assert_eq!(states.next().unwrap().unwrap(), json!({"next": RECORDS}).to_string());
            child.kill().unwrap();
            child.wait().unwrap();
            writing.join().unwrap().unwrap();
            let of = schema("a", json!({"id": {"type": "integer"}, "text": {"type": "string"}}), &["id"]);
            let unique = RECORDS - (0..RECORDS).filter(|id| id % 7 % 2 == 1).count() as u64;
            assert_eq!(place.load(&[of]).succeeded().changes("a")["rows"], unique, "{format}");
        }
    }
}

/// The source is silent: the state is said by time, and then it is ended. The rows must not depend on what follows.
#[test]
fn after_the_last_state() {
    for format in ["sqlite", "jsonl"] {
        let place = Place::with(format, json!({"flush_seconds": 1}));
        let mut child = place.start();
        let mut input = child.stdin.take().unwrap();
        input.write_all(messages(0).as_bytes()).unwrap();
        // The input stays open: only the flush by time makes it say the last state.
        let mut states = BufReader::new(child.stdout.take().unwrap()).lines();
        let last = states.find(|line| line.as_ref().unwrap() == &json!({"next": RECORDS}).to_string());
        assert!(last.is_some(), "{format}: the last state is said although the source is silent");
        child.kill().unwrap();
        child.wait().unwrap();
        drop(input);
        let of = schema("a", json!({"id": {"type": "integer"}, "text": {"type": "string"}}), &["id"]);
        place.load(&[of]).succeeded();
        assert_eq!(rows(&place, format, "b").last(), rows(&place, format, "a").last(), "{format}");
        assert!(rows(&place, format, "a").len() > 20_000, "{format}");
    }
}
