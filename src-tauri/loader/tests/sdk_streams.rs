//! The streams that the Singer SDK tests targets with, into every format.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]
#![allow(clippy::needless_pass_by_value, reason = "messages read best where they are written")]

mod support;

use serde_json::json;
use std::{collections::BTreeMap, path::PathBuf};
use support::Place;

fn streams() -> BTreeMap<String, Vec<u8>> {
    let top = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let folder = top.parent().unwrap().join("loader-tests/singer_sdk/testing/target_test_streams");
    let entries = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}; run scripts/fetch-loader-tests first", folder.display()));
    let files =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "singer"));
    files.map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap())).collect()
}

/// Streams that a target has to refuse, with what it has to say.
const REFUSED: [(&str, &str); 4] = [
    ("invalid_schema", "has no `properties`"),
    ("record_before_schema", "came before its SCHEMA"),
    ("record_missing_key_property", "its key property `id` is missing"),
    ("record_missing_required_property", "its required property `id` is missing"),
];

#[test]
fn all_of_them_pass_in_every_format() {
    let streams = streams();
    assert!(streams.len() >= 20, "{:?}", streams.keys());
    for format in ["sqlite", "jsonl", "csv", "parquet"] {
        for settings in [json!({}), json!({"add_metadata": true, "delete": "soft"}), json!({"load_method": "append"})] {
            let appends = settings["load_method"] == "append";
            for (name, text) in &streams {
                let answer = Place::with(format, settings.clone()).load_text(text);
                match REFUSED.iter().find(|(refused, _)| refused == name) {
                    // Where rows are only added, none needs its key.
                    Some(("record_missing_key_property", _)) if appends => assert!(answer.ok),
                    Some((_, said)) => {
                        assert!(answer.log.contains(said) && !answer.ok, "{format} {name}: {}", answer.log);
                    }
                    None => assert!(answer.ok, "{format} {name}: {}", answer.log),
                }
            }
        }
    }
}

#[test]
fn rows_are_what_the_streams_say() {
    let streams = streams();
    let load = |format: &str, name: &str| {
        let place = Place::new(format);
        let answer = place.load_text(&streams[name]).succeeded();
        (place, answer)
    };
    let (place, answer) = load("sqlite", "duplicate_records");
    assert_eq!(place.ask("SELECT id, metric FROM test_duplicate_records ORDER BY id"), ["1|100", "2|20"]);
    assert_eq!(answer.states.len(), 1);
    let (place, _) = load("sqlite", "schema_updates");
    assert_eq!(
        place.ask("SELECT count(*), sum(a1), count(a3), count(a4), count(a6) FROM test_schema_updates"),
        ["6|621.0|5|4|2"]
    );
    let (place, _) = load("sqlite", "array_data");
    assert_eq!(place.ask("SELECT json_array_length(fruits) FROM test_array_data ORDER BY id"), ["3", "2", "1", "4"]);
    let (place, _) = load("sqlite", "encoded_string_data");
    assert_eq!(
        place.ask("SELECT info FROM test_strings WHERE id IN (2, 5, 11) ORDER BY id"),
        ["απλή συμβολοσειρά", "quoted \"string\"", "Control Characters in string: \0 A \u{1}"]
    );
    let (place, _) = load("sqlite", "special_chars_in_attributes");
    assert_eq!(place.ask("SELECT _id FROM \"test:SpecialChars!in?attributes\""), ["a2e98886"]);
    let (_, answer) = load("jsonl", "multiple_state_messages");
    assert_eq!(answer.states, [json!({"test_multiple_state_messages_a": 5, "test_multiple_state_messages_b": 6})]);
    for format in ["jsonl", "csv", "parquet"] {
        let (_, answer) = load(format, "user_location_upsert_data");
        assert_eq!(answer.changes("test_users")["rows"], 6, "{format}");
    }
}
