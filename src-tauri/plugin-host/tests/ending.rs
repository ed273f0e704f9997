//! Whatever ends, nothing that the plugin started stays.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use rustix::process::Signal;
use std::fs;
use support::{Run, Setup, alive, signal, until, wait};
use tributary_plugin_host::protocol::{AppMessage, HostMessage};

/// Starts a grandchild in a session of its own, orphans it, and writes all pids into files beside the script. With the
/// argument `stubborn` everything ignores SIGTERM; with `leave` the plugin ends by itself.
const FAMILY: &str = r#"
import os, signal, sys
folder = os.path.dirname(sys.argv[0])
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
def tell(name):
    with open(f"{folder}/{name}.new", "w") as file:
        file.write(str(os.getpid()))
    os.rename(f"{folder}/{name}.new", f"{folder}/{name}.pid")
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        tell("orphan")
        while True: signal.pause()
    os._exit(0)
if os.fork() == 0:
    tell("child")
    while True: signal.pause()
tell("plugin")
if "leave" in sys.argv:
    import time
    while not all(os.path.exists(f"{folder}/{name}.pid") for name in ("orphan", "child")): time.sleep(0.01)
    sys.exit(3)
while True: signal.pause()
"#;

fn family(run: &Run) -> [u32; 3] {
    ["plugin", "child", "orphan"].map(|name| {
        let path = run.folder.path().join(format!("{name}.pid"));
        until("the family has started", || path.exists());
        fs::read_to_string(path).unwrap().parse().unwrap()
    })
}

fn all_gone(family: [u32; 3]) {
    until("the whole family has ended", || family.iter().all(|pid| !alive(*pid)));
}

#[test]
fn the_death_of_the_app_ends_everything() {
    for arguments in [&[][..], &["stubborn"]] {
        let setup = arguments.iter().fold(Setup::python(FAMILY), |setup, argument| setup.argument(argument));
        let mut run = setup.start();
        let family = family(&run);
        run.drop_app();
        wait(&mut run.host);
        assert!(family.iter().all(|pid| !alive(*pid)), "nothing outlives the host");
    }
}

#[test]
fn the_death_of_the_parent_ends_everything() {
    let mut setup = Setup::python(FAMILY);
    setup.under_shell = true;
    let mut run = setup.start();
    let family = family(&run);
    let HostMessage::Hello { pid: host, .. } = run.hello else { panic!("no hello") };
    assert_ne!(host, run.host.id(), "the shell is in between");
    signal(run.host.id(), Signal::KILL);
    wait(&mut run.host);
    until("the host has ended", || !alive(host));
    assert!(family.iter().all(|pid| !alive(*pid)));
}

#[test]
fn a_plugin_does_not_outlive_a_killed_host() {
    let mut run = Setup::python(FAMILY).argument("stubborn").start();
    let [plugin, child, orphan] = family(&run);
    signal(run.host.id(), Signal::KILL);
    wait(&mut run.host);
    until("the plugin has ended", || !alive(plugin));
    // The others are found by the next start of the app, by their environment.
    for left in [child, orphan] {
        let environment = fs::read(format!("/proc/{left}/environ")).unwrap();
        assert!(memchr::memmem::find(&environment, b"TRIBUTARY_RUN=run-1").is_some());
        signal(left, Signal::KILL);
    }
}

#[test]
fn what_the_plugin_leaves_behind_ends_with_it() {
    for arguments in [&["leave"][..], &["leave", "stubborn"]] {
        let setup = arguments.iter().fold(Setup::python(FAMILY), |setup, argument| setup.argument(argument));
        let mut run = setup.start();
        assert_eq!(run.finish().code(), Some(3));
        all_gone(family(&run));
        assert_eq!(run.seen.last(), Some(&HostMessage::Exited { code: Some(3), signal: None }));
    }
}

/// Writes records until asked to end, then a last one.
const ORDERLY: &str = r#"
import signal, sys
def end(*_):
    sys.stdout.write('{"type": "RECORD", "stream": "last", "record": {}}\n' * 50_000)
    sys.stdout.flush()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print('{"type": "RECORD", "stream": "first", "record": {}}', flush=True)
print("ready", file=sys.stderr, flush=True)
while True: signal.pause()
"#;

fn ended_orderly(mut run: Run, stdout: std::thread::JoinHandle<Vec<u8>>) {
    assert_eq!(run.finish().code(), Some(0));
    let text = stdout.join().unwrap();
    assert_eq!(memchr::memchr_iter(b'\n', &text).count(), 50_001, "nothing it wrote is lost");
    assert_eq!(run.progress().0[1].records, 50_000);
}

#[test]
fn stop_lets_the_plugin_finish_what_it_writes() {
    let mut run = Setup::python(ORDERLY).start();
    let stdout = run.read_stdout();
    run.wait_for_log("ready");
    run.send(&AppMessage::Stop { grace_ms: 20_000 });
    ended_orderly(run, stdout);
}

#[test]
fn a_signal_to_the_host_does_the_same() {
    for asked in [Signal::TERM, Signal::INT] {
        let mut run = Setup::python(ORDERLY).start();
        let stdout = run.read_stdout();
        run.wait_for_log("ready");
        signal(run.host.id(), asked);
        ended_orderly(run, stdout);
    }
}

#[test]
fn stop_kills_what_does_not_end_in_time() {
    let mut run = Setup::python(FAMILY).argument("stubborn").start();
    let family = family(&run);
    run.send(&AppMessage::Stop { grace_ms: 100 });
    assert_eq!(run.finish().code(), Some(128 + 9));
    assert_eq!(run.seen.last(), Some(&HostMessage::Exited { code: None, signal: Some(9) }));
    all_gone(family);
}

#[test]
fn the_exit_code_is_the_plugins() {
    for code in [0, 1, 2, 77] {
        let mut run = Setup::python(&format!("import sys; sys.exit({code})")).start();
        assert_eq!(run.finish().code(), Some(code));
        assert_eq!(run.seen.last(), Some(&HostMessage::Exited { code: Some(code), signal: None }));
    }
    let mut run = Setup::python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)").start();
    assert_eq!(run.finish().code(), Some(128 + 11));
    assert_eq!(run.seen.last(), Some(&HostMessage::Exited { code: None, signal: Some(11) }));
}
