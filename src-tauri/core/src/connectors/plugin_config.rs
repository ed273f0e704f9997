//! From the settings that were saved to the configuration a plugin is given.

use super::{Definition, SettingKind};
use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use tributary_contract::Config;
use tributary_plugin_host::protocol::{SECRET_PLACEHOLDER, VALUE_PLACEHOLDER};
use url::Url;

/// The value of `api_type` with which the app chooses; the connector does not know it.
const AUTOMATIC: &str = "AUTO";

/// A plugin's configuration with placeholders, and the plain values behind some of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PluginConfig {
    /// Settings by (dotted) name; secrets and protected values are placeholders.
    pub settings: Map<String, Value>,
    /// Values behind [`VALUE_PLACEHOLDER`].
    pub values: Map<String, Value>,
}

/// Builds it: defaults filled in, dates completed, settings that only the app understands left out, and every secret
/// and every text that Meltano would change replaced by a placeholder.
pub fn build(definition: &Definition, config: &Config, secrets: &[String]) -> PluginConfig {
    let mut built = PluginConfig::default();
    for setting in definition.settings.iter().filter(|setting| !setting.app_only) {
        let name = &setting.name;
        if setting.secret {
            if secrets.contains(name) {
                built.settings.insert(name.clone(), json!(format!("{SECRET_PLACEHOLDER}{name}")));
            }
            continue;
        }
        let value = config.get(name).filter(|value| !value.is_null()).or(setting.default.as_ref());
        let Some(value) = value else { continue };
        let value = if setting.kind == SettingKind::DateIso8601 { complete_date(value) } else { value.clone() };
        if expandable(&value) {
            built.settings.insert(name.clone(), json!(format!("{VALUE_PLACEHOLDER}{name}")));
            built.values.insert(name.clone(), value);
        } else {
            built.settings.insert(name.clone(), value);
        }
    }
    if definition.id == "salesforce" && built.settings.get("api_type").is_some_and(|value| value == AUTOMATIC) {
        // Decided when a run begins, so it travels as secrets do; what is not a run reads little.
        built.settings.insert("api_type".to_owned(), json!(format!("{VALUE_PLACEHOLDER}api_type")));
        built.values.insert("api_type".to_owned(), json!("REST"));
    }
    if definition.id == "salesforce" && !built.settings.contains_key("is_sandbox") {
        let sandbox = config.get("instance_url").and_then(Value::as_str).is_some_and(is_sandbox);
        built.settings.insert("is_sandbox".to_owned(), json!(sandbox));
    }
    built
}

impl PluginConfig {
    /// The settings for a project without the app: what was to be decided when a run begins has the value it has outside of
    /// runs, and only what Meltano would expand keeps its placeholder.
    pub fn standing_alone(self) -> Map<String, Value> {
        let mut settings = self.settings;
        settings.extend(self.values.into_iter().filter(|(_, value)| !expandable(value)));
        settings
    }
}

/// Dotted names as nested objects, the form a plugin reads. `\.` is a dot that does not nest.
pub fn nest(settings: &Map<String, Value>) -> Map<String, Value> {
    let mut nested = Map::new();
    for (name, value) in settings {
        let escaped = name.replace("\\.", "\u{0}");
        let parts: Vec<String> = escaped.split('.').map(|part| part.replace('\u{0}', ".")).collect();
        put(&mut nested, &parts, value);
    }
    nested
}

fn put(place: &mut Map<String, Value>, path: &[String], value: &Value) {
    match path {
        [] => {}
        [last] => {
            place.insert(last.clone(), value.clone());
        }
        [first, rest @ ..] => {
            let inner = place.entry(first.clone()).or_insert_with(|| json!({}));
            // A plain value of the same name gives way: settings below it say more.
            if !inner.is_object() {
                *inner = json!({});
            }
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// Whether an address belongs to a Salesforce sandbox, whose users sign in at another host.
/// Salesforce, "My Domain URL formats": sandboxes have `MyDomain--SandboxName.sandbox.my.salesforce.com`.
pub fn is_sandbox(instance: &str) -> bool {
    Url::parse(instance).ok().and_then(|url| url.host_str().map(str::to_lowercase)).is_some_and(|host| {
        host == "test.salesforce.com"
            || host.contains(".sandbox.")
            || (host.contains("--") && host.ends_with(".salesforce.com"))
    })
}

/// Taps read times only; a date alone means its first moment, UTC.
fn complete_date(value: &Value) -> Value {
    match value.as_str() {
        Some(text) if text.parse::<NaiveDate>().is_ok() => json!(format!("{text}T00:00:00Z")),
        _ => value.clone(),
    }
}

/// Meltano expands `$NAME` and `${NAME}` in every text of a configuration.
fn expandable(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('$'),
        Value::Array(items) => items.iter().any(expandable),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('$') || expandable(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_names_nest() {
        let flat = json!({"a.b.c": 1, "a.b.d": 2, "e": 3, "f\\.g": 4});
        assert_eq!(
            Value::Object(nest(flat.as_object().unwrap())),
            json!({"a": {"b": {"c": 1, "d": 2}}, "e": 3, "f.g": 4})
        );
    }

    #[test]
    fn sandboxes_are_told_from_production() {
        assert!(is_sandbox("https://acme--dev.sandbox.my.salesforce.com"));
        assert!(is_sandbox("https://test.salesforce.com"));
        assert!(is_sandbox("https://ACME--full.my.salesforce.com/"));
        assert!(!is_sandbox("https://acme.my.salesforce.com"));
        assert!(!is_sandbox("https://your-instance.salesforce.com"));
        assert!(!is_sandbox("nonsense"));
    }

    #[test]
    fn the_plugin_gets_what_it_understands() {
        let definition = Definition::parse(
            "
plugin_type: extractors
name: tap-salesforce
namespace: tap_salesforce
settings:
  - {name: start_date, kind: date_iso8601}
  - {name: note}
  - {name: api_type, value: REST}
  - {name: instance_url}
  - {name: refresh_token, sensitive: true}
  - {name: other_secret, sensitive: true}
metadata: {tributary: {type: salesforce, app_settings: [instance_url]}}
",
        )
        .unwrap();
        let config = json!({"start_date": "2024-01-01", "note": "costs $HOME", "instance_url": "https://a--b.sandbox.my.salesforce.com"});
        let built = build(&definition, config.as_object().unwrap(), &["refresh_token".to_owned()]);
        assert_eq!(
            Value::Object(built.settings),
            json!({
                "start_date": "2024-01-01T00:00:00Z", "note": "tributary-value:note", "api_type": "REST",
                "refresh_token": "tributary-secret:refresh_token", "is_sandbox": true,
            })
        );
        assert_eq!(Value::Object(built.values), json!({"note": "costs $HOME"}));
    }
}
