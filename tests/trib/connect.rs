//! Testing connections and choosing data through the command line: real connectors, a simulated org.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use support::{Answer, World, merge, records, small_org};
use tributary_salesforce_sim::{Mode, SignInError, SimulatorConfig};

/// Verdicts by name, in order.
fn verdicts(report: &Value) -> Vec<(String, String)> {
    let checks = report["checks"].as_array().unwrap().iter();
    checks.map(|check| (text(&check["name"]), text(&check["status"]))).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn message(report: &Value, check: &str) -> String {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|found| found["name"] == check).map(|found| text(&found["message"])).unwrap()
}

fn failed_at(answer: &Answer) -> String {
    assert_eq!(answer.code, Some(1), "{answer:?}");
    let found = verdicts(&answer.json()).into_iter().find(|(_, status)| status == "failed");
    found.unwrap_or_else(|| panic!("nothing failed: {answer:?}")).0
}

#[test]
fn checks_come_one_by_one_and_the_rows_are_read() {
    let mut world = World::new();
    let config = small_org(50, 3);
    let _simulator = world.simulate(config.clone());
    world.connect("CRM", &config, json!({"streams": ["Contact", "Account"]}));
    let answer = world.trib(&["test", "CRM"]);
    let report = answer.ok();
    let names: Vec<String> = verdicts(&report).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["engine", "connector", "settings", "sign_in", "read"]);
    assert!(message(&report, "read").contains("“Contact” can be read: the first 3 rows"), "{report}");
    let lines: Vec<Value> = answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 6, "each check is told as it comes: {answer:?}");
    assert_eq!(lines[3]["check"]["name"], "sign_in");
    for secret in [&config.client_secret, &config.refresh_token] {
        assert!(!answer.stdout.contains(secret.as_str()) && !answer.stderr.contains(secret.as_str()));
    }
}

#[test]
fn an_empty_source_passes_and_says_so() {
    let mut world = World::new();
    let config = small_org(0, 0);
    let _simulator = world.simulate(config.clone());
    world.connect("Empty", &config, json!({"streams": ["Account"]}));
    let report = world.trib(&["test", "Empty"]).ok();
    assert_eq!(report["ok"], true);
    assert!(message(&report, "read").contains("it is empty"), "{report}");
}

#[test]
fn each_failure_names_the_setting_at_fault() {
    let mut world = World::new();
    let config = small_org(5, 5);
    let simulator = world.simulate(config.clone());
    world.connect("CRM", &config, json!({}));
    for (error, code, setting) in [
        (SignInError::InvalidGrant, "sign_in_expired", "refresh_token"),
        (SignInError::InvalidClientId, "wrong_client", "client_id"),
    ] {
        simulator.set_mode(Mode::SignInRefused { error });
        let answer = world.trib(&["test", "CRM"]);
        assert_eq!(failed_at(&answer), "sign_in");
        let problem = &answer.json()["problem"];
        assert_eq!((text(&problem["code"]), text(&problem["fix"]["setting"])), (code.to_owned(), setting.to_owned()));
    }
    // It signs in, but may not read.
    simulator.set_mode(Mode::Normal);
    world.trib(&["streams", "CRM"]).ok();
    simulator.set_mode(Mode::RequestLimit { after_pages: 0 });
    let answer = world.trib(&["test", "CRM"]);
    assert_eq!((failed_at(&answer).as_str(), &answer.json()["problem"]["code"]), ("read", &json!("quota_used_up")));
}

