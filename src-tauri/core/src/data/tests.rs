//! The layout of the local destination, made by hand.

use super::*;
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use std::path::Path;
use tributary_contract::{Destination, DestinationId};

fn destination(folder: &Path, format: &str) -> Destination {
    let now = chrono::DateTime::UNIX_EPOCH;
    Destination {
        id: DestinationId::new(),
        connector: "tributary".to_owned(),
        name: "This computer".to_owned(),
        config: json!({ "path": folder, "format": format }).as_object().cloned().unwrap(),
        secrets: Vec::new(),
        built_in: true,
        created_at: now,
        updated_at: now,
    }
}

fn writer(folder: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = Connection::open_with_flags(folder.join("data.sqlite"), flags).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             CREATE TABLE _tributary_streams (stream TEXT PRIMARY KEY, table_name TEXT NOT NULL, schema TEXT NOT NULL,
                 key_properties TEXT NOT NULL, updated_at TEXT NOT NULL, rows INTEGER NOT NULL DEFAULT 0);
             CREATE TABLE \"order\" (\"Id\" TEXT PRIMARY KEY, \"select\" INTEGER, big INTEGER, at TIMESTAMP, \"quote\"\"d\" TEXT);
             INSERT INTO \"order\" VALUES ('a', 1, 9007199254740993, '2026-01-01T00:00:00Z', NULL), ('b', 2, 5, NULL, '100%');
             INSERT INTO _tributary_streams VALUES ('Order', 'order', '{}', '[\"Id\"]', '2026-11-28T08:00:00Z', 2);",
        )
        .unwrap();
    connection
}

#[test]
fn tables_are_listed_and_read_while_somebody_writes() {
    let folder = tempfile::tempdir().unwrap();
    let writing = writer(folder.path());
    writing.execute_batch("BEGIN IMMEDIATE; INSERT INTO \"order\" VALUES ('c', 3, 3, NULL, 'x')").unwrap();
    let place = place_of(&destination(folder.path(), "sqlite"), folder.path()).unwrap();
    let tables = place.tables().unwrap();
    assert_eq!((tables.len(), tables[0].stream.as_str(), tables[0].rows), (1, "Order", Some(2)));
    let found = place.table("order").unwrap().expect("the case of letters does not matter");
    let page = page(&found.source, &Ask { limit: 10, ..Ask::default() }).unwrap();
    let expected = [
        vec![json!("b"), json!(2), json!(5), json!(null), json!("100%")],
        vec![json!("a"), json!(1), json!("9007199254740993"), json!("2026-01-01T00:00:00Z"), json!(null)],
    ];
    assert_eq!(page.rows, expected, "the newest first, nothing that is not written yet, no digit lost");
    writing.execute_batch("COMMIT").unwrap();
}

#[test]
fn a_search_takes_signs_as_they_are_and_an_unknown_column_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let _writing = writer(folder.path());
    let place = place_of(&destination(folder.path(), "sqlite"), folder.path()).unwrap();
    let source = place.table("Order").unwrap().unwrap().source;
    let found =
        |search: &str| page(&source, &Ask { limit: 10, search: search.to_owned(), sort: None }).unwrap().rows.len();
    assert_eq!([found("100%"), found("%"), found("_"), found("B")], [1, 1, 0, 1]);
    let sort = Some(("nope".to_owned(), true));
    let refused = page(&source, &Ask { limit: 10, search: String::new(), sort }).expect_err("no such column");
    assert!(refused.to_string().contains("“quote\"d”"), "{refused}");
}

#[test]
fn json_lines_that_are_still_being_written_are_read_to_their_last_whole_line() {
    let folder = tempfile::tempdir().unwrap();
    let text = "{\"id\":1,\"tags\":[\"x\"]}\n{\"id\":2,\"new\":\"y\"}\n{\"id\":3,\"ne";
    std::fs::write(folder.path().join("things.jsonl"), text).unwrap();
    let place = place_of(&destination(folder.path(), "jsonl"), folder.path()).unwrap();
    let source = place.table("things").unwrap().unwrap().source;
    let found = page(&source, &Ask { limit: 10, ..Ask::default() }).unwrap();
    let names: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["id", "new", "tags"]);
    assert_eq!(found.rows, [vec![json!(2), json!("y"), json!(null)], vec![json!(1), json!(null), json!(["x"])]]);
    std::fs::write(folder.path().join("things.jsonl"), "{\"id\":1}\nnonsense\n{\"id\":2}\n").unwrap();
    let broken = page(&source, &Ask { limit: 10, ..Ask::default() }).expect_err("it is broken").to_string();
    assert!(broken.contains("line 2 from its end"), "{broken}");
}

#[test]
fn destinations_elsewhere_say_why_they_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = destination(folder.path(), "sqlite");
    other.connector = "postgres".to_owned();
    let refused = place_of(&other, folder.path()).expect_err("it is elsewhere").to_string();
    assert!(refused.contains("This computer") && refused.contains("not in files"), "{refused}");
    assert!(place_of(&destination(folder.path(), "xml"), folder.path()).is_err());
}
