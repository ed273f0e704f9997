//! When the plugin cannot be started: one clear line, exit code 78, and the app is told where it can be.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use serde_json::json;
use support::{Run, Setup};
use tributary_plugin_host::protocol::{AppMessage, HostMessage};

const NOT_STARTED: Option<i32> = Some(78);

/// The one line on standard error; what the app was told must be the same.
fn failure(mut run: Run) -> String {
    assert_eq!(run.finish().code(), NOT_STARTED);
    let text = run.stderr();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert_eq!(run.log(), [text.trim_end()]);
    assert_eq!(run.seen.last(), Some(&HostMessage::Exited { code: NOT_STARTED, signal: None }));
    text
}

#[test]
fn missing_variables_are_named() {
    for variable in ["TRIBUTARY_SOCKET", "TRIBUTARY_ROLE", "TRIBUTARY_EXTRACTOR_TOKEN"] {
        let mut setup = Setup::program("/bin/true");
        let output = setup.command().env_remove(variable).output().unwrap();
        assert_eq!(output.status.code(), NOT_STARTED);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(text.lines().count(), 1);
        assert!(text.contains(variable), "{text}");
    }
}

#[test]
fn an_unknown_role_and_a_missing_app_are_said() {
    let mut setup = Setup::program("/bin/true");
    let output = setup.command().env("TRIBUTARY_ROLE", "mapper").output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("`mapper`"));
    let output = setup.command().env("TRIBUTARY_SOCKET", setup.folder.path().join("none")).output().unwrap();
    assert_eq!(output.status.code(), NOT_STARTED);
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot reach Tributary"));
}

#[test]
fn a_refusal_is_passed_on() {
    let mut run = Setup::program("/bin/true").start_with(&AppMessage::Refuse { reason: "token used before".into() });
    assert_eq!(run.finish().code(), NOT_STARTED);
    assert!(run.stderr().contains("refused to start the plugin: token used before"));
    assert!(run.seen.is_empty(), "there is nothing to tell the app");
}

#[test]
fn unknown_placeholders_are_named() {
    let run = Setup::program("/bin/true").config(&json!({"a": "tributary-secret:nope"})).start();
    assert!(failure(run).contains("`nope`"));
    let run = Setup::program("/bin/true").config(&json!({"a": "tributary-value:nope"})).start();
    assert!(failure(run).contains("`nope`"));
}

#[test]
fn a_bad_configuration_file_is_named() {
    let run = Setup::program("/bin/true").argument("--config").argument("/nowhere/config.json").start();
    assert!(failure(run).contains("/nowhere/config.json"));
    let setup = Setup::program("/bin/true").config(&json!({}));
    std::fs::write(setup.folder.path().join("config.json"), "{").unwrap();
    assert!(failure(setup.start()).contains("is not JSON"));
}

#[test]
fn a_plugin_that_is_not_there_is_named() {
    assert!(failure(Setup::program("/nowhere/tap").start()).contains("/nowhere/tap"));
}
