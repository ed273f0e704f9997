//! `trib connectors form`: of built-in connectors and of files, good and bad.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs, reason = "tests start the program they test")]

use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn trib(home: &TempDir, what: &str, json: bool) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trib"));
    command.env("TRIBUTARY_HOME", home.path()).env("TRIBUTARY_RESOURCES", top());
    command.args(["connectors", "form", what]).args(json.then_some("--json")).output().unwrap()
}

fn form(what: &str) -> Value {
    let output = trib(&TempDir::new().unwrap(), what, true);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(what: &str) -> (Option<i32>, Value) {
    let output = trib(&TempDir::new().unwrap(), what, true);
    (output.status.code(), serde_json::from_slice::<Value>(&output.stderr).unwrap()["error"].clone())
}

fn fixture(name: &str) -> String {
    top().join("tests/fixtures/definitions").join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_form_is_printed_for_names_and_files() {
    for what in
        ["salesforce", "target-postgres", &fixture("every-kind.yml"), &fixture("faulty.json"), &fixture("about.json")]
    {
        let form = form(what);
        let keys: Vec<&String> = form.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["schema", "ui", "notes"], "{what}");
        assert_eq!(form["schema"]["type"], "object");
    }
    assert_eq!(form("salesforce")["schema"]["properties"]["refresh_token"]["writeOnly"], json!(true));
}

#[test]
fn people_get_a_table_and_a_file_needs_no_data_folder() {
    let home = TempDir::new().unwrap();
    let output = trib(&home, &fixture("ways-of-signing-in.yml"), false);
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["Many ways", "User name and password", "refresh_token", "Advanced", "“otp” can be left out"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn what_gives_no_form_is_said_with_its_place() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let cases = [
        (write("broken.yml", b"name: ["), "line 1"),
        (write("page.html", b"<html><body>Not found</body></html>"), "not a connector's definition"),
        (write("path.yml", b"name: ../../etc"), "cannot be used"),
        (write("bytes.yml", &[0xff, 0xfe, 0x00]), "UTF-8"),
        (write("large.json", &vec![b' '; 3 * 1024 * 1024]), "2 MB"),
        (write("empty.yml", b""), "not a connector's definition"),
        (folder.path().join("missing.yml").to_str().unwrap().to_owned(), "missing.yml"),
    ];
    for (path, part) in cases {
        let (code, error) = refused(&path);
        assert_eq!((code, &error["code"]), (Some(1), &json!("invalid_input")), "{path}: {error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(part) && message.contains(&path), "{part}: {message}");
        assert!(!error["hint"].as_str().unwrap().is_empty());
    }
    let (code, error) = refused("no-such-connector");
    assert_eq!((code, &error["code"]), (Some(1), &json!("unknown_connector")));
}
