//! The window's commands as the window reaches them: through Tauri's permissions, argument parsing and answers. Tauri's
//! mock runtime stands in for the window system; the core is real, its keychain is kept in memory.

use serde_json::{Value, json};
use std::{path::Path, sync::Arc, time::Duration};
use tauri::{
    App, WebviewWindow, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};
use tempfile::TempDir;
use tributary_core::{Core, CoreOptions, InMemory, NoEvents, Resources, SystemClock};
use tributary_shell::{AppCore, Navigation, context, handler};

const CAPABILITY: &str = include_str!("../../src-tauri/capabilities/main.json");

struct Running {
    app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
    _home: TempDir,
}

fn start() -> Running {
    let home = tempfile::tempdir().expect("a folder for the test");
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let core = tauri::async_runtime::block_on(async {
        Core::open(CoreOptions {
            home: home.path().to_owned(),
            engine: None,
            resources: Resources::in_folders(project, project),
            secrets: Arc::new(InMemory::default()),
            clock: Arc::new(SystemClock),
            events: Arc::new(NoEvents),
            keychain_patience: Duration::from_secs(1),
        })
    })
    .expect("the core opens in an empty folder");
    let app = mock_builder()
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(handler())
        .manage(AppCore::ready(Ok(core)))
        .manage(Navigation::default())
        .build(context())
        .expect("the app builds with its own configuration");
    let window = WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default()).build().expect("a window");
    Running { app, window, _home: home }
}

