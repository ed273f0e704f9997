//! Messages and places that are not as they should be: each is named, with what to do, and what came before is kept.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]
#![allow(clippy::needless_pass_by_value, reason = "messages read best where they are written")]

mod support;

use serde_json::{Value, json};
use support::{Place, people, person, record, schema, state};

/// The log of a load that has to fail in line 4, after a person and a state.
fn failing(format: &str, line: &str) -> String {
    let place = Place::new(format);
    let text =
        [people().to_string(), person(1, "Ada").to_string(), state(json!({"ok": 1})).to_string(), line.to_owned()];
    let answer = place.load_text(text.join("\n").as_bytes());
    assert_eq!(answer.states, [json!({"ok": 1})], "what came before is confirmed: {}", answer.log);
    let rows = if format == "sqlite" {
        place.ask("SELECT count(*) FROM people").join("")
    } else {
        place.jsonl("people").len().to_string()
    };
    assert_eq!(rows, "1", "what came before is kept");
    answer.failed()
}

#[test]
fn broken_messages_are_named_with_line_and_stream() {
    for (line, named) in [
        ("{\"type\": \"RECORD\", \"stream\": \"people\", \"record\": {\"id\": 2", "line 4 of stream `people`"),
        ("not json", "line 4: this is not JSON"),
        ("{\"stream\": \"people\"}", "line 4: it is no Singer message"),
        (
            "{\"type\": \"RECORD\", \"stream\": \"nobody\", \"record\": {}}",
            "line 4 of stream `nobody`: this RECORD came before its SCHEMA",
        ),
        ("{\"type\": \"RECORD\", \"stream\": \"people\"}", "has no `record`"),
        ("{\"type\": \"RECORD\", \"stream\": \"people\", \"record\": {\"id\": 2}} x", "more after the end"),
        ("{\"type\": \"STATE\"}", "no `value`"),
        ("{\"type\": \"SCHEMA\", \"stream\": \"x\", \"schema\": []}", "line 4 of stream `x`: its schema is wrong"),
        (
            "{\"type\": \"SCHEMA\", \"stream\": \"x\", \"schema\": {\"properties\": {\"a\": {\"type\": \"text\"}}}}",
            "no type `text`",
        ),
        (
            &schema("x", json!({"a": {"type": "string"}}), &["b"]).to_string(),
            "its key property `b` is not in its schema",
        ),
        (&record("people", json!({"id": "2"})).to_string(), "property `id` is a string, but its schema says integer"),
        (&record("people", json!({"name": "x"})).to_string(), "its key property `id` is missing"),
        (
            &record("people", json!({"id": 2, "name": 5})).to_string(),
            "`name` is an integer, but its schema says null or string",
        ),
        (
            "{\"type\": \"BATCH\", \"stream\": \"people\", \"encoding\": {\"format\": \"parquet\"}, \"manifest\": []}",
            "`parquet` files",
        ),
        (
            "{\"type\": \"BATCH\", \"stream\": \"people\", \"encoding\": {\"format\": \"jsonl\"}, \"manifest\": [\"s3://a/b\"]}",
            "only files on this computer",
        ),
        ("{\"type\": \"ACTIVATE_VERSION\", \"stream\": \"people\", \"version\": \"x\"}", "is not a whole number"),
    ] {
        for format in ["sqlite", "jsonl"] {
            let log = failing(format, line);
            assert!(log.contains(named), "{line}: {log}");
        }
    }
    assert!(failing("jsonl", &record("people", json!({"id": null})).to_string()).contains("`id`"));
}

#[test]
fn bytes_that_are_no_text_are_named_by_line() {
    let place = Place::new("sqlite");
    let mut text = format!("{}\n{}\n", people(), person(1, "Ada")).into_bytes();
    text.extend(b"{\"type\": \"RECORD\", \"stream\": \"people\", \"record\": {\"id\": 2, \"name\": \"\xff\"}}\n");
    assert!(place.load_text(&text).failed().contains("line 3: it is not UTF-8"));
    assert_eq!(place.ask("SELECT id FROM people"), ["1"]);
}

#[test]
fn records_that_do_not_fit_are_set_aside_on_request() {
    for format in ["sqlite", "jsonl", "csv", "parquet"] {
        let place = Place::with(format, json!({"invalid_records": "set_aside"}));
        let answer = place.load(&[
            people(),
            person(1, "Ada"),
            record("people", json!({"id": "two"})),
            record("people", json!({"name": "x"})),
            person(3, "Cy"),
        ]);
        let answer = answer.succeeded();
        assert_eq!(answer.changes("people")["set_aside"], 2);
        assert_eq!(answer.counts("people"), [2, 0, 0], "{format}");
        let aside: Vec<Value> = place.jsonl("_set_aside/people");
        assert_eq!(aside[0]["record"], json!({"id": "two"}));
        assert_eq!(aside[0]["line"], 3);
        assert!(aside[1]["reason"].as_str().unwrap().contains("`id` is missing"));
    }
}

