//! JSON Schemas of others, reduced to what a form can show and every validator understands alike.

use super::text;
use serde_json::{Map, Value, json};

/// Levels of nesting that are looked at.
const DEPTH: usize = 8;
/// Properties and alternatives of one level.
const WIDTH: usize = 200;

/// Formats that are checked, the same in the window and here; `file` and `folder` only say how to ask.
const FORMATS: &[&str] =
    &["date", "date-time", "time", "email", "uri", "uuid", "hostname", "ipv4", "ipv6", "file", "folder"];
const TYPES: &[&str] = &["string", "integer", "number", "boolean", "array", "object"];

/// The schema without references, words of older drafts and anything unknown. `root` is where references point.
pub fn clean(schema: &Value, root: &Value) -> Map<String, Value> {
    reduce(schema, root, DEPTH)
}

fn reduce(schema: &Value, root: &Value, depth: usize) -> Map<String, Value> {
    let Value::Object(given) = schema else { return Map::new() };
    if depth == 0 {
        return Map::new();
    }
    let inner = |schema: &Value| Value::Object(reduce(schema, root, depth - 1));
    if let Some(target) = given.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#')) {
        return root.pointer(target).map(|schema| reduce(schema, root, depth - 1)).unwrap_or_default();
    }
    let mut clean = Map::new();
    for (key, value) in given {
        let kept = match key.as_str() {
            "type" => types(value),
            "enum" => choices(value),
            "title" => value.as_str().and_then(text::label).map(Value::from),
            "description" => value.as_str().and_then(text::markdown).map(Value::from),
            "const" | "default" if !value.is_null() => Some(value.clone()),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                value.as_u64().map(Value::from)
            }
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => value.is_number().then(|| value.clone()),
            "multipleOf" => value.as_f64().filter(|step| *step > 0.0).map(|_| value.clone()),
            "uniqueItems" => value.as_bool().map(Value::from),
            "pattern" => value.as_str().filter(|pattern| is_portable(pattern)).map(Value::from),
            "format" => value.as_str().filter(|format| FORMATS.contains(format)).map(Value::from),
            "items" => value.is_object().then(|| inner(value)),
            "additionalProperties" => match value {
                Value::Bool(_) => Some(value.clone()),
                Value::Object(_) => Some(inner(value)),
                _ => None,
            },
            "properties" => value.as_object().map(|properties| {
                let titled = |(name, schema): (&String, &Value)| {
                    let mut schema = reduce(schema, root, depth - 1);
                    schema.entry("title").or_insert_with(|| json!(super::labels::from_name(name)));
                    (name.clone(), Value::Object(schema))
                };
                properties.iter().take(WIDTH).map(titled).collect()
            }),
            "required" => value.as_array().map(|names| {
                let mut kept: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
                kept.sort_unstable();
                kept.dedup();
                json!(kept)
            }),
            "oneOf" | "anyOf" | "allOf" => alternatives(value, &inner),
            _ => None,
        };
        if let Some(kept) = kept {
            clean.insert(key.clone(), kept);
        }
    }
    unwrap_single(&mut clean);
    infer_type(&mut clean);
    clean
}

