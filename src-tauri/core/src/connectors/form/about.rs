//! What connectors made with Singer's kit print about themselves (`--about --format=json`): their settings are a JSON
//! Schema. It becomes a definition, and then takes the way of every definition.

use super::{ConnectorForm, form, labels, schema};
use crate::connectors::{Definition, DefinitionError, SettingDefinition, SettingKind};
use serde_json::{Map, Value, json};
use tributary_contract::ConnectorKind;

/// Levels of nested settings that become settings of their own.
const DEPTH: usize = 4;

/// Why what a connector says about itself cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AboutError {
    /// It has no settings in the form of a schema.
    #[error("it has no “settings” with a JSON Schema, as --about --format=json prints them")]
    NoSettings,
    /// Its name, for instance.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
}

/// The form of a connector by what it says about itself. `saved` as for [`form`].
pub fn form_of_about(about: &Value, saved: &[String]) -> Result<ConnectorForm, AboutError> {
    Ok(form(&definition_of_about(about)?, saved))
}

/// The definition by what a connector says about itself.
pub fn definition_of_about(about: &Value) -> Result<Definition, AboutError> {
    let root = about.get("settings").filter(|root| root.is_object()).ok_or(AboutError::NoSettings)?;
    let mut parts = vec![root];
    for key in ["allOf", "anyOf", "oneOf"] {
        parts.extend(root.get(key).and_then(Value::as_array).into_iter().flatten());
    }
    let name = about.get("name").and_then(Value::as_str).unwrap_or("tap");
    let short = name.trim_start_matches("tap-").trim_start_matches("target-");
    let frame = json!({
        "name": name,
        "label": labels::from_name(short),
        "description": about.get("description"),
        "capabilities": about.get("capabilities").filter(|given| given.is_array()),
        "supported_python_versions": about.get("supported_python_versions").filter(|given| given.is_array()),
    });
    let mut definition = Definition::from_value(&frame, None::<ConnectorKind>)?;
    let mut settings = Settings { root, found: Vec::new(), groups: Vec::new(), notes: Vec::new() };
    for part in &parts {
        settings.add("", part, true, DEPTH);
    }
    settings.fill_in_constants();
    definition.settings = settings.found;
    definition.notes.extend(settings.notes);
    // Alternatives at the top are ways of signing in.
    let alternatives = parts.iter().skip(1).filter(|_| root.get("allOf").is_none());
    definition.groups = alternatives.map(|part| names(part)).filter(|names| !names.is_empty()).collect();
    if definition.groups.is_empty() {
        definition.groups = settings.groups;
    }
    Ok(definition)
}

fn names(schema: &Value) -> Vec<String> {
    let all = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(escape).collect()
}

/// A dot that does not nest.
fn escape(name: &str) -> String {
    name.replace('.', "\\.")
}

