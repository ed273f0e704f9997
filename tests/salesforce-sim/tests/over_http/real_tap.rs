//! The real connector against the simulator. Runs where `TRIBUTARY_TAP_SALESFORCE` names the program of tap-salesforce
//! 2.8.1; does nothing elsewhere, as it needs a Python environment.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Output, sync::Arc};

use serde_json::{Value, json};
use tempfile::TempDir;
use tributary_salesforce_sim::{Mode, SignInError, Simulator, SimulatorConfig};

use crate::client::config;

/// The connector with its files.
struct Tap {
    program: PathBuf,
    folder: TempDir,
    simulator: Simulator,
}

/// What one run of the connector brought.
struct Run {
    exit_code: i32,
    records: BTreeMap<String, Vec<Value>>,
    state: Option<Value>,
    log: String,
}

impl Run {
    fn counts(&self) -> BTreeMap<&str, usize> {
        self.records.iter().map(|(stream, records)| (stream.as_str(), records.len())).collect()
    }
}

impl Tap {
    async fn start(config: SimulatorConfig, api_type: &str) -> Option<Arc<Self>> {
        let Some(program) = std::env::var_os("TRIBUTARY_TAP_SALESFORCE") else {
            eprintln!("skipped: TRIBUTARY_TAP_SALESFORCE does not name the connector");
            return None;
        };
        let simulator = Simulator::start(config).await.expect("started");
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("ca.pem"), simulator.ca_pem()).expect("written");
        let tap = Self { program: program.into(), folder, simulator };
        tap.configure(api_type);
        Some(Arc::new(tap))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn configure(&self, api_type: &str) {
        let config = self.simulator.config();
        let settings = json!({
            "client_id": config.client_id,
            "client_secret": config.client_secret,
            "refresh_token": self.simulator.current_refresh_token(),
            "start_date": "2024-01-01T00:00:00Z",
            "api_type": api_type,
            "select_fields_by_default": true,
        });
        fs::write(self.file("config.json"), settings.to_string()).expect("written");
    }

    async fn command(self: &Arc<Self>, arguments: Vec<PathBuf>) -> Output {
        let tap = Arc::clone(self);
        // The connector blocks, and the simulator needs this runtime meanwhile.
        tokio::task::spawn_blocking(move || tap.command_blocking(&arguments)).await.expect("ended")
    }

    #[allow(clippy::disallowed_methods)] // A test starts the real connector.
    fn command_blocking(&self, arguments: &[PathBuf]) -> Output {
        std::process::Command::new(&self.program)
            .arg("--config")
            .arg(self.file("config.json"))
            .args(arguments)
            .env("HTTPS_PROXY", self.simulator.proxy_url())
            .env("REQUESTS_CA_BUNDLE", self.file("ca.pem"))
            .env("NO_PROXY", "127.0.0.1")
            .output()
            .expect("the connector starts")
    }

    /// Discovers and selects the streams named, or all.
    async fn discover(self: &Arc<Self>, only: Option<&[&str]>) -> Value {
        let output = self.command(vec!["--discover".into()]).await;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut catalog: Value = serde_json::from_slice(&output.stdout).expect("a catalog");
        for stream in catalog["streams"].as_array_mut().expect("streams") {
            let selected = only.is_none_or(|only| only.contains(&stream["stream"].as_str().expect("a name")));
            for entry in stream["metadata"].as_array_mut().expect("metadata") {
                if entry["breadcrumb"] == json!([]) {
                    entry["metadata"]["selected"] = json!(selected);
                    entry["metadata"]["replication-method"] = json!("INCREMENTAL");
                    entry["metadata"]["replication-key"] = entry["metadata"]["valid-replication-keys"][0].clone();
                }
            }
        }
        fs::write(self.file("catalog.json"), catalog.to_string()).expect("written");
        catalog
    }

