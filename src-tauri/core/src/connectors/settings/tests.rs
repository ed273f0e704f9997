use super::*;
use serde_json::json;

const DEFINITION: &str = "
plugin_type: extractors
name: tap-x
namespace: tap_x
label: X
settings:
  - {name: start_date, kind: date_iso8601}
  - {name: count, kind: integer}
  - {name: mode, kind: options, value: A, options: [{label: a, value: A}, {label: b, value: B}]}
  - {name: instance_url}
  - {name: token, sensitive: true}
  - {name: user}
  - {name: password, kind: password}
settings_group_validation: [[token], [user, password, not_there]]
metadata: {tributary: {type: x, required: [start_date], app_settings: [instance_url]}}
";

fn verdict(config: &Value, secrets: &[&str]) -> Result<(), SettingError> {
    let definition = Definition::parse(DEFINITION).unwrap();
    check(&definition, config.as_object().unwrap(), &secrets.iter().copied().collect())
}

fn at_fault(config: &Value, secrets: &[&str]) -> String {
    verdict(config, secrets).unwrap_err().setting().to_owned()
}

#[test]
fn complete_settings_pass() {
    verdict(&json!({"start_date": "2024-01-01"}), &["token"]).unwrap();
    verdict(&json!({"start_date": "2024-01-01T00:00:00Z", "user": "me", "mode": "B"}), &["password"]).unwrap();
    verdict(&json!({"start_date": "2024-01-01", "instance_url": "https://x.my.salesforce.com"}), &["token"]).unwrap();
}

#[test]
fn each_fault_names_its_setting() {
    assert_eq!(at_fault(&json!({}), &["token"]), "start_date");
    assert_eq!(at_fault(&json!({"start_date": ""}), &["token"]), "start_date");
    assert_eq!(at_fault(&json!({"start_date": "yesterday"}), &["token"]), "start_date");
    assert_eq!(at_fault(&json!({"start_date": 5}), &["token"]), "start_date");
    assert_eq!(at_fault(&json!({"start_date": "2024-01-01", "count": "7"}), &["token"]), "count");
    assert_eq!(at_fault(&json!({"start_date": "2024-01-01", "mode": "C"}), &["token"]), "mode");
    assert_eq!(at_fault(&json!({"start_date": "2024-01-01", "colour": "red"}), &["token"]), "colour");
    assert_eq!(at_fault(&json!({"start_date": "2024-01-01", "instance_url": "my org"}), &["token"]), "instance_url");
    assert_eq!(at_fault(&json!({"start_date": "2024-01-01", "user": "me"}), &[]), "token");
    assert_eq!(at_fault(&json!({"start_date": "2024-01-01"}), &["token", "user"]), "user");
}

#[test]
fn a_secret_among_plain_settings_is_refused_without_repeating_it() {
    let error = verdict(&json!({"start_date": "2024-01-01", "token": "s3cret"}), &[]).unwrap_err();
    assert_eq!(error, SettingError::SecretInConfig { name: "token".to_owned() });
    assert!(!error.to_string().contains("s3cret"));
}

const TYPED: &str = include_str!("../../../../../tests/fixtures/definitions/typed.yml");

fn typed(config: &Value) -> Result<(), SettingError> {
    check(&Definition::parse(TYPED).unwrap(), config.as_object().unwrap(), &BTreeSet::new())
}

