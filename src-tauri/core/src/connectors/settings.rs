//! Checks what a person or program wants to save against the connector's definition.

use super::{Definition, SettingDefinition, SettingKind};
use chrono::{DateTime, NaiveDate};
use serde_json::Value;
use std::collections::BTreeSet;
use tributary_contract::Config;
use url::Url;

/// What is wrong with a setting. The texts never repeat a value, which might be a secret in the wrong place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// The connector has no such setting.
    #[error("{connector} has no setting “{name}”; it has {known}")]
    Unknown {
        /// The connector's label.
        connector: String,
        /// The name that was given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A secret setting came among the plain ones.
    #[error("“{name}” is a secret and does not belong into “config”")]
    SecretInConfig {
        /// The setting.
        name: String,
    },
    /// A plain setting came among the secrets.
    #[error("“{name}” is not a secret of {connector}")]
    NotSecret {
        /// The connector's label.
        connector: String,
        /// The setting.
        name: String,
    },
    /// It cannot be left out.
    #[error("the setting “{name}” ({label}) is missing")]
    Missing {
        /// The setting.
        name: String,
        /// What people call it.
        label: String,
    },
    /// It has a value of the wrong kind.
    #[error("the setting “{name}” must be {expected}")]
    Wrong {
        /// The setting.
        name: String,
        /// What it must be, for instance "a whole number".
        expected: String,
    },
}

impl SettingError {
    /// The setting at fault.
    pub fn setting(&self) -> &str {
        match self {
            Self::Unknown { name, .. }
            | Self::SecretInConfig { name }
            | Self::NotSecret { name, .. }
            | Self::Missing { name, .. }
            | Self::Wrong { name, .. } => name,
        }
    }
}

/// Checks plain settings and the names of the secrets that are (or will be) in the keychain.
pub fn check(definition: &Definition, config: &Config, secrets: &BTreeSet<&str>) -> Result<(), SettingError> {
    for (name, value) in config {
        let setting = definition.setting(name).ok_or_else(|| unknown(definition, name))?;
        if setting.secret {
            return Err(SettingError::SecretInConfig { name: name.clone() });
        }
        check_value(setting, value)?;
    }
    for name in secrets {
        let setting = definition.setting(name).ok_or_else(|| unknown(definition, name))?;
        if !setting.secret {
            return Err(SettingError::NotSecret { connector: definition.label.clone(), name: (*name).to_owned() });
        }
    }
    let given = |name: &str| config.get(name).is_some_and(|value| !is_empty(value)) || secrets.contains(name);
    let missing = |setting: &SettingDefinition| !given(&setting.name) && setting.default.is_none();
    if let Some(setting) = definition.settings.iter().find(|setting| setting.required && missing(setting)) {
        return Err(SettingError::Missing { name: setting.name.clone(), label: setting.label.clone() });
    }
    check_groups(definition, missing)
}

/// At least one group has to be complete; the one that lacks least is the one that was meant. Groups of public
/// definitions name settings that do not exist: those are passed over.
fn check_groups(definition: &Definition, missing: impl Fn(&SettingDefinition) -> bool) -> Result<(), SettingError> {
    let lacking = definition
        .groups
        .iter()
        .map(|group| {
            group
                .iter()
                .filter_map(|name| definition.setting(name))
                .filter(|setting| missing(setting))
                .collect::<Vec<_>>()
        })
        .min_by_key(Vec::len);
    match lacking.as_deref() {
        Some([setting, ..]) => Err(SettingError::Missing { name: setting.name.clone(), label: setting.label.clone() }),
        _ => Ok(()),
    }
}

fn unknown(definition: &Definition, name: &str) -> SettingError {
    let known: Vec<&str> = definition.settings.iter().map(|setting| setting.name.as_str()).collect();
    // A name can be as long as its sender likes; an error cannot.
    let name = name.chars().take(100).collect();
    SettingError::Unknown { connector: definition.label.clone(), name, known: known.join(", ") }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn check_value(setting: &SettingDefinition, value: &Value) -> Result<(), SettingError> {
    if value.is_null() {
        return Ok(());
    }
    let text = value.as_str();
    let (fits, expected) = match setting.kind {
        SettingKind::Integer => (value.is_i64() || value.is_u64(), "a whole number".to_owned()),
        SettingKind::Decimal => (value.is_number(), "a number".to_owned()),
        SettingKind::Boolean => (value.is_boolean(), "true or false".to_owned()),
        SettingKind::Array => (value.is_array(), "a list".to_owned()),
        SettingKind::Object => (value.is_object(), "an object".to_owned()),
        SettingKind::DateIso8601 => {
            (text.is_some_and(is_date), "a date such as 2024-01-31 or 2024-01-31T08:00:00Z".to_owned())
        }
        SettingKind::Email => (text.is_some_and(|text| text.contains('@')), "an e-mail address".to_owned()),
        SettingKind::Options => {
            let words: Vec<String> = setting
                .options
                .iter()
                .map(|option| option.value.as_str().map_or(option.value.to_string(), str::to_owned))
                .collect();
            (setting.options.iter().any(|option| option.value == *value), format!("one of {}", words.join(", ")))
        }
        SettingKind::String | SettingKind::File | SettingKind::Oauth | SettingKind::Password | SettingKind::Hidden => {
            (text.is_some_and(|text| !text.contains('\0')), "text".to_owned())
        }
    };
    if !fits {
        return Err(SettingError::Wrong { name: setting.name.clone(), expected });
    }
    if setting.app_only && setting.name == "instance_url" && !text.is_some_and(is_instance) {
        let expected = "an address such as https://your-company.my.salesforce.com".to_owned();
        return Err(SettingError::Wrong { name: setting.name.clone(), expected });
    }
    Ok(())
}

fn is_date(text: &str) -> bool {
    text.parse::<NaiveDate>().is_ok() || DateTime::parse_from_rfc3339(text).is_ok()
}

fn is_instance(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

#[cfg(test)]
mod tests {
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
        verdict(&json!({"start_date": "2024-01-01", "instance_url": "https://x.my.salesforce.com"}), &["token"])
            .unwrap();
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
        assert_eq!(
            at_fault(&json!({"start_date": "2024-01-01", "instance_url": "my org"}), &["token"]),
            "instance_url"
        );
        assert_eq!(at_fault(&json!({"start_date": "2024-01-01", "user": "me"}), &[]), "token");
        assert_eq!(at_fault(&json!({"start_date": "2024-01-01"}), &["token", "user"]), "user");
    }

    #[test]
    fn a_secret_among_plain_settings_is_refused_without_repeating_it() {
        let error = verdict(&json!({"start_date": "2024-01-01", "token": "s3cret"}), &[]).unwrap_err();
        assert_eq!(error, SettingError::SecretInConfig { name: "token".to_owned() });
        assert!(!error.to_string().contains("s3cret"));
    }
}
