//! The failure table: each way in which a Salesforce org can fail a sync, through the real connector and real Meltano, and
//! the problem, its title and its fix that people see.
//!
//! Cases run side by side, each lane with an org and an integration of its own. With `TRIBUTARY_CAPTURE=FOLDER` what the
//! connector printed is written there, for `tests/fixtures/problems`.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::{Value, json};
use std::{collections::VecDeque, sync::Mutex};
use support::{World, records, small_org};
use tributary_salesforce_sim::{Mode, SignInError, Simulator, SimulatorConfig};

/// How many syncs run at once: a sync mostly waits for Python to start.
const LANES: usize = 3;

/// One way to fail, and what has to be told.
struct Case {
    mode: Mode,
    code: &'static str,
    title: &'static str,
    action: &'static str,
    /// Whether rows arrive before it fails.
    rows: bool,
    /// Whether it is tried again by itself.
    again: bool,
}

fn case(mode: Mode, code: &'static str, title: &'static str, action: &'static str) -> Case {
    Case { mode, code, title, action, rows: false, again: false }
}

fn sign_in(error: SignInError, code: &'static str, title: &'static str, action: &'static str) -> Case {
    case(Mode::SignInRefused { error }, code, title, action)
}

fn cases() -> Vec<Case> {
    const EXPIRED: &str = "Salesforce no longer accepts the sign-in";
    const BLOCKED: &str = "Salesforce does not let this app in";
    const UNKNOWN_APP: &str = "Salesforce does not know this app";
    const ERROR: &str = "Salesforce answered with an error";
    const QUOTA: &str = "The API quota of Salesforce is used up";
    const SLOWER: &str = "Salesforce asks for fewer requests";
    const DENIED: &str = "Salesforce does not allow this";
    const GONE: &str = "Something that was chosen is gone";
    let pages = 2;
    let in_the_middle = |case: Case| Case { rows: true, ..case };
    let passes = |case: Case| Case { again: true, ..case };
    vec![
        sign_in(SignInError::InvalidGrant, "sign_in_expired", EXPIRED, "sign_in"),
        sign_in(SignInError::IpRestricted, "app_blocked", BLOCKED, "ask_administrator"),
        sign_in(
            SignInError::InactiveUser,
            "sign_in_revoked",
            "The user of this sign-in is no longer active",
            "sign_in",
        ),
        sign_in(SignInError::InvalidClientId, "wrong_client", UNKNOWN_APP, "sign_in"),
        sign_in(SignInError::InvalidClient, "wrong_client", UNKNOWN_APP, "sign_in"),
        sign_in(SignInError::AppBlocked, "app_blocked", BLOCKED, "ask_administrator"),
        sign_in(SignInError::AppAccessDenied, "app_blocked", BLOCKED, "ask_administrator"),
        sign_in(SignInError::AppNotFound, "wrong_client", UNKNOWN_APP, "sign_in"),
        in_the_middle(case(Mode::SessionInvalid { after_pages: pages }, "sign_in_expired", EXPIRED, "sign_in")),
        in_the_middle(case(Mode::RequestLimit { after_pages: pages }, "quota_used_up", QUOTA, "wait")),
        // One call is already more than a quarter of three.
        case(Mode::Quota { used: 1, allowed: 3 }, "quota_used_up", QUOTA, "correct_setting"),
        in_the_middle(passes(case(Mode::ConcurrentLimit { after_pages: pages }, "rate_limited", SLOWER, "wait"))),
        in_the_middle(passes(case(Mode::TooManyRequests { after_pages: pages }, "rate_limited", SLOWER, "wait"))),
        in_the_middle(passes(case(Mode::ServerError { after_pages: pages }, "server_error", ERROR, "wait"))),
        in_the_middle(passes(case(Mode::Unavailable { after_pages: pages }, "server_error", ERROR, "wait"))),
        in_the_middle(passes(case(Mode::CutConnection { after_pages: pages }, "server_error", ERROR, "wait"))),
        case(Mode::InsufficientAccess { object: "Account".into() }, "missing_permission", DENIED, "ask_administrator"),
        case(Mode::ApiDisabled, "missing_permission", DENIED, "ask_administrator"),
        case(Mode::ObjectGone { object: "Account".into() }, "stream_gone", GONE, "review_streams"),
    ]
}

