//! What the plugin is given, what it may leave behind, and what becomes of secrets it changes.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use serde_json::{Value, json};
use std::fs;
use support::{Setup, TOKEN, files_with};
use tributary_plugin_host::protocol::{AppMessage, HostMessage};

/// Prints its configuration, then waits to be told to end.
const SHOW_CONFIG: &str = r#"
import json, sys
path = sys.argv[sys.argv.index("--config") + 1]
print(json.dumps({"path": path, "config": json.load(open(path)), "arguments": sys.argv[1:]}), flush=True)
print("ready", file=sys.stderr, flush=True)
import signal; signal.pause()
"#;

const SECRET: &str = "pA$$-w0rd\"with\\everything";

#[test]
fn the_plugin_gets_the_real_configuration_and_the_disk_does_not() {
    let mut setup = Setup::python(SHOW_CONFIG)
        .argument("--catalog")
        .argument("catalog.json")
        .secret("password", SECRET)
        .secret("key", r#"{"id": "k-1", "parts": [1, 2]}"#)
        .config(&json!({
            "password": "tributary-secret:password",
            "nested": [{"key": "tributary-secret:key"}, "plain"],
            "price": "tributary-value:price",
        }));
    setup.launch.json_secrets.push("key".into());
    setup.launch.values.insert("price".into(), json!("$HOME"));
    let mut run = setup.start();
    let stdout = run.read_stdout();
    run.wait_for_log("ready");
    let on_disk = files_with(run.folder.path(), "w0rd");
    let placeholders = files_with(run.folder.path(), "tributary-secret:password");
    run.send(&AppMessage::Stop { grace_ms: 20_000 });
    run.finish();
    let shown: Value = serde_json::from_slice(&stdout.join().unwrap()).unwrap();
    assert_eq!(
        shown["config"],
        json!({"password": SECRET, "nested": [{"key": {"id": "k-1", "parts": [1, 2]}}, "plain"], "price": "$HOME"})
    );
    assert_eq!(shown["arguments"], json!(["--catalog", "catalog.json", "--config", shown["path"]]));
    assert_eq!(on_disk.len(), 0, "no file holds the secret: {on_disk:?}");
    assert_eq!(placeholders.len(), 1, "Meltano's file is unchanged");
    assert_eq!(fs::read_dir(run.folder.path().join("tmp")).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn the_environment_is_what_the_app_says_and_the_run() {
    let mut setup = Setup::program("/usr/bin/env");
    setup.launch.env = [("ONE", "1"), ("EMPTY", "")].map(|(name, value)| (name.into(), value.into())).into();
    let mut run = setup.start();
    let stdout = run.read_stdout();
    assert!(run.finish().success());
    let text = String::from_utf8(stdout.join().unwrap()).unwrap();
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["EMPTY=", "ONE=1", "TRIBUTARY_RUN=run-1"]);
}

#[test]
fn the_first_message_has_the_token_and_the_hosts_pid() {
    let mut run = Setup::program("/bin/true").start();
    let expected = HostMessage::Hello { token: TOKEN.into(), pid: run.host.id() };
    assert_eq!(run.hello, expected);
    run.finish();
    assert_eq!(run.seen.last(), Some(&HostMessage::Exited { code: Some(0), signal: None }));
}

#[test]
fn a_rotated_secret_comes_back_while_the_plugin_runs() {
    let mut run = Setup::python(
        r#"
import json, sys, signal, time
path = sys.argv[sys.argv.index("--config") + 1]
config = json.load(open(path))
config["refresh_token"] = "rotated-value-1"
text = json.dumps(config)
with open(path, "w") as file:      # in two halves, as a slow writer would
    file.write(text[:20]); file.flush()
    time.sleep(0.2)
    file.write(text[20:])
signal.pause()
"#,
    )
    .secret("refresh_token", "first-value")
    .secret("other", "other-value")
    .config(&json!({"refresh_token": "tributary-secret:refresh_token", "other": "tributary-secret:other"}))
    .start();
    let secrets = run.wait_for("changed secrets", |message| match message {
        HostMessage::SecretsChanged { secrets } => Some(secrets.clone()),
        _ => None,
    });
    assert_eq!(secrets.len(), 1, "only what changed");
    assert_eq!(secrets["refresh_token"].expose(), "rotated-value-1");
    assert!(!run.seen.iter().any(|message| matches!(message, HostMessage::Exited { .. })), "the plugin still runs");
    run.send(&AppMessage::Stop { grace_ms: 20_000 });
    run.finish();
}

#[test]
fn a_secret_rotated_in_the_last_moment_comes_back_and_is_hidden() {
    let mut run = Setup::python(
        r#"
import json, os, sys, time
path = sys.argv[sys.argv.index("--config") + 1]
config = json.load(open(path))
config["token"] = "rotated-value-2"
json.dump(config, open(path, "w"))
sys.exit(4)
"#,
    )
    .secret("token", "first-value")
    .config(&json!({"token": "tributary-secret:token"}))
    .start();
    assert_eq!(run.finish().code(), Some(4));
    let changes = run.seen.iter().filter(|message| matches!(message, HostMessage::SecretsChanged { .. })).count();
    assert_eq!(changes, 1, "told once, although looked at again after the end");
    assert!(matches!(run.seen.last(), Some(HostMessage::Exited { code: Some(4), signal: None })));
}

#[test]
fn a_rotated_secret_is_hidden_from_then_on() {
    let mut run = Setup::python(
        r#"
import json, sys
path = sys.argv[sys.argv.index("--config") + 1]
json.dump({"token": "rotated-value-3"}, open(path, "w"))
print("waiting", file=sys.stderr, flush=True)
sys.stdin = open(sys.argv[1])
sys.stdin.read()
print("using rotated-value-3 now", file=sys.stderr)
"#,
    );
    let fifo = run.folder.path().join("go");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    run = run
        .argument(fifo.to_str().unwrap())
        .secret("token", "first-value")
        .config(&json!({"token": "tributary-secret:token"}));
    let mut run = run.start();
    run.wait_for("changed secrets", |message| matches!(message, HostMessage::SecretsChanged { .. }).then_some(()));
    fs::write(&fifo, "go").unwrap();
    run.finish();
    assert_eq!(run.log(), ["waiting", "using [hidden] now"]);
}
