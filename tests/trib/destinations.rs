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
