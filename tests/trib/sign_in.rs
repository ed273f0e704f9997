//! Signing in from the command line, and the unmodified connector on an org that rotates tokens and watches for replays.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Child,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use support::{World, answer, merge, records, small_org};
use tributary_salesforce_sim::{Mode, Simulator, SimulatorConfig};

/// The ports of the call-back are the computer's: one test at a time uses them.
fn ports() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks a server of this computer for a page: where it leads, and its text.
fn visit(address: &str) -> (Option<String>, String) {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host.replace("localhost", "127.0.0.1")).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    let location = reply.lines().find_map(|line| line.strip_prefix("location: ").map(str::to_owned));
    (location, reply)
}

/// A browser whose person allows everything.
fn browse(simulator: &Simulator, address: &str) {
    let (_, path) = address.split_once(".salesforce.com").unwrap();
    let (back, text) = visit(&format!("{}{path}", simulator.base_url()));
    let page = visit(&back.unwrap_or_else(|| panic!("Salesforce showed an error: {text}"))).1;
    assert!(page.contains("go back to Tributary"), "{page}");
}

/// A sign-in that waits for the browser, and the address it waits at.
fn begin(world: &World, arguments: &[&str]) -> (Child, BufReader<std::process::ChildStdout>, String) {
    let mut child = world.command(arguments).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    let started: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let address = started["sign_in"]["address"].as_str().unwrap().to_owned();
    (child, lines, address)
}

fn end(mut child: Child, mut lines: BufReader<std::process::ChildStdout>) -> (Option<i32>, Value) {
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    let status = child.wait().unwrap();
    (status.code(), serde_json::from_str::<Value>(rest.lines().last().unwrap()).unwrap()["signed_in"].clone())
}

fn sign_in(world: &World, simulator: &Simulator, name: &str) -> Value {
    let (child, lines, address) = begin(world, &["sign-in", name, "--no-browser"]);
    browse(simulator, &address);
    let (code, ended) = end(child, lines);
    assert_eq!(code, Some(0), "{ended}");
    ended
}

fn rotating(accounts: u64) -> SimulatorConfig {
    SimulatorConfig { rotate_refresh_tokens: true, auto_approve: true, ..small_org(accounts, 5) }
}

fn streams() -> Value {
    json!({"streams": ["Account", "Contact"]})
}

#[test]
fn from_the_browser_over_many_syncs_to_a_revoked_sign_in_and_back() {
    let _alone = ports();
    let mut world = World::new();
    let simulator = world.simulate(rotating(40));
    // A token nobody gave: signing in takes its place.
    let mut more = streams();
    merge(&mut more, json!({"secrets": {"refresh_token": "none-yet"}}));
    world.connect("CRM", simulator.config(), more);
    let ended = sign_in(&world, &simulator, "CRM");
    assert_eq!(ended["identity"]["org_name"], "Tributary Sample");
    let first = world.sync("CRM");
    assert_eq!((first["status"].as_str(), records(&first, "Account")), (Some("succeeded"), 40), "{first}");

    let before = simulator.stats();
    for _ in 0..3 {
        assert_eq!(world.sync("CRM")["status"], "succeeded");
    }
    let after = simulator.stats();
    assert_eq!(after.token_requests - before.token_requests, 3, "one token request a run");
    assert_eq!((after.replays, after.describes), (0, before.describes));

    simulator.revoke_all();
    let refused = world.trib(&["sync", "CRM"]);
    assert_eq!(refused.code, Some(1));
    let problem = &refused.json()["run"]["problem"];
    assert_eq!(
        (problem["code"].as_str(), problem["fix"]["action"].as_str()),
        (Some("sign_in_expired"), Some("sign_in"))
    );

    simulator.change_records("Account", 3).unwrap();
    sign_in(&world, &simulator, "CRM");
    let resumed = world.sync("CRM");
    assert_eq!(resumed["status"], "succeeded", "{resumed}");
    assert!((3..=4).contains(&records(&resumed, "Account")), "it goes on where it was: {resumed}");
    assert_eq!(simulator.stats().replays, 0);

    let status = world.trib(&["sign-in", "CRM", "--status"]).ok()["sign_in"].clone();
    assert_eq!((status["state"].as_str(), status["quota"]["max"].as_u64()), (Some("signed_in"), Some(100_000)));
    assert_eq!(world.trib(&["sign-out", "CRM"]).ok()["signed_out"], "revoked");
    assert_eq!(world.trib(&["sync", "CRM"]).json()["run"]["problem"]["code"], "sign_in_expired");
}

