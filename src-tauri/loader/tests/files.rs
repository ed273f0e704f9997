//! JSON Lines, CSV and Parquet.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]
#![allow(clippy::needless_pass_by_value, reason = "messages read best where they are written")]

mod support;

use arrow_array::RecordBatch;
use arrow_cast::cast;
use arrow_json::LineDelimitedWriter;
use arrow_schema::DataType;
use parquet::{
    arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
    file::reader::{FileReader, SerializedFileReader},
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use support::{Place, activate, people, person, record, schema, state, versioned};

fn parts(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| !path.file_name().unwrap().to_string_lossy().starts_with('_'));
    found.sort();
    found
}

/// The rows of a Parquet table, as its library prints them in JSON.
fn parquet(folder: &Path) -> Vec<Value> {
    let mut rows = Vec::new();
    for path in parts(folder) {
        let file = std::fs::File::open(path).unwrap();
        for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
            let mut writer = LineDelimitedWriter::new(Vec::new());
            writer.write(&plain(&batch.unwrap())).unwrap();
            let text = String::from_utf8(writer.into_inner()).unwrap();
            rows.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
        }
    }
    rows
}

/// The batch with moments as numbers: the library prints zones by their name only with a table of zones.
fn plain(batch: &RecordBatch) -> RecordBatch {
    let is_moment = |at: usize| matches!(batch.column(at).data_type(), DataType::Timestamp(_, _));
    let column = |at: usize| {
        let found = batch.column(at);
        if is_moment(at) { cast(found, &DataType::Int64).unwrap() } else { found.clone() }
    };
    let names = batch.schema();
    let columns = (0..batch.num_columns()).map(|at| (names.field(at).name().clone(), column(at), true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn names(place: &Place, format: &str) -> Vec<String> {
    let mut found: Vec<String> = match format {
        "jsonl" => place.jsonl("people").iter().map(|row| row["name"].as_str().unwrap_or("").to_owned()).collect(),
        "csv" => {
            place.text("people.csv").lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect()
        }
        _ => parquet(&place.path().join("people"))
            .iter()
            .map(|row| row["name"].as_str().unwrap_or("").to_owned())
            .collect(),
    };
    found.sort();
    found
}

#[test]
fn records_are_updated_by_their_key() {
    for format in ["jsonl", "csv", "parquet"] {
        let place = Place::new(format);
        let first = place.load(&[people(), person(1, "Ada"), person(2, "Bo"), state(json!({"at": 1}))]).succeeded();
        assert_eq!((first.states.clone(), first.counts("people")), (vec![json!({"at": 1})], [2, 0, 0]), "{format}");
        let second = place.load(&[people(), person(2, "Bob"), person(3, "Zoë"), person(3, "Zoë 🚀")]).succeeded();
        assert_eq!(second.counts("people"), [1, 1, 0], "{format}");
        assert_eq!(second.changes("people")["rows"], 3);
        assert_eq!(names(&place, format), ["Ada", "Bob", "Zoë 🚀"], "{format}");
        let third = place.load(&[people()]).succeeded();
        assert_eq!(
            (third.counts("people"), third.changes("people")["rows"].clone()),
            ([0, 0, 0], json!(3)),
            "{format}"
        );
        assert_eq!(names(&place, format).len(), 3);
        let work: Vec<String> = std::fs::read_dir(place.path().join("_tributary"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert!(work.iter().all(|name| !name.starts_with("run-")), "nothing is left: {work:?}");
    }
}

#[test]
fn rows_without_a_key_are_added() {
    for (format, settings, key) in [
        ("jsonl", json!({}), vec![]),
        ("csv", json!({}), vec![]),
        ("parquet", json!({}), vec![]),
        ("jsonl", json!({"load_method": "append"}), vec!["id"]),
    ] {
        let place = Place::with(format, settings);
        let of = schema("people", json!({"id": {"type": "integer"}, "name": {"type": "string"}}), &key);
        for _ in 0..3 {
            place.load(&[of.clone(), person(1, "Ada")]).succeeded();
        }
        assert_eq!(names(&place, format), ["Ada", "Ada", "Ada"], "{format}");
    }
}

#[test]
fn versions_and_deleted_records() {
    for format in ["jsonl", "csv", "parquet"] {
        for delete in ["hard", "soft"] {
            let place = Place::with(format, json!({"delete": delete}));
            let row = |id: i64, name: &str, version| versioned("people", json!({"id": id, "name": name}), version);
            place.load(&[people(), row(1, "a", 1), row(2, "b", 1), activate("people", 1)]).succeeded();
            let answer = place.load(&[people(), row(2, "b", 2), row(3, "c", 2), activate("people", 2)]).succeeded();
            assert_eq!(answer.counts("people"), [1, 1, 1], "{format} {delete}");
            let expected: &[&str] = if delete == "hard" { &["b", "c"] } else { &["a", "b", "c"] };
            assert_eq!(names(&place, format), expected, "{format} {delete}");
        }
        let place = Place::new(format);
        let of = schema(
            "people",
            json!({"id": {"type": "integer"}, "name": {"type": "string"}, "_sdc_deleted_at": {"type": ["null", "string"]}}),
            &["id"],
        );
        place.load(&[of.clone(), person(1, "a"), person(2, "b")]).succeeded();
        let gone = record("people", json!({"id": 1, "name": "a", "_sdc_deleted_at": "2024-01-01T00:00:00Z"}));
        assert_eq!(place.load(&[of, gone]).succeeded().counts("people"), [0, 0, 1], "{format}");
        assert_eq!(names(&place, format), ["b"], "{format}");
    }
}

#[test]
fn csv_has_a_header_and_takes_new_columns() {
    let place = Place::new("csv");
    let of = |properties: Value| schema("t", properties, &["id"]);
    let text = json!({"type": ["null", "string"]});
    place
        .load(&[
            of(json!({"id": {"type": "integer"}, "a": text})),
            record("t", json!({"id": 1, "a": "x,\"y\"\nz"})),
            record("t", json!({"id": 2, "a": null})),
        ])
        .succeeded();
    assert_eq!(place.text("t.csv"), "id,a\n1,\"x,\"\"y\"\"\nz\"\n2,\n");
    let answer = place
        .load(&[
            of(json!({"id": {"type": "integer"}, "b": {"type": "array"}})),
            record("t", json!({"id": 3, "b": [1, {"c": "d"}]})),
        ])
        .succeeded();
    assert_eq!(answer.changes("t")["new_columns"], json!(["b"]));
    assert_eq!(place.text("t.csv"), "id,a,b\n1,\"x,\"\"y\"\"\nz\",\n2,,\n3,,\"[1,{\"\"c\"\":\"\"d\"\"}]\"\n");
}

#[test]
fn parquet_has_real_types() {
    let place = Place::new("parquet");
    let properties = json!({
        "id": {"type": "integer"}, "n": {"type": "number"}, "yes": {"type": "boolean"},
        "day": {"type": "string", "format": "date"}, "when": {"type": ["null", "string"], "format": "date-time"},
        "address": {"type": "object", "properties": {"city": {"type": "string"}, "lines": {"type": "array", "items": {"type": "string"}}}},
        "loose": {"type": "object"}});
    let row = |id: i64| {
        record(
            "t",
            json!({"id": id, "n": 1.5, "yes": false, "day": "2024-02-29", "when": "2024-01-01T00:00:00.5+01:00",
        "address": {"city": "Rome", "lines": ["a", "b"]}, "loose": {"x": 1}}),
        )
    };
    place.load(&[schema("t", properties.clone(), &["id"]), row(1)]).succeeded();
    let path = parts(&place.path().join("t")).remove(0);
    let reader = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
    let types: Vec<String> = reader
        .metadata()
        .file_metadata()
        .schema_descr()
        .columns()
        .iter()
        .map(|column| format!("{} {} {:?}", column.path().string(), column.physical_type(), column.logical_type_ref()))
        .collect();
    assert!(types[0].starts_with("id INT64"), "{types:?}");
    assert!(types.iter().any(|one| one.starts_with("address.city BYTE_ARRAY")), "{types:?}");
    assert!(types.iter().any(|one| one.starts_with("when INT64") && one.contains("Timestamp")), "{types:?}");
    assert_eq!(parquet(&place.path().join("t"))[0]["address"], json!({"city": "Rome", "lines": ["a", "b"]}));

    // Wider and other values: nothing is lost, and all files have the same columns.
    let mut wider = properties;
    wider["id"] = json!({"type": "string"});
    wider["more"] = json!({"type": "string"});
    wider["address"]["properties"]["zip"] = json!({"type": "string"});
    let text = [
        schema("t", wider, &["id"]).to_string(),
        r#"{"type":"RECORD","stream":"t","record":{"id":"x","n":12345678901234567890.5,"day":"soon","when":null,"address":{"city":"Bern","zip":"3000"},"more":"m"}}"#.to_owned(),
        r#"{"type":"RECORD","stream":"t","record":{"id":"1","n":2,"day":"2024-03-01"}}"#.to_owned(),
    ];
    let answer = place.load_text(text.join("\n").as_bytes()).succeeded();
    assert_eq!(answer.counts("t"), [1, 1, 0]);
    let rows = parquet(&place.path().join("t"));
    let find = |id: &str| rows.iter().find(|row| row["id"] == id).unwrap();
    assert_eq!(find("x")["n"], "12345678901234567890.5");
    assert_eq!((find("x")["day"].clone(), find("x")["address"]["zip"].clone()), (json!("soon"), json!("3000")));
    assert_eq!((find("1")["day"].clone(), find("1")["n"].clone()), (json!("2024-03-01"), json!("2")));
}

#[test]
fn nested_values_that_do_not_fit_become_json() {
    let place = Place::new("parquet");
    let of = schema(
        "t",
        json!({"id": {"type": "integer"}, "a": {"type": "object", "properties": {"x": {"type": "integer"}}}}),
        &["id"],
    );
    place.load(&[of.clone(), record("t", json!({"id": 1, "a": {"x": 1}}))]).succeeded();
    place.load(&[of.clone(), record("t", json!({"id": 2, "a": {"x": 2, "y": [true]}}))]).succeeded();
    place.load(&[of, record("t", json!({"id": 3, "a": {"x": 3}}))]).succeeded();
    let rows = parquet(&place.path().join("t"));
    let texts: Vec<Value> = rows.iter().map(|row| serde_json::from_str(row["a"].as_str().unwrap()).unwrap()).collect();
    assert_eq!(texts, [json!({"x": 1}), json!({"x": 2, "y": [true]}), json!({"x": 3})]);
}

#[test]
fn parquet_files_that_did_not_change_stay_and_small_ones_join() {
    let place = Place::new("parquet");
    for id in 0..40 {
        place.load(&[people(), person(id, "x")]).succeeded();
    }
    let folder = place.path().join("people");
    assert!(parts(&folder).len() <= 17, "{}", parts(&folder).len());
    assert_eq!(parquet(&folder).len(), 40);
}

#[test]
fn keys_with_dates_are_told_apart_by_what_they_mean() {
    let place = Place::new("parquet");
    let of = schema("t", json!({"day": {"type": "string", "format": "date-time"}, "n": {"type": "integer"}}), &["day"]);
    place.load(&[of.clone(), record("t", json!({"day": "2024-01-01T00:00:00Z", "n": 1}))]).succeeded();
    let answer = place.load(&[of, record("t", json!({"day": "2024-01-01T01:00:00+01:00", "n": 2}))]).succeeded();
    assert_eq!(answer.counts("t"), [0, 1, 0]);
}

#[test]
fn names_are_safe() {
    let place = Place::new("jsonl");
    for stream in ["../../escape", "Orders", "orders", "CON", "a/b", "_tributary"] {
        let of = schema(stream, json!({"id": {"type": "integer"}}), &["id"]);
        place.load(&[of, record(stream, json!({"id": 1}))]).succeeded();
    }
    let files: Vec<String> =
        parts(&place.path()).iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_lowercase()).collect();
    assert_eq!(files.iter().filter(|name| name.contains(".jsonl")).count(), 6, "{files:?}");
    let mut apart = files.clone();
    apart.dedup();
    assert_eq!(apart.len(), files.len(), "also where case does not count: {files:?}");
    assert!(!place.folder.path().join("escape.jsonl").exists());
}

#[test]
fn a_table_that_somebody_removed_is_made_anew() {
    let place = Place::new("jsonl");
    place.load(&[people(), person(1, "Ada")]).succeeded();
    std::fs::remove_file(place.path().join("people.jsonl")).unwrap();
    place.load(&[people(), person(2, "Bo")]).succeeded();
    assert_eq!(place.jsonl("people").len(), 1);
}