#[test]
fn what_is_no_number_becomes_null() {
    for format in ["sqlite", "jsonl"] {
        let place = Place::new(format);
        let text = format!(
            "{}\n{}\n",
            people(),
            r#"{"type": "RECORD", "stream": "people", "record": {"id": 1, "name": "NaN", "score": -Infinity}}"#
        );
        let answer = place.load_text(text.as_bytes()).succeeded();
        assert!(answer.log.contains("WARNING line 2 of stream `people`: NaN and Infinity"), "{}", answer.log);
        if format == "sqlite" {
            assert_eq!(place.ask("SELECT name, score FROM people"), ["NaN|null"]);
        } else {
            assert_eq!(place.jsonl("people"), [json!({"id": 1, "name": "NaN", "score": null})]);
        }
    }
}

#[test]
fn long_lines_pass_and_longer_ones_are_named() {
    let place = Place::new("sqlite");
    let long = "x".repeat(50 * 1024 * 1024);
    place.load(&[people(), person(1, &long)]).succeeded();
    assert_eq!(place.ask("SELECT length(name) FROM people"), [long.len().to_string()]);
    let place = Place::with("jsonl", json!({"longest_line_megabytes": 1}));
    let said = place.load(&[people(), person(1, "Ada"), person(2, &long)]).failed();
    assert!(said.contains("line 3: it is longer than 1 MB"), "{said}");
}