    async fn sync(self: &Arc<Self>, state: Option<&Value>) -> Run {
        let mut arguments = vec!["--properties".into(), self.file("catalog.json")];
        if let Some(state) = state {
            fs::write(self.file("state.json"), state.to_string()).expect("written");
            arguments.extend(["--state".into(), self.file("state.json")]);
        }
        let output = self.command(arguments).await;
        let mut run = Run {
            exit_code: output.status.code().expect("not killed"),
            records: BTreeMap::new(),
            state: None,
            log: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        for line in String::from_utf8(output.stdout).expect("UTF-8").lines() {
            let mut message: Value = serde_json::from_str(line).expect("a message");
            match message["type"].as_str() {
                Some("RECORD") => {
                    let stream = message["stream"].as_str().expect("a name").to_owned();
                    run.records.entry(stream).or_default().push(message["record"].take());
                }
                Some("STATE") => run.state = Some(message["value"].take()),
                _ => {}
            }
        }
        run
    }

    fn setting(&self, name: &str) -> Value {
        let settings = fs::read(self.file("config.json")).expect("the file");
        serde_json::from_slice::<Value>(&settings).expect("JSON")[name].take()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_discovers_and_reads_only_what_changed_the_second_time() {
    let rows =
        config(&[("Account", 2_500), ("Contact", 2_100), ("Project__c", 40), ("AccountHistory", 60), ("Lead", 0)]);
    let Some(tap) = Tap::start(SimulatorConfig { extra_objects: 5, ..rows }, "REST").await else { return };
    let catalog = tap.discover(None).await;
    assert_eq!(catalog["streams"].as_array().map(Vec::len), Some(15));

    let first = tap.sync(None).await;
    assert_eq!(first.exit_code, 0, "{}", first.log);
    let expected = [("Account", 2_500), ("AccountHistory", 60), ("Contact", 2_100), ("Project__c", 40)];
    assert_eq!(first.counts(), BTreeMap::from(expected));

    assert_eq!(tap.simulator.change_records("Account", 30).expect("editable"), 30);
    assert_eq!(tap.simulator.add_records("Contact", 12).expect("editable"), 12);
    assert_eq!(tap.simulator.delete_records("Project__c", 4).expect("editable"), 4);
    assert_eq!(tap.simulator.add_records("Lead", 3).expect("editable"), 3);
    let now = SimulatorConfig::default().now;
    let expected = ["Account", "AccountHistory", "Contact", "Project__c"];
    let expected = expected.map(|object| (object, tap.simulator.count_since(object, now)));
    let second = tap.sync(first.state.as_ref()).await;
    assert_eq!(second.exit_code, 0, "{}", second.log);
    let counts = second.counts();
    for (object, expected) in expected {
        assert_eq!(counts[object] as u64, expected, "{object}");
    }
    assert_eq!((counts["Account"], counts["AccountHistory"], counts["Contact"]), (31, 1, 13));
    assert_eq!(counts["Lead"], 3, "records of an object that was empty before are not missed");
    let deleted = second.records["Project__c"].iter().filter(|record| record["IsDeleted"] == true);
    assert_eq!(deleted.count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_brings_the_same_records_as_rest() {
    let rows = config(&[("Account", 1_200), ("Case", 300), ("AccountHistory", 30), ("Lead", 0)]);
    let Some(tap) = Tap::start(rows, "BULK").await else { return };
    let streams = ["Account", "Case", "AccountHistory", "Lead"];
    tap.discover(Some(&streams)).await;
    let bulk = tap.sync(None).await;
    assert_eq!(bulk.exit_code, 0, "{}", bulk.log);
    assert_eq!(bulk.counts(), BTreeMap::from([("Account", 1_200), ("AccountHistory", 30), ("Case", 300)]));
    assert_eq!(tap.simulator.stats().bulk_jobs, 4);
    assert!(bulk.records["Account"].iter().all(|record| record.get("BillingAddress").is_none()));

    tap.configure("REST");
    tap.discover(Some(&streams)).await;
    let rest = tap.sync(None).await;
    for (bulk, rest) in bulk.records["Case"].iter().zip(&rest.records["Case"]) {
        for (name, value) in bulk.as_object().expect("a record") {
            assert_eq!(value, &rest[name], "{name}");
        }
    }

    tap.configure("BULK");
    tap.discover(Some(&streams)).await;
    tap.simulator.change_records("Case", 20).expect("editable");
    let second = tap.sync(bulk.state.as_ref()).await;
    assert_eq!(second.exit_code, 0, "{}", second.log);
    assert_eq!(second.counts(), BTreeMap::from([("Account", 1), ("AccountHistory", 1), ("Case", 21)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_token_is_written_into_its_configuration() {
    let rows = SimulatorConfig { rotate_refresh_tokens: true, ..config(&[("Account", 5)]) };
    let Some(tap) = Tap::start(rows, "REST").await else { return };
    let before = tap.setting("refresh_token");
    tap.discover(Some(&["Account"])).await;
    assert_ne!(tap.setting("refresh_token"), before);
    assert_eq!(tap.setting("refresh_token"), json!(tap.simulator.current_refresh_token()));
    assert_eq!(tap.sync(None).await.counts(), BTreeMap::from([("Account", 5)]));
    // Starting again from the old token is what loses a connection for good.
    let settings = fs::read_to_string(tap.file("config.json")).expect("the file");
    let current = tap.setting("refresh_token");
    let current = current.as_str().expect("text");
    fs::write(tap.file("config.json"), settings.replace(current, before.as_str().expect("text"))).expect("written");
    let replay = tap.sync(None).await;
    assert_eq!(replay.exit_code, 1);
    assert!(replay.log.contains("invalid_grant"));
    assert_eq!(tap.simulator.stats().replays, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_failure_ends_it_as_known() {
    let rows = SimulatorConfig { page_size: 100, ..config(&[("Account", 500)]) };
    let Some(tap) = Tap::start(rows, "REST").await else { return };
    tap.discover(Some(&["Account"])).await;
    for (mode, printed, rows) in [
        (Mode::SignInRefused { error: SignInError::InvalidGrant }, "CRITICAL 400 Client Error", 0),
        (Mode::SignInRefused { error: SignInError::InvalidClient }, "invalid_client", 0),
        (Mode::SignInRefused { error: SignInError::AppBlocked }, "OAUTH_APP_BLOCKED", 0),
        (Mode::SessionInvalid { after_pages: 2 }, "CRITICAL 401 Client Error", 200),
        (Mode::TokenExpires { after_requests: 3 }, "CRITICAL 401 Client Error", 300),
        (Mode::RequestLimit { after_pages: 2 }, "REQUEST_LIMIT_EXCEEDED", 200),
        (Mode::ServerError { after_pages: 1 }, "CRITICAL 500 Server Error", 100),
        (Mode::Unavailable { after_pages: 1 }, "'NoneType' object has no attribute 'text'", 100),
        (Mode::CutConnection { after_pages: 3 }, "'NoneType' object has no attribute 'text'", 300),
        (Mode::InsufficientAccess { object: "Account".into() }, "INSUFFICIENT_ACCESS", 0),
        (Mode::Quota { used: 90_000, allowed: 100_000 }, "90000/100000 (90.00%) total REST quota", 0),
    ] {
        tap.simulator.set_mode(mode.clone());
        let run = tap.sync(None).await;
        assert_eq!(run.exit_code, 1, "{mode:?}: {}", run.log);
        assert!(run.log.contains(printed), "{mode:?} prints: {}", run.log);
        assert_eq!(run.records.values().map(Vec::len).sum::<usize>(), rows, "{mode:?}");
        assert_eq!(run.state.is_some(), !matches!(mode, Mode::SignInRefused { .. }), "{mode:?}");
    }
    tap.simulator.set_mode(Mode::Normal);
    assert_eq!(tap.sync(None).await.counts(), BTreeMap::from([("Account", 500)]));
}