/// One type or several, without `null`: what is left out is not given.
fn types(value: &Value) -> Option<Value> {
    let all: Vec<&str> = match value {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let mut known: Vec<&str> = all.into_iter().filter(|one| TYPES.contains(one)).collect();
    known.dedup();
    // A whole number is a number.
    if known.contains(&"number") {
        known.retain(|one| *one != "integer");
    }
    match known.as_slice() {
        [] => None,
        [one] => Some(json!(one)),
        several => Some(json!(several)),
    }
}

fn choices(value: &Value) -> Option<Value> {
    let mut kept: Vec<&Value> = Vec::new();
    for item in value.as_array()?.iter().filter(|item| !item.is_null()).take(WIDTH * 10) {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    (!kept.is_empty()).then(|| json!(kept))
}

fn alternatives(value: &Value, inner: &dyn Fn(&Value) -> Value) -> Option<Value> {
    let is_null = |schema: &Value| {
        schema.get("type").is_some_and(|one| one == "null") || schema.get("const") == Some(&Value::Null)
    };
    let kept: Vec<Value> = value.as_array()?.iter().filter(|one| !is_null(one)).take(WIDTH).map(inner).collect();
    // An alternative that takes everything makes the others meaningless, and `oneOf` refuse what it should take.
    let takes_all = |schema: &Value| schema.as_object().is_none_or(Map::is_empty);
    (!kept.is_empty() && !kept.iter().any(takes_all)).then_some(Value::Array(kept))
}

/// `anyOf` with one alternative (the other was `null`) is that alternative.
fn unwrap_single(clean: &mut Map<String, Value>) {
    for key in ["oneOf", "anyOf", "allOf"] {
        let single = clean
            .get(key)
            .and_then(Value::as_array)
            .filter(|all| all.len() == 1)
            .and_then(|all| all[0].as_object())
            .cloned();
        if let Some(single) = single {
            clean.shift_remove(key);
            for (key, value) in single {
                clean.entry(key).or_insert(value);
            }
        }
    }
}

fn infer_type(clean: &mut Map<String, Value>) {
    if clean.contains_key("type") {
        return;
    }
    let constants: Vec<&Value> = match (clean.get("enum"), clean.get("oneOf").or_else(|| clean.get("anyOf"))) {
        (Some(Value::Array(values)), _) => values.iter().collect(),
        (_, Some(Value::Array(all))) => all.iter().filter_map(|one| one.get("const")).collect(),
        _ => clean.get("const").into_iter().collect(),
    };
    let inferred = if clean.contains_key("properties") || clean.contains_key("additionalProperties") {
        "object"
    } else if clean.contains_key("items") {
        "array"
    } else if !constants.is_empty() && constants.iter().all(|one| one.is_string()) {
        "string"
    } else if !constants.is_empty() && constants.iter().all(|one| one.is_i64() || one.is_u64()) {
        "integer"
    } else if ["pattern", "format", "minLength", "maxLength"].iter().any(|key| clean.contains_key(*key)) {
        "string"
    } else {
        return;
    };
    clean.insert("type".to_owned(), json!(inferred));
}

/// Whether a pattern means the same in the window and here: groups with flags or names are written differently.
fn is_portable(pattern: &str) -> bool {
    let special = pattern.match_indices("(?").all(|(place, _)| {
        let after = &pattern[place + 2..];
        after.starts_with([':', '=', '!'])
    });
    let sequences = ["\\A", "\\Z", "\\z", "[[:", "\\Q", "\\h"].iter().all(|one| !pattern.contains(one));
    special && sequences && pattern.len() < 500 && jsonschema::validator_for(&json!({ "pattern": pattern })).is_ok()
}

/// A schema of values like these, for lists and objects of which only an example is known.
pub fn of_example(example: &Value) -> Map<String, Value> {
    let schema = match example {
        Value::String(_) => json!({ "type": "string" }),
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Number(number) if number.is_i64() || number.is_u64() => json!({ "type": "integer" }),
        Value::Number(_) => json!({ "type": "number" }),
        Value::Array(items) => {
            let mut kinds: Vec<Map<String, Value>> = items.iter().map(of_example).collect();
            kinds.dedup();
            match kinds.as_slice() {
                [one] => json!({ "type": "array", "items": one }),
                _ => json!({ "type": "array" }),
            }
        }
        Value::Object(map) => {
            let properties: Map<String, Value> = map
                .iter()
                .map(|(name, value)| {
                    let mut schema = of_example(value);
                    schema.insert("title".to_owned(), json!(super::labels::from_name(name)));
                    (name.clone(), Value::Object(schema))
                })
                .collect();
            json!({ "type": "object", "properties": properties, "additionalProperties": true })
        }
        Value::Null => json!({}),
    };
    match schema {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
