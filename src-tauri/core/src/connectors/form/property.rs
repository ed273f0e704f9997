//! One setting: its part of the schema and how it is asked for.

use super::{hints, schema, text};
use crate::connectors::{SettingDefinition, SettingKind, definition::value::shown};
use serde_json::{Map, Value, json};
use tributary_contract::{FieldHint, Widget};

/// A setting as the form has it.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its schema.
    pub schema: Map<String, Value>,
    /// How it is shown.
    pub hint: FieldHint,
}

/// An address of the web.
const WEB: &str = r"^https?://\S+$";
/// The same without a name and password in it.
const WEB_WITHOUT_USER: &str = r"^https?://[^\s/?#@]+([/?#]\S*)?$";

/// Builds the property of a setting. `required`: an empty text does not do.
pub fn property(setting: &SettingDefinition, label: &str, saved: bool, notes: &mut Vec<String>) -> Property {
    let (mut shape, mut widget) = shape(setting, notes);
    let mut placeholder = setting.placeholder.as_deref().and_then(text::line);
    if setting.secret {
        widget = if hints::is_long_secret(setting, widget) { Widget::LongSecret } else { Widget::Secret };
        // A secret is always entered as text; one that is JSON is read as JSON later.
        let kept =
            ["minLength", "maxLength", "pattern"].into_iter().filter_map(|key| Some((key, shape.get(key)?.clone())));
        let kept: Vec<(&str, Value)> = kept.filter(|_| shape.get("type") == Some(&json!("string"))).collect();
        let mut secret = Map::from_iter([("type".to_owned(), json!("string")), ("writeOnly".to_owned(), json!(true))]);
        secret.extend(kept.into_iter().map(|(key, value)| (key.to_owned(), value)));
        shape = secret;
    }
    let mut schema = Map::from_iter([("title".to_owned(), json!(label))]);
    let description = setting.description.as_deref().and_then(text::markdown).filter(|text| text != label);
    if let Some(description) = description {
        schema.insert("description".to_owned(), json!(description));
    }
    shape.retain(|key, _| !matches!(key.as_str(), "title" | "description" | "default"));
    schema.extend(shape);
    if let Some(default) = &setting.default {
        if setting.secret {
            // The plugin fills it in by itself; a secret of the person does not start with one that everybody knows.
            placeholder = placeholder.or_else(|| default.as_str().and_then(text::line));
        } else {
            match fitting(&schema, default) {
                Some(default) => drop(schema.insert("default".to_owned(), default)),
                None => notes.push(format!(
                    "The default of the setting “{}” does not fit its kind; the form leaves it out.",
                    shown(&setting.name)
                )),
            }
        }
    }
    let documentation = setting.documentation.as_deref().and_then(text::https);
    let tooltip = setting.tooltip.as_deref().and_then(text::label);
    Property { schema, hint: FieldHint { widget, placeholder, tooltip, documentation, saved } }
}

/// The default, read as the kind of value it was meant to be; `None` when it does not validate.
fn fitting(schema: &Map<String, Value>, default: &Value) -> Option<Value> {
    let candidates = [Some(default.clone()), reread(default), option_of(schema, default)];
    let mut candidates = candidates.into_iter().flatten();
    if let Some(kind) = only_type(schema) {
        return candidates.find(|candidate| is_of(kind, candidate));
    }
    let validator = super::validator(&Value::Object(schema.clone())).ok()?;
    candidates.find(|candidate| validator.is_valid(candidate))
}

