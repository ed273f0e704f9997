//! The SQLite database.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]
#![allow(clippy::needless_pass_by_value, reason = "messages read best where they are written")]

mod support;

use serde_json::{Map, Value, json};
use support::{Place, activate, people, person, record, schema, state, versioned};

#[test]
fn records_are_updated_by_their_key() {
    let place = Place::new("sqlite");
    let first =
        place.load(&[people(), person(1, "Ada"), person(2, "Bo"), person(1, "Ada L."), state(json!({"at": 1}))]);
    let first = first.succeeded();
    assert_eq!(first.states, [json!({"at": 1})]);
    assert_eq!(first.counts("people"), [2, 1, 0]);
    let second = place.load(&[people(), person(2, "Bob"), person(3, "Zoë 🚀")]).succeeded();
    assert_eq!(second.counts("people"), [1, 1, 0]);
    assert_eq!(
        place.ask("SELECT id, name, score FROM people ORDER BY id"),
        ["1|Ada L.|0.5", "2|Bob|0.5", "3|Zoë 🚀|0.5"]
    );
    assert_eq!(
        place.ask("SELECT stream, table_name, key_properties, rows FROM _tributary_streams"),
        [r#"people|people|["id"]|3"#]
    );
    assert_eq!(place.ask("SELECT added, updated, deleted FROM _tributary_changes ORDER BY at"), ["2|1|0", "1|1|0"]);
    assert_eq!(place.ask("PRAGMA journal_mode"), ["wal"]);
}

#[test]
fn rows_without_a_key_or_with_append_are_added() {
    let place = Place::new("sqlite");
    let log = schema("log", json!({"line": {"type": "string"}}), &[]);
    for _ in 0..2 {
        place.load(&[log.clone(), record("log", json!({"line": "a"}))]).succeeded();
    }
    assert_eq!(place.ask("SELECT count(*) FROM log"), ["2"]);

    let place = Place::with("sqlite", json!({"load_method": "append"}));
    place.load(&[people(), person(1, "Ada"), person(1, "Ada")]).succeeded();
    assert_eq!(place.ask("SELECT count(*) FROM people"), ["2"]);
}

#[test]
fn no_digit_is_lost() {
    let place = Place::new("sqlite");
    let properties = json!({"id": {"type": "integer"}, "n": {"type": ["number", "null"]}, "big": {"type": "integer"}});
    let text = [
        schema("t", properties, &["id"]).to_string(),
        r#"{"type":"RECORD","stream":"t","record":{"id":9223372036854775807,"n":0.1,"big":1}}"#.to_owned(),
        r#"{"type":"RECORD","stream":"t","record":{"id":-9223372036854775808,"n":1e3,"big":-9223372036854775808}}"#.to_owned(),
        r#"{"type":"RECORD","stream":"t","record":{"id":2,"n":12345678901234567890.123456789,"big":18446744073709551615}}"#.to_owned(),
        r#"{"type":"RECORD","stream":"t","record":{"id":3,"n":7,"big":1.0}}"#.to_owned(),
    ];
    place.load_text(text.join("\n").as_bytes()).succeeded();
    assert_eq!(
        place.ask("SELECT id, n, big, typeof(n), typeof(big) FROM t ORDER BY id"),
        [
            "-9223372036854775808|1000.0|-9223372036854775808|real|integer",
            "2|12345678901234567890.123456789|18446744073709551615|text|text",
            "3|7|1.0|integer|real",
            "9223372036854775807|0.1|1|real|integer",
        ]
    );
}

#[test]
fn values_of_every_kind_arrive() {
    let place = Place::new("sqlite");
    let properties = json!({
        "id": {"type": "string"}, "yes": {"type": "boolean"}, "when": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"type": "string"}}, "more": {"type": "object"},
        "price": {"type": "string", "format": "singer.decimal"}, "any": {}, "none": {"type": ["null", "string"]}});
    let row = json!({"id": "a\"b\\c\nd\u{1}", "yes": true, "when": "2024-01-02T03:04:05Z", "tags": ["x", {"y": null}],
        "more": {"a": [1, 2.50]}, "price": "1.10", "any": [1], "none": null});
    place.load(&[schema("t", properties, &["id"]), record("t", row)]).succeeded();
    assert_eq!(
        place.ask(r#"SELECT id, yes, "when", tags, json_extract(more, '$.a[1]'), price, "any", none FROM t"#),
        ["a\"b\\c\nd\u{1}|1|2024-01-02T03:04:05Z|[\"x\",{\"y\":null}]|2.5|1.10|[1]|null"]
    );
}

