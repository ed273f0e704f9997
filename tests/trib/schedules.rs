//! Schedules through the command line; the daemon brings data in by itself.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout},
};
use support::{World, answer, records, small_org};
use tributary_salesforce_sim::SimulatorConfig;

#[test]
fn schedules_are_set_shown_paused_and_resumed() {
    let world = World::new();
    world.connect("CRM", &SimulatorConfig::default(), json!({"schedule": "Daily 6:00"}));
    let shown = world.trib(&["schedule", "CRM"]).ok();
    assert_eq!((&shown["schedule"], &shown["words"]), (&json!("daily 06:00"), &json!("Every day at 06:00")));
    assert_eq!(shown["next"].as_array().unwrap().len(), 3);

    let set = world.trib(&["schedule", "CRM", "every", "90", "minutes"]).ok();
    assert_eq!(set["schedule"], "every 90m");
    let error = world.trib(&["schedule", "CRM", "soon"]).error();
    assert_eq!((&error["code"], &error["setting"]), (&json!("invalid_setting"), &json!("schedule")));
    assert_eq!(world.trib(&["schedule", "CRM"]).ok()["schedule"], "every 90m", "it stays as it was");
    assert_eq!(world.trib(&["schedule", "CRM", "off"]).ok()["schedule"], Value::Null);

    assert_eq!(world.trib(&["pause", "CRM"]).ok()["integration"]["status"], "paused");
    assert_eq!(world.trib(&["resume", "CRM"]).ok()["integration"]["status"], "untested");
    assert!(world.trib(&["pause", "--all", "--for", "2h"]).ok()["paused"]["until"].is_string());
    assert_eq!(world.trib(&["resume", "--all"]).ok()["paused"], Value::Null);
    assert_eq!(world.trib(&["pause", "CRM", "nobody"]).code, Some(1), "one of two is not there");
    assert_eq!(world.trib(&["pause"]).code, Some(2));
}

#[test]
fn several_are_scheduled_tested_and_deleted_at_once_and_each_failure_is_told() {
    let world = World::new();
    for name in ["A", "B", "C"] {
        world.connect(name, &SimulatorConfig::default(), json!({}));
    }
    let answer = world.trib(&["schedule", "A", "nobody", "B", "--set", "daily 06:00"]);
    assert_eq!(answer.code, Some(1), "one of three is not there");
    assert!(answer.stderr.contains("not_found") && answer.stdout.lines().count() == 2, "{answer:?}");
    let schedule = |name: &str| world.trib(&["schedule", name]).ok()["schedule"].clone();
    assert_eq!(
        [schedule("A"), schedule("B"), schedule("C")],
        [json!("daily 06:00"), json!("daily 06:00"), Value::Null]
    );
    assert_eq!(world.trib(&["schedule", "--all", "--set", "soon"]).refused(), "invalid_setting");
    assert_eq!(world.trib(&["schedule", "--all", "--set", "hourly"]).code, Some(0));
    assert_eq!(schedule("C"), "hourly");
    assert_eq!(world.trib(&["schedule", "--all"]).code, Some(2), "it does not say when");

    let answer = world.trib(&["integrations", "delete", "A", "nobody", "B"]);
    assert_eq!(answer.code, Some(1));
    let removed: Vec<Value> = answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(removed.len(), 2, "the others had their turn: {answer:?}");
    assert_eq!((&removed[0]["deleted"], &removed[0]["removed"]["name"]), (&json!("A"), &json!("A")));
    assert_eq!(removed[0]["removed"]["secrets"], 3, "it says what goes: {removed:?}");
    assert_eq!(world.trib(&["integrations", "delete", "--all"]).code, Some(0));
    assert_eq!(world.trib(&["integrations", "list"]).ok()["integrations"], json!([]));
}

#[test]
fn the_daemon_brings_data_in_by_itself_and_a_second_one_waits() {
    let mut world = World::new();
    let config = small_org(120, 10);
    let _simulator = world.simulate(config.clone());
    world.connect("CRM", &config, json!({"streams": ["Account"]}));
    // The engine is made ready before, so that nothing but the sync itself is waited for.
    assert_eq!(world.trib(&["test", "CRM"]).ok()["ok"], true);
    world.trib(&["schedule", "CRM", "every", "1m"]).ok();

    let (daemon, mut lines) = start(&world);
    assert_eq!(next(&mut lines)["event"], "scheduling");
    let (second, mut second_lines) = start(&world);
    assert_eq!(next(&mut second_lines)["event"], "waiting");

    let started = next(&mut lines);
    assert_eq!((&started["event"], &started["run"]["trigger"]), (&json!("started"), &json!("scheduled")));
    let ended = next(&mut lines);
    assert_eq!((&ended["event"], &ended["run"]["status"]), (&json!("ended"), &json!("succeeded")), "{ended}");
    assert_eq!(records(&ended["run"], "Account"), 120);
    assert_eq!(world.rows("Account"), 120);

    for child in [daemon, second] {
        terminate(&child);
        let answer = answer(child);
        assert_eq!(answer.code, Some(0), "it ends in good order: {answer:?}");
    }
}

fn start(world: &World) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut daemon = world.command(&["daemon"]).spawn().unwrap();
    let lines = BufReader::new(daemon.stdout.take().unwrap()).lines();
    (daemon, lines)
}

/// What the daemon tells next.
fn next(lines: &mut Lines<BufReader<ChildStdout>>) -> Value {
    serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap()
}

fn terminate(child: &Child) {
    let id = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
}