#[test]
fn choices_are_honoured_and_incremental_stays_incremental() {
    let mut world = World::new();
    let config = small_org(60, 40);
    let simulator = world.simulate(config.clone());
    world.connect("CRM", &config, json!({}));
    let fields = world.trib(&["streams", "fields", "CRM", "Account"]).ok();
    let field = |name: &str| {
        let found = fields["fields"].as_array().unwrap().iter().find(|field| field["name"] == name);
        found.unwrap_or_else(|| panic!("{name} is missing: {fields}")).clone()
    };
    assert_eq!((&field("Id")["required"], &field("Id")["key"]), (&json!(true), &json!(true)));
    assert_eq!(field("SystemModstamp")["type"], "date-time");

    let select = ["streams", "select", "CRM", "Account", "--full", "Contact", "--exclude", "Account.Industry"];
    world.trib(&select).ok();
    let first = world.sync("CRM");
    assert_eq!((records(&first, "Account"), records(&first, "Contact")), (60, 40));
    assert_eq!(first["streams"].as_array().unwrap().len(), 2, "nothing else comes: {first}");
    let row = std::fs::read_to_string(world.home().join("data/Account.jsonl")).unwrap();
    let row: Value = serde_json::from_str(row.lines().next().unwrap()).unwrap();
    assert!(row.get("Industry").is_none() && row.get("Name").is_some(), "the field that is left out: {row}");

    simulator.change_records("Account", 4).unwrap();
    let second = world.sync("CRM");
    assert!((4..=5).contains(&records(&second, "Account")), "only what changed: {second}");
    assert_eq!(records(&second, "Contact"), 40, "this one comes whole each time: {second}");

    assert_eq!(world.trib(&["streams", "select", "CRM", "Nonsense"]).refused(), "operation_failed");
    let refused = world.trib(&["streams", "select", "CRM", "Account", "--exclude", "Account.Id"]).error();
    assert!(text(&refused["message"]).contains("cannot be left out"), "{refused}");
    let all = world.trib(&["streams", "select", "CRM", "--all"]).ok();
    assert!(all["integration"]["streams"].as_array().unwrap().len() > 5);
    let none = world.trib(&["streams", "select", "CRM", "--none"]).ok();
    assert_eq!(none["integration"]["streams"], json!([]));
    assert_eq!(world.trib(&["streams", "select", "CRM"]).code, Some(2), "something has to be said");
}

/// A folder of CSV files as a source, one table a file.
fn people(world: &World, tables: &[(&str, &str)], more: Value) -> Value {
    let files: Vec<Value> = tables
        .iter()
        .map(|(name, content)| {
            let path = world.folder().join(format!("{name}.csv"));
            std::fs::write(&path, content).unwrap();
            json!({"path": path, "format": "csv", "table_name": name, "primary_keys": ["id"]})
        })
        .collect();
    let mut body = json!({"type": "spreadsheets", "name": "Files", "config": {"files": files}});
    merge(&mut body, more);
    world.trib_with(&["integrations", "create"], &body.to_string()).ok()
}

fn excluded(world: &World) -> Value {
    world.trib(&["integrations", "get", "Files"]).ok()["integration"]["streams"].clone()
}

#[test]
fn a_new_field_comes_in_stays_out_or_waits_as_the_policy_says() {
    for (policy, arrives) in [("add", true), ("ask", false), ("ignore", false)] {
        let world = World::new();
        people(&world, &[("people", "id,name\n1,Ada\n")], json!({"new_data": policy}));
        world.sync("Files");
        std::fs::write(world.folder().join("people.csv"), "id,name,town\n1,Ada,Turin\n2,Bo,Ulm\n").unwrap();
        world.trib(&["streams", "Files", "--refresh"]).ok();
        let streams = excluded(&world);
        assert_eq!(streams.to_string().contains("town"), !arrives, "{policy}: {streams}");
        world.sync("Files");
        let rows = std::fs::read_to_string(world.home().join("data/people.jsonl")).unwrap();
        let last: Value = serde_json::from_str(rows.lines().last().unwrap()).unwrap();
        assert_eq!(last.get("town").is_some(), arrives, "{policy}: {last}");
    }
}

