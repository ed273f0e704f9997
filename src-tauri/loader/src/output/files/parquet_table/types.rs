//! Which Arrow type a column has, and whether a value fits it.

use crate::{
    json::{Token, is_exact},
    schema::{Column, Kind, accepts},
};
use arrow_array::types::Date32Type;
use arrow_cast::parse::{Parser, string_to_datetime};
use arrow_schema::{DataType, Field, TimeUnit};
use chrono::Utc;
use serde_json::{Value, json, value::RawValue};
use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

/// A member of a column's definition that says it is kept as JSON text.
const AS_TEXT: &str = "x-json-text";

/// The type of a column. Those of a key are told apart by their text, so numbers with a fraction stay text there.
#[must_use]
pub fn type_of(column: &Column, is_key: bool) -> DataType {
    match column.kind {
        Kind::Bool => DataType::Boolean,
        Kind::Int => DataType::Int64,
        Kind::Number if !is_key => DataType::Float64,
        Kind::Date => DataType::Date32,
        Kind::DateTime => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Kind::Json => nested(&column.definition).filter(|_| !is_key).unwrap_or(DataType::Utf8),
        _ => DataType::Utf8,
    }
}

/// Days or microseconds since 1970, where a text is a day or moment. A moment without a zone is one of UTC.
#[must_use]
pub fn moment(kind: Kind, text: &str) -> Option<i64> {
    match kind {
        Kind::Date => Date32Type::parse(text).map(i64::from),
        _ => string_to_datetime(&Utc, text).ok().map(|moment| moment.timestamp_micros()),
    }
}

/// Keeps a column as JSON text from now on.
pub fn make_text(column: &mut Column) {
    column.definition = json!({ AS_TEXT: true });
}

/// Keeps a column as JSON text where a value does not fit its nested type.
pub fn check_nested(column: &mut Column, raw: &str) {
    if let Some(found) = nested(&column.definition)
        && !fits(raw, &found)
    {
        make_text(column);
    }
}

/// Whether values of the old form keep all their members in the new one.
#[must_use]
pub fn covers(new: &Value, old: &Value) -> bool {
    match (nested(old), nested(new)) {
        (None, _) => old.get(AS_TEXT).is_none(),
        (Some(_), None) => true,
        (Some(old), Some(new)) => covers_type(&new, &old),
    }
}

fn covers_type(new: &DataType, old: &DataType) -> bool {
    match (new, old) {
        (DataType::Struct(new), DataType::Struct(old)) => {
            let find = |name: &str| new.iter().find(|field| field.name() == name);
            old.iter()
                .all(|field| find(field.name()).is_some_and(|one| covers_type(one.data_type(), field.data_type())))
        }
        (DataType::List(new), DataType::List(old)) => covers_type(new.data_type(), old.data_type()),
        (new, old) => new == old,
    }
}

/// The nested type of a schema of arrays and objects, where it says everything about them; none where values may be
/// several things.
fn nested(definition: &Value) -> Option<DataType> {
    let found = one_type(definition)?;
    matches!(found, DataType::Struct(_) | DataType::List(_)).then_some(found)
}

fn one_type(definition: &Value) -> Option<DataType> {
    let bits = accepts(definition, definition, 0).ok()? & !Token::Null.bit();
    let is = |tokens: &[Token]| bits != 0 && bits & !tokens.iter().fold(0, |all, token| all | token.bit()) == 0;
    if is(&[Token::True, Token::False]) {
        Some(DataType::Boolean)
    } else if is(&[Token::Int]) {
        Some(DataType::Int64)
    } else if is(&[Token::Int, Token::Float]) {
        Some(DataType::Float64)
    } else if is(&[Token::Text, Token::Escaped]) {
        Some(DataType::Utf8)
    } else if is(&[Token::Array]) {
        let items = one_type(part(definition, "items")?)?;
        Some(DataType::List(Arc::new(Field::new("item", items, true))))
    } else if is(&[Token::Object]) {
        let properties = part(definition, "properties")?.as_object().filter(|properties| !properties.is_empty())?;
        let field = |(name, value): (&String, &Value)| Some(Field::new(name, one_type(value)?, true));
        Some(DataType::Struct(properties.iter().map(field).collect::<Option<Vec<_>>>()?.into()))
    } else {
        None
    }
}

