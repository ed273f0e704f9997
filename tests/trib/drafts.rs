//! Drafts from their beginning to what they become, and tests of their connections. The core is called as the window calls
//! it; what it starts is real.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

mod support;

use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};
use support::{World, small_org};
use tributary_contract::{
    AppEvent, CheckStatus, ConnectorKind, Draft, DraftPatch, ErrorCode, NewDraft, SecretInput, Subject, TestId,
    TestReport,
};
use tributary_core::{Core, CoreOptions, Error, InMemory, NoEvents, Resources, SecretStore, SystemClock, ops};
use tributary_salesforce_sim::SimulatorConfig;

/// A core with its keychain in memory.
struct Opened {
    core: Core,
    keychain: Arc<InMemory>,
    _folder: Option<tempfile::TempDir>,
}

fn open(home: &Path, events: Arc<dyn tributary_core::EventSink>) -> (Core, Arc<InMemory>) {
    let programs = Path::new(env!("CARGO_BIN_EXE_trib")).parent().unwrap();
    let keychain = Arc::new(InMemory::default());
    let core = Core::open(CoreOptions {
        home: home.to_owned(),
        engine: Some(programs.join("test-engine")),
        resources: Resources::in_folders(programs, &programs.join("resources")),
        secrets: Arc::clone(&keychain) as Arc<dyn SecretStore>,
        clock: Arc::new(SystemClock),
        events,
        keychain_patience: Duration::from_secs(1),
    })
    .unwrap();
    (core, keychain)
}

fn fresh() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let (core, keychain) = open(&folder.path().join("home"), Arc::new(NoEvents));
    Opened { core, keychain, _folder: Some(folder) }
}

fn secrets<const N: usize>(pairs: [(&str, Option<&str>); N]) -> DraftPatch {
    let input = |value: &str| SecretInput::new(value.to_owned());
    let map: BTreeMap<_, _> = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.map(input))).collect();
    DraftPatch { secrets: Some(map), ..DraftPatch::default() }
}

fn config(value: &Value) -> DraftPatch {
    DraftPatch { config: value.as_object().cloned(), ..DraftPatch::default() }
}

async fn begin(core: &Core, connector: &str) -> Draft {
    let input = NewDraft::Connector { kind: ConnectorKind::Extractor, connector: connector.to_owned() };
    ops::create_draft(core, input).await.unwrap()
}

/// A draft with everything Salesforce needs.
async fn complete(core: &Core, token: &str) -> Draft {
    let draft = begin(core, "salesforce").await;
    ops::update_draft(core, draft.id, config(&json!({"start_date": "2010-01-01"}))).await.unwrap();
    let simulator = SimulatorConfig::default();
    let patch = secrets([
        ("client_id", Some(&simulator.client_id)),
        ("client_secret", Some(&simulator.client_secret)),
        ("refresh_token", Some(token)),
    ]);
    ops::update_draft(core, draft.id, patch).await.unwrap()
}

fn edit(id: &str) -> NewDraft {
    NewDraft::Edit { kind: ConnectorKind::Extractor, id: id.to_owned() }
}

fn kept(keychain: &InMemory, owner: &str) -> String {
    keychain.read(owner).unwrap().map(|bytes| String::from_utf8(bytes).unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn a_draft_becomes_an_integration() {
    let Opened { core, keychain, .. } = fresh();
    let draft = begin(&core, "tap-salesforce").await;
    assert_eq!((draft.name.as_str(), draft.connector.as_str()), ("Salesforce", "salesforce"));
    assert_eq!(begin(&core, "salesforce").await.name, "Salesforce 2", "a proposed name is free");

    // Half-typed values are kept; secrets among them are not.
    let half = ops::update_draft(&core, draft.id, config(&json!({"start_date": "20", "typo": 1}))).await.unwrap();
    assert_eq!(half.config["start_date"], "20");
    let refused = ops::update_draft(&core, draft.id, config(&json!({"refresh_token": "s3cret"}))).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::SecretInConfig);
    let refused = ops::finish_draft(&core, draft.id).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::InvalidSetting);
    assert!(ops::list_integrations(&core).await.unwrap().is_empty());

    ops::update_draft(&core, draft.id, config(&json!({"start_date": "2024-01-01"}))).await.unwrap();
    let patch = secrets([
        ("client_id", Some("an-id")),
        ("client_secret", Some("a-secret")),
        ("refresh_token", Some("a-token")),
    ]);
    let draft = ops::update_draft(&core, draft.id, patch).await.unwrap();
    assert_eq!(draft.secrets.len(), 3);
    let draft = ops::update_draft(&core, draft.id, secrets([("refresh_token", Some("  "))])).await.unwrap();
    assert_eq!(draft.secrets.len(), 3, "an empty one is not entered");

    let finished = ops::finish_draft(&core, draft.id).await.unwrap();
    let integration = ops::get_integration(&core, &finished.id).await.unwrap();
    assert_eq!((integration.name.as_str(), integration.secrets.len()), ("Salesforce", 3));
    assert!(kept(&keychain, &format!("integration:{}", finished.id)).contains("a-token"));
    assert_eq!(keychain.accounts(), [format!("integration:{}", finished.id)], "the draft's own are gone");
    assert_eq!(ops::list_drafts(&core).await.unwrap().len(), 1);
    let again = ops::finish_draft(&core, draft.id).await.unwrap_err();
    assert_eq!(again.code(), ErrorCode::Conflict, "another window has finished it");
}