struct Settings<'a> {
    root: &'a Value,
    found: Vec<SettingDefinition>,
    /// What each alternative of a required setting needs.
    groups: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl<'a> Settings<'a> {
    /// Adds the properties of an object. `must`: whether the object itself is required.
    fn add(&mut self, prefix: &str, object: &Value, must: bool, depth: usize) {
        let required = names(object);
        let is_alternative = prefix.is_empty() && !std::ptr::eq(object, self.root);
        for (name, schema) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if name.is_empty() || name.contains(char::is_control) || name.len() > 200 {
                self.notes.push("A setting has no name that can be used; it was left out.".to_owned());
                continue;
            }
            let name = escape(name);
            let full = format!("{prefix}{name}");
            let required = must && !is_alternative && required.contains(&name);
            // A secret inside becomes a setting of its own, so that it goes into the keychain and the rest does not.
            let nested = schema.get("properties").and_then(Value::as_object).is_some_and(|inner| !inner.is_empty());
            let alternatives = self.alternatives(schema);
            if depth > 0 && !is_secret(schema) && !alternatives.is_empty() {
                let inner = format!("{full}.");
                self.add(&inner, schema, required, depth - 1);
                for alternative in &alternatives {
                    self.add(&inner, alternative, false, depth - 1);
                }
                let needs = |one: &&Value| names(one).iter().map(|name| format!("{inner}{name}")).collect::<Vec<_>>();
                if required && self.groups.is_empty() {
                    self.groups = alternatives.iter().map(needs).filter(|names| !names.is_empty()).collect();
                }
            } else if nested && !is_secret(schema) && has_secret(schema, 8) && depth > 0 {
                self.add(&format!("{full}."), schema, required, depth - 1);
            } else if let Some(known) = self.found.iter_mut().find(|known| known.name == full) {
                // Alternatives repeat what they share; what tells them apart has one value in each.
                merge_constants(known, schema);
            } else {
                let setting = self.setting(full, schema, required);
                self.found.push(setting);
            }
        }
    }

    /// The alternatives of a setting that is one of several objects.
    fn alternatives(&self, schema: &'a Value) -> Vec<&'a Value> {
        let root = self.root;
        let follow = |one: &'a Value| {
            let target = one.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
            target.and_then(|target| root.pointer(target)).unwrap_or(one)
        };
        let is_object =
            |one: &&Value| one.get("properties").and_then(Value::as_object).is_some_and(|all| !all.is_empty());
        let all = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(*key)?.as_array());
        let all: Vec<&Value> = all
            .into_iter()
            .flatten()
            .filter(|one| one.get("type").is_none_or(|kind| kind != "null"))
            .map(follow)
            .collect();
        if all.len() > 1 && all.iter().all(is_object) { all } else { Vec::new() }
    }

    /// What has one possible value only has it without being asked.
    fn fill_in_constants(&mut self) {
        for setting in self.found.iter_mut().filter(|setting| setting.default.is_none() && !setting.secret) {
            if let Some([only]) =
                setting.schema.as_ref().and_then(|schema| schema["enum"].as_array()).map(Vec::as_slice)
            {
                setting.default = Some(only.clone());
            }
        }
    }

    fn setting(&mut self, name: String, schema: &Value, required: bool) -> SettingDefinition {
        let mut clean = schema::clean(schema, self.root);
        let text = |key: &str| schema.get(key).and_then(Value::as_str).map(str::to_owned);
        let default = clean.shift_remove("default");
        if let Some(constant) = clean.shift_remove("const") {
            clean.entry("enum").or_insert_with(|| json!([constant]));
        }
        let secret = is_secret(schema) || has_secret(schema, 8);
        if secret && !is_secret(schema) {
            self.notes.push(format!("The setting “{name}” has a secret inside; all of it is kept as a secret."));
        }
        let example = schema.get("examples").and_then(|all| all.get(0)).or_else(|| schema.get("example"));
        SettingDefinition {
            label: text("title").unwrap_or_else(|| labels::from_name(&name)),
            description: text("description"),
            placeholder: example.map(super::written),
            kind: kind(&clean),
            default,
            required,
            secret,
            schema: Some(Value::Object(clean)),
            name,
            ..SettingDefinition::default()
        }
    }
}

fn merge_constants(known: &mut SettingDefinition, schema: &Value) {
    let more: Vec<&Value> = match (schema.get("const"), schema.get("enum").and_then(Value::as_array)) {
        (Some(constant), _) => vec![constant],
        (None, Some(several)) => several.iter().collect(),
        (None, None) => Vec::new(),
    };
    let Some(Value::Array(values)) = known.schema.as_mut().and_then(|schema| schema.get_mut("enum")) else { return };
    for value in more {
        if !value.is_null() && !values.contains(value) {
            values.push(value.clone());
        }
    }
}

fn is_secret(schema: &Value) -> bool {
    ["secret", "writeOnly"].iter().any(|key| schema.get(key) == Some(&Value::Bool(true)))
}

/// Whether there is a secret anywhere in it.
fn has_secret(schema: &Value, depth: usize) -> bool {
    match schema {
        _ if depth == 0 => false,
        Value::Object(map) => is_secret(schema) || map.values().any(|inner| has_secret(inner, depth - 1)),
        Value::Array(all) => all.iter().any(|inner| has_secret(inner, depth - 1)),
        _ => false,
    }
}

fn kind(schema: &Map<String, Value>) -> SettingKind {
    let is_date = schema.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("date"));
    match schema.get("type").and_then(Value::as_str) {
        Some("integer") => SettingKind::Integer,
        Some("number") => SettingKind::Decimal,
        Some("boolean") => SettingKind::Boolean,
        Some("array") => SettingKind::Array,
        Some("object") => SettingKind::Object,
        Some("string") if is_date => SettingKind::DateIso8601,
        _ => SettingKind::String,
    }
}
