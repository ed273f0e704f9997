//! The destinations on this computer: what was read arrives in each.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::{Value, json};
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
};
use support::{World, records};

/// Creates a destination, brings a CSV file of three rows into it, and gives the run.
fn bring_people_into(world: &World, connector: &str, config: &Value) -> Value {
    let file = world.folder().join("people.csv");
    std::fs::write(&file, "id,name\n1,Ada\n2,Bo\n3,Zoë 🚀\n").unwrap();
    let destination = json!({"type": connector, "name": connector, "config": config});
    world.trib_with(&["destinations", "create"], &destination.to_string()).ok();
    let integration = json!({"type": "spreadsheets", "name": "People", "destination": connector, "config": {"files": [
        {"path": file, "format": "csv", "table_name": "people", "primary_keys": ["id"]}]}});
    world.trib_with(&["integrations", "create"], &integration.to_string()).ok();
    world.sync("People")
}

#[test]
fn csv_files() {
    let world = World::new();
    let folder = world.folder().join("csv");
    let run = bring_people_into(&world, "csv", &json!({"output_path": folder}));
    assert_eq!(records(&run, "people"), 3);
    let text = std::fs::read_to_string(folder.join("people.csv")).unwrap();
    assert_eq!(text.lines().count(), 4, "a line of names and three rows: {text}");
    assert!(text.contains("Zoë 🚀"));
}

#[test]
fn duckdb() {
    let world = World::new();
    let file = world.folder().join("people.duckdb");
    let run = bring_people_into(&world, "duckdb", &json!({"filepath": file}));
    assert_eq!(records(&run, "people"), 3);
    assert_eq!(asked(&world, &file, "select count(*), max(name) from main.people"), "[(3, 'Zoë 🚀')]");
}

/// The native loader: a program of the app's own, ready at once, behind the real Meltano and `plugin-host`.
#[test]
fn this_computer() {
    let world = World::new();
    let connectors = world.trib(&["connectors"]).ok();
    let found = connectors["connectors"].as_array().unwrap().iter().find(|one| one["plugin"] == "target-tributary");
    assert_eq!(found.unwrap()["installed"], true, "nothing has to be installed");

    let folder = world.folder().join("tables");
    let run = bring_people_into(&world, "tributary", &json!({"path": folder}));
    assert_eq!(records(&run, "people"), 3);
    let tested = world.trib(&["destinations", "test", "tributary"]).ok();
    assert_eq!(tested["ok"], true, "{tested}");
    let database = folder.join("data.sqlite");
    assert_eq!(rows_of(&database, "SELECT count(*), max(name) FROM people"), (3, "Zoë 🚀".to_owned()));
    // Meltano keeps the state, and what is read again is no other row.
    assert_eq!(records(&world.sync("People"), "people"), 0);
    let again = world.trib(&["sync", "People", "--full-refresh"]).ok();
    assert_eq!(records(&again["run"], "people"), 3);
    assert_eq!(rows_of(&database, "SELECT count(*), max(name) FROM people"), (3, "Zoë 🚀".to_owned()));
    let changes = rows_of(&database, "SELECT updated, run FROM _tributary_changes ORDER BY at DESC LIMIT 1");
    assert_eq!(changes.0, 3);
    let runs = world.runs("People");
    assert_eq!(runs[0]["id"], changes.1.as_str(), "what changed is filed under the app's own run");
    assert_eq!(
        std::fs::read_dir(&folder)
            .unwrap()
            .filter(|entry| {
                entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("tributary_connection_test")
            })
            .count(),
        0,
        "the test leaves nothing"
    );
}

/// Every format, and a loader that cannot write.
#[test]
fn this_computer_in_other_formats() {
    for format in ["jsonl", "csv", "parquet"] {
        let world = World::new();
        let folder = world.folder().join("tables");
        let run = bring_people_into(&world, "tributary", &json!({"path": folder, "format": format}));
        assert_eq!(records(&run, "people"), 3, "{format}");
        let tested = world.trib(&["destinations", "test", "tributary"]).ok();
        assert_eq!(tested["ok"], true, "{format}: {tested}");
        if format != "parquet" {
            let text = std::fs::read_to_string(folder.join(format!("people.{format}"))).unwrap();
            let name = if format == "csv" { "Zoë 🚀" } else { r"Zo\u00eb \ud83d\ude80" };
            assert!(text.contains(name), "{text}");
        }
    }
    let world = World::new();
    std::fs::write(world.folder().join("tables"), "a file").unwrap();
    let destination = json!({"type": "tributary", "name": "here", "config": {"path": world.folder().join("tables")}});
    world.trib_with(&["destinations", "create"], &destination.to_string()).ok();
    assert_eq!(world.trib(&["destinations", "test", "here"]).code, Some(1));
}

