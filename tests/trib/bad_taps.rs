//! Sources that misbehave, behind the real `plugin-host`, Meltano and loader.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::{Value, json};
use support::{
    answer, records,
    trial::{NAME, Trial},
};

fn failed(trial: &Trial, codes: &[&str]) -> Value {
    let run = trial.sync();
    let code = run["problem"]["code"].as_str().unwrap_or_default();
    assert_eq!(run["status"], "failed", "{run}");
    assert!(codes.contains(&code), "{run}");
    trial.no_process_is_left();
    run
}

#[test]
fn one_that_is_deaf_and_forks_twice_is_ended_when_the_sync_is_cancelled() {
    let trial = Trial::new();
    trial.plan(&json!([["schema"], ["rows", 1, 10], ["state"], ["deaf"], ["fork"], ["silence"]]));
    let child = trial.start_until("silence");
    let id = trial.run()["id"].as_str().unwrap().to_owned();
    assert_eq!(trial.world.trib(&["cancel", &id]).ok()["run"]["status"], "cancelled");
    answer(child);
    trial.no_process_is_left();
    assert_eq!(trial.arrived(), (1..=10).collect());
    trial.goes_on_to(20);
    assert_eq!(trial.state(), 10, "what the loader confirmed is kept");
}

#[test]
fn what_it_leaves_behind_ends_with_it() {
    let trial = Trial::new();
    trial.plan(&json!([["schema"], ["rows", 1, 10], ["state"], ["fork"]]));
    assert_eq!(trial.sync()["status"], "succeeded");
    trial.no_process_is_left();
}

#[test]
fn one_that_says_nothing_for_ever_is_given_up() {
    let mut trial = Trial::new();
    trial.plan(&json!([["schema"], ["rows", 1, 10], ["state"], ["deaf"], ["silence"]]));
    // More than a busy computer needs to begin.
    trial.world.environment.insert("TRIBUTARY_SILENCE_LIMIT".to_owned(), "15".to_owned());
    failed(&trial, &["hung"]);
    trial.world.environment.remove("TRIBUTARY_SILENCE_LIMIT");
    trial.goes_on_to(20);
    assert_eq!(trial.state(), 10, "what the loader confirmed is kept");
}

#[test]
fn one_that_fails_keeps_what_was_confirmed() {
    let trial = Trial::new();
    trial.plan(&json!([
        ["schema"],
        ["rows", 1, 10],
        ["state"],
        ["rows", 11, 15],
        ["say", "CRITICAL out of luck"],
        ["exit", 1]
    ]));
    let run = failed(&trial, &["unknown"]);
    assert!(run["problem"].to_string().contains("out of luck"), "{run}");
    trial.goes_on_to(20);
    assert_eq!(trial.state(), 10);
}

#[test]
fn malformed_state_fails_the_sync_and_is_never_kept() {
    for state in ["{\"type\": \"STATE\", \"value\": ", "{\"type\": \"STATE\"}"] {
        let trial = Trial::new();
        trial.plan(&json!([
            ["schema"],
            ["rows", 1, 10],
            ["state"],
            ["rows", 11, 15],
            ["raw", state],
            ["rows", 16, 20]
        ]));
        failed(&trial, &["destination_failed", "destination_refused", "unknown", "connector_broken"]);
        trial.goes_on_to(20);
    }
}

#[test]
fn state_in_the_wrong_order_is_never_ahead_of_the_destination() {
    let trial = Trial::new();
    // A state before its rows; then the source fails: the loader has confirmed what it was told, in the order it was told.
    trial.plan(&json!([["schema"], ["rows", 1, 10], ["state"], ["rows", 11, 20], ["state", 12]]));
    assert_eq!(trial.sync()["status"], "succeeded");
    // The older state counts: rows come twice rather than never.
    trial.goes_on_to(30);
    assert_eq!(trial.state(), 12);
}

#[test]
fn a_record_before_its_schema_fails_the_sync() {
    let trial = Trial::new();
    trial.plan(&json!([["rows", 1, 3], ["schema"], ["rows", 4, 10], ["state"]]));
    failed(&trial, &["destination_failed", "destination_refused", "unknown", "connector_broken"]);
    assert!(trial.arrived().is_empty());
    trial.goes_on_to(20);
    assert_eq!(trial.state(), 0);
}

#[test]
fn lines_that_are_no_messages_fail_the_sync() {
    let trial = Trial::new();
    trial.plan(&json!([["schema"], ["rows", 1, 5], ["raw", "hello from a print"], ["rows", 6, 10], ["state"]]));
    failed(&trial, &["destination_failed", "destination_refused", "unknown", "connector_broken"]);
    trial.goes_on_to(20);
}

#[test]
fn a_record_of_60_mb_arrives() {
    let trial = Trial::new();
    trial.plan(&json!([["schema"], ["rows", 1, 1], ["big", 2, 60], ["rows", 3, 3], ["state"]]));
    let run = trial.sync();
    assert_eq!(run["status"], "succeeded", "{run}");
    assert_eq!((records(&run, "rows"), trial.arrived().len()), (3, 3));
    assert!(std::fs::metadata(trial.file()).unwrap().len() > 60 << 20);
    assert_eq!(trial.world.runs(NAME).len(), 1);
}