#[test]
fn a_fault_inside_names_the_setting_and_the_place() {
    typed(&json!({"tables": [{"path": "a.csv", "format": "csv"}, {"path": "b.csv", "format": null}]})).unwrap();
    for (config, place, expected) in [
        (json!({"tables": [{"path": "a"}, {"path": 5}]}), "tables[1].path", "text"),
        (json!({"tables": [{"path": "a"}, {"format": "csv"}]}), "tables[1].path", "filled in"),
        (json!({"tables": [{"path": "a", "format": "s3cret"}]}), "tables[0].format", "one of csv, excel"),
        (json!({"tables": [{"path": "a"}], "limits": {"rows": 0}}), "limits.rows", "at least 1"),
    ] {
        let error = typed(&config).unwrap_err();
        let name = place.split(['[', '.']).next().unwrap().to_owned();
        assert_eq!(
            error,
            SettingError::WrongInside { name, place: place.to_owned(), expected: expected.to_owned() },
            "{config}"
        );
        assert!(!error.to_string().contains("s3cret"));
    }
    let more = typed(&json!({"tables": [{"path": "a"}], "limits": {"lines": 1}})).unwrap_err();
    assert_eq!(more, SettingError::Wrong { name: "limits".to_owned(), expected: "without “lines”".to_owned() });
    let empty = typed(&json!({"tables": []})).unwrap_err();
    assert_eq!(empty, SettingError::Wrong { name: "tables".to_owned(), expected: "a list of at least 1".to_owned() });
}

#[test]
fn what_a_value_must_be_is_said_in_words() {
    for (name, value, expected) in [
        ("count", json!("7"), "a whole number"),
        ("mode", json!("s3cret"), "one of A, B"),
        ("start_date", json!("s3cret"), "a date such as 2024-01-31 or 2024-01-31T08:00:00Z"),
        ("start_date", json!(5), "a date such as 2024-01-31 or 2024-01-31T08:00:00Z"),
        ("user", json!({"a": "s3cret"}), "text"),
        ("user", json!("a\0s3cret"), "text without a null character"),
        ("instance_url", json!("https://me:s3cret@x.com"), "an address such as https://your-company.example.com"),
    ] {
        let mut config = json!({"start_date": "2024-01-01"});
        config[name] = value;
        let error = verdict(&config, &["token"]).unwrap_err();
        assert_eq!(error, SettingError::Wrong { name: name.to_owned(), expected: expected.to_owned() });
    }
}

#[test]
fn nested_objects_and_other_names_become_settings() {
    let definition = Definition::parse(
        "
name: tap-nested
settings:
  - {name: auth.flow, kind: options, options: [password, oauth]}
  - {name: auth.user.name}
  - {name: page_size, kind: integer, aliases: [limit]}
  - {name: 'user\\.agent'}
  - {name: headers, kind: object}
",
    )
    .unwrap();
    let config = json!({
        "auth": {"flow": "oauth", "user": {"name": "me"}}, "limit": 5, "user.agent": "x", "headers": {"a": "b"},
    });
    let normal = normalise(&definition, config.as_object().unwrap());
    assert_eq!(
        Value::Object(normal),
        json!({"auth.flow": "oauth", "auth.user.name": "me", "page_size": 5, "user\\.agent": "x", "headers": {"a": "b"}})
    );
    let fault = |config: Value| {
        check(&definition, config.as_object().unwrap(), &BTreeSet::new()).unwrap_err().setting().to_owned()
    };
    assert_eq!(fault(json!({"auth": {"flow": "other"}})), "auth.flow");
    assert_eq!(fault(json!({"auth": {"flows": "oauth"}})), "auth.flows");
    assert_eq!(fault(json!({"auth": 5})), "auth");
}

#[test]
fn the_way_of_signing_in_that_lacks_least_was_meant() {
    let definition =
        Definition::parse(include_str!("../../../../../tests/fixtures/definitions/ways-of-signing-in.yml")).unwrap();
    let fault = |config: Value, secrets: &[&str]| {
        let secrets = secrets.iter().copied().collect();
        check(&definition, config.as_object().unwrap(), &secrets).map_err(|error| error.setting().to_owned())
    };
    assert_eq!(fault(json!({}), &["api_key"]), Err("site".to_owned()));
    assert_eq!(fault(json!({"site": "a"}), &["client_id", "client_secret"]), Err("refresh_token".to_owned()));
    assert_eq!(fault(json!({"site": "a", "user": " "}), &["password"]), Err("user".to_owned()));
    assert_eq!(fault(json!({"site": "a", "user": "me", "region": "us"}), &["password", "client_id"]), Ok(()));
    assert_eq!(
        fault(json!({"site": "a", "region": 5}), &["client_id", "client_secret", "refresh_token"]),
        Err("region".to_owned())
    );
}
