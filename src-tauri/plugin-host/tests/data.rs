//! Data goes through unchanged, at once, counted, in little memory.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    process::Stdio,
};
use support::{Setup, wait};
use tributary_plugin_host::protocol::{AppMessage, HostMessage, StreamCount};

#[test]
fn records_and_states_are_counted_and_unchanged() {
    let text = "{\"type\": \"SCHEMA\", \"stream\": \"a\", \"schema\": {}}\n\
                {\"type\": \"RECORD\", \"stream\": \"a\", \"record\": {\"n\": 1}}\n\
                {\"type\":\"RECORD\",\"stream\":\"b\",\"record\":{}}\r\n\
                not JSON\n\n\
                {\"type\": \"STATE\", \"value\": {}}\n\
                {\"record\": {\"type\": \"STATE\"}, \"stream\": \"a\", \"type\": \"RECORD\"}";
    let setup = Setup::program("/bin/cat");
    let path = setup.folder.path().join("data");
    fs::write(&path, text).unwrap();
    let mut run = setup.argument(path.to_str().unwrap()).start();
    let stdout = run.read_stdout();
    assert_eq!(run.finish().code(), Some(0));
    assert_eq!(String::from_utf8(stdout.join().unwrap()).unwrap(), text);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let bytes = |places: &[usize]| places.iter().map(|place| lines[*place].len() as u64).sum();
    let streams = vec![
        StreamCount { name: "a".into(), records: 2, bytes: bytes(&[1, 6]) },
        StreamCount { name: "b".into(), records: 1, bytes: bytes(&[2]) },
    ];
    assert_eq!(run.progress(), (streams, 1));
    let order: Vec<_> = run.seen.iter().rev().take(2).collect();
    assert!(matches!(order[..], [HostMessage::Exited { .. }, HostMessage::Progress { .. }]), "{order:?}");
}

#[test]
fn counts_are_told_while_the_plugin_is_silent_and_a_message_it_was_ended_in_does_not_reach_the_loader() {
    let line = "{\"type\": \"RECORD\", \"stream\": \"a\", \"record\": {}}\n";
    let mut run = Setup::python(
        r#"
import sys, signal
sys.stdout.write('{"type": "RECORD", "stream": "a", "record": {}}\n' * 7 + '{"type": "REC')
sys.stdout.flush()
signal.pause()
"#,
    )
    .start();
    let mut stdout = BufReader::new(run.host.stdout.take().unwrap());
    run.wait_for("all seven records", |message| match message {
        HostMessage::Progress { streams, .. } => streams.iter().any(|stream| stream.records == 7).then_some(()),
        _ => None,
    });
    run.send(&AppMessage::Stop { grace_ms: 20_000 });
    let mut passed_on = String::new();
    stdout.read_to_string(&mut passed_on).unwrap();
    assert_eq!(passed_on, line.repeat(7), "whole messages only");
    run.finish();
}