#[test]
fn a_stream_that_is_gone_is_passed_over_and_the_log_says_so() {
    let mut world = World::new();
    let config = small_org(10, 5);
    let names = |world: &World| -> Vec<String> {
        let offered = world.trib(&["streams", "CRM", "--refresh"]).ok();
        offered["streams"].as_array().unwrap().iter().map(|one| text(&one["name"])).collect()
    };
    let small = world.simulate(config.clone());
    world.connect("CRM", &config, json!({}));
    let few = names(&world);
    world.runtime.block_on(small.stop());
    let large = world.simulate(SimulatorConfig { extra_objects: 1, ..config.clone() });
    let custom = names(&world).into_iter().find(|name| !few.contains(name)).unwrap();
    world.trib(&["streams", "select", "CRM", "Account", &custom]).ok();
    world.runtime.block_on(large.stop());
    let _small = world.simulate(config);
    assert_eq!(names(&world).len(), few.len());
    let run = world.sync("CRM");
    assert_eq!((text(&run["status"]).as_str(), records(&run, "Account")), ("succeeded", 10), "{run}");
    assert!(world.log(&run).contains(&format!("no longer has “{custom}”")), "{}", world.log(&run));
    // What is chosen anew has to exist, what was chosen before may stay.
    world.trib_with(&["integrations", "update", "CRM"], &json!({"streams": ["Account", custom]}).to_string()).ok();
    let refused = world.trib_with(&["integrations", "update", "CRM"], &json!({"streams": ["Nonsense"]}).to_string());
    assert_eq!(refused.refused(), "operation_failed");
}

#[test]
fn a_change_that_was_begun_earlier_is_refused() {
    let world = World::new();
    let created = people(&world, &[("people", "id\n1\n")], json!({}));
    let since = created["integration"]["updated_at"].clone();
    world.trib_with(&["integrations", "update", "Files"], &json!({"schedule": "hourly"}).to_string()).ok();
    let late = json!({"name": "Mine", "unchanged_since": since});
    let refused = world.trib_with(&["integrations", "update", "Files"], &late.to_string()).error();
    assert_eq!(refused["code"], "conflict", "{refused}");
    assert!(text(&refused["hint"]).contains("begin it again"), "{refused}");
}

