//! Each process of a sync is killed at several moments: what is told, what is left, and how the next sync goes on.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::{Value, json};
use std::{fs, process::Child};
use support::{
    answer, secrets,
    trial::{NAME, Part, TOKEN, Trial, kill},
    until,
};

/// Some rows with their state, then a gate, then more of both.
fn in_the_middle() -> Value {
    json!([["schema"], ["rows", 1, 10], ["state"], ["gate", "reading"], ["rows", 11, 20], ["state"]])
}

/// Ends a sync as a crash of the app does, and checks what the next start makes of it.
fn crash(trial: &Trial, mut child: Child) {
    kill(child.id());
    child.wait().unwrap();
    let runs = trial.world.runs(NAME);
    let interrupted: Vec<_> = runs.iter().filter(|run| run["status"] == "interrupted").collect();
    assert_eq!(interrupted.len(), 1, "{runs:?}");
    assert_eq!(interrupted[0]["id"], runs[0]["id"]);
    let problem = &runs[0]["problem"];
    assert_eq!((&problem["code"], &problem["fix"]["action"]), (&json!("interrupted"), &json!("sync_again")));
    assert!(!runs[0]["finished_at"].is_null());
    trial.no_process_is_left();
    assert_eq!(secrets::find(trial.world.folder(), &[TOKEN.to_owned()]), Vec::<String>::new());
    assert_eq!(trial.world.runs(NAME), runs, "the status stays what it is");
    let leftovers = trial.world.home().join("project/.meltano/run");
    assert!(!leftovers.exists(), "what Meltano could not remove is removed");
}

#[test]
fn the_app_while_it_asks_what_there_is() {
    let trial = Trial::new();
    trial.plan(&in_the_middle());
    fs::write(trial.place("discovery.gated"), "").unwrap();
    let child = trial.start_until("discovery");
    crash(&trial, child);
    trial.goes_on_to(20);
}

#[test]
fn the_app_while_it_reads() {
    let trial = Trial::new();
    trial.plan(&in_the_middle());
    let child = trial.start_until("reading");
    crash(&trial, child);
    trial.goes_on_to(20);
}

/// A loader that waits: the file it writes is a pipe that nobody reads.
fn stuck_in_the_loader(trial: &Trial) -> Child {
    let file = trial.file();
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &file,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    trial.plan(&json!([["schema"], ["rows", 1, 10], ["state"], ["gate", "end"]]));
    let child = trial.start_until("end");
    trial.pass("end");
    until("the source has ended", || trial.processes(Part::Source).is_empty());
    child
}

#[test]
fn the_app_while_the_loader_writes() {
    let trial = Trial::new();
    trial.plan(&json!([["schema"], ["rows", 1, 5], ["state"]]));
    assert_eq!(trial.sync()["status"], "succeeded");
    let text = fs::read_to_string(trial.file()).unwrap();
    fs::remove_file(trial.file()).unwrap();
    let child = stuck_in_the_loader(&trial);
    crash(&trial, child);
    // The destination as it was.
    fs::remove_file(trial.file()).unwrap();
    fs::write(trial.file(), text).unwrap();
    trial.goes_on_to(20);
    assert!(trial.state() == 5, "what was confirmed is known, and nothing else");
}

/// Kills a part of a sync and gives the run as it was told.
fn killed(trial: &Trial, child: Child, part: Part) -> Value {
    trial.kill(part);
    let ended = answer(child);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let run = ended.json()["run"].clone();
    assert_eq!((&run["status"], &run["problem"]["code"]), (&json!("failed"), &json!("killed")), "{part:?}: {run}");
    trial.no_process_is_left();
    assert_eq!(trial.run()["id"], run["id"], "one run, one status");
    run
}

#[test]
fn meltano_while_it_reads() {
    let trial = Trial::new();
    trial.plan(&in_the_middle());
    killed(&trial, trial.start_until("reading"), Part::Meltano);
    trial.goes_on_to(20);
}

#[test]
fn meltano_while_the_loader_writes() {
    let trial = Trial::new();
    let child = stuck_in_the_loader(&trial);
    killed(&trial, child, Part::Meltano);
    fs::remove_file(trial.file()).unwrap();
    trial.goes_on_to(20);
}

#[test]
fn the_source_before_and_after_its_first_row() {
    let trial = Trial::new();
    trial.plan(&json!([["gate", "starting"], ["schema"], ["rows", 1, 10], ["state"], ["gate", "reading"]]));
    killed(&trial, trial.start_until("starting"), Part::Source);
    assert!(trial.arrived().is_empty());
    trial.plan(&in_the_middle());
    killed(&trial, trial.start_until("reading"), Part::Source);
    assert_eq!(trial.arrived(), (1..=10).collect(), "what was read was written");
    trial.goes_on_to(20);
    assert_eq!(trial.state(), 10, "and confirmed: the next sync went on from there");
}

#[test]
fn the_loader_while_the_source_reads_and_while_it_writes() {
    let trial = Trial::new();
    trial.plan(&in_the_middle());
    killed(&trial, trial.start_until("reading"), Part::Loader);
    trial.goes_on_to(20);

    let trial = Trial::new();
    let child = stuck_in_the_loader(&trial);
    killed(&trial, child, Part::Loader);
    fs::remove_file(trial.file()).unwrap();
    trial.goes_on_to(20);
}

#[test]
fn the_host_of_the_source_takes_everything_with_it() {
    let trial = Trial::new();
    trial.plan(&json!([["schema"], ["rows", 1, 10], ["state"], ["deaf"], ["fork"], ["gate", "reading"]]));
    killed(&trial, trial.start_until("reading"), Part::HostOfSource);
    trial.goes_on_to(20);
}

#[test]
fn the_host_of_the_loader() {
    let trial = Trial::new();
    trial.plan(&in_the_middle());
    killed(&trial, trial.start_until("reading"), Part::HostOfLoader);
    trial.goes_on_to(20);
}

#[test]
fn of_two_starts_at_once_one_syncs_and_the_other_is_told() {
    let trial = Trial::new();
    trial.plan(&in_the_middle());
    let both: Vec<_> = (0..2).map(|_| trial.command().spawn().unwrap()).collect();
    trial.reached("reading");
    trial.pass("reading");
    let answers: Vec<_> = both.into_iter().map(answer).collect();
    let (good, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.code == Some(0));
    assert_eq!((good.len(), refused.len()), (1, 1), "{answers:?}");
    assert_eq!(refused[0].refused(), "already_running");
    assert_eq!(trial.world.runs(NAME).len(), 1);
    assert_eq!(trial.arrived(), (1..=20).collect());
}

#[test]
fn of_many_starts_after_a_crash_one_says_what_happened() {
    let trial = Trial::new();
    trial.plan(&in_the_middle());
    let mut child = trial.start_until("reading");
    kill(child.id());
    child.wait().unwrap();
    let starts: Vec<_> = (0..4).map(|_| trial.world.command(&["runs", NAME]).spawn().unwrap()).collect();
    for start in starts {
        let runs = answer(start).ok()["runs"].as_array().unwrap().clone();
        assert_eq!(runs.len(), 1, "{runs:?}");
        assert_eq!(runs[0]["status"], "interrupted", "nobody sees a run without an owner: {runs:?}");
    }
    trial.no_process_is_left();
    trial.goes_on_to(20);
}
