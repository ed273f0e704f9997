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
