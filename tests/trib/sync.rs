//! Syncs through the command line: real Meltano, the real Salesforce tap, a simulated org.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::Child,
};
use support::{World, answer, processes_with, records, small_org, until};
use tributary_salesforce_sim::SimulatorConfig;

fn streams() -> serde_json::Value {
    json!({"streams": ["Account", "Contact"]})
}

#[test]
fn the_first_sync_brings_everything_and_the_second_what_changed() {
    let mut world = World::new();
    let config = small_org(730, 410);
    let simulator = world.simulate(config.clone());
    world.connect("CRM", &config, streams());
    assert_eq!(world.trib(&["test", "CRM"]).ok()["ok"], true);

    let first = world.sync("CRM");
    assert_eq!(first["status"], "succeeded");
    assert_eq!((records(&first, "Account"), records(&first, "Contact")), (730, 410));
    assert_eq!((world.rows("Account"), world.rows("Contact")), (730, 410), "what was counted has arrived");
    the_log_is_searched_by_text_level_source_and_end(&world, &first);

    simulator.change_records("Account", 9).unwrap();
    let second = world.sync("CRM");
    // The newest record of before comes once more: the tap asks for everything since it, that moment included.
    assert!((9..=10).contains(&records(&second, "Account")), "{second}");
    assert!(records(&second, "Contact") <= 1, "{second}");
    assert_eq!(world.runs("CRM").len(), 2);
    let status = world.trib(&["integrations", "get", "CRM"]).ok();
    assert_eq!(status["integration"]["status"], "ready");

    let everything = world.trib(&["sync", "CRM", "--full-refresh"]).ok();
    assert_eq!(records(&everything["run"], "Account"), 730, "a full refresh reads everything again");
}

fn the_log_is_searched_by_text_level_source_and_end(world: &World, run: &Value) {
    let id = run["id"].as_str().unwrap();
    let lines = |arguments: &[&str]| {
        let answer = world.trib(&[&["logs", id], arguments].concat());
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let lines = answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect::<Vec<Value>>()
    };
    let all = lines(&[]);
    let metrics = lines(&["--search", "METRIC", "--source", "extractor"]);
    assert!(!metrics.is_empty() && metrics.len() < all.len());
    assert!(
        metrics.iter().all(|line| line["source"] == "extractor" && line["text"].as_str().unwrap().contains("METRIC"))
    );
    assert!(metrics.iter().any(|line| line["stream"] == "Account"), "{metrics:?}");
    assert_eq!(lines(&["--search", "preparing THE sync"]).len(), 1);
    assert_eq!(lines(&["--tail", "3"]), all[all.len() - 3..]);
    assert_eq!(lines(&["--tail", "2", "--source", "extractor", "--search", "metric"]), metrics[metrics.len() - 2..]);
    assert_eq!(lines(&["--follow", "--level", "error"]), [] as [Value; 0], "a run that has ended is not waited for");
    assert_eq!(world.trib(&["logs", id, "--level", "loud"]).code, Some(2));
}