#[tokio::test]
async fn what_cannot_be_saved_changes_nothing() {
    let Opened { core, keychain, .. } = fresh();
    let first = complete(&core, "one").await;
    ops::finish_draft(&core, first.id).await.unwrap();
    let second = complete(&core, "two").await;
    let patch = DraftPatch { name: Some("SALESFORCE".to_owned()), ..DraftPatch::default() };
    ops::update_draft(&core, second.id, patch).await.unwrap();
    let accounts = keychain.accounts().len();
    let refused = ops::finish_draft(&core, second.id).await.unwrap_err();
    assert_eq!((refused.code(), refused.setting()), (ErrorCode::DuplicateName, Some("name")));
    assert_eq!(keychain.accounts().len(), accounts, "secrets that were saved first are removed again");
    assert_eq!(ops::get_draft(&core, second.id).await.unwrap().secrets.len(), 3, "the draft is as it was");
    ops::delete_draft(&core, second.id).await.unwrap();
    assert_eq!(keychain.accounts().len(), accounts - 1, "its secrets go with it");
}

#[tokio::test]
async fn an_edit_keeps_what_it_does_not_change() {
    let Opened { core, keychain, .. } = fresh();
    let draft = complete(&core, "old-token").await;
    let id = ops::finish_draft(&core, draft.id).await.unwrap().id;
    let draft = ops::create_draft(&core, edit(&id)).await.unwrap();
    assert_eq!(ops::create_draft(&core, edit(&id)).await.unwrap().id, draft.id, "one draft for one edit");
    assert_eq!(draft.secrets.len(), 3, "those that are saved count");
    assert_eq!(keychain.accounts().len(), 1, "and are not copied");

    ops::update_draft(&core, draft.id, secrets([("client_secret", Some("new-secret"))])).await.unwrap();
    let own = kept(&keychain, &format!("draft:{}", draft.id));
    assert!(own.contains("new-secret") && !own.contains("old-token"), "only what was replaced is the draft's");
    ops::update_draft(&core, draft.id, config(&json!({"start_date": "2020-02-02", "api_type": "BULK"}))).await.unwrap();
    ops::finish_draft(&core, draft.id).await.unwrap();
    let integration = ops::get_integration(&core, &id).await.unwrap();
    assert_eq!(integration.config["start_date"], "2020-02-02");
    let saved = kept(&keychain, &format!("integration:{id}"));
    assert!(saved.contains("new-secret") && saved.contains("old-token"));
    assert_eq!(keychain.accounts().len(), 1);

    // A setting and a secret that are removed in the draft are removed.
    let draft = ops::create_draft(&core, edit(&id)).await.unwrap();
    ops::update_draft(&core, draft.id, config(&json!({"start_date": "2020-02-02"}))).await.unwrap();
    let patched = ops::update_draft(&core, draft.id, secrets([("client_id", None)])).await.unwrap();
    assert_eq!(patched.secrets.len(), 2);
    assert_eq!(ops::finish_draft(&core, draft.id).await.unwrap_err().setting(), Some("client_id"));
    ops::update_draft(&core, draft.id, secrets([("client_id", Some("another"))])).await.unwrap();
    ops::finish_draft(&core, draft.id).await.unwrap();
    let integration = ops::get_integration(&core, &id).await.unwrap();
    assert!(!integration.config.contains_key("api_type"));
}

