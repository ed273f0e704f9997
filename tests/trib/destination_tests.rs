//! Testing destinations through the command line: the real loaders, and a real PostgreSQL of the test's own.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::{Value, json};
use std::path::Path;
use support::{World, postgres::Postgres};

fn create(world: &World, connector: &str, config: &Value, secrets: &Value) {
    let body = json!({"type": connector, "name": connector, "config": config, "secrets": secrets});
    world.trib_with(&["destinations", "create"], &body.to_string()).ok();
}

fn names(report: &Value, status: &str) -> Vec<String> {
    let checks = report["checks"].as_array().unwrap().iter().filter(|check| check["status"] == status);
    checks.map(|check| check["name"].as_str().unwrap().to_owned()).collect()
}

const CHECKS: [&str; 5] = ["engine", "connector", "settings", "connect", "write"];

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn files_are_written_and_removed_again() {
    let world = World::new();
    for (connector, setting) in [("jsonl", "destination_path"), ("csv", "output_path")] {
        let folder = world.folder().join(connector);
        std::fs::create_dir(&folder).unwrap();
        create(&world, connector, &json!({ setting: folder }), &json!({}));
        let report = world.trib(&["destinations", "test", connector]).ok();
        assert_eq!(names(&report, "passed"), CHECKS, "{report}");
        assert!(is_empty(&folder), "{connector} left something behind");
    }
    let built_in = world.trib(&["test", "This computer"]).ok();
    assert_eq!(built_in["ok"], true);
}

#[test]
fn a_folder_that_does_not_exist_is_made_and_removed_and_one_that_cannot_be_is_named() {
    let world = World::new();
    let folder = world.folder().join("new/deep");
    create(&world, "jsonl", &json!({"destination_path": folder}), &json!({}));
    assert_eq!(world.trib(&["test", "jsonl"]).ok()["ok"], true);
    assert!(!world.folder().join("new").exists(), "the folders made for the test are gone");

    let file = world.folder().join("file");
    std::fs::write(&file, "mine").unwrap();
    create(&world, "csv", &json!({"output_path": file.join("below")}), &json!({}));
    let answer = world.trib(&["test", "csv"]);
    assert_eq!(answer.code, Some(1));
    let report = answer.json();
    assert_eq!(
        (names(&report, "failed"), names(&report, "skipped")),
        (vec!["connect".to_owned()], vec!["write".to_owned()])
    );
    assert_eq!(report["problem"]["fix"]["setting"], "output_path", "{report}");
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
}

#[test]
fn a_duckdb_file_is_not_touched() {
    let world = World::new();
    let folder = world.folder().join("db");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("mine.duckdb");
    create(&world, "duckdb", &json!({"filepath": file}), &json!({}));
    let report = world.trib(&["test", "duckdb"]).ok();
    assert_eq!(names(&report, "passed"), CHECKS, "{report}");
    assert!(is_empty(&folder), "neither the person's file nor the trial's is there");

    std::fs::write(&file, "this is something else").unwrap();
    let answer = world.trib(&["test", "duckdb"]);
    let report = answer.json();
    assert_eq!((answer.code, names(&report, "failed")), (Some(1), vec!["connect".to_owned()]), "{report}");
    assert_eq!(report["problem"]["fix"]["setting"], "filepath", "{report}");
    assert_eq!(std::fs::read(&file).unwrap(), b"this is something else");
}

#[test]
fn postgresql_is_written_to_and_left_as_it_was() {
    let postgres = Postgres::start();
    let world = World::new();
    let config = |more: Value| {
        let mut config = postgres.config();
        support::merge(&mut config, more);
        config
    };
    let secrets = json!({"password": postgres.password});
    create(&world, "postgres", &config(json!({})), &secrets);
    let before = postgres.tables();
    let answer = world.trib(&["test", "postgres"]);
    let report = answer.ok();
    assert_eq!(names(&report, "passed"), CHECKS, "{report}");
    assert!(report.to_string().contains("removed again"), "{report}");
    assert_eq!(postgres.tables(), before, "nothing is left behind");
    assert!(!answer.stdout.contains(&postgres.password) && !answer.stderr.contains(&postgres.password));

    let fault = |patch: Value| {
        world.trib_with(&["destinations", "update", "postgres"], &patch.to_string()).ok();
        let answer = world.trib(&["test", "postgres"]);
        assert_eq!(answer.code, Some(1), "{answer:?}");
        let report = answer.json();
        assert_eq!(names(&report, "failed"), ["connect"], "{report}");
        report["problem"]["fix"]["setting"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(fault(json!({"secrets": {"password": "wrong"}})), "password");
    assert_eq!(fault(json!({"config": {"database": "nowhere"}, "secrets": secrets})), "database");
    assert_eq!(fault(json!({"config": {"database": "postgres", "port": 1}})), "port");
}

#[test]
fn whoever_may_not_make_schemas_may_still_pass_in_the_configured_one() {
    let postgres = Postgres::start();
    postgres.run("CREATE ROLE plain LOGIN PASSWORD 'pl4in-word'; CREATE SCHEMA landing AUTHORIZATION plain;");
    let world = World::new();
    let mut config = postgres.config();
    support::merge(&mut config, json!({"user": "plain", "default_target_schema": "landing"}));
    create(&world, "postgres", &config, &json!({"password": "pl4in-word"}));
    let before = postgres.tables();
    let report = world.trib(&["test", "postgres"]).ok();
    assert_eq!(names(&report, "passed"), CHECKS, "{report}");
    assert_eq!(postgres.tables(), before, "the table of the test is gone");

    postgres.run("REVOKE ALL ON SCHEMA landing FROM plain; ALTER SCHEMA landing OWNER TO CURRENT_USER;");
    let answer = world.trib(&["test", "postgres"]);
    let report = answer.json();
    assert_eq!((answer.code, names(&report, "failed")), (Some(1), vec!["write".to_owned()]), "{report}");
    assert_eq!(report["problem"]["code"], "destination_refused");
}