fn call_from(window: &WebviewWindow<MockRuntime>, command: &str, arguments: Value) -> Result<Value, Value> {
    let url = if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: url.parse().expect("the app's own address"),
        body: InvokeBody::Json(arguments),
        headers: tauri::http::HeaderMap::new(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(|answer| answer.deserialize().expect("an answer in JSON"))
}

impl Running {
    fn call(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        call_from(&self.window, command, arguments)
    }
}

/// The commands the capability permits.
fn permitted() -> Vec<String> {
    let capability: Value = serde_json::from_str(CAPABILITY).expect("the capability is JSON");
    let permissions = capability["permissions"].as_array().expect("it lists permissions").iter();
    permissions
        .filter_map(|permission| permission.as_str()?.strip_prefix("allow-"))
        .map(|name| name.replace('-', "_"))
        .collect()
}

#[test]
fn every_permitted_command_is_answered_by_a_handler() {
    let running = start();
    let commands = permitted();
    assert!(commands.len() >= 19, "the capability lists the app's own commands: {commands:?}");
    for command in commands.iter().filter(|command| *command != "prepare_engine") {
        // Without arguments most refuse, which they can only do once they are reached.
        if let Err(refusal) = running.call(command, json!({})) {
            let text = refusal.to_string();
            assert!(!text.contains("not allowed"), "{command} is not permitted to the window: {text}");
            assert!(!text.contains("not found"), "{command} has no handler: {text}");
        }
    }
}

#[test]
fn the_window_reaches_no_plugin_and_another_window_reaches_nothing() {
    let running = start();
    for command in ["plugin:shell|execute", "plugin:shell|open", "plugin:notification|notify", "plugin:window|close"] {
        let refusal = running.call(command, json!({})).expect_err("only the app's own commands are permitted");
        assert!(refusal.to_string().contains("not allowed"), "{command}: {refusal}");
    }
    let other =
        WebviewWindowBuilder::new(&running.app, "other", tauri::WebviewUrl::default()).build().expect("a window");
    let refusal = call_from(&other, "list_integrations", json!({})).expect_err("permissions are the main window's");
    assert!(refusal.to_string().contains("not allowed"), "{refusal}");
}

#[test]
fn what_is_created_is_listed_changed_and_deleted_and_its_secrets_never_come_back() {
    let running = start();
    let secret = "s3cret-value-that-must-not-come-back";
    let input = json!({
        "type": "salesforce",
        "name": "My Salesforce Connector",
        "config": {"instance_url": "https://your-instance.salesforce.com", "start_date": "2024-01-01"},
        "secrets": {"client_id": "an id", "client_secret": secret, "refresh_token": secret},
    });
    let created = running.call("create_integration", json!({"input": input})).expect("it is created");
    let id = created["id"].as_str().expect("it has an id").to_owned();
    assert_eq!(created["secrets"], json!(["client_id", "client_secret", "refresh_token"]), "only names are given out");

    let patch = json!({"name": "Sales"});
    running.call("update_integration", json!({"id": id, "patch": patch})).expect("it can be renamed");
    let listed = running.call("list_integrations", json!({})).expect("they are listed");
    assert_eq!(listed[0]["name"], "Sales");
    let one = running.call("get_integration", json!({"id": id})).expect("it is found by its id");
    for answer in [&created, &listed, &one] {
        assert!(!answer.to_string().contains(secret), "a secret came back");
    }

    running.call("delete_integration", json!({"id": id})).expect("it is deleted");
    let gone = running.call("get_integration", json!({"id": id})).expect_err("it is gone");
    assert_eq!(gone["code"], "not_found");
}

#[test]
fn many_are_acted_on_at_once_and_each_says_what_became_of_it() {
    let running = start();
    let create = |name: &str| {
        let input = json!({"type": "salesforce", "name": name, "config": {"start_date": "2024-01-01"},
            "secrets": {"client_id": "an id", "client_secret": "a secret", "refresh_token": "a token"}});
        running.call("create_integration", json!({"input": input})).expect("it is created")["id"].clone()
    };
    let (a, b) = (create("A"), create("B"));
    let ids = json!([a, "019ab7f0-0000-7000-8000-000000000001", b]);
    let bulk = |action: Value| running.call("bulk", json!({"ids": ids, "action": action}));
    let statuses = || {
        let all = running.call("list_integrations", json!({})).expect("they are listed");
        all.as_array().expect("a list").iter().map(|one| one["status"].clone()).collect::<Vec<_>>()
    };
    let paused = bulk(json!({"action": "pause"})).expect("it is tried for each");
    assert_eq!([&paused[0]["name"], &paused[0]["error"]], [&json!("A"), &Value::Null]);
    assert_eq!(paused[1]["error"]["code"], "not_found", "what fails for one does not keep it from the next");
    assert_eq!(paused[2]["error"], Value::Null);
    assert_eq!(statuses(), ["paused", "paused"]);
    let refused = bulk(json!({"action": "schedule", "schedule": "soon"})).expect_err("one mistake, not one for each");
    assert_eq!(refused["code"], "invalid_setting");
    bulk(json!({"action": "schedule", "schedule": "hourly"})).expect("it is tried for each");
    bulk(json!({"action": "delete", "data": true})).expect("it is tried for each");
    assert!(statuses().is_empty());
}

#[test]
fn everything_is_paused_and_resumed() {
    let running = start();
    assert_eq!(running.call("get_pause", json!({})), Ok(Value::Null));
    let pause = running.call("pause_everything", json!({"pause": "two_hours"})).expect("it pauses");
    assert!(pause["until"].is_string());
    assert_eq!(running.call("get_pause", json!({})), Ok(pause));
    running.call("resume_everything", json!({})).expect("it goes on");
    assert_eq!(running.call("get_pause", json!({})), Ok(Value::Null));
}

#[test]
fn a_draft_is_begun_changed_and_finished_and_its_secrets_never_come_back() {
    let running = start();
    let secret = "s3cret-of-a-draft";
    let input = json!({"from": "connector", "kind": "extractor", "type": "salesforce"});
    let draft = running.call("create_draft", json!({"input": input})).expect("it is begun");
    let id = draft["id"].clone();
    let patch = json!({"config": {"start_date": "2024-01-01"}, "step": "test",
        "secrets": {"client_id": secret, "client_secret": secret, "refresh_token": secret}});
    let changed = running.call("update_draft", json!({"id": id, "patch": patch})).expect("it is changed");
    assert_eq!((&changed["step"], changed["secrets"].as_array().map(Vec::len)), (&json!("test"), Some(3)));
    let listed = running.call("list_drafts", json!({})).expect("they are listed");
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    let finished = running.call("finish_draft", json!({"id": id})).expect("it is finished");
    let saved = running.call("get_integration", json!({"id": finished["id"]})).expect("it is saved");
    for answer in [&draft, &changed, &listed, &finished, &saved] {
        assert!(!answer.to_string().contains(secret), "a secret came back");
    }
    let gone = running.call("get_draft", json!({"id": id})).expect_err("the draft is gone");
    assert_eq!(gone["code"], "conflict", "{gone}");
}

#[test]
fn only_https_addresses_are_opened() {
    let running = start();
    for address in ["http://example.com", "file:///etc/passwd", "javascript:alert(1)", "mailto:a@b.c", "https://", "x"]
    {
        let refused = running.call("open_link", json!({"address": address})).expect_err("it is not opened");
        assert_eq!(refused["code"], "invalid_input", "{address}: {refused}");
    }
}

#[test]
fn refusals_have_one_form_and_quote_nothing_that_was_sent() {
    let running = start();
    let secret = "sent-in-the-wrong-place";
    for (command, arguments) in [
        ("create_integration", json!({"input": {"type": "salesforce", "name": "A", "secrets": secret}})),
        ("create_integration", json!({"input": {"type": "salesforce", "name": "A", "password": secret}})),
        ("create_integration", json!({})),
        ("create_destination", json!({"input": secret})),
        ("cancel_run", json!({"run": "no run id"})),
        ("update_draft", json!({"id": "00000000-0000-7000-8000-000000000000", "patch": {"secret": secret}})),
        ("test_connection", json!({"subject": {"subject": "integration", "id": secret}, "test": "none"})),
    ] {
        let refusal = running.call(command, arguments).expect_err("it is not of the form asked for");
        assert_eq!(refusal["code"], "invalid_input", "{command}: {refusal}");
        assert!(!refusal.to_string().contains(secret), "{command} quotes what was sent");
    }
    let refusal =
        running.call("start_run", json!({"id": "nobody", "fullRefresh": false})).expect_err("no such integration");
    assert_eq!(refusal["code"], "not_found");
    assert!(refusal["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "every refusal says what to do: {refusal}");
}

#[test]
fn a_core_that_cannot_be_opened_says_why_to_every_command() {
    let core = AppCore::ready(Err(tributary_core::Error::NoHome.into()));
    let app = mock_builder().invoke_handler(handler()).manage(core).build(context()).expect("the app builds");
    let window = WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default()).build().expect("a window");
    let refusal = call_from(&window, "list_integrations", json!({})).expect_err("there is no core");
    assert_eq!(refusal["code"], "storage");
}
