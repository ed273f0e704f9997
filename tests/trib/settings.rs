//! The settings of the whole app through the command line, and what follows from them.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::{Value, json};
use support::{World, records, small_org};

fn set(world: &World, name: &str, value: &str) -> Value {
    world.trib(&["settings", "set", name, value]).ok()["settings"].clone()
}

#[test]
fn settings_are_shown_set_and_refused_by_name() {
    let world = World::new();
    let usual = world.trib(&["settings"]).ok()["settings"].clone();
    assert_eq!((&usual["run_hours"], &usual["parallel_runs"]), (&json!(24), &Value::Null));
    let changed = set(&world, "run_hours", "12");
    assert_eq!((&changed["run_hours"], &changed["silence_minutes"]), (&json!(12), &usual["silence_minutes"]));
    assert_eq!(world.trib(&["settings", "get"]).ok()["settings"], changed, "it is kept");
    assert_eq!(set(&world, "notifications.daily_summary", "18:00")["notifications"]["daily_summary"], "18:00");

    for (name, value) in [("run_hours", "0"), ("parallel_runs", "99"), ("proxy", "http://anna:s3cret@proxy:1")] {
        let answer = world.trib(&["settings", "set", name, value]);
        assert!(!answer.stderr.contains("s3cret"), "{}", answer.stderr);
        let error = answer.error();
        assert_eq!((&error["code"], &error["setting"]), (&json!("invalid_setting"), &json!(name)));
    }
    assert_eq!(world.trib(&["settings", "set", "colour", "red"]).refused(), "not_found");
    assert_eq!(world.trib(&["settings"]).ok()["settings"]["run_hours"], 12, "nothing else was changed");
}

#[test]
fn a_sync_takes_the_proxy_and_the_certificates_that_are_set() {
    let mut world = World::new();
    let config = small_org(40, 10);
    let simulator = world.simulate(config.clone());
    // The system says nothing, or something wrong: what is set has to do.
    let certificates = world.environment.remove("REQUESTS_CA_BUNDLE").unwrap();
    world.environment.insert("HTTPS_PROXY".to_owned(), "http://127.0.0.1:9".to_owned());
    world.connect("CRM", &config, json!({"streams": ["Account"]}));
    let answer = world.trib(&["sync", "CRM"]);
    assert_eq!(answer.code, Some(1), "the source is behind the proxy: {answer:?}");

    set(&world, "proxy", &simulator.proxy_url());
    set(&world, "certificates", &certificates);
    let run = world.sync("CRM");
    assert_eq!((&run["status"], records(&run, "Account")), (&json!("succeeded"), 40), "{run}");
}
