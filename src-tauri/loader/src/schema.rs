//! JSON Schemas of streams, as columns.

use crate::json::Token;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How deep references and alternatives are followed.
const DEEPEST: u32 = 16;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Yes or no.
    Bool,
    /// Whole numbers of 64 bits.
    Int,
    /// Floating point numbers of 64 bits that keep all digits.
    Number,
    /// Numbers of which at least one has more digits than 64 bits hold: those stand as text.
    Exact,
    /// Text.
    Text,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// A time of day.
    Time,
    /// A decimal number that is sent as text (`singer.decimal`).
    Decimal,
    /// An array, an object, or any of several kinds.
    Json,
}

impl Kind {
    /// The kind that holds the values of both, without losing any.
    #[must_use]
    pub fn widen(self, other: Self) -> Self {
        use Kind::{Bool, Date, DateTime, Decimal, Exact, Int, Json, Number, Text, Time};
        match (self, other) {
            (a, b) if a == b => a,
            (Bool, Int) | (Int, Bool) => Int,
            (Exact, Bool | Int | Number) | (Bool | Int | Number, Exact) => Exact,
            (Number, Bool | Int) | (Bool | Int, Number) => Number,
            (Text | Date | DateTime | Time | Decimal, _) | (_, Text | Date | DateTime | Time | Decimal) => Text,
            (Json, _) | (_, Json) => Json,
            _ => Text,
        }
    }
}

/// A property of a stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name at the source.
    pub property: String,
    /// What its column holds.
    pub kind: Kind,
    /// The kinds of value its schema allows, as bits of [`Token`].
    pub accepts: u16,
    /// Whether a record must have it.
    pub required: bool,
    /// Its schema.
    pub definition: Value,
}

/// Every kind of value.
pub const ANYTHING: u16 = u16::MAX;
const TEXTS: u16 = Token::Text.bit() | Token::Escaped.bit();
const BOOLS: u16 = Token::False.bit() | Token::True.bit();
const INTS: u16 = Token::Int.bit();
const NUMBERS: u16 = INTS | Token::Float.bit();
const CONTAINERS: u16 = Token::Object.bit() | Token::Array.bit();
const NULL: u16 = Token::Null.bit();

/// The columns of a stream's schema, in its order.
///
/// # Errors
/// In words, what is wrong with the schema.
pub fn columns(schema: &Value) -> Result<Vec<Column>, String> {
    let Value::Object(object) = schema else { return Err("the schema has to be an object".to_owned()) };
    let properties = match object.get("properties") {
        None => return Err("it has no `properties`".to_owned()),
        Some(Value::Object(properties)) => properties,
        Some(_) => return Err("its `properties` have to be an object".to_owned()),
    };
    let required = object.get("required").and_then(Value::as_array);
    let required = |name: &str| required.is_some_and(|names| names.iter().any(|one| one == name));
    properties
        .iter()
        .map(|(name, definition)| {
            let accepts = accepts(definition, schema, 0).map_err(|what| format!("property `{name}`: {what}"))?;
            Ok(Column {
                property: name.clone(),
                kind: kind(definition, schema, accepts),
                accepts,
                required: required(name),
                definition: resolved(definition, schema, 0),
            })
        })
        .collect()
}

/// The kinds of value a schema allows.
pub(crate) fn accepts(schema: &Value, root: &Value, depth: u32) -> Result<u16, String> {
    let object = match schema {
        Value::Object(object) => object,
        Value::Bool(true) => return Ok(ANYTHING),
        Value::Bool(false) => return Ok(0),
        _ => return Err("its schema has to be an object".to_owned()),
    };
    if depth == DEEPEST {
        return Ok(ANYTHING);
    }
    if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
        return match reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer)) {
            Some(found) => accepts(found, root, depth + 1),
            None => Ok(ANYTHING),
        };
    }
    let mut allowed = match object.get("type") {
        None => ANYTHING,
        Some(Value::String(name)) => of_type(name)?,
        Some(Value::Array(names)) => {
            let mut all = 0;
            for name in names {
                all |= of_type(name.as_str().ok_or("its types have to be names")?)?;
            }
            all
        }
        Some(other) => return Err(format!("its type is {other}, which is none")),
    };
    for word in ["anyOf", "oneOf"] {
        if let Some(Value::Array(ways)) = object.get(word) {
            let mut any = 0;
            for way in ways {
                any |= accepts(way, root, depth + 1)?;
            }
            allowed &= any;
        }
    }
    if let Some(Value::Array(parts)) = object.get("allOf") {
        for part in parts {
            allowed &= accepts(part, root, depth + 1)?;
        }
    }
    Ok(allowed)
}

fn of_type(name: &str) -> Result<u16, String> {
    Ok(match name {
        "null" => NULL,
        "boolean" => BOOLS,
        // A number such as 1.0 is an integer too: that is looked at value by value.
        "integer" => INTS,
        "number" => NUMBERS,
        "string" => TEXTS,
        "array" => Token::Array.bit(),
        "object" => Token::Object.bit(),
        other => return Err(format!("there is no type `{other}`")),
    })
}