#[test]
fn names_are_kept_apart() {
    let place = Place::new("sqlite");
    let number = json!({"type": "integer"});
    let properties = json!({"id": number, "ID": number, "select": number, "a\"b": number, "": number, "rowid": number});
    let row = json!({"id": 1, "ID": 2, "select": 3, "a\"b": 4, "": 5, "rowid": 6});
    for stream in ["orders", "Orders", "table", "sqlite_x", "_tributary_streams", "a\"b; DROP TABLE x", "ünï"] {
        place.load(&[schema(stream, properties.clone(), &["id"]), record(stream, row.clone())]).succeeded();
    }
    let tables = place.ask("SELECT table_name FROM _tributary_streams ORDER BY table_name");
    assert_eq!(tables.len(), 7);
    for table in tables {
        let found = place.ask(&format!("SELECT * FROM \"{}\"", table.replace('"', "\"\"")));
        assert_eq!(found, ["1|2|3|4|5|6"], "{table}");
    }
    assert_eq!(
        place.ask("SELECT column_name FROM _tributary_columns WHERE stream = 'orders' ORDER BY rowid"),
        ["id", "ID_2", "select", "a\"b", "_", "rowid"]
    );
    // The names stay when the order changes.
    let turned = json!({"ID": number, "id": number});
    place.load(&[schema("orders", turned, &["id"]), record("orders", json!({"ID": 20, "id": 10}))]).succeeded();
    assert_eq!(place.ask("SELECT id, ID_2 FROM orders ORDER BY id"), ["1|2", "10|20"]);
}

#[test]
fn schemas_may_change() {
    let place = Place::new("sqlite");
    let of = |properties: Value| schema("t", properties, &["id"]);
    let id = json!({"type": "integer"});
    place
        .load(&[
            of(json!({"id": id, "a": {"type": "integer"}, "gone": {"type": "string"}, "yes": {"type": "boolean"}})),
            record("t", json!({"id": 1, "a": 5, "gone": "kept", "yes": true})),
        ])
        .succeeded();
    #[expect(clippy::disallowed_methods, reason = "a person adds an index")]
    rusqlite::Connection::open(place.path().join("data.sqlite"))
        .unwrap()
        .execute_batch("CREATE INDEX mine ON t (a)")
        .unwrap();
    let answer = place.load(&[
        of(json!({"id": id, "a": {"type": ["string", "null"]}, "new": {"type": "number"}, "yes": {"type": "string"}})),
        record("t", json!({"id": 2, "a": "007", "new": 1.5, "yes": "maybe"})),
        of(json!({"id": id, "newer": {"type": "boolean"}})),
        record("t", json!({"id": 1, "newer": true})),
    ]);
    let answer = answer.succeeded();
    assert_eq!(answer.changes("t")["new_columns"], json!(["new", "newer"]));
    assert_eq!(
        place.ask("SELECT id, a, gone, yes, new, newer, typeof(a) FROM t ORDER BY id"),
        ["1|5|kept|true|null|1|text", "2|007|null|maybe|1.5|null|text"]
    );
    assert_eq!(place.ask("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"), ["mine"]);
    // From a number to a text as key, and to another key.
    let text_key = schema("t", json!({"id": {"type": "string"}}), &["id"]);
    place.load(&[text_key, record("t", json!({"id": "1"})), record("t", json!({"id": "x"}))]).succeeded();
    assert_eq!(place.ask("SELECT id FROM t ORDER BY id"), ["1", "2", "x"]);
    let other_key = schema("t", json!({"id": {"type": "string"}, "a": {"type": "string"}}), &["a"]);
    place.load(&[other_key, record("t", json!({"id": "new", "a": "007"}))]).succeeded();
    assert_eq!(place.ask("SELECT id, a FROM t WHERE a = '007'"), ["new|007"]);
}