#[test]
fn a_stream_whose_state_is_forgotten_is_read_again_and_the_others_are_not() {
    let mut world = World::new();
    let config = small_org(40, 30);
    let _simulator = world.simulate(config.clone());
    world.connect("CRM", &config, streams());
    assert_eq!(world.trib(&["state", "CRM"]).ok()["streams"], json!([]), "nothing was synced yet");
    world.sync("CRM");
    let names = |state: &serde_json::Value| {
        let streams = state["streams"].as_array().unwrap();
        streams.iter().map(|stream| stream["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let state = world.trib(&["state", "CRM"]).ok();
    assert_eq!(names(&state), ["Account", "Contact"]);
    assert!(state["streams"][0]["position"].as_str().unwrap().starts_with("20"), "a moment: {state}");

    assert_eq!(world.trib(&["state", "CRM", "--reset", "Nothing"]).refused(), "not_found");
    assert_eq!(names(&world.trib(&["state", "CRM", "--reset", "Account"]).ok()), ["Contact"]);
    let again = world.sync("CRM");
    assert_eq!(records(&again, "Account"), 40, "read from the start");
    assert!(records(&again, "Contact") <= 1, "{again}");
}

#[test]
fn rotated_tokens_are_kept_so_that_every_later_sync_works() {
    let mut world = World::new();
    let config = SimulatorConfig { rotate_refresh_tokens: true, ..small_org(20, 20) };
    let simulator = world.simulate(config.clone());
    world.connect("Rotating", &config, streams());
    for _ in 0..3 {
        assert_eq!(world.trib(&["test", "Rotating"]).ok()["ok"], true);
        assert_eq!(world.sync("Rotating")["status"], "succeeded");
    }
    assert_ne!(simulator.current_refresh_token(), config.refresh_token, "the org rotated the token");
    assert_eq!(simulator.stats().replays, 0, "no old token was used again");
}

#[test]
fn the_instance_in_the_settings_is_compared_with_the_one_of_the_sign_in() {
    let mut world = World::new();
    let address = "https://your-instance.salesforce.com";
    let config = SimulatorConfig { instance_url: Some(address.to_owned()), ..small_org(15, 5) };
    let _simulator = world.simulate(config.clone());
    let mut more = streams();
    support::merge(&mut more, json!({"config": {"instance_url": address}}));
    world.connect("Right", &config, more);
    assert_eq!(records(&world.sync("Right"), "Account"), 15);

    let mut more = streams();
    support::merge(&mut more, json!({"config": {"instance_url": "https://another.my.salesforce.com"}}));
    world.connect("Wrong", &config, more);
    let answer = world.trib(&["sync", "Wrong"]);
    assert_eq!(answer.code, Some(1));
    let problem = &answer.json()["run"]["problem"];
    assert_eq!(problem["code"], "wrong_instance", "{problem}");
    assert_eq!(problem["fix"]["setting"], "instance_url");
    let test = world.trib(&["test", "Wrong"]);
    assert_eq!((test.code, &test.json()["ok"]), (Some(1), &json!(false)));
}

#[test]
fn an_unreachable_source_is_a_network_problem() {
    let mut world = World::new();
    let config = small_org(5, 5);
    let simulator = world.simulate(config.clone());
    world.connect("CRM", &config, streams());
    world.runtime.block_on(simulator.stop());
    let answer = world.trib(&["sync", "CRM"]);
    let code = answer.json()["run"]["problem"]["code"].as_str().unwrap().to_owned();
    assert!(["network_down", "tls_or_proxy"].contains(&code.as_str()), "{code}");
}

/// Starts a sync of a slow org and waits until some pages of rows have arrived.
fn sync_under_way(world: &World, simulator: &tributary_salesforce_sim::Simulator) -> Child {
    simulator.set_delay(std::time::Duration::from_millis(400));
    let mut child = world.command(&["sync", "CRM"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    loop {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "the sync ended early");
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        let streams = value["progress"]["streams"].as_array().cloned().unwrap_or_default();
        if streams.iter().any(|stream| stream["records"].as_u64() > Some(500)) {
            break;
        }
    }
    child.stdout = Some(lines.into_inner());
    child
}

fn signal(child: &Child, signal: rustix::process::Signal) {
    let id = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(id, signal).unwrap();
}

#[test]
fn ctrl_c_keeps_what_arrived_and_the_next_sync_goes_on() {
    let mut world = World::new();
    let config = small_org(4_000, 10);
    let simulator = world.simulate(config.clone());
    world.connect("CRM", &config, streams());
    world.trib(&["streams", "CRM"]).ok();
    let child = sync_under_way(&world, &simulator);
    signal(&child, rustix::process::Signal::INT);
    let stopped = answer(child);
    assert_eq!(stopped.code, Some(1));
    let run = &stopped.json()["run"];
    assert_eq!(run["status"], "cancelled", "{run}");
    let arrived = records(run, "Account");
    assert!(arrived > 0 && arrived < 4_000, "{run}");
    assert!(world.rows("Account") > 0, "what had arrived was written");
    assert_eq!(processes_with(&format!("TRIBUTARY_RUN={}", run["id"].as_str().unwrap())), Vec::<u32>::new());

    simulator.set_delay(std::time::Duration::ZERO);
    let next = world.sync("CRM");
    assert!(records(&next, "Account") < 4_000, "the next sync goes on from there: {next}");
    assert!(records(&next, "Account") + arrived >= 4_000, "nothing is left out: {next}");
}

#[test]
fn one_integration_is_synced_once_at_a_time() {
    let mut world = World::new();
    let config = small_org(2_000, 10);
    let simulator = world.simulate(config.clone());
    world.connect("CRM", &config, streams());
    let child = sync_under_way(&world, &simulator);
    assert_eq!(world.trib(&["sync", "CRM"]).refused(), "already_running");
    let run = world.runs("CRM")[0]["id"].as_str().unwrap().to_owned();
    let cancelled = world.trib(&["cancel", &run]).ok();
    assert_eq!(cancelled["run"]["status"], "cancelled", "another process can stop it");
    assert_eq!(answer(child).code, Some(1));
}

#[test]
fn after_a_kill_nothing_is_left_and_the_next_sync_goes_on() {
    let mut world = World::new();
    let config = small_org(2_000, 300);
    let simulator = world.simulate(config.clone());
    world.connect("CRM", &config, streams());
    let first = world.sync("CRM");
    assert_eq!(first["status"], "succeeded");
    simulator.change_records("Account", 1_500).unwrap();
    let mut child = sync_under_way(&world, &simulator);
    signal(&child, rustix::process::Signal::KILL);
    child.wait().unwrap();
    simulator.set_delay(std::time::Duration::ZERO);

    let runs = world.runs("CRM");
    assert_eq!(runs[0]["status"], "interrupted", "the next start says what happened: {}", runs[0]);
    assert_eq!(runs[0]["problem"]["code"], "interrupted");
    let marker = format!("TRIBUTARY_RUN={}", runs[0]["id"].as_str().unwrap());
    until("no process is left", || processes_with(&marker).is_empty());
    let next = world.sync("CRM");
    let again = records(&next, "Account");
    assert!((1_500..2_000).contains(&again), "it goes on from the last saved state: {next}");
}

#[test]
fn a_csv_file_is_brought_in() {
    let world = World::new();
    let file = world.folder().join("people.csv");
    std::fs::write(&file, "id,name\n1,Ada\n2,Bo $HOME\n").unwrap();
    let input = json!({"type": "spreadsheets", "name": "People", "config": {"files": [
        {"path": file, "format": "csv", "table_name": "people", "primary_keys": ["id"]}]}});
    world.trib_with(&["integrations", "create"], &input.to_string()).ok();
    assert_eq!(world.trib(&["test", "People"]).ok()["ok"], true);
    assert_eq!(records(&world.sync("People"), "people"), 2);
    assert_eq!(world.rows("people"), 2);
}

#[test]
fn a_source_that_says_nothing_any_more_is_given_up_and_what_arrived_is_kept() {
    let mut world = World::new();
    let config = small_org(4_000, 10);
    let simulator = world.simulate(config.clone());
    world.connect("CRM", &config, streams());
    world.trib(&["streams", "CRM"]).ok();
    // More than a busy computer needs to begin.
    world.environment.insert("TRIBUTARY_SILENCE_LIMIT".to_owned(), "20".to_owned());
    let child = sync_under_way(&world, &simulator);
    simulator.set_delay(std::time::Duration::from_mins(10));
    let answer = answer(child);
    assert_eq!(answer.code, Some(1));
    let run = &answer.json()["run"];
    assert_eq!((&run["status"], &run["problem"]["code"]), (&json!("failed"), &json!("hung")), "{run}");
    simulator.set_delay(std::time::Duration::ZERO);
    world.environment.remove("TRIBUTARY_SILENCE_LIMIT");
    let next = world.sync("CRM");
    assert!(records(&next, "Account") < 4_000, "the next sync goes on from there: {next}");
}