#[cfg(unix)]
#[test]
fn who_gives_up_leaves_everything_as_it_was() {
    let _alone = ports();
    let mut world = World::new();
    let simulator = world.simulate(rotating(5));
    world.connect("CRM", simulator.config(), streams());
    let (child, lines, _) = begin(&world, &["sign-in", "CRM", "--no-browser"]);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let (code, ended) = end(child, lines);
    assert_eq!((code, ended["stage"].as_str()), (Some(1), Some("cancelled")));
    assert_eq!(world.sync("CRM")["status"], "succeeded");
}

#[test]
fn a_run_that_would_go_beyond_the_share_waits_and_has_not_failed() {
    let mut world = World::new();
    let simulator = world.simulate(rotating(5));
    world.connect("CRM", simulator.config(), streams());
    assert_eq!(world.sync("CRM")["status"], "succeeded");
    simulator.set_mode(Mode::Quota { used: 90_000, allowed: 100_000 });
    let waiting = world.trib(&["sync", "CRM"]).json()["run"].clone();
    assert_eq!(
        (waiting["status"].as_str(), waiting["problem"]["code"].as_str()),
        (Some("skipped"), Some("quota_used_up"))
    );
    assert!(waiting["retry_at"].is_string(), "it begins by itself: {waiting}");
    let integration = world.trib(&["integrations", "get", "CRM"]).ok()["integration"].clone();
    assert_eq!(integration["status"], "ready", "nothing needs attention");
    simulator.set_mode(Mode::Normal);
    assert_eq!(world.sync("CRM")["status"], "succeeded");
}

/// How many syncs and how many tests; `TRIBUTARY_OVERLAP` asks for more.
fn overlapping() -> usize {
    std::env::var("TRIBUTARY_OVERLAP").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

#[test]
fn syncs_and_tests_that_share_a_sign_in_overlap_and_none_fails() {
    let count = overlapping();
    let mut world = World::new();
    let simulator = world.simulate(rotating(20));
    let names: Vec<String> = (0..4).map(|number| format!("CRM {number}")).collect();
    for name in &names {
        world.connect(name, simulator.config(), streams());
    }
    // The engine is made ready once.
    assert_eq!(world.trib(&["test", &names[0]]).ok()["ok"], true);
    let jobs: Vec<(&str, String)> = (0..count * 2)
        .map(|number| {
            // In an order that is neither alternating nor sorted: 7 and 16 have no common factor.
            let place = number * 7 % (count * 2);
            (if place < count { "sync" } else { "test" }, names[number % names.len()].clone())
        })
        .collect();
    let jobs = Arc::new(Mutex::new(jobs));
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let Some((verb, name)) = jobs.lock().unwrap().pop() else { break };
                    let mut answered = answer(world.command(&[verb, &name]).spawn().unwrap());
                    // Two syncs of one integration at once are refused, which is no failure of the sign-in.
                    while answered.code != Some(0) && answered.stderr.contains("already_running") {
                        std::thread::sleep(Duration::from_millis(200));
                        answered = answer(world.command(&[verb, &name]).spawn().unwrap());
                    }
                    if answered.code != Some(0) {
                        failed.lock().unwrap().push(format!("{verb} {name}: {answered:?}"));
                    }
                }
            });
        }
    });
    assert_eq!(failed.into_inner().unwrap(), Vec::<String>::new());
    let stats = simulator.stats();
    assert_eq!((stats.replays, stats.concurrent_refreshes, stats.token_refusals), (0, 0, 0), "{stats:?}");
    assert!(stats.refreshes >= u64::try_from(count * 2).unwrap(), "{stats:?}");
}

#[test]
fn a_thousand_objects_are_listed_quickly_and_cost_a_sync_of_some_nothing() {
    let mut world = World::new();
    let config = SimulatorConfig { extra_objects: 990, ..rotating(20) };
    let simulator = world.simulate(config);
    world.connect("Big", simulator.config(), json!({"streams": ["Account", "Contact"]}));
    simulator.set_delay(Duration::from_millis(20));
    let begun = Instant::now();
    let listed = world.trib(&["streams", "Big", "--refresh"]).ok()["streams"].as_array().unwrap().len();
    let took = begun.elapsed();
    assert!(listed >= 990, "{listed} objects");
    eprintln!("listing {listed} objects, 20 ms a call: {took:.1?}");
    assert_eq!(world.sync("Big")["status"], "succeeded");
    let before = simulator.stats();
    assert_eq!(world.sync("Big")["status"], "succeeded");
    let after = simulator.stats();
    assert_eq!(
        (after.describes, after.object_lists),
        (before.describes, before.object_lists),
        "it asks for nothing else"
    );

    let limited = json!({"config": {"objects_to_list": "chosen"}});
    world.trib_with(&["integrations", "update", "Big"], &limited.to_string()).ok();
    let before = simulator.stats().describes;
    let listed = world.trib(&["streams", "Big", "--refresh"]).ok()["streams"].as_array().unwrap().len();
    assert!(listed <= 10 && simulator.stats().describes - before <= 10, "{listed} objects");
}
