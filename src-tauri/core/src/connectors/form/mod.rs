//! From a connector's definition to its form: one pure function, whatever the definition looks like.
//!
//! Invariants:
//! - Every setting of the definition is in the form: in the common properties, or once in each way of signing in that it
//!   belongs to.
//! - The schema is a JSON Schema (2020-12) without references, and every default in it validates.
//! - Texts are safe to show: labels are plain, descriptions are Markdown without HTML, images and foreign links.
//! - Nothing panics and nothing is refused: what cannot be read as it was meant becomes a note.

mod about;
mod hints;
mod labels;
mod names;
mod property;
mod schema;
pub(in crate::connectors) mod text;
mod ways;

pub use about::{AboutError, definition_of_about, form_of_about};

use super::{Definition, SettingDefinition, definition::value};
use property::Property;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tributary_contract::{ConnectorForm, FormChoice, FormHints};
use ways::{Way, Ways};

/// The form of a connector. `saved` names the secrets that the keychain holds already: they can be left empty.
pub fn form(definition: &Definition, saved: &[String]) -> ConnectorForm {
    let mut notes = definition.notes.clone();
    let labels = labels::labels(&definition.settings);
    let ways = ways::ways(definition, &mut notes);
    if definition.settings.is_empty() {
        notes.push("The definition has no settings: there is nothing to fill in.".to_owned());
    }
    let is_saved = |setting: &SettingDefinition| setting.secret && saved.contains(&setting.name);
    let mut properties: BTreeMap<&str, Property> = BTreeMap::new();
    for setting in &definition.settings {
        let label = labels.get(setting.name.as_str()).map_or(setting.name.as_str(), String::as_str);
        properties.insert(&setting.name, property::property(setting, label, is_saved(setting), &mut notes));
    }
    let needed: BTreeSet<&str> = definition
        .settings
        .iter()
        .filter(|setting| setting.default.is_none() && !is_saved(setting))
        .map(|setting| setting.name.as_str())
        .collect();
    let advanced = advanced(definition, &ways);
    let order = order(definition, &ways, &needed, &advanced);
    let choice_labels = names::names(&ways.choices, &order, &labels);
    let common: Vec<&str> =
        order.iter().copied().filter(|name| !ways.choices.iter().any(|way| way.has(name))).collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": text::label(&definition.label).unwrap_or_else(|| definition.plugin.clone()),
        "type": "object",
    });
    fill(&mut schema, &common, &properties, |name| ways.common.contains(name) && needed.contains(name));
    if !ways.choices.is_empty() {
        let choices = ways.choices.iter().zip(&choice_labels).map(|(way, label)| {
            let own: Vec<&str> = order.iter().copied().filter(|name| way.has(name)).collect();
            let mut choice = json!({ "title": label, "type": "object" });
            fill(&mut choice, &own, &properties, |name| way.required.contains(name) && needed.contains(name));
            choice
        });
        schema["anyOf"] = choices.collect();
    }
    let choices = ways.choices.iter().zip(choice_labels).map(|(way, label)| choice(way, label, &order)).collect();
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    ConnectorForm {
        schema,
        ui: FormHints {
            choices,
            advanced: owned(&order.iter().copied().filter(|name| advanced.contains(name)).collect::<Vec<_>>()),
            order: owned(&order),
            fields: properties.into_iter().map(|(name, property)| (name.to_owned(), property.hint)).collect(),
        },
        notes,
    }
}

/// The form of whatever a text holds: a definition in YAML or JSON, or what a connector prints about itself.
pub fn form_of_text(text: &str, saved: &[String]) -> Result<ConnectorForm, AboutError> {
    let value = value::parse(text)?;
    // Definitions have a list of settings (or an object by name), connectors print a schema.
    if value.get("settings").is_some_and(|settings| settings.get("properties").is_some_and(Value::is_object)) {
        form_of_about(&value, saved)
    } else {
        Ok(form(&Definition::from_value(&value, None)?, saved))
    }
}

