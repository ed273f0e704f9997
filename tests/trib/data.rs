//! The data that arrived: listed, looked at, exported; and everything as a plain Meltano project that runs without the app.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use support::{World, small_org};

/// Brings 300 people into a destination of this kind.
fn bring_people_into(world: &World, connector: &str, config: &Value) {
    let file = world.folder().join("people.csv");
    let mut text = "id,name\n".to_owned();
    for id in 1..=300 {
        let name = if id == 7 { "=1+1".to_owned() } else { format!("Person {id}") };
        text.extend([id.to_string(), ",".to_owned(), name, "\n".to_owned()]);
    }
    std::fs::write(&file, text).unwrap();
    let destination = json!({"type": connector, "name": connector, "config": config});
    world.trib_with(&["destinations", "create"], &destination.to_string()).ok();
    let integration = json!({"type": "spreadsheets", "name": "People", "destination": connector, "config": {"files": [
        {"path": file, "format": "csv", "table_name": "people", "primary_keys": ["id"]}]}});
    world.trib_with(&["integrations", "create"], &integration.to_string()).ok();
    world.sync("People");
}

fn looked_at(world: &World, connector: &str) {
    let list = world.trib(&["tables", "People"]).ok();
    assert_eq!(list["tables"][0]["stream"], "people", "{list}");
    assert_eq!(list["tables"][0]["rows"], 300, "{list}");
    assert_eq!(list["tables"][0]["brought_by"][0]["name"], "People", "{list}");
    let newest = world.trib(&["preview", "People", "people", "--limit", "3"]).ok();
    let place = newest["columns"].as_array().unwrap().iter().position(|column| column["name"] == "name").unwrap();
    let names: Vec<&Value> = newest["rows"].as_array().unwrap().iter().map(|row| &row[place]).collect();
    assert_eq!(names, ["Person 300", "Person 299", "Person 298"], "{connector}");
    let found = world.trib(&["preview", connector, "people", "--search", "person 29", "--sort", "name"]).ok();
    assert_eq!(found["rows"].as_array().unwrap().len(), 11, "{found}");
    assert_eq!(found["rows"][0][place], "Person 29");
    assert_eq!(world.trib(&["preview", "People", "nobody"]).refused(), "not_found");
    assert_eq!(world.trib(&["preview", "People", "people", "--sort", "nope"]).refused(), "invalid_input");

    let file = world.folder().join("out.csv");
    let path = file.to_str().unwrap();
    let report = world.trib(&["data", "export", "People", "people", path]).ok();
    assert_eq!(report["export"]["rows"], 300);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.lines().count() == 301 && text.contains("'=1+1"), "a formula is made harmless: {text}");
    assert_eq!(world.trib(&["data", "export", "People", "people", path]).refused(), "conflict", "it is there already");
    world.trib(&["data", "export", "People", "people", path, "--overwrite"]).ok();
    let workbook = world.folder().join("out.xlsx");
    world.trib(&["data", "export", "People", "people", workbook.to_str().unwrap()]).ok();
    assert_eq!(&std::fs::read(&workbook).unwrap()[..2], b"PK");
}

#[test]
fn csv_files_are_looked_at_and_exported() {
    let world = World::new();
    bring_people_into(&world, "csv", &json!({"output_path": world.folder().join("csv")}));
    looked_at(&world, "csv");
}

#[test]
fn json_lines_are_looked_at_and_exported() {
    let world = World::new();
    bring_people_into(&world, "jsonl", &json!({"destination_path": world.folder().join("jsonl")}));
    looked_at(&world, "jsonl");
}

#[test]
fn a_duckdb_database_is_looked_at_and_exported_without_being_locked() {
    let world = World::new();
    let file = world.folder().join("people.duckdb");
    bring_people_into(&world, "duckdb", &json!({"filepath": file}));
    looked_at(&world, "duckdb");
    world.sync("People");
}