/// An org of its own in a world that all share, and the environment that leads there.
struct Lane {
    simulator: Simulator,
    environment: Vec<(&'static str, String)>,
    name: String,
    id: String,
}

impl Lane {
    fn open(world: &World, number: usize) -> Self {
        let config = small_org(900, 300);
        let simulator = world.runtime.block_on(Simulator::start(config.clone())).unwrap();
        let certificate = world.folder().join(format!("ca-{number}.pem"));
        std::fs::write(&certificate, simulator.ca_pem()).unwrap();
        let environment = vec![
            ("HTTPS_PROXY", simulator.proxy_url()),
            ("NO_PROXY", "127.0.0.1".to_owned()),
            ("REQUESTS_CA_BUNDLE", certificate.to_string_lossy().into_owned()),
        ];
        let name = format!("CRM {number}");
        let id = world.connect(&name, &config, json!({"streams": ["Account", "Contact"]}));
        let lane = Self { simulator, environment, name, id };
        lane.trib(world, &["streams", &lane.name]).ok();
        lane
    }

    fn trib(&self, world: &World, arguments: &[&str]) -> support::Answer {
        let mut command = world.command(arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        support::answer(command.spawn().unwrap())
    }

    /// A sync that has to fail. Gives its run.
    fn fail(&self, world: &World, what: &str) -> Value {
        let answer = self.trib(world, &["sync", &self.name, "--full-refresh"]);
        assert_eq!(answer.code, Some(1), "{what}: {answer:?}");
        let run = answer.json()["run"].clone();
        assert_eq!(run["status"], "failed", "{what}: {run}");
        if let Some(folder) = std::env::var_os("TRIBUTARY_CAPTURE") {
            capture(world, &run, what, std::path::Path::new(&folder));
        }
        run
    }

    fn check(&self, world: &World, case: &Case) {
        self.simulator.set_mode(case.mode.clone());
        let what = format!("{:?}", case.mode);
        let run = self.fail(world, &what);
        let problem = &run["problem"];
        let told = (problem["code"].as_str(), problem["title"].as_str(), problem["fix"]["action"].as_str());
        assert_eq!(told, (Some(case.code), Some(case.title), Some(case.action)), "{what}: {run}");
        assert_eq!(problem["fix"]["route"], format!("/integrations/{}/fix/{}", self.id, case.code), "{what}");
        for part in ["explanation", "meaning", "hint", "details"] {
            assert!(problem[part].as_str().is_some_and(|text| !text.is_empty()), "{what} has no {part}: {problem}");
        }
        assert_eq!(records(&run, "Account") > 0, case.rows, "{what}: {run}");
        assert_eq!(run["retry_at"].is_string(), case.again, "{what}: {run}");
        let setting = problem["fix"]["setting"].as_str();
        let expected = match case.code {
            "sign_in_expired" | "sign_in_revoked" => Some("refresh_token"),
            "wrong_client" => Some("client_id"),
            "quota_used_up" if case.action == "wait" => Some("quota_percent_total"),
            "quota_used_up" => Some("quota_percent_per_run"),
            _ => None,
        };
        assert_eq!(setting, expected, "{what}: {problem}");
    }
}

/// Writes down what the connector printed, in the form of the captured output.
fn capture(world: &World, run: &Value, what: &str, folder: &std::path::Path) {
    let lines: Vec<String> = world
        .log(run)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["source"] == "extractor")
        .filter_map(|line| line["text"].as_str().map(str::to_owned))
        .collect();
    let code = run["problem"]["code"].as_str().unwrap();
    let name: String = what.chars().filter(char::is_ascii_alphanumeric).collect();
    std::fs::write(folder.join(format!("{code}.{name}.txt")), lines[lines.len().saturating_sub(60)..].join("\n"))
        .unwrap();
}

#[test]
fn each_failure_of_the_source_is_named_with_its_fix() {
    let world = World::new();
    let waiting: Mutex<VecDeque<Case>> = Mutex::new(cases().into());
    let lanes: Vec<Lane> = (0..LANES).map(|number| Lane::open(&world, number)).collect();
    std::thread::scope(|scope| {
        for lane in &lanes {
            let (world, waiting) = (&world, &waiting);
            scope.spawn(move || {
                loop {
                    let Some(case) = waiting.lock().unwrap().pop_front() else { return };
                    lane.check(world, &case);
                }
            });
        }
    });
    let lane = &lanes[0];
    lane.simulator.set_mode(Mode::Normal);
    // What was found before the field went is still taken for true.
    lane.simulator.remove_field("Account", "Industry").unwrap();
    let run = lane.fail(&world, "field removed");
    assert_eq!(run["problem"]["code"], "field_gone", "{run}");
    assert_eq!(run["problem"]["fix"]["action"], "review_streams");
    lane.simulator.add_field("Account", "Industry").unwrap();
    let well = lane.trib(&world, &["sync", &lane.name]).ok();
    assert_eq!(well["run"]["status"], "succeeded", "when the source is well again, so is the sync: {well}");
    assert_eq!(well["run"]["attempt"], 1);
    let integration = world.trib(&["integrations", "get", &lane.name]).ok()["integration"].clone();
    assert_eq!((integration["status"].as_str(), &integration["last_run"]["retry_at"]), (Some("ready"), &Value::Null));
    let before = world.runs(&lane.name);
    assert!(before.iter().all(|run| run["retry_at"].is_null()), "a later sync takes the place of what was pending");
}

#[test]
fn what_is_tried_again_needs_nobody_until_it_is_given_up() {
    let world = World::new();
    let lane = Lane::open(&world, 0);
    let status = || world.trib(&["integrations", "get", &lane.name]).ok()["integration"]["status"].clone();
    assert_eq!(lane.trib(&world, &["sync", &lane.name]).ok()["run"]["status"], "succeeded");
    lane.simulator.set_mode(Mode::ServerError { after_pages: 0 });
    let run = lane.fail(&world, "server error");
    let (ended, again) = (time(&run["finished_at"]), time(&run["retry_at"]));
    let wait = (again - ended).num_seconds();
    assert!((45..=75).contains(&wait), "about a minute: {wait} s");
    assert_eq!(status(), "ready", "nobody has to do anything");
    world.trib(&["cancel", run["id"].as_str().unwrap()]).ok();
    assert_eq!(world.runs(&lane.name)[0]["retry_at"], Value::Null);
    assert_eq!(status(), "attention");
    lane.fail(&world, "server error");
    world.trib(&["pause", &lane.name]).ok();
    assert_eq!(world.runs(&lane.name)[0]["retry_at"], Value::Null, "a pause ends it");
}

fn time(value: &Value) -> chrono::DateTime<chrono::Utc> {
    value.as_str().unwrap_or_else(|| panic!("no time: {value}")).parse().unwrap()
}

#[test]
fn streams_without_rows_are_told_and_marked_when_that_is_odd() {
    let mut world = World::new();
    let config =
        SimulatorConfig { rows: [("Account".to_owned(), 30), ("Lead".to_owned(), 0)].into(), ..small_org(0, 0) };
    let _simulator = world.simulate(config.clone());
    world.connect("CRM", &config, json!({"streams": ["Account", "Lead"]}));
    let run = world.sync("CRM");
    let lead = run["streams"].as_array().unwrap().iter().find(|stream| stream["name"] == "Lead").cloned();
    assert_eq!(
        lead,
        Some(
            json!({"name": "Lead", "records": 0, "bytes": 0, "loaded": lead.as_ref().unwrap()["loaded"], "mark": null, "changes": null})
        )
    );
}