#[test]
fn versions_and_deleted_records() {
    for (delete, rest, deleted) in [("hard", 2, "0"), ("soft", 3, "1")] {
        let place = Place::with("sqlite", json!({"delete": delete}));
        let row = |id: i64, version| versioned("people", json!({"id": id, "name": "x"}), version);
        place.load(&[people(), row(1, 1), row(2, 1), activate("people", 1)]).succeeded();
        let answer = place.load(&[people(), row(2, 2), row(3, 2), activate("people", 2)]).succeeded();
        assert_eq!(answer.counts("people"), [1, 1, 1], "{delete}");
        assert_eq!(place.ask("SELECT count(*) FROM people"), [rest.to_string()]);
        if delete == "soft" {
            assert_eq!(place.ask("SELECT count(*) FROM people WHERE _sdc_deleted_at IS NOT NULL"), [deleted]);
            place.load(&[people(), row(1, 2)]).succeeded();
            assert_eq!(place.ask("SELECT count(*) FROM people WHERE _sdc_deleted_at IS NOT NULL"), ["0"], "it is back");
        }
    }
    // Sources that follow a log say so in the record.
    let of = |properties: Value| schema("t", properties, &["id"]);
    let columns = json!({"id": {"type": "integer"}, "_sdc_deleted_at": {"type": ["null", "string"]}});
    let place = Place::new("sqlite");
    place
        .load(&[
            of(columns.clone()),
            record("t", json!({"id": 1})),
            record("t", json!({"id": 2, "_sdc_deleted_at": null})),
        ])
        .succeeded();
    let gone = place.load(&[of(columns), record("t", json!({"id": 1, "_sdc_deleted_at": "2024-01-01"}))]).succeeded();
    assert_eq!(gone.counts("t"), [0, 0, 1]);
    assert_eq!(place.ask("SELECT id FROM t"), ["2"]);
}

#[test]
fn metadata_columns_on_request() {
    let place = Place::with("sqlite", json!({"add_metadata": true}));
    let message = json!({"type": "RECORD", "stream": "people", "record": {"id": 1}, "version": 7,
        "time_extracted": "2024-01-01T00:00:00Z"});
    place.load(&[people(), message]).succeeded();
    assert_eq!(
        place.ask("SELECT id, _sdc_extracted_at, _sdc_received_at > '2025', _sdc_deleted_at, _sdc_table_version, _sdc_sequence > 0 FROM people"),
        ["1|2024-01-01T00:00:00Z|1|null|7|1"]
    );
}

#[test]
fn ten_thousand_columns_keep_all_values() {
    let place = Place::new("sqlite");
    let (mut properties, mut row) = (Map::new(), Map::new());
    for number in 0..10_000 {
        properties.insert(format!("c{number}"), json!({"type": ["null", "integer"]}));
        row.insert(format!("c{number}"), json!(number));
    }
    // The key is the last of all.
    let of = schema("wide", Value::Object(properties), &["c9999"]);
    place
        .load(&[of.clone(), record("wide", Value::Object(row.clone())), record("wide", Value::Object(row))])
        .succeeded();
    assert_eq!(
        place.ask("SELECT c0, c1800, json_extract(_tributary_more, '$.c9998'), c9999 FROM wide"),
        ["0|1800|9998|9999"]
    );
}

#[test]
fn batches_are_read() {
    let place = Place::new("sqlite");
    let file = place.folder.path().join("batch 1.jsonl.gz");
    let mut gzip = flate2::write::GzEncoder::new(std::fs::File::create(&file).unwrap(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, b"{\"id\": 1, \"name\": \"Ada\"}\n{\"id\": 2}\n").unwrap();
    gzip.finish().unwrap();
    let address = url::Url::from_file_path(&file).unwrap();
    let batch = json!({"type": "BATCH", "stream": "people", "encoding": {"format": "jsonl", "compression": "gzip"},
        "manifest": [address.as_str()]});
    place.load(&[people(), batch, state(json!(1))]).succeeded();
    assert_eq!(place.ask("SELECT id, name FROM people ORDER BY id"), ["1|Ada", "2|null"]);
}

#[test]
fn two_sources_write_into_one_database() {
    let place = Place::new("sqlite");
    let messages = |stream: &str| -> Vec<Value> {
        let of = schema(stream, json!({"id": {"type": "integer"}}), &["id"]);
        std::iter::once(of).chain((0..20_000).map(|id| record(stream, json!({"id": id})))).collect()
    };
    std::thread::scope(|scope| {
        let both = ["one", "two"].map(|stream| {
            let (place, messages) = (&place, messages(stream));
            scope.spawn(move || place.load(&messages).succeeded())
        });
        for one in both {
            one.join().unwrap();
        }
    });
    assert_eq!(place.ask("SELECT (SELECT count(*) FROM one), (SELECT count(*) FROM two)"), ["20000|20000"]);
}

#[test]
fn a_reader_goes_on_with_what_was_there() {
    let place = Place::with("sqlite", json!({"flush_seconds": 1}));
    place.load(&[people(), person(1, "Ada")]).succeeded();
    #[expect(clippy::disallowed_methods, reason = "another program reads")]
    let reader = rusqlite::Connection::open(place.path().join("data.sqlite")).unwrap();
    let count = || reader.query_row("SELECT count(*) FROM people", [], |row| row.get::<_, i64>(0)).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    assert_eq!(count(), 1);
    place.load(&[people(), person(2, "Bo")]).succeeded();
    assert_eq!(count(), 1, "its own view, although the loader was not held up");
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(count(), 2);
}
