//! Checks what a person or program wants to save with the schema of the connector's form: the one that the window checks
//! with while people type.

mod expected;
#[cfg(test)]
mod tests;

use super::{Definition, form};
use jsonschema::{ValidationError, error::ValidationErrorKind, paths::LocationSegment};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use tributary_contract::{Config, ConnectorForm};

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
    /// A part of it has a value of the wrong kind.
    #[error("in the setting “{name}”, “{place}” must be {expected}")]
    WrongInside {
        /// The setting.
        name: String,
        /// The part, for instance `tables[2].path`.
        place: String,
        /// What it must be.
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
            | Self::Wrong { name, .. }
            | Self::WrongInside { name, .. } => name,
        }
    }
}

/// Characters of a name that an error repeats: a name can be as long as its sender likes, an error cannot.
const SHOWN: usize = 100;

/// Settings by the names the definition has for them: `{"auth": {"flow": ...}}` becomes `auth.flow`, and other names that
/// a setting is known by become its own.
pub fn normalise(definition: &Definition, config: &Config) -> Config {
    let mut normal = Config::new();
    for (name, value) in config {
        put(definition, &mut normal, name, value);
    }
    normal
}

fn put(definition: &Definition, normal: &mut Config, name: &str, value: &Value) {
    let alias =
        |wanted: &str| definition.settings.iter().find(|setting| setting.aliases.iter().any(|alias| alias == wanted));
    let escaped = name.replace('.', "\\.");
    let own = definition.setting(name).or_else(|| alias(name)).or_else(|| definition.setting(&escaped));
    let prefix = format!("{name}.");
    match (own, value) {
        (Some(setting), _) => drop(normal.insert(setting.name.clone(), value.clone())),
        (None, Value::Object(parts)) if definition.settings.iter().any(|one| one.name.starts_with(&prefix)) => {
            for (part, value) in parts {
                put(definition, normal, &format!("{prefix}{part}"), value);
            }
        }
        _ => drop(normal.insert(name.to_owned(), value.clone())),
    }
}

/// Checks plain settings and the names of the secrets that are (or will be) in the keychain.
pub fn check(definition: &Definition, config: &Config, secrets: &BTreeSet<&str>) -> Result<(), SettingError> {
    let mut config = normalise(definition, config);
    for name in config.keys() {
        let setting = definition.setting(name).ok_or_else(|| unknown(definition, name))?;
        if setting.secret {
            return Err(SettingError::SecretInConfig { name: name.clone() });
        }
    }
    for name in secrets {
        let setting = definition.setting(name).ok_or_else(|| unknown(definition, name))?;
        if !setting.secret {
            return Err(SettingError::NotSecret { connector: definition.label.clone(), name: (*name).to_owned() });
        }
    }
    let secrets: Vec<String> = secrets.iter().map(|name| (*name).to_owned()).collect();
    let form = form::form(definition, &secrets);
    let required = required(&form);
    config.retain(|name, value| {
        drop_nothing(value);
        !(value.is_null() || is_blank(value) && required.contains(name.as_str()))
    });
    // No schema says it, but for many programs a text ends there.
    if let Some((name, _)) = config.iter().find(|(_, value)| has_nul(value)) {
        return Err(SettingError::Wrong { name: name.clone(), expected: "text without a null character".to_owned() });
    }
    let config = Value::Object(config);
    check_values(&form, &config)?;
    check_presence(definition, &form, &config)
}

/// Every value, also of ways of signing in that are not complete.
fn check_values(form: &ConnectorForm, config: &Value) -> Result<(), SettingError> {
    let mut properties = Map::new();
    for part in parts(form) {
        for (name, schema) in part.get("properties").and_then(Value::as_object).into_iter().flatten() {
            properties.entry(name.clone()).or_insert_with(|| schema.clone());
        }
    }
    let schema = json!({ "type": "object", "properties": properties });
    let Ok(validator) = form::validator(&schema) else { return Ok(()) };
    match validator.iter_errors(config).next() {
        Some(error) => Err(fault(form, &schema, &error)),
        None => Ok(()),
    }
}

/// Whether everything is there. Of several ways of signing in, the one that lacks least is the one that was meant.
fn check_presence(definition: &Definition, form: &ConnectorForm, config: &Value) -> Result<(), SettingError> {
    let Ok(validator) = form::validator(&form.schema) else { return Ok(()) };
    let missing = |error: &ValidationError<'_>| match error.kind() {
        ValidationErrorKind::Required { property } => property.as_str().map(str::to_owned),
        _ => None,
    };
    let Some(error) = validator.iter_errors(config).next() else { return Ok(()) };
    let name = match error.kind() {
        ValidationErrorKind::AnyOf { context } => {
            let way = context.iter().min_by_key(|errors| errors.len());
            way.and_then(|errors| errors.iter().find_map(missing))
        }
        _ => missing(&error),
    };
    Err(match name {
        Some(name) => {
            let label = definition.setting(&name).map_or_else(|| name.clone(), |setting| setting.label.clone());
            SettingError::Missing { name, label }
        }
        None => fault(form, &form.schema, &error),
    })
}

/// The common part and each way of signing in.
fn parts(form: &ConnectorForm) -> impl Iterator<Item = &Value> {
    let ways = form.schema.get("anyOf").and_then(Value::as_array);
    std::iter::once(&form.schema).chain(ways.into_iter().flatten())
}

fn required(form: &ConnectorForm) -> BTreeSet<&str> {
    parts(form)
        .filter_map(|part| part.get("required").and_then(Value::as_array))
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// What is wrong, and where. Repeats names, never values.
fn fault(form: &ConnectorForm, schema: &Value, error: &ValidationError<'_>) -> SettingError {
    let mut name = String::new();
    let mut place = String::new();
    let mut depth = 0;
    for segment in error.instance_path().segments() {
        match segment {
            LocationSegment::Property(part) if depth == 0 => {
                name = part.into_owned();
                place.clone_from(&name);
            }
            LocationSegment::Property(part) => {
                place.push('.');
                place.extend(part.chars().take(SHOWN));
            }
            LocationSegment::Index(index) => place.extend(["[", &index.to_string(), "]"]),
        }
        depth += 1;
    }
    let widget = form.ui.fields.get(&name).map(|hint| hint.widget);
    if let ValidationErrorKind::Required { property } = error.kind() {
        place.push('.');
        place.push_str(property.as_str().unwrap_or_default());
        return SettingError::WrongInside { name, place, expected: "filled in".to_owned() };
    }
    if depth > 1 {
        SettingError::WrongInside { name, place, expected: expected::expected(None, schema, error) }
    } else {
        SettingError::Wrong { name, expected: expected::expected(widget, schema, error) }
    }
}

fn unknown(definition: &Definition, name: &str) -> SettingError {
    let known: Vec<&str> = definition.settings.iter().map(|setting| setting.name.as_str()).collect();
    let name = name.chars().take(SHOWN).collect();
    SettingError::Unknown { connector: definition.label.clone(), name, known: known.join(", ") }
}

fn is_blank(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(map) => map.iter().any(|(name, inner)| name.contains('\0') || has_nul(inner)),
        _ => false,
    }
}

/// `null` inside an object means that nothing is given.
fn drop_nothing(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, inner| !inner.is_null());
            map.values_mut().for_each(drop_nothing);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nothing),
        _ => {}
    }
}
