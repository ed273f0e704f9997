//! Integrations and destinations through the command line: what is taken, what is refused, what is never returned.

mod support;

use serde_json::json;
use support::{World, body, merge, secrets, small_org};

const SECRETS: [&str; 3] = ["id-4711-geheim", "sec-0815-geheim", "tok-31337-geheim"];

fn example() -> serde_json::Value {
    json!({
        "type": "salesforce",
        "name": "My Salesforce Connector",
        "config": {"instance_url": "https://your-instance.salesforce.com", "start_date": "2024-01-01"},
        "secrets": {"client_id": SECRETS[0], "client_secret": SECRETS[1], "refresh_token": SECRETS[2]},
    })
}

#[test]
fn an_integration_lives_from_create_to_delete_without_its_secrets_ever_coming_back() {
    let world = World::new();
    let mut said = String::new();
    let mut tell = |answer: support::Answer| {
        said.push_str(&answer.stdout);
        said.push_str(&answer.stderr);
        answer
    };
    let created = tell(world.trib_with(&["integrations", "create"], &example().to_string())).ok();
    let created = &created["integration"];
    assert_eq!(created["type"], "salesforce");
    assert_eq!(created["status"], "untested");
    assert_eq!(created["config"], example()["config"]);
    assert_eq!(created["secrets"], json!(["client_id", "client_secret", "refresh_token"]), "names only");
    for key in ["id", "created_at", "updated_at"] {
        assert!(created[key].is_string(), "{key} is missing");
    }
    let id = created["id"].as_str().unwrap();
    assert_eq!(tell(world.trib(&["integrations", "get", id])).ok()["integration"]["id"], id);
    let by_name = tell(world.trib(&["integrations", "get", "My Salesforce Connector"])).ok();
    assert_eq!(by_name["integration"]["id"], id);
    assert_eq!(tell(world.trib(&["integrations", "list"])).ok()["integrations"].as_array().unwrap().len(), 1);

    let patch =
        json!({"name": "Renamed", "config": {"api_type": "BULK"}, "secrets": {"client_secret": "new-geheim-99"}});
    let updated = tell(world.trib_with(&["integrations", "update", id], &patch.to_string())).ok();
    assert_eq!(updated["integration"]["name"], "Renamed");
    assert_eq!(updated["integration"]["config"]["api_type"], "BULK");
    assert_eq!(updated["integration"]["config"]["start_date"], "2024-01-01", "what is not named stays");

    assert_eq!(secrets::find(world.folder(), &SECRETS.map(str::to_owned)), Vec::<String>::new());
    tell(world.trib(&["integrations", "delete", id])).ok();
    assert_eq!(tell(world.trib(&["integrations", "get", id])).refused(), "not_found");
    for secret in SECRETS.iter().chain(&["new-geheim-99"]) {
        assert!(!said.contains(secret), "a secret was printed");
    }
}

#[test]
fn the_taps_name_is_a_type_too() {
    let world = World::new();
    let mut input = example();
    input["type"] = json!("tap-salesforce");
    let created = world.trib_with(&["integrations", "create"], &input.to_string()).ok();
    assert_eq!(created["integration"]["type"], "salesforce");
}

#[test]
fn bad_input_gets_a_clear_error_and_nothing_is_saved() {
    let world = World::new();
    world.trib_with(&["integrations", "create"], &json!({
        "type": "salesforce", "name": "Taken", "config": {"start_date": "2024-01-01"}, "secrets": example()["secrets"],
    }).to_string()).ok();
    let cases = [
        (json!({"name": "Taken"}), "duplicate_name", "name"),
        (json!({"name": "tAKEN"}), "duplicate_name", "name"),
        (json!({"type": "salesfarce"}), "unknown_connector", ""),
        (json!({"config": {"client_secret": SECRETS[1]}}), "secret_in_config", "client_secret"),
        (json!({"config": {"start_date": 7}}), "invalid_setting", "start_date"),
        (json!({"config": {"start_date": "soon"}}), "invalid_setting", "start_date"),
        (json!({"config": {"start_date": null}}), "invalid_setting", "start_date"),
        (json!({"config": {"is_sandbox": "yes"}}), "invalid_setting", "is_sandbox"),
        (json!({"config": {"api_type": "SOAP"}}), "invalid_setting", "api_type"),
        (json!({"config": {"instance_url": "our org"}}), "invalid_setting", "instance_url"),
        (json!({"config": {"colour": "blue"}}), "invalid_setting", "colour"),
        (json!({"secrets": {"password": SECRETS[1]}}), "invalid_setting", "password"),
        (json!({"name": ""}), "invalid_name", "name"),
        (json!({"name": "two\nlines"}), "invalid_name", "name"),
        (json!({"name": "x".repeat(10_000)}), "invalid_name", "name"),
        (json!({"name": 5}), "invalid_input", ""),
        (json!({"extra": true}), "invalid_input", ""),
        (json!({"secrets": SECRETS[1]}), "invalid_input", ""),
        (json!({"destination": "nowhere"}), "not_found", ""),
    ];
    for (change, code, setting) in cases {
        let mut input = example();
        merge(&mut input, change.clone());
        let answer = world.trib_with(&["integrations", "create"], &input.to_string());
        let error = answer.error();
        assert_eq!(error["code"], code, "{change}: {error}");
        assert_eq!(error["setting"].as_str().unwrap_or_default(), setting, "{change}: {error}");
        assert!(!error["message"].as_str().unwrap().is_empty() && !error["hint"].as_str().unwrap().is_empty());
        assert!(!answer.stderr.contains("geheim"), "an error repeats a secret: {change}");
    }
    for text in ["", "{", "[]", "nonsense", "{\"type\": \"salesforce\"}", "{\"name\": \"a\"}"] {
        assert_eq!(world.trib_with(&["integrations", "create"], text).refused(), "invalid_input", "{text}");
    }
    let mut empty = example();
    empty["secrets"]["client_id"] = json!("  ");
    assert_eq!(world.trib_with(&["integrations", "create"], &empty.to_string()).error()["setting"], "client_id");
    let mut without = example();
    without["secrets"].as_object_mut().unwrap().remove("refresh_token");
    let error = world.trib_with(&["integrations", "create"], &without.to_string()).error();
    assert_eq!((error["code"].as_str(), error["setting"].as_str()), (Some("invalid_setting"), Some("refresh_token")));
    assert_eq!(world.trib(&["integrations", "list"]).ok()["integrations"].as_array().unwrap().len(), 1);
}