#[test]
fn everything_becomes_a_project_that_meltano_runs_and_that_can_be_taken_over() {
    let mut world = World::new();
    let config = small_org(120, 40);
    let simulator = world.simulate(config.clone());
    let files = json!({"type": "csv", "name": "Files", "config": {"output_path": world.folder().join("files")}});
    world.trib_with(&["destinations", "create"], &files.to_string()).ok();
    let more = json!({"destination": "Files", "streams": ["Account", {"name": "Contact", "excluded_fields": ["Email"]}], "schedule": "daily 06:00"});
    world.connect("My CRM", &config, more);
    world.sync("My CRM");
    let folder = world.folder().join("project");
    let report = world.trib(&["export", folder.to_str().unwrap()]).ok();
    assert_eq!(report["jobs"], json!(["salesforce--my-crm"]), "{report}");
    let hidden = [config.client_secret.clone(), config.refresh_token.clone(), config.client_id.clone()];
    for entry in walk(&folder) {
        let text = String::from_utf8_lossy(&std::fs::read(&entry).unwrap()).into_owned();
        assert!(hidden.iter().all(|secret| !text.contains(secret.as_str())), "{} holds a secret", entry.display());
    }
    let example = std::fs::read_to_string(folder.join(".env.example")).unwrap();
    for variable in report["variables"].as_array().unwrap() {
        assert!(example.contains(&format!("\n{}=\n", variable.as_str().unwrap())), "{example}");
    }
    assert_eq!(world.trib(&["export", folder.to_str().unwrap()]).refused(), "invalid_input", "it is not empty now");

    let yml = std::fs::read_to_string(folder.join("meltano.yml")).unwrap();
    let (tap, target) = ("tap-salesforce--my-crm", "target-csv--files");
    assert!(yml.contains(tap) && yml.contains(target) && yml.contains("pip_url: tap-salesforce"), "{yml}");
    // The engine's Meltano comes without its uv: the app's own takes its place, and installs from the wheels of the app.
    let programs = Path::new(env!("CARGO_BIN_EXE_trib")).parent().unwrap();
    let modules = world.folder().join("modules");
    std::fs::create_dir(&modules).unwrap();
    let uv = format!("def find_uv_bin():\n    return {:?}\n", programs.join("tributary-uv"));
    std::fs::write(modules.join("uv.py"), uv).unwrap();
    let settings = world.folder().join("uv.toml");
    let wheels = programs.join("resources/wheels");
    std::fs::write(&settings, format!("no-index = true\nfind-links = [{wheels:?}]\n")).unwrap();
    let meltano = environment(&world, "meltano").join("bin/meltano");
    simulator.change_records("Account", 5).unwrap();
    let prefix = "TAP_SALESFORCE_MY_CRM";
    let run = |arguments: &[&str]| {
        let mut command = world.command_of(&meltano.to_string_lossy());
        command.current_dir(&folder).args(arguments);
        command
            .env("PYTHONPATH", &modules)
            .env("UV_CONFIG_FILE", &settings)
            .env(format!("{prefix}_CLIENT_ID"), &config.client_id)
            .env(format!("{prefix}_CLIENT_SECRET"), &config.client_secret)
            .env(format!("{prefix}_REFRESH_TOKEN"), &config.refresh_token);
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "meltano {arguments:?}: {text}");
    };
    let state = format!("prod:{tap}-to-{target}");
    let script = std::fs::read_to_string(folder.join("import-state.sh")).unwrap();
    assert!(script.contains(&format!("'state/{tap}.json' '{state}'")), "{script}");
    run(&["install"]);
    run(&["state", "set", "--force", "--input-file", &format!("state/{tap}.json"), &state]);
    run(&["run", "salesforce--my-crm"]);
    let table = walk(&folder.join("output"))
        .into_iter()
        .find(|entry| entry.ends_with("Account.csv"))
        .expect("the table was written");
    let rows = csv::Reader::from_path(table).unwrap().into_records().count();
    assert!((5..=6).contains(&rows), "it goes on from where the app was: {rows} rows");

    // And back again: into another home, where secrets are asked for.
    let other = World::new();
    let report = other.trib(&["import", folder.join("meltano.yml").to_str().unwrap()]).ok();
    assert_eq!(report["integrations"][0]["connector"], "salesforce", "{report}");
    assert!(report["integrations"][0]["draft"].is_string(), "its secrets are missing: {report}");
    assert_eq!(report["destinations"][0]["connector"], "csv", "{report}");
    assert_eq!(other.trib(&["import", "/nowhere/meltano.yml"]).refused(), "invalid_input");
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

/// The folder of an environment of the engine.
fn environment(world: &World, name: &str) -> PathBuf {
    let environments = Path::new(&world.environment["TRIBUTARY_ENGINE"]).join("envs");
    let mut found = std::fs::read_dir(environments).unwrap().flatten().map(|entry| entry.path());
    let prefix = format!("{name}-");
    found.find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix))).unwrap()
}