fn choice(way: &Way<'_>, label: String, order: &[&str]) -> FormChoice {
    let settings = order.iter().filter(|name| way.has(name)).map(|name| (*name).to_owned()).collect();
    FormChoice { label, settings }
}

/// Puts properties and what is required of them into an object of the schema. Text that is required is not empty.
fn fill(schema: &mut Value, names: &[&str], properties: &BTreeMap<&str, Property>, is_required: impl Fn(&str) -> bool) {
    let mut filled = Map::new();
    let mut required = Vec::new();
    for name in names {
        let Some(property) = properties.get(name) else { continue };
        let mut property = property.schema.clone();
        if is_required(name) {
            required.push(*name);
            let is_free = !["enum", "oneOf", "minLength"].iter().any(|key| property.contains_key(*key));
            if is_free && property.get("type") == Some(&json!("string")) {
                property.insert("minLength".to_owned(), json!(1));
            }
        }
        filled.insert((*name).to_owned(), Value::Object(property));
    }
    schema["properties"] = Value::Object(filled);
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
}

/// What stands under "Advanced": what the definition says, or what can be left alone. What has to be filled in never does.
fn advanced<'a>(definition: &'a Definition, ways: &Ways<'a>) -> BTreeSet<&'a str> {
    // Without groups and required settings nothing tells what matters: only what has a default can be left alone.
    let tells = !ways.grouped.is_empty() || !ways.common.is_empty();
    let is_advanced = |setting: &SettingDefinition| {
        let name = setting.name.as_str();
        if let Some(listed) = &definition.advanced {
            return setting.hidden || listed.iter().any(|listed| listed == name);
        }
        // When to start is asked; who signs in stands beside the secret to sign in with.
        let is_asked = name.ends_with("start_date") || hints::is_beside_secret(definition, setting);
        let is_named = ways.grouped.contains(name) || ways.common.contains(name);
        let is_quiet = if tells { !is_named && !setting.secret } else { has_default(setting) };
        setting.hidden || hints::is_machinery(name) || (!is_named && hints::is_detour(name)) || (is_quiet && !is_asked)
    };
    let is_needed =
        |name: &str| ways.common.contains(name) || ways.choices.iter().any(|way| way.required.contains(name));
    let may =
        |setting: &&SettingDefinition| (setting.default.is_some() || !is_needed(&setting.name)) && is_advanced(setting);
    let names = |setting: &'a SettingDefinition| setting.name.as_str();
    let mut advanced: BTreeSet<&str> = definition.settings.iter().filter(may).map(names).collect();
    if definition.advanced.is_none() && advanced.len() == definition.settings.len() {
        // An empty form with everything under "Advanced" helps nobody.
        let machinery = definition.settings.iter().filter(|one| one.hidden || hints::is_machinery(&one.name));
        advanced = machinery.map(names).collect();
    }
    advanced
}

/// Whether there is a default that says something: an empty text only stands for none.
fn has_default(setting: &SettingDefinition) -> bool {
    setting.default.as_ref().is_some_and(|default| default.as_str().is_none_or(|text| !text.trim().is_empty()))
}

/// What has to be filled in first, then what belongs to ways of signing in, then the rest, then what is advanced; each in
/// the definition's order.
fn order<'a>(
    definition: &'a Definition,
    ways: &Ways<'a>,
    needed: &BTreeSet<&str>,
    advanced: &BTreeSet<&str>,
) -> Vec<&'a str> {
    let mut order: Vec<&str> = definition.settings.iter().map(|setting| setting.name.as_str()).collect();
    order.sort_by_key(|name| {
        if advanced.contains(name) {
            3
        } else if ways.common.contains(name) && needed.contains(name) {
            0
        } else {
            u8::from(!ways.choices.iter().any(|way| way.has(name))) + 1
        }
    });
    order
}

/// A value as people write it.
pub(super) fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A validator of a form's schema: draft 2020-12, formats are checked, nothing is fetched.
pub(super) fn validator(schema: &Value) -> Result<jsonschema::Validator, Box<jsonschema::ValidationError<'static>>> {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .offline()
        .build(schema)
        .map_err(Box::new)
}