#[tokio::test]
async fn changes_that_come_at_once_are_all_kept() {
    let Opened { core, .. } = fresh();
    let draft = begin(&core, "salesforce").await;
    let settings = config(&json!({"start_date": "2024-01-01"}));
    let step = DraftPatch { step: Some("test".to_owned()), ..DraftPatch::default() };
    let (one, two, three) = tokio::join!(
        ops::update_draft(&core, draft.id, settings),
        ops::update_draft(&core, draft.id, step),
        ops::update_draft(&core, draft.id, secrets([("client_id", Some("id"))])),
    );
    let _ = (one.unwrap(), two.unwrap(), three.unwrap());
    let draft = ops::get_draft(&core, draft.id).await.unwrap();
    assert_eq!((draft.step.as_str(), draft.config.len(), draft.secrets.len()), ("test", 1, 1));
}

#[tokio::test]
async fn of_two_edits_the_second_is_refused() {
    let Opened { core, .. } = fresh();
    let draft = complete(&core, "token").await;
    let id = ops::finish_draft(&core, draft.id).await.unwrap().id;
    let draft = ops::create_draft(&core, edit(&id)).await.unwrap();
    let renamed = |name: &str| DraftPatch { name: Some(name.to_owned()), ..DraftPatch::default() };
    ops::update_draft(&core, draft.id, renamed("Mine")).await.unwrap();
    let theirs = serde_json::from_value(json!({"name": "Theirs"})).unwrap();
    ops::update_integration(&core, &id, theirs).await.unwrap();
    let refused = ops::finish_draft(&core, draft.id).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Conflict);
    assert!(refused.hint().contains("begin it again"), "{}", refused.hint());
    assert_eq!(ops::get_integration(&core, &id).await.unwrap().name, "Theirs");
    ops::delete_draft(&core, draft.id).await.unwrap();
    let draft = ops::create_draft(&core, edit(&id)).await.unwrap();
    assert_eq!(draft.name, "Theirs", "begun anew it shows what is there now");

    ops::delete_integration(&core, &id).await.unwrap();
    assert_eq!(
        ops::get_draft(&core, draft.id).await.unwrap_err().code(),
        ErrorCode::Conflict,
        "gone with what it edits"
    );
}

#[tokio::test]
async fn a_duplicate_has_everything_but_the_name() {
    let Opened { core, keychain, .. } = fresh();
    let draft = complete(&core, "shared-token").await;
    let id = ops::finish_draft(&core, draft.id).await.unwrap().id;
    let copy = NewDraft::Duplicate { kind: ConnectorKind::Extractor, id };
    let draft = ops::create_draft(&core, copy).await.unwrap();
    assert_eq!((draft.name.as_str(), draft.editing.clone(), draft.secrets.len()), ("Salesforce 2", None, 3));
    let finished = ops::finish_draft(&core, draft.id).await.unwrap();
    assert!(kept(&keychain, &format!("integration:{}", finished.id)).contains("shared-token"));
}

#[tokio::test]
async fn drafts_survive_the_app() {
    let folder = tempfile::tempdir().unwrap();
    let (core, _) = open(folder.path(), Arc::new(NoEvents));
    let draft = begin(&core, "salesforce").await;
    let patch = DraftPatch { step: Some("data".to_owned()), ..config(&json!({"start_date": "half"})) };
    let saved = ops::update_draft(&core, draft.id, patch).await.unwrap();
    drop(core);
    let (core, _) = open(folder.path(), Arc::new(NoEvents));
    assert_eq!(ops::list_drafts(&core).await.unwrap(), [saved]);
}