fn kind(definition: &Value, root: &Value, accepts: u16) -> Kind {
    let values = accepts & !NULL & !Token::NonFinite.bit();
    let only = |bits: u16| values != 0 && values & !bits == 0;
    if only(BOOLS) {
        Kind::Bool
    } else if only(INTS | BOOLS) {
        Kind::Int
    } else if only(NUMBERS | BOOLS) {
        Kind::Number
    } else if only(CONTAINERS) {
        Kind::Json
    } else if only(TEXTS) {
        match format(definition, root, 0) {
            Some("date-time") => Kind::DateTime,
            Some("date") => Kind::Date,
            Some("time") => Kind::Time,
            Some("singer.decimal" | "x-singer.decimal") => Kind::Decimal,
            _ => Kind::Text,
        }
    } else if values & TEXTS != 0 || values == 0 {
        Kind::Text
    } else {
        Kind::Json
    }
}

/// The format that all texts have.
fn format<'a>(schema: &'a Value, root: &'a Value, depth: u32) -> Option<&'a str> {
    if depth == DEEPEST {
        return None;
    }
    if let Some(found) = schema.get("format") {
        return found.as_str();
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return format(root.pointer(reference.strip_prefix('#')?)?, root, depth + 1);
    }
    let ways = schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()?;
    let takes_text = |way: &&Value| accepts(way, root, 0).is_ok_and(|bits| bits & TEXTS != 0);
    let mut formats = ways.iter().filter(takes_text).map(|way| format(way, root, depth + 1));
    let first = formats.next()??;
    formats.all(|other| other == Some(first)).then_some(first)
}

/// The types that are allowed, in words.
#[must_use]
pub fn type_names(accepts: u16) -> String {
    let all = [
        (Token::Null, "null"),
        (Token::True, "boolean"),
        (Token::Int, "integer"),
        (Token::Float, "number"),
        (Token::Text, "string"),
        (Token::Array, "array"),
        (Token::Object, "object"),
    ];
    let names: Vec<&str> = all.iter().filter(|(token, _)| accepts & token.bit() != 0).map(|(_, name)| *name).collect();
    if names.is_empty() { "that there is no value".to_owned() } else { names.join(" or ") }
}

/// A schema without references, as deep as they are followed: what a reader of the table needs no other document for.
#[must_use]
pub fn resolved(schema: &Value, root: &Value, depth: u32) -> Value {
    if depth == DEEPEST {
        return Value::Object(serde_json::Map::new());
    }
    match schema {
        Value::Object(object) => {
            if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                let found = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
                return found.map_or(Value::Bool(true), |found| resolved(found, root, depth + 1));
            }
            let members = object.iter().map(|(name, value)| (name.clone(), resolved(value, root, depth + 1)));
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(|item| resolved(item, root, depth + 1)).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn kind_of(definition: &Value) -> Kind {
        columns(&json!({"properties": {"x": definition}, "definitions": {"d": {"type": "string", "format": "date"}}}))
            .unwrap()[0]
            .kind
    }

    #[test]
    fn types_become_kinds() {
        for (definition, expected) in [
            (json!({"type": "integer"}), Kind::Int),
            (json!({"type": ["null", "boolean"]}), Kind::Bool),
            (json!({"type": ["number", "integer", "null"]}), Kind::Number),
            (json!({"type": "string", "format": "date-time"}), Kind::DateTime),
            (json!({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}), Kind::DateTime),
            (json!({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string"}]}), Kind::Text),
            (json!({"type": ["string", "integer"]}), Kind::Text),
            (json!({"type": ["string", "object"]}), Kind::Text),
            (json!({"type": ["array", "null"]}), Kind::Json),
            (json!({"type": ["string", "null"], "format": "singer.decimal"}), Kind::Decimal),
            (json!({}), Kind::Text),
            (json!({"type": "null"}), Kind::Text),
            (json!({"$ref": "#/definitions/d"}), Kind::Date),
        ] {
            assert_eq!(kind_of(&definition), expected, "{definition}");
        }
    }

    #[test]
    fn broken_schemas_are_named() {
        for (schema, named) in [
            (json!([]), "has to be an object"),
            (json!({"type": "object"}), "no `properties`"),
            (json!({"properties": []}), "`properties`"),
            (json!({"properties": {"a": {"type": "varchar"}}}), "property `a`: there is no type `varchar`"),
            (json!({"properties": {"a": "string"}}), "property `a`"),
        ] {
            let error = columns(&schema).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
    }

    fn any_kind() -> impl Strategy<Value = Kind> {
        use Kind::{Bool, Date, DateTime, Decimal, Exact, Int, Json, Number, Text, Time};
        prop::sample::select(vec![Bool, Int, Number, Exact, Text, Date, DateTime, Time, Decimal, Json])
    }

    proptest! {
        #[test]
        fn widening_has_no_order(a in any_kind(), b in any_kind()) {
            prop_assert_eq!(a.widen(b), b.widen(a));
            // What is wide enough stays so.
            prop_assert_eq!(a.widen(b).widen(a), a.widen(b));
            prop_assert_eq!(a.widen(b).widen(b), a.widen(b));
        }
    }
}