#[test]
fn a_line_of_50_megabytes_takes_little_memory() {
    for head in [r#"{"type": "RECORD", "stream": "a", "record": {"x": ""#, r#"{"record": {"x": ""#] {
        let tail = if head.contains("RECORD") { r#""}}"# } else { r#""}, "type": "RECORD", "stream": "a"}"# };
        let mut run = Setup::python(&format!(
            "import sys, signal\n\
             sys.stdout.write({head:?})\n\
             for _ in range(50): sys.stdout.write('y\\\\\"' * 333_334)\n\
             sys.stdout.write({tail:?} + chr(10)); sys.stdout.flush(); signal.pause()"
        ))
        .start();
        let host = run.host.id();
        let stdout = run.read_stdout();
        let bytes = run.wait_for("the record", |message| match message {
            HostMessage::Progress { streams, .. } => {
                streams.iter().find(|stream| stream.records == 1).map(|stream| stream.bytes)
            }
            _ => None,
        });
        let status = fs::read_to_string(format!("/proc/{host}/status")).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let peak: u64 = peak.trim().strip_suffix(" kB").unwrap().parse().unwrap();
        run.send(&AppMessage::Stop { grace_ms: 20_000 });
        run.finish();
        assert_eq!(stdout.join().unwrap().len() as u64, bytes);
        assert!(bytes > 50_000_000);
        assert!(peak <= 20_000, "{peak} kB");
    }
}

#[test]
fn a_loader_reads_our_input_and_its_states_are_counted() {
    let setup = Setup::python(
        r#"
import sys
for line in sys.stdin:
    print('{"value": %s, "type": "STATE"}' % line.strip(), flush=True)
"#,
    );
    let mut run = setup.loader(Stdio::piped()).start();
    let mut stdin = run.host.stdin.take().unwrap();
    let mut stdout = BufReader::new(run.host.stdout.take().unwrap());
    for number in 0..3 {
        writeln!(stdin, "{number}").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, format!("{{\"value\": {number}, \"type\": \"STATE\"}}\n"), "each comes at once");
    }
    drop(stdin);
    assert!(run.finish().success());
    assert_eq!(run.progress(), (vec![], 3));
}

#[test]
fn what_a_loader_is_given_is_counted_and_a_message_that_was_cut_is_kept_from_it() {
    let script = "import sys\nfor line in sys.stdin: print(len(line), file=sys.stderr)";
    let mut run = Setup::python(script).loader(Stdio::piped()).start();
    let mut stdin = run.host.stdin.take().unwrap();
    let record = "{\"type\": \"RECORD\", \"stream\": \"a\", \"record\": {}}\n";
    stdin.write_all(record.repeat(3).as_bytes()).unwrap();
    stdin.write_all(&record.as_bytes()[..20]).unwrap();
    drop(stdin);
    assert!(run.finish().success());
    let count = StreamCount { name: "a".into(), records: 3, bytes: 3 * record.len() as u64 };
    assert_eq!(run.progress(), (vec![count], 0));
    assert_eq!(run.log(), [record.len().to_string().as_str(); 3]);
}

#[test]
fn whoever_writes_to_a_loader_notices_its_end() {
    let script = "import sys, os, signal\nos.close(0)\nprint('closed', flush=True)\nsignal.pause()";
    let mut run = Setup::python(script).loader(Stdio::piped()).start();
    let mut line = String::new();
    BufReader::new(run.host.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "closed\n");
    let mut stdin = run.host.stdin.take().unwrap();
    support::until("writing fails", || stdin.write_all(&[b'x'; 4096]).is_err());
    run.send(&AppMessage::Stop { grace_ms: 20_000 });
    run.finish();
}

#[test]
fn a_plugin_whose_output_nobody_reads_ends() {
    let script = "import sys\nwhile True: sys.stdout.write('x' * 1000 + '\\n')";
    let mut run = Setup::python(script).start();
    let pid = run.plugin_pid();
    drop(run.host.stdout.take());
    wait(&mut run.host);
    assert!(!support::alive(pid));
    run.finish();
    assert!(matches!(run.seen.last(), Some(HostMessage::Exited { .. })));
}

#[test]
fn a_silent_plugin_that_ignores_everything_ends_when_its_output_closes() {
    let script = "import sys, signal, time\n\
                  for s in (signal.SIGPIPE, signal.SIGTERM, signal.SIGINT): signal.signal(s, signal.SIG_IGN)\n\
                  import os\n\
                  while True:\n\
                  \x20   try: os.write(1, b'x' * 1000)\n\
                  \x20   except OSError: time.sleep(1)";
    let mut run = Setup::python(script).start();
    let pid = run.plugin_pid();
    drop(run.host.stdout.take());
    run.finish();
    assert!(!support::alive(pid));
    assert_eq!(run.seen.last(), Some(&HostMessage::Exited { code: None, signal: Some(9) }));
}