#[tokio::test]
async fn a_destination_is_set_up_and_edited_the_same_way() {
    let folder = tempfile::tempdir().unwrap();
    let (core, keychain) = open(&folder.path().join("home"), Arc::new(NoEvents));
    let input = NewDraft::Connector { kind: ConnectorKind::Loader, connector: "jsonl".to_owned() };
    let draft = ops::create_draft(&core, input).await.unwrap();
    let place = folder.path().join("out");
    ops::update_draft(&core, draft.id, config(&json!({ "destination_path": place }))).await.unwrap();
    let report = test(&core, draft.id.into()).await.unwrap();
    assert!(report.ok, "{report:?}");
    assert!(ops::get_draft(&core, draft.id).await.unwrap().tested);
    let finished = ops::finish_draft(&core, draft.id).await.unwrap();
    assert_eq!(finished.kind, ConnectorKind::Loader);

    let change = NewDraft::Edit { kind: ConnectorKind::Loader, id: finished.id.clone() };
    let draft = ops::create_draft(&core, change).await.unwrap();
    let patch = DraftPatch { name: Some("Files".to_owned()), ..DraftPatch::default() };
    ops::update_draft(&core, draft.id, patch).await.unwrap();
    ops::finish_draft(&core, draft.id).await.unwrap();
    assert_eq!(ops::get_destination(&core, &finished.id).await.unwrap().name, "Files");
    assert!(keychain.accounts().is_empty());
    let refused = ops::get_offer(&core, Subject::Destination(finished.id.parse().unwrap()), false).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::InvalidInput, "a destination offers nothing");
}

async fn test(core: &Core, subject: Subject) -> Result<TestReport, Error> {
    ops::test_connection(core, subject, TestId::new(), &|_| {}).await
}

fn failed(report: &TestReport) -> &str {
    &report.checks.iter().find(|check| check.status == CheckStatus::Failed).unwrap().name
}

/// Runs a scenario of this file in a process of its own that is led to the world's simulated org.
fn inside(world: &World, scenario: &str) {
    let program = std::env::current_exe().unwrap();
    let mut command = world.command_of(&program.to_string_lossy());
    let output = command.args(["--exact", scenario, "--ignored", "--nocapture"]).output().unwrap();
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}\n{errors}");
}

/// The core in the world of [`inside`], with everything it told.
fn inner() -> (Core, Arc<InMemory>, Arc<Mutex<Vec<AppEvent>>>) {
    let home = std::env::var_os("TRIBUTARY_HOME").expect("started by another test of this file");
    let events = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&events);
    let (core, keychain) = open(Path::new(&home), Arc::new(move |event| told.lock().unwrap().push(event)));
    (core, keychain, events)
}