#[test]
fn a_refused_change_leaves_everything_as_it_was() {
    let world = World::new();
    let id = world.connect("Kept", &small_org(1, 1), json!({}));
    let before = world.trib(&["integrations", "get", &id]).ok();
    for patch in [
        json!({"config": {"start_date": "never"}}),
        json!({"secrets": {"refresh_token": null}}),
        json!({"secrets": {"refresh_token": ""}}),
        json!({"type": "spreadsheets"}),
        json!({"name": "\u{7}"}),
        json!({"unknown": 1}),
    ] {
        world.trib_with(&["integrations", "update", &id], &patch.to_string()).error();
    }
    assert_eq!(world.trib(&["integrations", "get", &id]).ok(), before);
}

#[test]
fn names_may_hold_what_people_type() {
    let world = World::new();
    for name in ["Bob's \"CRM\"", "sales/2024\\old", "売上 🚀", "$HOME `x` ${PATH}", "--json"] {
        let id = world.connect(name, &small_org(1, 1), json!({}));
        assert_eq!(world.trib(&["integrations", "get", &id]).ok()["integration"]["name"], *name);
    }
}

#[test]
fn destinations_live_from_create_to_delete() {
    let world = World::new();
    let destinations = world.trib(&["destinations", "list"]).ok();
    assert_eq!(destinations["destinations"][0]["name"], "This computer");
    assert_eq!(destinations["destinations"][0]["built_in"], true);
    let folder = world.folder().join("csv").to_string_lossy().into_owned();
    let input = json!({"type": "csv", "name": "Spreadsheets", "config": {"output_path": folder}}).to_string();
    let answer = world.trib_with(&["destinations", "create"], &input);
    let created = answer.ok();
    let id = created["destination"]["id"].as_str().unwrap();
    assert_eq!(world.trib_with(&["destinations", "create"], &input).refused(), "duplicate_name");
    let used_by = world.connect("Uses it", &small_org(1, 1), json!({"destination": "Spreadsheets"}));
    assert_eq!(world.trib(&["destinations", "delete", id]).refused(), "in_use");
    world.trib(&["integrations", "delete", &used_by]).ok();
    world.trib(&["destinations", "delete", id]).ok();
    assert_eq!(world.trib(&["destinations", "delete", "This computer"]).refused(), "in_use");
}

#[test]
fn without_a_keychain_nothing_is_created() {
    let mut world = World::new();
    world.environment.insert("DBUS_SESSION_BUS_ADDRESS".to_owned(), "unix:path=/nonexistent/bus".to_owned());
    let input = body("No keychain", &small_org(1, 1)).to_string();
    assert_eq!(world.trib_with(&["integrations", "create"], &input).refused(), "keychain_missing");
    assert!(world.trib(&["integrations", "list"]).ok()["integrations"].as_array().unwrap().is_empty());
}

#[test]
fn a_locked_keychain_is_said_to_be_locked() {
    let mut world = World::new();
    world.environment.insert("TRIBUTARY_KEYCHAIN_PATIENCE".to_owned(), "1".to_owned());
    let trib = world.command(&["integrations", "create"]);
    // A session of its own, because other tests use the keychain of this one. There is nobody to unlock it.
    let lock_and_run = "dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
                        org.freedesktop.Secret.Service.Lock \
                        array:objpath:/org/freedesktop/secrets/aliases/default >/dev/null && exec \"$@\"";
    let session = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/with-session");
    let mut command = world.command_of(session);
    command.args(["sh", "-c", lock_and_run, "sh"]).arg(trib.get_program()).args(trib.get_args());
    let answer = World::feed(command, &body("Locked", &small_org(1, 1)).to_string());
    assert_eq!(answer.refused(), "keychain_locked");
    assert!(world.trib(&["integrations", "list"]).ok()["integrations"].as_array().unwrap().is_empty());
}

#[test]
fn a_database_from_a_newer_version_is_refused_untouched() {
    let world = World::new();
    world.connect("Here", &small_org(1, 1), json!({}));
    let path = world.home().join("tributary.db");
    #[expect(clippy::disallowed_methods, reason = "the test plays the newer version")]
    let database = rusqlite::Connection::open(&path).unwrap();
    database.pragma_update(None, "user_version", 4711).unwrap();
    drop(database);
    let before = std::fs::read(&path).unwrap();
    assert_eq!(world.trib(&["integrations", "list"]).refused(), "database_too_new");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn wrong_usage_is_told_as_such() {
    let world = World::new();
    for arguments in [&["sync"][..], &["frobnicate"], &["logs", "not-an-id"], &["integrations"]] {
        let answer = world.trib(arguments);
        assert_eq!(answer.code, Some(2), "{arguments:?}: {answer:?}");
    }
}
