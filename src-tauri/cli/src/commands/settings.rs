//! `trib settings`.

use crate::{arguments::SettingsCommand, context::Context, output::Output};
use serde_json::{Value, json};
use tributary_contract::AppSettings;
use tributary_core::{Error, ops};

pub async fn run(context: &Context, output: Output, command: Option<SettingsCommand>) -> Result<bool, Error> {
    let mut settings = ops::get_settings(&context.core).await?;
    if let Some(SettingsCommand::Set { name, value }) = command {
        settings = ops::save_settings(&context.core, with(&settings, &name, &value)?).await?;
    }
    output.object(&json!({ "settings": settings }));
    let rows = flat("", &json!(settings)).into_iter().map(|(name, value)| vec![name, value.to_string()]).collect();
    output.table(&["Setting", "Value"], rows, &[]);
    Ok(true)
}

/// The settings with another value for one of them.
fn with(settings: &AppSettings, name: &str, value: &str) -> Result<AppSettings, Error> {
    let mut all = json!(settings);
    let pointer = format!("/{}", name.replace('.', "/"));
    let place = all.pointer_mut(&pointer).filter(|_| !name.is_empty());
    let place = place.ok_or_else(|| Error::NotFound { kind: "setting", name: name.to_owned() })?;
    // What is no JSON is a text.
    *place = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    ops::parse_input(&all.to_string())
}

/// Each setting by its name with dots.
fn flat(above: &str, value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| flat(&format!("{above}{}{name}", if above.is_empty() { "" } else { "." }), value))
            .collect(),
        other => vec![(above.to_owned(), other.clone())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_setting_changes_and_the_others_stay() {
        let usual = AppSettings::default();
        let changed = with(&usual, "run_hours", "12").unwrap();
        assert_eq!(changed, AppSettings { run_hours: 12, ..usual.clone() });
        let changed = with(&usual, "notifications.failures", "false").unwrap();
        assert!(!changed.notifications.failures);
        let proxy = with(&usual, "proxy", "http://proxy.example:8080").unwrap();
        assert_eq!(proxy.proxy.as_deref(), Some("http://proxy.example:8080"));
        assert_eq!(with(&proxy, "proxy", "null").unwrap(), usual);
    }

    #[test]
    fn what_is_no_setting_or_no_value_for_it_is_refused() {
        let usual = AppSettings::default();
        for (name, value) in [("colour", "red"), ("", "1"), ("run_hours", "many"), ("notifications.sound", "true")] {
            assert!(with(&usual, name, value).is_err(), "{name}");
        }
    }
}
