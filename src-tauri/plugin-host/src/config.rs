//! The plugin's real configuration: placeholders filled in, and secrets found again in what the plugin wrote back.

use crate::error::StartError;
use serde_json::Value;
use std::collections::BTreeMap;
use tributary_plugin_host::protocol::{Launch, SECRET_PLACEHOLDER, SecretText, VALUE_PLACEHOLDER};

/// Where a secret stands in the configuration.
pub(crate) struct Place {
    /// JSON pointer (RFC 6901).
    pointer: String,
    name: String,
    /// What stood there when it was last looked at.
    last: Value,
}

/// Replaces every placeholder in `config`, and tells where each secret went.
pub(crate) fn fill(config: &mut Value, launch: &Launch) -> Result<Vec<Place>, StartError> {
    let mut places = Vec::new();
    fill_at(config, &mut String::new(), launch, &mut places)?;
    Ok(places)
}

fn fill_at(
    value: &mut Value,
    pointer: &mut String,
    launch: &Launch,
    places: &mut Vec<Place>,
) -> Result<(), StartError> {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(SECRET_PLACEHOLDER) {
                let name = name.to_owned();
                let filled = secret(&name, launch)?;
                *value = filled.clone();
                places.push(Place { pointer: pointer.clone(), name, last: filled });
            } else if let Some(name) = text.strip_prefix(VALUE_PLACEHOLDER) {
                let filled = launch.values.get(name).ok_or_else(|| StartError::UnknownValue(name.to_owned()))?;
                *value = filled.clone();
            }
        }
        Value::Array(values) => {
            for (at, value) in values.iter_mut().enumerate() {
                within(pointer, &at.to_string(), |pointer| fill_at(value, pointer, launch, places))?;
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                within(pointer, &key, |pointer| fill_at(value, pointer, launch, places))?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn within<T>(pointer: &mut String, step: &str, work: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(step);
    let result = work(pointer);
    pointer.truncate(length);
    result
}

fn secret(name: &str, launch: &Launch) -> Result<Value, StartError> {
    let text = launch.secrets.get(name).ok_or_else(|| StartError::UnknownSecret(name.to_owned()))?.expose();
    if launch.json_secrets.iter().any(|json| json == name) {
        return serde_json::from_str(text).map_err(|_| StartError::SecretNotJson(name.to_owned()));
    }
    Ok(Value::String(text.to_owned()))
}

/// The secrets that differ from what stood in their places before. Text that is not JSON is a file being written:
/// nothing has changed yet. A secret that is gone or empty is no new value.
pub(crate) fn changed_secrets(places: &mut [Place], text: &[u8]) -> BTreeMap<String, SecretText> {
    let mut changed = BTreeMap::new();
    let Ok(config) = serde_json::from_slice::<Value>(text) else { return changed };
    for place in places {
        let Some(now) = config.pointer(&place.pointer).filter(|now| **now != place.last) else { continue };
        let text = match now {
            Value::Null => continue,
            Value::String(text) if text.is_empty() => continue,
            Value::String(text) if !place.last.is_string() => Value::String(text.clone()).to_string(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        changed.insert(place.name.clone(), SecretText::new(text));
        place.last = now.clone();
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn launch() -> Launch {
        let secret = |name: &str, text: &str| (name.to_owned(), SecretText::new(text.to_owned()));
        Launch {
            executable: String::new(),
            env: BTreeMap::new(),
            secrets: BTreeMap::from([secret("token", "t0ken"), secret("key", r#"{"id": 7}"#), secret("bad", "{t0p")]),
            json_secrets: vec!["key".into(), "bad".into()],
            values: json!({"price": "$5", "limit": 3}).as_object().unwrap().clone(),
        }
    }

    fn filled(mut config: Value) -> (Value, Vec<Place>) {
        let places = fill(&mut config, &launch()).unwrap();
        (config, places)
    }

    #[test]
    fn placeholders_are_filled_wherever_they_stand() {
        let (config, places) = filled(json!({
            "token": "tributary-secret:token",
            "deep": {"a/b~c": [1, {"key": "tributary-secret:key"}], "p": "tributary-value:price"},
            "limit": "tributary-value:limit",
            "text": "see tributary-secret:token",
        }));
        assert_eq!(
            config,
            json!({
                "token": "t0ken",
                "deep": {"a/b~c": [1, {"key": {"id": 7}}], "p": "$5"},
                "limit": 3,
                "text": "see tributary-secret:token",
            })
        );
        let pointers: Vec<_> = places.iter().map(|place| place.pointer.as_str()).collect();
        assert_eq!(pointers, ["/token", "/deep/a~1b~0c/1/key"]);
    }

    #[test]
    fn unknown_names_are_named_and_secrets_are_not_quoted() {
        let error = |text: &str| fill(&mut json!([text]), &launch()).err().unwrap().line();
        assert!(error("tributary-secret:nope").contains("`nope`"));
        assert!(error("tributary-value:nope").contains("`nope`"));
        assert!(error("tributary-secret:bad").contains("`bad`"));
        assert!(!error("tributary-secret:bad").contains("t0p"));
    }

    #[test]
    fn a_changed_secret_is_found_once() {
        let (mut config, mut places) = filled(json!({"a": "tributary-secret:token", "b": ["tributary-secret:token"]}));
        assert!(changed_secrets(&mut places, config.to_string().as_bytes()).is_empty());
        config["a"] = json!("new");
        let changed = changed_secrets(&mut places, config.to_string().as_bytes());
        assert_eq!(changed.keys().collect::<Vec<_>>(), ["token"]);
        assert_eq!(changed["token"].expose(), "new");
        assert!(changed_secrets(&mut places, config.to_string().as_bytes()).is_empty(), "told already");
    }

    #[test]
    fn half_written_missing_and_empty_are_no_changes() {
        let (_, mut places) = filled(json!({"a": "tributary-secret:token"}));
        for text in ["", r#"{"a": "ne"#, "{}", r#"{"a": null}"#, r#"{"a": ""}"#, "[]"] {
            assert!(changed_secrets(&mut places, text.as_bytes()).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_changed_json_secret_stays_json() {
        let (_, mut places) = filled(json!({"a": "tributary-secret:key"}));
        assert_eq!(changed_secrets(&mut places, br#"{"a": {"id": 8}}"#)["key"].expose(), r#"{"id":8}"#);
        assert_eq!(changed_secrets(&mut places, br#"{"a": "text"}"#)["key"].expose(), r#""text""#);
    }
}