#[test]
fn members_that_no_schema_names_are_kept() {
    let place = Place::new("sqlite");
    place
        .load(&[people(), person(1, "Ada"), record("people", json!({"id": 2, "new": {"a": 1}, "x\"y": 2}))])
        .succeeded();
    assert_eq!(place.ask("SELECT id, _tributary_more FROM people"), ["1|null", r#"2|{"new":{"a":1}, "x\"y":2}"#]);
    let place = Place::new("csv");
    place.load(&[people(), person(1, "Ada"), record("people", json!({"id": 2, "new": true}))]).succeeded();
    assert_eq!(place.text("people.csv"), "id,name,score,_tributary_more\n1,Ada,0.5,\n2,,,\"{\"\"new\"\":true}\"\n");
}

#[test]
fn a_source_that_describes_nothing_keeps_its_rows_apart() {
    let place = Place::new("sqlite");
    let of = json!({"type": "SCHEMA", "stream": "t", "schema": {"properties": {}}, "key_properties": ["id"]});
    place.load(&[of.clone(), record("t", json!({"id": 1, "a": 1})), record("t", json!({"id": 1, "a": 2}))]).succeeded();
    assert_eq!(place.ask("SELECT id, _tributary_more FROM t"), [r#"1|{"a":2}"#]);
}

#[test]
fn files_of_others_are_left_alone() {
    let refused = |format: &str, name: &str, make: &dyn Fn(&std::path::Path)| {
        let place = Place::new(format);
        std::fs::create_dir_all(place.path()).unwrap();
        let file = place.path().join(name);
        make(&file);
        let log = place.load(&[people(), person(1, "Ada")]).failed();
        assert!(log.contains("was not written by this loader"), "{log}");
        (place, file)
    };
    let text = |file: &std::path::Path| {
        std::fs::write(file, "this is something else, and long enough to be looked at").unwrap();
    };
    for (format, name) in
        [("sqlite", "data.sqlite"), ("jsonl", "people.jsonl"), ("csv", "people.csv"), ("parquet", "people")]
    {
        let (_place, file) = refused(format, name, &text);
        assert!(std::fs::read_to_string(file).unwrap().starts_with("this is something else"));
    }
    refused("csv", "people.csv", &|file| std::fs::create_dir(file).unwrap());
    refused("sqlite", "data.sqlite", &|file| {
        #[expect(clippy::disallowed_methods, reason = "another program's database")]
        rusqlite::Connection::open(file).unwrap().execute_batch("CREATE TABLE mine (a)").unwrap();
    });
}

#[test]
fn places_that_cannot_be_written_to_are_named() {
    let place = Place::new("sqlite");
    std::fs::write(place.path(), "a file").unwrap();
    for format in ["sqlite", "jsonl"] {
        let place =
            Place { settings: json!({"format": format, "path": place.path()}), folder: tempfile::tempdir().unwrap() };
        let log = place.load(&[people()]).failed();
        assert!(log.contains("creating") && log.contains("choose another folder"), "{log}");
    }
    #[cfg(target_os = "linux")]
    {
        let place = Place {
            settings: json!({"format": "jsonl", "path": "/proc/nowhere"}),
            folder: tempfile::tempdir().unwrap(),
        };
        assert!(place.load(&[people()]).failed().contains("/proc/nowhere"));
    }
    let place = Place { settings: json!({"format": "xls", "path": "x"}), folder: tempfile::tempdir().unwrap() };
    assert!(place.load(&[]).failed().contains("`format` is \"xls\", but must be sqlite, parquet, csv or jsonl"));
}

/// Somebody removes the folder in the middle: nothing that is not on the disk any more is confirmed.
#[cfg(unix)]
#[test]
fn a_folder_that_goes_away_is_named() {
    use std::io::{BufRead, BufReader, Write};
    for format in ["sqlite", "jsonl"] {
        let place = Place::with(format, json!({"flush_seconds": 1}));
        let mut child = place.start();
        let mut input = child.stdin.take().unwrap();
        let mut states = BufReader::new(child.stdout.take().unwrap()).lines();
        writeln!(input, "{}\n{}\n{}", people(), person(1, "Ada"), state(json!(1))).unwrap();
        assert_eq!(states.next().unwrap().unwrap(), "1");
        std::fs::remove_dir_all(place.path()).unwrap();
        writeln!(input, "{}\n{}", person(2, "Bo"), state(json!(2))).unwrap();
        drop(input);
        assert!(states.next().is_none(), "{format}: what is gone is not confirmed");
        let output = child.wait_with_output().unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && log.contains("moved or deleted"), "{format}: {log}");
    }
}

/// A disk that gets full: said with what to do, and the next sync goes on from what was confirmed.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named_and_nothing_is_lost() {
    for format in ["sqlite", "jsonl", "csv"] {
        let place = Place::with(format, json!({"flush_megabytes": 1}));
        std::fs::create_dir_all(place.path()).unwrap();
        let disk = |program: &str, arguments: &[&str]| {
            #[expect(clippy::disallowed_methods, reason = "the test makes a small disk")]
            let mut command = std::process::Command::new(program);
            command.args(arguments).arg(place.path()).output().is_ok_and(|output| output.status.success())
        };
        if !disk("mount", &["-t", "tmpfs", "-o", "size=12m", "tmpfs"]) {
            println!("skipped: no disk of a given size can be made here");
            return;
        }
        let rows = |from: i64| {
            let long = "x".repeat(1000);
            let one = move |id: i64| [person(id, &long), state(json!(id))];
            std::iter::once(people()).chain((from..20_000).flat_map(one)).collect::<Vec<_>>()
        };
        let answer = place.load(&rows(0));
        let last = answer.states.last().and_then(Value::as_i64).unwrap_or(-1);
        let log = answer.failed();
        let larger = disk("mount", &["-o", "remount,size=200m"]);
        let again = place.load(&rows(last + 1));
        let rows = again.changes("people")["rows"].clone();
        let _ = disk("umount", &[]);
        assert!(larger && again.ok, "{}", again.log);
        assert!(log.contains("free some space"), "{log}");
        assert_eq!(rows, 20_000, "{format}, from {last}");
    }
}

#[test]
fn members_may_stand_in_any_order() {
    let place = Place::new("sqlite");
    let text = [
        people().to_string(),
        r#"{"record": {"name": "a", "id": 1}, "stream": "people", "type": "RECORD"}"#.to_owned(),
        r#" { "time_extracted" : null , "record" : { "id" : 2 , "n\u0061me" : "b" } , "type" : "RECORD" , "stream" : "people" } "#.to_owned(),
    ];
    let mut text = text.join("\r\n\r\n");
    text.insert(0, '\u{feff}');
    place.load_text(text.as_bytes()).succeeded();
    assert_eq!(place.ask("SELECT id, name FROM people ORDER BY id"), ["1|a", "2|b"]);
}

#[test]
fn duplicate_keys_in_one_flush_leave_the_last() {
    for format in ["sqlite", "jsonl", "csv", "parquet"] {
        let place = Place::new(format);
        let answer =
            place.load(&[people(), person(1, "a"), person(2, "b"), person(1, "c"), person(1, "d")]).succeeded();
        assert_eq!(answer.changes("people")["rows"], 2, "{format}");
        if format == "jsonl" {
            let names: Vec<Value> = place.jsonl("people").into_iter().map(|row| row["name"].clone()).collect();
            assert_eq!(names, ["b", "d"]);
        }
    }
}
