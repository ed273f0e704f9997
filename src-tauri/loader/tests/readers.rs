//! What is written opens in other programs: the sqlite3 shell, Python's csv and json, DuckDB and pyarrow.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]
#![allow(clippy::needless_pass_by_value, reason = "messages read best where they are written")]

mod support;

use serde_json::json;
use std::{path::PathBuf, process::Command};
use support::{Place, record, schema};

fn run(program: &str, arguments: &[&str]) -> String {
    #[expect(clippy::disallowed_methods, reason = "the test opens the tables with other programs")]
    let mut command = Command::new(program);
    let libraries = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("loader-tests");
    assert!(libraries.join(".complete").is_file(), "run scripts/fetch-loader-tests first");
    let output = command.args(arguments).env("PYTHONPATH", libraries).env("PYTHONUTF8", "1").output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn filled(format: &str) -> Place {
    let place = Place::new(format);
    let of = schema(
        "people",
        json!({
            "id": {"type": "integer"}, "name": {"type": ["null", "string"]}, "score": {"type": ["null", "number"]},
            "active": {"type": "boolean"}, "seen": {"type": "string", "format": "date-time"},
            "address": {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string"}}},
            "tags": {"type": "array", "items": {"type": "string"}}}),
        &["id"],
    );
    let row = |id: i64, name: &str| {
        record(
            "people",
            json!({"id": id, "name": name, "score": 1.25, "active": true, "seen": "2024-05-06T07:08:09Z",
                "address": {"city": "Zürich", "zip": "08000"}, "tags": ["a", "b\"c"]}),
        )
    };
    place.load(&[of.clone(), row(1, "Ada"), row(2, "line\nbreak, \"quoted\"")]).succeeded();
    place.load(&[of, row(3, "Zoë 🚀"), row(1, "Ada L.")]).succeeded();
    place
}

#[test]
fn sqlite_opens_in_its_shell() {
    let place = filled("sqlite");
    let database = place.path().join("data.sqlite");
    let found = run(
        "sqlite3",
        &[
            &database.to_string_lossy(),
            "SELECT id, name, score, json_extract(address, '$.zip') FROM people WHERE id <> 2 ORDER BY id",
        ],
    );
    assert_eq!(found, "1|Ada L.|1.25|08000\n3|Zoë 🚀|1.25|08000");
    assert_eq!(run("sqlite3", &[&database.to_string_lossy(), "PRAGMA integrity_check"]), "ok");
}

#[test]
fn files_open_in_python() {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/loader/readers.py");
    for format in ["csv", "jsonl", "parquet", "sqlite"] {
        let place = filled(format);
        let found = run("python3", &[&script.to_string_lossy(), format, &place.path().to_string_lossy()]);
        assert_eq!(found, "ok", "{format}");
    }
}
