//! What a run changed at its destination, where the destination's connector tells it.
//!
//! The native loader prints metrics in Singer's form, or the same as a JSON object alone; both count for the whole run, so the
//! newest of a stream replaces the one before.

use memchr::memmem;
use serde::Deserialize;
use tributary_contract::StreamChanges;

/// What every such line has in it.
const MARK: &[u8] = b"\"changes\"";
/// Columns of which the names are kept.
const NAMES: usize = 200;
/// Longest line that is looked at.
const LONGEST: usize = 256 * 1024;

#[derive(Deserialize)]
struct Line {
    metric: String,
    tags: Option<Told>,
    #[serde(flatten)]
    told: Option<Told>,
}

#[derive(Deserialize)]
struct Told {
    stream: String,
    #[serde(default)]
    added: u64,
    #[serde(default)]
    updated: u64,
    #[serde(default)]
    deleted: u64,
    #[serde(default)]
    new_columns: Vec<String>,
}

/// The stream a line of a loader speaks of, and what changed in it so far; `None` where it tells nothing of the kind.
pub fn of_line(line: &str) -> Option<(String, StreamChanges)> {
    if line.len() > LONGEST || memmem::find(line.as_bytes(), MARK).is_none() {
        return None;
    }
    let line: Line = serde_json::from_str(&line[line.find('{')?..]).ok()?;
    if line.metric != "changes" {
        return None;
    }
    let Told { stream, added, updated, deleted, mut new_columns } = line.tags.or(line.told)?;
    new_columns.truncate(NAMES);
    Some((stream, StreamChanges { added, updated, deleted, new_columns }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_nothing_else() {
        let expected = StreamChanges { added: 3, updated: 2, deleted: 1, new_columns: vec!["x".to_owned()] };
        for line in [
            r#"{"type":"METRIC","metric":"changes","stream":"Account","added":3,"updated":2,"deleted":1,"new_columns":["x"]}"#,
            r#"INFO METRIC: {"type":"counter","metric":"changes","value":6,"tags":{"stream":"Account","added":3,"updated":2,"deleted":1,"set_aside":0,"new_columns":["x"],"rows":9,"run":"r","last":true}}"#,
        ] {
            assert_eq!(of_line(line), Some(("Account".to_owned(), expected.clone())), "{line}");
        }
        for line in [
            "INFO changes",
            r#"INFO METRIC: {"type":"counter","metric":"record_count","value":6,"tags":{"stream":"changes"}}"#,
            r#"{"metric":"changes"}"#,
            r#"{"metric":"changes","stream":"a","added":-1}"#,
            r#"INFO "changes" {broken"#,
            r#""changes""#,
        ] {
            assert_eq!(of_line(line), None, "{line}");
        }
    }
}