/// The type of a schema that asks for nothing else. Most do, and a validator takes longer to build than all the rest.
fn only_type(schema: &Map<String, Value>) -> Option<&str> {
    let is_only = schema.keys().all(|key| matches!(key.as_str(), "title" | "description" | "type"));
    schema.get("type").and_then(Value::as_str).filter(|_| is_only)
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        // 5.0 is a whole number too.
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

/// `"5"` as 5, `"[1]"` as a list; a number or boolean as text.
fn reread(default: &Value) -> Option<Value> {
    match default {
        Value::String(text) => {
            let lower = text.trim().to_lowercase();
            // Some definitions write booleans as Python does.
            let text = if matches!(lower.as_str(), "true" | "false") { &lower } else { text };
            serde_json::from_str(text).ok()
        }
        Value::Number(number) => Some(json!(number.to_string())),
        Value::Bool(yes) => Some(json!(yes.to_string())),
        _ => None,
    }
}

/// The option that is written alike, or that is called so.
fn option_of(schema: &Map<String, Value>, default: &Value) -> Option<Value> {
    let written = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned).to_lowercase();
    let options = schema.get("oneOf")?.as_array()?;
    let found = options.iter().find(|option| {
        ["const", "title"].iter().any(|key| option.get(key).is_some_and(|value| written(value) == written(default)))
    });
    found.and_then(|option| option.get("const")).cloned()
}