#[test]
fn wrong_credentials_then_right_ones() {
    let mut world = World::new();
    let _simulator = world.simulate(small_org(30, 10));
    inside(&world, "wrong_then_right");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by `wrong_credentials_then_right_ones`"]
async fn wrong_then_right() {
    let (core, _, events) = inner();
    let draft = complete(&core, "not-the-right-token").await;
    let report = test(&core, draft.id.into()).await.unwrap();
    assert_eq!(failed(&report), "sign_in");
    let fix = report.problem.unwrap().fix;
    assert_eq!((fix.route, fix.setting.as_deref()), (format!("/setup/{}", draft.id), Some("refresh_token")));
    assert!(!ops::get_draft(&core, draft.id).await.unwrap().tested);

    let token = SimulatorConfig::default().refresh_token;
    ops::update_draft(&core, draft.id, secrets([("refresh_token", Some(&token))])).await.unwrap();
    events.lock().unwrap().clear();
    let report = test(&core, draft.id.into()).await.unwrap();
    assert!(report.ok, "{report:?}");
    let told = std::mem::take(&mut *events.lock().unwrap());
    let checks: Vec<_> = told.iter().filter(|event| matches!(event, AppEvent::TestCheck { .. })).collect();
    assert_eq!(checks.len(), 5, "each check is told");
    assert!(told.iter().any(|event| matches!(event, AppEvent::Discovery(_))), "so is asking what there is");

    // What the test read is there without asking again, and moves to the integration.
    let subject = Subject::Draft(draft.id);
    let rows = ops::sample_rows(&core, subject, "Account").await.unwrap();
    assert_eq!(rows.rows.len(), 20);
    let offer = ops::get_offer(&core, subject, false).await.unwrap();
    assert!(offer.chosen.iter().any(|choice| choice.name == "Account"));
    let found = ops::search_fields(&core, subject, "SYSTEMMOD", 100).await.unwrap();
    assert!(found.len() > 3 && found.iter().all(|field| field.field == "SystemModstamp"), "{found:?}");
    let id = ops::finish_draft(&core, draft.id).await.unwrap().id;
    let integration = ops::get_integration(&core, &id).await.unwrap();
    assert_eq!(serde_json::to_value(integration.status).unwrap(), "ready");
    let moved = ops::get_offer(&core, integration.id.into(), false).await.unwrap();
    assert_eq!(moved.discovered_at, offer.discovered_at);

    // A test that changed settings undo.
    let draft = ops::create_draft(&core, edit(&id)).await.unwrap();
    assert_eq!(ops::get_offer(&core, draft.id.into(), false).await.unwrap().discovered_at, offer.discovered_at);
    assert!(test(&core, draft.id.into()).await.unwrap().ok);
    assert!(ops::get_draft(&core, draft.id).await.unwrap().tested);
    let changed = ops::update_draft(&core, draft.id, config(&json!({"start_date": "2011-01-01"}))).await.unwrap();
    assert!(!changed.tested);
}

#[test]
fn a_token_that_rotates_in_a_test_is_kept() {
    let mut world = World::new();
    let simulator = world.simulate(SimulatorConfig { rotate_refresh_tokens: true, ..small_org(5, 5) });
    inside(&world, "rotating");
    assert_eq!(simulator.stats().replays, 0, "no old token was used again");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by `a_token_that_rotates_in_a_test_is_kept`"]
async fn rotating() {
    let (core, keychain, _) = inner();
    let token = SimulatorConfig::default().refresh_token;
    let draft = complete(&core, &token).await;
    for _ in 0..2 {
        let report = test(&core, draft.id.into()).await.unwrap();
        assert!(report.ok, "{report:?}");
    }
    assert!(!kept(&keychain, &format!("draft:{}", draft.id)).contains(&token), "the new one is in its place");
    let id = ops::finish_draft(&core, draft.id).await.unwrap().id;

    // An edit that did not replace the token renews that of the integration.
    let draft = ops::create_draft(&core, edit(&id)).await.unwrap();
    let before = kept(&keychain, &format!("integration:{id}"));
    assert!(test(&core, draft.id.into()).await.unwrap().ok);
    assert_ne!(kept(&keychain, &format!("integration:{id}")), before);
    ops::delete_draft(&core, draft.id).await.unwrap();
    assert!(
        test(&core, Subject::Integration(id.parse().unwrap())).await.unwrap().ok,
        "nothing was lost with the draft"
    );
}

#[test]
fn asking_a_source_can_be_stopped_and_is_shared() {
    let mut world = World::new();
    let simulator = world.simulate(SimulatorConfig { extra_objects: 60, ..small_org(5, 5) });
    simulator.set_delay(Duration::from_millis(100));
    inside(&world, "stopping");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by `asking_a_source_can_be_stopped_and_is_shared`"]
async fn stopping() {
    let (core, _, events) = inner();
    let draft = complete(&core, &SimulatorConfig::default().refresh_token).await;
    let subject = Subject::Draft(draft.id);
    let ask = || {
        let core = core.clone();
        tokio::spawn(async move { ops::get_offer(&core, subject, false).await })
    };
    let (one, other) = (ask(), ask());
    let says = || {
        events
            .lock()
            .unwrap()
            .iter()
            .any(|event| matches!(event, AppEvent::Discovery(progress) if progress.doing.is_some()))
    };
    while !says() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ops::cancel_discovery(&core, subject);
    for asked in [one, other] {
        assert_eq!(asked.await.unwrap().unwrap_err().code(), ErrorCode::Cancelled, "both waited for the same answer");
    }
    let told = format!("{:?}", events.lock().unwrap());
    let secret = SimulatorConfig::default().refresh_token;
    assert!(!told.contains(&secret), "what the connector says is redacted");

    // A test that is stopped ends too.
    let id = TestId::new();
    let testing = {
        let core = core.clone();
        tokio::spawn(async move { ops::test_connection(&core, subject, id, &|_| {}).await })
    };
    let reading = || {
        events
            .lock()
            .unwrap()
            .iter()
            .any(|event| matches!(event, AppEvent::TestCheck { check, .. } if check.name == "sign_in"))
    };
    while !reading() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ops::cancel_test(&core, id);
    assert_eq!(testing.await.unwrap().unwrap_err().code(), ErrorCode::Cancelled);
}