/// A member of a schema, or of the one of its alternatives that has it.
fn part<'a>(definition: &'a Value, name: &str) -> Option<&'a Value> {
    let ways = || definition.get("anyOf").or_else(|| definition.get("oneOf"))?.as_array();
    definition.get(name).or_else(|| {
        let mut found = ways()?.iter().filter_map(|way| way.get(name));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    })
}

/// Whether a value has this type, with all its digits and members.
fn fits(raw: &str, data_type: &DataType) -> bool {
    let raw = raw.trim_ascii();
    if raw == "null" {
        return true;
    }
    let is_number = raw.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    match data_type {
        DataType::Boolean => raw == "true" || raw == "false",
        DataType::Int64 => raw.parse::<i64>().is_ok(),
        DataType::Float64 => is_number && is_exact(raw, Token::Float),
        DataType::Utf8 => raw.starts_with('"'),
        DataType::List(item) => serde_json::from_str::<Vec<&RawValue>>(raw)
            .is_ok_and(|items| items.iter().all(|one| fits(one.get(), item.data_type()))),
        DataType::Struct(fields) => {
            serde_json::from_str::<BTreeMap<Cow<'_, str>, &RawValue>>(raw).is_ok_and(|members| {
                let find = |name: &str| fields.iter().find(|field| field.name() == name);
                members.iter().all(|(name, value)| find(name).is_some_and(|field| fits(value.get(), field.data_type())))
            })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(definition: &Value) -> Option<DataType> {
        nested(definition)
    }

    #[test]
    fn whole_descriptions_are_nested_types() {
        let address = json!({"type": ["null", "object"], "properties": {
            "city": {"type": ["string", "null"]}, "tags": {"type": "array", "items": {"type": "integer"}}}});
        let found = of(&address).unwrap();
        assert!(fits(r#"{"city": "Rome", "tags": [1, 2, null]}"#, &found));
        assert!(fits("null", &found));
        for other in [r#"{"town": 1}"#, r#"{"city": 1}"#, r#"{"tags": [1.5]}"#, "[]", "1"] {
            assert!(!fits(other, &found), "{other}");
        }
        for vague in [
            json!({"type": "object"}),
            json!({"type": "object", "properties": {"a": {}}}),
            json!({"type": "array"}),
            json!({"type": ["array", "object"], "items": {"type": "integer"}}),
        ] {
            assert_eq!(of(&vague), None, "{vague}");
        }
    }

    #[test]
    fn members_are_never_lost() {
        let form = |properties: Value| json!({"type": "object", "properties": properties});
        let (small, large) =
            (form(json!({"a": {"type": "integer"}})), form(json!({"a": {"type": "integer"}, "b": {"type": "string"}})));
        assert!(covers(&large, &small) && !covers(&small, &large));
        let mut column = Column {
            property: "x".to_owned(),
            kind: Kind::Json,
            accepts: 0,
            required: false,
            definition: small.clone(),
        };
        check_nested(&mut column, r#"{"a": 1, "c": 2}"#);
        assert_eq!(type_of(&column, false), DataType::Utf8);
        assert!(!covers(&small, &column.definition), "what became text stays text");
    }

    #[test]
    fn dates_are_read() {
        assert_eq!(moment(Kind::Date, "1970-01-03"), Some(2));
        assert_eq!(moment(Kind::DateTime, "1970-01-01T00:00:01.5+00:00"), Some(1_500_000));
        assert_eq!(moment(Kind::DateTime, "1970-01-01 01:00:00+01:00"), Some(0));
        assert_eq!(moment(Kind::DateTime, "0000-00-00"), None);
    }
}