/// What the values are, and the widget for them.
fn shape(setting: &SettingDefinition, notes: &mut Vec<String>) -> (Map<String, Value>, Widget) {
    if let Some(given) = &setting.schema {
        let clean = schema::clean(given, given);
        if super::validator(&Value::Object(clean.clone())).is_ok() {
            return shape_of_schema(setting, clean);
        }
        notes.push(format!("The schema of the setting “{}” cannot be used; its kind decided.", shown(&setting.name)));
    }
    let (shape, widget) = match setting.kind {
        SettingKind::Integer => (json!({ "type": "integer" }), Widget::Integer),
        SettingKind::Decimal => (json!({ "type": "number" }), Widget::Number),
        SettingKind::Boolean => (json!({ "type": "boolean" }), Widget::Switch),
        SettingKind::DateIso8601 => (date(), Widget::Date),
        SettingKind::Email => (json!({ "type": "string", "format": "email" }), Widget::Email),
        SettingKind::Options => (options(setting), Widget::Choice),
        SettingKind::File => {
            (json!({ "type": "string" }), if hints::is_folder(setting) { Widget::Folder } else { Widget::File })
        }
        SettingKind::Array => return list(setting),
        SettingKind::Object => return pairs(setting),
        SettingKind::String | SettingKind::Oauth | SettingKind::Password | SettingKind::Hidden => {
            return plain(setting);
        }
    };
    (object(shape), widget)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// A date alone, or with a time.
fn date() -> Value {
    json!({ "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] })
}

fn options(setting: &SettingDefinition) -> Value {
    let all: Vec<Value> = setting
        .options
        .iter()
        .map(|option| {
            let title = text::label(&option.label).unwrap_or_else(|| super::written(&option.value));
            json!({ "const": option.value, "title": title })
        })
        .collect();
    if setting.options.iter().all(|option| option.value.is_string()) {
        json!({ "type": "string", "oneOf": all })
    } else {
        json!({ "oneOf": all })
    }
}

/// Text: the name and the description say which.
fn plain(setting: &SettingDefinition) -> (Map<String, Value>, Widget) {
    if setting.app_only && setting.name == "instance_url" {
        return (object(json!({ "type": "string", "pattern": WEB_WITHOUT_USER })), Widget::Url);
    }
    let any = json!({ "type": "string" });
    let (shape, widget) = match hints::of_text(setting) {
        Some(Widget::Url) if hints::is_web(setting) => (json!({ "type": "string", "pattern": WEB }), Widget::Url),
        Some(Widget::Email) => (json!({ "type": "string", "format": "email" }), Widget::Email),
        Some(Widget::Date) => (
            match hints::date_format(setting) {
                Some(format) => json!({ "type": "string", "format": format }),
                None => date(),
            },
            Widget::Date,
        ),
        Some(widget) => (any, widget),
        None => (any, Widget::Text),
    };
    (object(shape), widget)
}

/// A list of which the definition does not say more: of texts, unless an example shows something else.
fn list(setting: &SettingDefinition) -> (Map<String, Value>, Widget) {
    let example =
        hints::examples(setting).into_iter().find(|example| example.as_array().is_some_and(|all| !all.is_empty()));
    if let Some(example) = example {
        let shape = schema::of_example(&example);
        let widget = if shape.contains_key("items") { Widget::List } else { Widget::Json };
        return (shape, widget);
    }
    if hints::is_structured(setting) {
        return (object(json!({ "type": "array" })), Widget::Json);
    }
    (object(json!({ "type": "array", "items": { "type": "string" } })), Widget::List)
}

/// An object of which the definition does not say more: pairs, unless an example shows something nested.
fn pairs(setting: &SettingDefinition) -> (Map<String, Value>, Widget) {
    let nested = hints::examples(setting)
        .iter()
        .filter_map(Value::as_object)
        .any(|map| map.values().any(|value| value.is_object() || value.is_array()));
    if nested || hints::is_structured(setting) {
        return (object(json!({ "type": "object" })), Widget::Json);
    }
    let value = json!({ "type": ["string", "number", "boolean"] });
    (object(json!({ "type": "object", "additionalProperties": value })), Widget::Pairs)
}

fn shape_of_schema(setting: &SettingDefinition, mut clean: Map<String, Value>) -> (Map<String, Value>, Widget) {
    let constants = |key: &str| {
        clean.get(key).and_then(Value::as_array).is_some_and(|all| all.iter().all(|one| one.get("const").is_some()))
    };
    if clean.contains_key("enum") || constants("oneOf") {
        return (clean, Widget::Choice);
    }
    if constants("anyOf") {
        if let Some(all) = clean.shift_remove("anyOf") {
            clean.insert("oneOf".to_owned(), all);
        }
        return (clean, Widget::Choice);
    }
    let format = clean.get("format").and_then(Value::as_str);
    let widget = match clean.get("type").and_then(Value::as_str) {
        Some("string") => match format {
            Some("date" | "date-time") => {
                // A date alone means its first moment; both are taken whatever the schema names.
                clean.shift_remove("format");
                clean.shift_remove("pattern");
                clean.extend(object(date()));
                Widget::Date
            }
            Some("email") => Widget::Email,
            Some("uri") => Widget::Url,
            _ => hints::of_text(setting).filter(|widget| *widget != Widget::Date).unwrap_or(Widget::Text),
        },
        Some("integer") => Widget::Integer,
        Some("number") => Widget::Number,
        Some("boolean") => Widget::Switch,
        Some("array") => match clean.get("items").map(|items| items.get("type").and_then(Value::as_str)) {
            Some(Some(_)) => Widget::List,
            // Of a list that says nothing about its items.
            None if !hints::is_structured(setting) => {
                clean.insert("items".to_owned(), json!({ "type": "string" }));
                Widget::List
            }
            _ => Widget::Json,
        },
        Some("object") => {
            let has = |key: &str| clean.get(key).and_then(Value::as_object).is_some_and(|map| !map.is_empty());
            let plain_values =
                clean.get("additionalProperties").and_then(|more| more.get("type")).is_some_and(is_plain);
            if ["oneOf", "anyOf", "allOf"].iter().any(|key| clean.contains_key(*key)) {
                Widget::Json
            } else if has("properties") {
                Widget::Fields
            } else if plain_values {
                Widget::Pairs
            } else if clean.contains_key("additionalProperties") && has("additionalProperties")
                || hints::is_structured(setting)
            {
                Widget::Json
            } else {
                clean.insert("additionalProperties".to_owned(), json!({ "type": ["string", "number", "boolean"] }));
                Widget::Pairs
            }
        }
        _ => match clean.get("type") {
            Some(several) if is_plain(several) => Widget::Text,
            _ => Widget::Json,
        },
    };
    (clean, widget)
}

/// Whether a type, or all of several, have no parts.
fn is_plain(kind: &Value) -> bool {
    let plain = |one: &Value| matches!(one.as_str(), Some("string" | "integer" | "number" | "boolean"));
    match kind {
        Value::Array(several) => several.iter().all(plain),
        one => plain(one),
    }
}