/// An engine like the shared one, but with another program in the place of the spreadsheet connector.
fn engine_with(world: &World, script: &str) -> PathBuf {
    let shared = PathBuf::from(&world.environment["TRIBUTARY_ENGINE"]);
    let engine = world.folder().join("engine");
    link_all(&shared, &engine, &["envs", "locks"]);
    link_all(&shared.join("locks"), &engine.join("locks"), &[]);
    let connector = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("tap-spreadsheets-");
    for entry in std::fs::read_dir(shared.join("envs")).unwrap().flatten() {
        let place = engine.join("envs").join(entry.file_name());
        if !connector(&entry.file_name()) {
            std::fs::create_dir_all(engine.join("envs")).unwrap();
            std::os::unix::fs::symlink(entry.path(), place).unwrap();
            continue;
        }
        link_all(&entry.path(), &place, &["bin"]);
        link_all(&entry.path().join("bin"), &place.join("bin"), &["tap-spreadsheets"]);
        let program = place.join("bin/tap-spreadsheets");
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    engine
}

fn link_all(from: &Path, to: &Path, except: &[&str]) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        if !except.contains(&entry.file_name().to_string_lossy().as_ref()) {
            std::os::unix::fs::symlink(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Tests a connector that behaves like this script.
fn test_of(script: &str) -> (Answer, World) {
    let mut world = World::new();
    let engine = engine_with(&world, script);
    world.environment.insert("TRIBUTARY_ENGINE".to_owned(), engine.to_string_lossy().into_owned());
    people(&world, &[("people", "id\n1\n")], json!({}));
    (world.trib(&["test", "Files"]), world)
}

/// Signs in, lists one stream, and then does what the script's last part says.
fn until_reading(rest: &str) -> String {
    format!(
        r#"#!/bin/sh
case "$*" in
*--test*) exit 0 ;;
*--discover*) echo '{{"streams": [{{"tap_stream_id": "people", "stream": "people", "schema": {{"properties": {{"id": {{}}}}}}}}]}}'; exit 0 ;;
esac
{rest}
"#
    )
}

#[test]
fn a_connector_that_prints_garbage_gets_a_clear_verdict() {
    let (answer, _world) = test_of(&until_reading("echo '<html>Sorry</html>'; exit 0"));
    assert_eq!(failed_at(&answer), "read");
    assert!(message(&answer.json(), "read").contains("is no data"), "{answer:?}");

    let (answer, _world) = test_of("#!/bin/sh\ncase \"$*\" in *--test*) exit 0 ;; esac\necho 'no list'\n");
    assert_eq!(failed_at(&answer), "read");
    assert!(message(&answer.json(), "read").contains("cannot be read"), "{answer:?}");

    let (answer, _world) = test_of(&until_reading("yes garbage"));
    assert_eq!(failed_at(&answer), "read");
    assert!(message(&answer.json(), "read").contains("without end"), "{answer:?}");
}

#[test]
fn a_connector_that_writes_a_gigabyte_of_messages_is_stopped() {
    let (answer, world) = test_of("#!/bin/sh\nhead -c 1073741824 /dev/zero | tr '\\0' 'x' | fold -w 200 >&2\nexit 1\n");
    assert_eq!(failed_at(&answer), "sign_in");
    assert!(message(&answer.json(), "sign_in").contains("without end"), "{answer:?}");
    assert!(answer.stdout.len() < 20_000, "the verdict is short");
    let left = || support::processes_with(&world.folder().to_string_lossy());
    support::until("the connector's processes have ended", || left().is_empty());
}

#[test]
fn a_connector_that_hangs_is_ended_in_time() {
    let (answer, world) = test_of("#!/bin/sh\ntrap '' TERM\nsleep 600 & wait\nsleep 600\n");
    assert_eq!(failed_at(&answer), "sign_in");
    assert!(message(&answer.json(), "sign_in").contains("did not answer within 45 seconds"), "{answer:?}");
    support::until("nothing hangs on", || support::processes_with(&world.folder().to_string_lossy()).is_empty());
}

#[test]
fn a_source_that_goes_on_for_ever_is_ended_after_the_first_rows() {
    let rows = r#"while true; do echo '{"type": "RECORD", "stream": "people", "record": {"id": 1}}'; done"#;
    let (answer, world) = test_of(&until_reading(rows));
    let report = answer.ok();
    assert!(message(&report, "read").contains("the first 20 rows"), "{report}");
    support::until("it has ended", || support::processes_with(&world.folder().to_string_lossy()).is_empty());
}

#[test]
fn an_interrupted_test_leaves_no_process() {
    let mut world = World::new();
    let engine = engine_with(&world, "#!/bin/sh\ntouch \"$TMPDIR/started\"\nsleep 600\n");
    world.environment.insert("TRIBUTARY_ENGINE".to_owned(), engine.to_string_lossy().into_owned());
    people(&world, &[("people", "id\n1\n")], json!({}));
    let child = world.command(&["test", "Files"]).spawn().unwrap();
    let started = Path::new(&world.environment["TMPDIR"]).join("started");
    support::until("the connector runs", || started.exists());
    let id = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    let answer = support::answer(child);
    assert_eq!(answer.refused(), "cancelled");
    support::until("nothing is left", || support::processes_with(&world.folder().to_string_lossy()).is_empty());
}

#[test]
fn what_follows_a_failure_is_not_reached_and_the_setting_is_named() {
    let (answer, world) = test_of("#!/bin/sh\necho \"CRITICAL 'files' lead nowhere\" >&2\nexit 1\n");
    assert_eq!(failed_at(&answer), "sign_in");
    let report = answer.json();
    let order: Vec<String> = verdicts(&report).into_iter().map(|(_, status)| status).collect();
    assert_eq!(order, ["passed", "passed", "passed", "failed", "skipped"], "{report}");
    assert_eq!(report["problem"]["fix"]["setting"], "files", "{report}");
    let status = world.trib(&["integrations", "get", "Files"]).ok()["integration"]["status"].clone();
    assert_eq!(status, "attention");
    assert_eq!(world.trib(&["test", "Nobody"]).refused(), "not_found");
}

#[test]
fn a_file_that_is_not_there_is_a_fault_of_the_settings() {
    let world = World::new();
    let input = json!({"type": "spreadsheets", "name": "People", "config": {"files": [
        {"path": world.folder().join("nobody.csv"), "format": "csv", "table_name": "people"}]}});
    world.trib_with(&["integrations", "create"], &input.to_string()).ok();
    let answer = world.trib(&["test", "People"]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    let report = answer.json();
    assert_eq!(report["problem"]["code"], "setting_invalid", "{report}");
    assert_eq!(report["problem"]["fix"]["setting"], "files", "{report}");
}
