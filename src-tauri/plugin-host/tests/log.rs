//! What the plugin prints on standard error becomes log lines without secrets; nothing it prints can stall it.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use serde_json::json;
use std::io::{BufRead, BufReader};
use support::{Setup, alive, wait};
use tributary_plugin_host::protocol::{AppMessage, HostMessage};

#[test]
fn secrets_are_hidden_however_they_are_printed() {
    let secret = "s3cr3t/\"é\"+key=";
    let mut run = Setup::python(
        r#"
import base64, json, os, sys, time
import urllib.parse
secret = json.load(open(sys.argv[sys.argv.index("--config") + 1]))["secret"]
for text in (secret, json.dumps(secret), json.dumps(secret, ensure_ascii=False), repr(secret), ascii(secret),
             repr(secret.encode()), urllib.parse.quote(secret), urllib.parse.quote_plus(secret),
             base64.b64encode(secret.encode()).decode(), base64.urlsafe_b64encode(b"user:" + secret.encode()).decode(),
             secret.encode().hex(), json.dumps(json.dumps(secret))):
    print("value", text, file=sys.stderr)
raw = ("split " + secret + " end\n").encode()
for at in range(0, len(raw), 3):
    os.write(2, raw[at:at + 3])
    time.sleep(0.02)
os.write(2, b"no line end " + secret.encode())
"#,
    )
    .secret("secret", secret)
    .config(&json!({"secret": "tributary-secret:secret"}))
    .start();
    assert!(run.finish().success());
    let log = run.log();
    assert_eq!(log.len(), 14);
    for line in &log {
        assert!(line.contains("[hidden]"), "{line}");
        for piece in ["s3cr3t", "czNjcjN0", "MzY3IzdC8", "7333637233742f"] {
            assert!(!line.contains(piece), "{line}");
        }
    }
    assert_eq!(log[12], "split [hidden] end");
    assert_eq!(log[13], "no line end [hidden]");
    assert_eq!(run.stderr(), "", "Meltano would log it a second time");
}

#[test]
fn passwords_of_proxies_are_hidden() {
    let script = "echo \"cannot reach $HTTPS_PROXY with p@ss-word\" >&2";
    let mut setup = Setup::program("/bin/sh").argument("-ec").argument(script);
    setup.launch.env.insert("HTTPS_PROXY".into(), "http://anna:p%40ss-word@proxy.example:8080/".into());
    let mut run = setup.start();
    run.finish();
    assert_eq!(run.log(), ["cannot reach http://anna:[hidden]@proxy.example:8080/ with [hidden]"]);
}

#[test]
fn lines_are_clean_and_short() {
    let mut run = Setup::python(
        r#"
import os
os.write(2, b"\x1b[31mred\x1b[0m nul\x00 bad\xff\n")
os.write(2, b"x" * 150_000 + b"\n")
os.write(2, b"last")
"#,
    )
    .start();
    run.finish();
    let log = run.log();
    assert_eq!(log[0], "red nul bad\u{fffd}");
    assert_eq!(log.len(), 3);
    assert!(
        log[1].len() <= 64 * 1024 + 100 && log[1].contains("bytes of this line are left out here"),
        "it is kept short"
    );
    assert_eq!(log[2], "last");
}

#[test]
fn a_line_of_fifty_megabytes_is_one_short_line() {
    let script = "import os\nos.write(2, b'begin ')\nfor _ in range(50): os.write(2, b'x' * 1_000_000)\nos.write(2, b' end\\nnext\\n')";
    let mut run = Setup::python(script).secret("secret", "a-secret-value").start();
    assert!(run.finish().success());
    let log = run.log();
    assert_eq!(log.len(), 2);
    assert!(log[0].starts_with("begin x") && log[0].ends_with("x end") && log[0].len() <= 64 * 1024 + 100);
    assert_eq!(log[1], "next");
}

#[test]
fn a_hundred_thousand_lines_arrive_complete_and_in_order() {
    let script = "import sys\nsys.stderr = open(2, 'w', buffering=65536, closefd=False)\n\
                  for n in range(100_000): print('line', n, 'of a rather talkative plugin', file=sys.stderr)\n\
                  sys.stderr.flush()";
    let mut run = Setup::python(script).secret("secret", "a-secret-value").start();
    assert!(run.finish().success());
    let log = run.log();
    assert_eq!(log.len(), 100_000);
    for (n, line) in log.iter().enumerate() {
        assert_eq!(line, &format!("line {n} of a rather talkative plugin"));
    }
}

#[test]
fn an_app_that_does_not_read_does_not_stall_the_plugin() {
    let script = "import sys\n\
                  for n in range(400_000): print('line', n, 'x' * 50, file=sys.stderr)\n\
                  print('done', flush=True)";
    let (mut host, app, _folder) = Setup::python(script).start_unread();
    let mut line = String::new();
    BufReader::new(host.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "done\n", "the plugin got to its end");
    // Now the app reads again: it gets the beginning, and how much is missing.
    let mut log = Vec::new();
    for line in BufReader::new(&app).lines().map_while(Result::ok) {
        if let HostMessage::Log { lines } = serde_json::from_str(&line).unwrap() {
            log.extend(lines);
        }
    }
    assert!(wait(&mut host).success());
    let missing: u64 = log
        .iter()
        .filter_map(|line| line.strip_prefix('(')?.split_once(" lines are missing")?.0.parse::<u64>().ok())
        .sum();
    let markers = log.iter().filter(|line| line.contains("lines are missing")).count() as u64;
    assert!(missing > 0);
    assert_eq!(log.len() as u64 - markers + missing, 400_000, "every line is there or counted");
    assert!(log[0].starts_with("line 0 "));
}

#[test]
fn when_the_app_is_gone_the_last_lines_go_to_standard_error() {
    let mut run = Setup::python(
        r#"
import signal, sys
def end(*_):
    print("goodbye with s3cr3t-value", file=sys.stderr, flush=True)
    sys.exit(5)
signal.signal(signal.SIGTERM, end)
print("ready", file=sys.stderr, flush=True)
while True: signal.pause()
"#,
    )
    .secret("secret", "s3cr3t-value")
    .start();
    let pid = run.plugin_pid();
    run.wait_for_log("ready");
    run.drop_app();
    assert_eq!(run.finish().code(), Some(5));
    assert!(!alive(pid));
    assert_eq!(run.stderr(), "goodbye with [hidden]\n");
}

#[test]
fn the_app_can_still_stop_a_talkative_plugin() {
    let script = "import sys\nwhile True: print('again and again', file=sys.stderr)";
    let mut run = Setup::python(script).start();
    run.wait_for_log("again");
    run.send(&AppMessage::Stop { grace_ms: 20_000 });
    run.finish();
    assert_eq!(run.seen.last(), Some(&HostMessage::Exited { code: None, signal: Some(15) }));
}
