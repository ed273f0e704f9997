//! What a plugin's line says about itself: how serious it is, and which stream it speaks of. Quick, because plugins can say a
//! hundred thousand lines a second.

use memchr::memmem;
use serde_json::Value;
use std::borrow::Cow;
use tributary_contract::LogLevel;

/// Bytes at the start of a line among which its level is looked for.
const START: usize = 80;
/// Characters of a name; a longer one is none.
const LONGEST_NAME: usize = 200;
/// Bytes of a JSON line that is read as such.
const LONGEST_JSON: usize = 16 * 1024;

/// A line of a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning<'a> {
    /// How serious it is.
    pub level: LogLevel,
    /// The stream it speaks of, where it says so in a known way.
    pub stream: Option<Cow<'a, str>>,
}

/// Reads a line of a plugin.
pub fn of(line: &str) -> Meaning<'_> {
    if line.starts_with('{')
        && line.len() <= LONGEST_JSON
        && let Ok(Value::Object(fields)) = serde_json::from_str(line)
    {
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let level = ["level", "levelname", "severity"].into_iter().find_map(text).map_or(LogLevel::Info, level_named);
        let stream = ["stream", "stream_name"].into_iter().find_map(text);
        return Meaning { level, stream: stream.and_then(name).map(|name| Cow::Owned(name.to_owned())) };
    }
    Meaning { level: level_of(line), stream: stream_of(line) }
}

/// The level a plugin's line names near its start; Singer's Python libraries print it as the first or a bar-separated
/// word.
pub fn level_of(text: &str) -> LogLevel {
    let start = &text.as_bytes()[..text.len().min(START)];
    let mut words = start.split(|byte| !byte.is_ascii_alphabetic());
    let level = words.find_map(|word| match word {
        b"DEBUG" => Some(LogLevel::Debug),
        b"INFO" => Some(LogLevel::Info),
        b"WARNING" | b"WARN" => Some(LogLevel::Warning),
        b"ERROR" | b"CRITICAL" | b"FATAL" => Some(LogLevel::Error),
        _ => None,
    });
    level.unwrap_or(LogLevel::Info)
}

fn level_named(name: &str) -> LogLevel {
    match name.to_ascii_lowercase().as_str() {
        "debug" | "trace" => LogLevel::Debug,
        "warning" | "warn" => LogLevel::Warning,
        "error" | "critical" | "fatal" => LogLevel::Error,
        _ => LogLevel::Info,
    }
}

/// The stream named in one of the ways Singer's libraries have for it.
fn stream_of(line: &str) -> Option<Cow<'_, str>> {
    // Singer's metrics: the name is among the tags (older libraries call it an endpoint).
    if let Some(at) = memmem::find(line.as_bytes(), b"METRIC: {") {
        let metric: Value = serde_json::from_str(&line[at + "METRIC: ".len()..]).ok()?;
        let tags = metric.get("tags").or_else(|| metric.pointer("/point/tags"))?;
        let found = ["stream", "endpoint"].into_iter().find_map(|tag| tags.get(tag)?.as_str());
        return found.and_then(name).map(|name| Cow::Owned(name.to_owned()));
    }
    // Most lines speak of neither.
    if memmem::find(line.as_bytes(), b"stream").is_none() && memmem::find(line.as_bytes(), b" sync").is_none() {
        return None;
    }
    // The Singer SDK: Beginning full_table sync of 'users'...
    for before in [" sync of '", "stream '", "stream: '"] {
        if let Some((_, rest)) = line.split_once(before) {
            return rest.split_once('\'').and_then(|(found, _)| name(found)).map(Cow::Borrowed);
        }
    }
    // Most taps of singer-python: Syncing stream users. Salesforce's: Account: Completed sync (5 rows).
    if let Some((_, rest)) = line.split_once("yncing stream") {
        let word = rest.trim_start_matches(':').split_whitespace().next();
        return word.map(|word| word.trim_end_matches(['.', ',', ':'])).and_then(name).map(Cow::Borrowed);
    }
    let (start, _) = line.split_once(": Completed sync")?;
    start.split_whitespace().next_back().and_then(name).map(Cow::Borrowed)
}

fn name(text: &str) -> Option<&str> {
    (!text.is_empty() && text.len() <= LONGEST_NAME).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_found() {
        assert_eq!(level_of("CRITICAL 400 Client Error"), LogLevel::Error);
        assert_eq!(level_of("2026-01-01 00:00:00,000 | WARNING  | tap | slow"), LogLevel::Warning);
        assert_eq!(level_of("INFO Starting ERROR-prone sync"), LogLevel::Info);
        assert_eq!(level_of("Traceback (most recent call last):"), LogLevel::Info);
        let torn = format!("{}ä ERROR", "x".repeat(START - 1));
        assert_eq!(level_of(&torn), LogLevel::Info, "only the start counts");
        assert_eq!(of(r#"{"level": "warning", "event": "slow"}"#).level, LogLevel::Warning);
    }

    #[test]
    fn streams_are_found_where_lines_name_them() {
        for (line, expected) in [
            (
                r#"INFO METRIC: {"type": "counter", "metric": "record_count", "value": 5, "tags": {"endpoint": "Account"}}"#,
                Some("Account"),
            ),
            (
                r#"2026-01-01 | INFO | singer_sdk.metrics | METRIC: {"type": "counter", "metric": "record_count", "value": 1, "tags": {"stream": "users", "pid": 3}}"#,
                Some("users"),
            ),
            ("INFO METRIC: {broken", None),
            ("INFO Syncing stream users", Some("users")),
            ("INFO Syncing stream: users.", Some("users")),
            ("2026-01-01 | INFO | tap-x | Beginning full_table sync of 'users'...", Some("users")),
            ("2026-01-01 | INFO | tap-x | Beginning sync of 'users' in incremental mode", Some("users")),
            ("2026-01-01 | INFO | tap-x | Skipping deselected stream 'users'.", Some("users")),
            ("INFO Account: Completed sync (5 rows)", Some("Account")),
            (r#"{"event": "reading", "level": "info", "stream_name": "users"}"#, Some("users")),
            (r#"{"event": "reading", "level": "info"}"#, None),
            ("INFO Starting sync", None),
            ("INFO the stream ", None),
            ("Traceback (most recent call last):", None),
        ] {
            assert_eq!(of(line).stream.as_deref(), expected, "{line}");
        }
    }
}