fn rows_of(database: &Path, sql: &str) -> (i64, String) {
    #[expect(clippy::disallowed_methods, reason = "the test reads what the loader wrote")]
    let connection = rusqlite::Connection::open(database).unwrap();
    connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

#[test]
fn a_loader_that_cannot_write_is_a_problem_of_the_destination() {
    let world = World::new();
    let file = world.folder().join("not-a-database.duckdb");
    std::fs::write(&file, "this is something else").unwrap();
    let destination = json!({"type": "duckdb", "name": "duckdb", "config": {"filepath": file}});
    world.trib_with(&["destinations", "create"], &destination.to_string()).ok();
    let source = world.folder().join("people.csv");
    std::fs::write(&source, "id,name\n1,Ada\n").unwrap();
    let integration = json!({"type": "spreadsheets", "name": "People", "destination": "duckdb", "config": {"files": [
        {"path": source, "format": "csv", "table_name": "people", "primary_keys": ["id"]}]}});
    world.trib_with(&["integrations", "create"], &integration.to_string()).ok();
    let answer = world.trib(&["sync", "People"]);
    assert_eq!(answer.code, Some(1));
    assert_eq!(answer.json()["run"]["problem"]["code"], "destination_failed", "{answer:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "this is something else", "the file is left alone");
}

/// A source can end between a record and its state: stopped, or failed. What was confirmed before stays confirmed.
#[test]
fn json_lines_keep_a_state_that_records_follow() {
    let world = World::new();
    bring_people_into(&world, "jsonl", &json!({"destination_path": world.folder().join("first")}));
    let config = world.folder().join("config.json");
    let folder = world.folder().join("second");
    std::fs::write(&config, json!({"destination_path": folder, "do_timestamp_file": false}).to_string()).unwrap();
    let program = environment(&world, "target-jsonl").join("bin/target-jsonl");
    let mut command = world.command_of(&program.to_string_lossy());
    command.arg("--config").arg(&config).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut loader = command.spawn().unwrap();
    let messages = [
        json!({"type": "SCHEMA", "stream": "people", "schema": {"properties": {"id": {"type": "integer"}}}, "key_properties": []}),
        json!({"type": "RECORD", "stream": "people", "record": {"id": 1}}),
        json!({"type": "STATE", "value": {"after": 1}}),
        json!({"type": "RECORD", "stream": "people", "record": {"id": 2}}),
    ];
    let mut input = loader.stdin.take().unwrap();
    for message in messages {
        writeln!(input, "{message}").unwrap();
    }
    drop(input);
    let output = loader.wait_with_output().unwrap();
    assert!(output.status.success());
    let state: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(state, json!({"after": 1}));
    assert_eq!(std::fs::read_to_string(folder.join("people.jsonl")).unwrap().lines().count(), 2);
}

/// The folder of a connector's own environment.
fn environment(world: &World, connector: &str) -> PathBuf {
    let environments = Path::new(&world.environment["TRIBUTARY_ENGINE"]).join("envs");
    let mut found = std::fs::read_dir(environments).unwrap().flatten().map(|entry| entry.path());
    let prefix = format!("{connector}-");
    found.find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix))).unwrap()
}

/// Asks a DuckDB file with the library of the loader's own environment.
fn asked(world: &World, file: &Path, query: &str) -> String {
    let script =
        "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).execute(sys.argv[2]).fetchall())";
    let python = environment(world, "target-duckdb").join("bin/python");
    let mut command = world.command_of(&python.to_string_lossy());
    let output = command.env("PYTHONUTF8", "1").args(["-c", script]).arg(file).arg(query).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
