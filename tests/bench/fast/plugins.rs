//! A tap and a loader that do as little as possible, so that what surrounds them can be measured. One program without any
//! library: `rustc -O tests/bench/fast/plugins.rs`. It is the loader when its file is called `target-...`, otherwise the tap.
//!
//! The tap finds what to do in its configuration, wherever that has a text like
//! `records=1000000,record_bytes=335,lines=100000,seconds=60,long=0`: how many records of how many bytes, then how many lines a
//! second on standard error for how long, and how many megabytes one more line has. All are 0 where they are not named.

use std::{
    env,
    fs,
    io::{self, Read, Write},
    time::{Duration, Instant},
};

/// Bytes per read and write.
const PIECE: usize = 256 * 1024;
const STREAM: &str = "fast";

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    if arguments[0].rsplit('/').next().is_some_and(|name| name.starts_with("target-")) {
        return load();
    }
    if arguments.iter().any(|argument| argument == "--discover") {
        return discover();
    }
    let config = arguments.iter().position(|argument| argument == "--config").and_then(|at| arguments.get(at + 1));
    let config = fs::read_to_string(config.expect("a configuration"))?;
    let number = |name: &str| -> u64 {
        let text = config.split(&format!("{name}=")).nth(1).unwrap_or("0");
        text.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
    };
    read(number("records"), number("record_bytes") as usize)?;
    talk(number("lines"), number("seconds"), number("long"))
}

fn discover() -> io::Result<()> {
    let properties = r#"{"id": {"type": ["integer"]}, "text": {"type": ["string", "null"]}}"#;
    println!(
        r#"{{"streams": [{{"tap_stream_id": "{STREAM}", "stream": "{STREAM}", "key_properties": ["id"],
            "schema": {{"type": "object", "properties": {properties}}},
            "metadata": [{{"breadcrumb": [], "metadata": {{"inclusion": "available", "selected": true}}}}]}}]}}"#
    );
    Ok(())
}

fn read(records: u64, bytes: usize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        r#"{{"type": "SCHEMA", "stream": "{STREAM}", "schema": {{"type": "object", "properties": {{}}}}, "key_properties": ["id"]}}"#
    )?;
    let head = format!(r#"{{"type": "RECORD", "stream": "{STREAM}", "record": {{"id": 1, "text": ""#);
    let tail = "\"}}\n";
    let record = format!("{head}{}{tail}", "x".repeat(bytes.saturating_sub(head.len() + tail.len())));
    let at_once = (PIECE / record.len()).max(1) as u64;
    let many = record.repeat(at_once as usize);
    let mut left = records;
    while left > 0 {
        let now = left.min(at_once);
        out.write_all(&many.as_bytes()[..record.len() * now as usize])?;
        left -= now;
    }
    writeln!(out, r#"{{"type": "STATE", "value": {{"bookmarks": {{"{STREAM}": {{"id": {records}}}}}}}}}"#)?;
    out.flush()
}

/// Talks evenly; what a slow listener holds up is caught up with.
fn talk(lines: u64, seconds: u64, long: u64) -> io::Result<()> {
    let mut err = io::stderr().lock();
    let begun = Instant::now();
    let (mut said, all) = (0, lines * seconds);
    let mut text = Vec::new();
    while said < all {
        let due = (begun.elapsed().as_secs_f64() * lines as f64) as u64 + lines / 100;
        text.clear();
        while said < due.min(all) && text.len() < PIECE {
            writeln!(text, "INFO line {said} of a plugin that says everything it does, with some words more")?;
            said += 1;
        }
        if text.is_empty() {
            std::thread::sleep(Duration::from_millis(2));
        } else {
            err.write_all(&text)?;
        }
    }
    for _ in 0..long {
        err.write_all(&vec![b'x'; 1_000_000])?;
    }
    if long > 0 {
        writeln!(err)?;
    }
    if all > 0 {
        writeln!(err, "INFO said {all} lines in {:.2} s", begun.elapsed().as_secs_f64())?;
    }
    Ok(())
}

/// Reads everything and confirms the state at its end.
fn load() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut buffer = vec![0; PIECE];
    let mut end: Vec<u8> = Vec::new();
    loop {
        let read = input.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        let keep = buffer[..read].len().min(4096);
        end.extend_from_slice(&buffer[read - keep..read]);
        let over = end.len().saturating_sub(4096);
        end.drain(..over);
    }
    let text = String::from_utf8_lossy(&end);
    let state = text.lines().rev().find_map(|line| line.strip_prefix(r#"{"type": "STATE", "value": "#)?.strip_suffix('}'));
    match state {
        Some(state) => writeln!(io::stdout(), "{state}"),
        None => Ok(()),
    }
}
