//! Values of cells: cutting, comparing, searching, telling what they are.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::{Map, Value, json};
use std::cmp::Ordering;
use tributary_contract::ValueKind;

/// The largest whole number that a window shows exactly (2^53 - 1).
const EXACT: u64 = 9_007_199_254_740_991;

/// A whole number: as text where a window would lose digits.
pub fn integer(number: i64) -> Value {
    if number.unsigned_abs() > EXACT { Value::String(number.to_string()) } else { json!(number) }
}

/// A value of a JSON file, whose numbers may be too large.
pub fn of_json(value: Value) -> Value {
    match value {
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => integer(number),
            (None, Some(number)) => Value::String(number.to_string()),
            _ => Value::Number(number),
        },
        other => other,
    }
}

/// Cuts a long value; nested ones become text then. Whether it was cut.
pub fn clip(value: &mut Value, limit: usize) -> bool {
    match value {
        Value::String(text) if text.len() > limit => {
            let end = text.floor_char_boundary(limit);
            text.truncate(end);
            true
        }
        Value::Array(_) | Value::Object(_) => {
            let text = value.to_string();
            if text.len() <= limit {
                return false;
            }
            *value = Value::String(text[..text.floor_char_boundary(limit)].to_owned());
            true
        }
        _ => false,
    }
}

/// Whether a value holds a text that is in lower case (ASCII).
pub fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::Null => false,
        Value::String(own) => own.to_ascii_lowercase().contains(text),
        other => other.to_string().to_ascii_lowercase().contains(text),
    }
}

/// The order of two values: numbers, also written as text, by size; what is absent comes first.
pub fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        _ => match (number(a), number(b)) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => text(a).cmp(&text(b)),
        },
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) if text.len() < 40 => text.parse().ok(),
        _ => None,
    }
}

/// A value as the text that a file or cell shows.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What a column holds, judged by some of its values.
pub fn kind_of<'v>(values: impl Iterator<Item = &'v Value>) -> ValueKind {
    let mut found = None;
    for value in values {
        let kind = match value {
            Value::Null => continue,
            Value::String(text) if text.is_empty() => continue,
            Value::Bool(_) => ValueKind::Boolean,
            Value::Number(number) if number.is_f64() => ValueKind::Number,
            Value::Number(_) => ValueKind::Integer,
            Value::Array(_) | Value::Object(_) => ValueKind::Json,
            Value::String(text) => kind_of_text(text),
        };
        found = match found {
            None => Some(kind),
            Some(before) if before == kind => Some(kind),
            Some(ValueKind::Integer | ValueKind::Number) if matches!(kind, ValueKind::Integer | ValueKind::Number) => {
                Some(ValueKind::Number)
            }
            Some(_) => return ValueKind::Text,
        };
    }
    found.unwrap_or(ValueKind::Text)
}

fn kind_of_text(text: &str) -> ValueKind {
    let first = text.as_bytes().first().copied().unwrap_or_default();
    // A number with zeros in front is a code, not a number.
    let code = text.len() > 1 && first == b'0' && !text.starts_with("0.");
    if (first.is_ascii_digit() || first == b'-') && text.len() <= 40 && !code {
        if text.parse::<i64>().is_ok() {
            return ValueKind::Integer;
        }
        if text.parse::<f64>().is_ok() {
            return ValueKind::Number;
        }
        if text.parse::<NaiveDate>().is_ok() {
            return ValueKind::Date;
        }
    }
    if first.is_ascii_digit() && seconds(text).is_some() { ValueKind::Time } else { ValueKind::Text }
}

/// A moment as seconds since 1970 (UTC), with fractions; one without a zone is taken as UTC.
pub fn seconds(text: &str) -> Option<f64> {
    if text.len() < 16 || text.len() > 40 {
        return None;
    }
    let moment = DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc().naive_utc()).ok();
    let moment = moment.or_else(|| {
        let plain = text.replacen(' ', "T", 1);
        ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f%:z"]
            .iter()
            .find_map(|form| DateTime::parse_from_str(&plain, form).ok().map(|moment| moment.naive_utc()))
            .or_else(|| NaiveDateTime::parse_from_str(&plain, "%Y-%m-%dT%H:%M:%S%.f").ok())
    })?;
    let moment = moment.and_utc();
    Some(moment.timestamp() as f64 + f64::from(moment.timestamp_subsec_micros()) / 1_000_000.0)
}

/// Rows of maps as rows of a table; the columns in the order in which they appear.
pub fn tabulate(maps: Vec<Map<String, Value>>) -> (Vec<String>, Vec<Vec<Value>>) {
    let mut names: Vec<String> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for map in &maps {
        for name in map.keys() {
            if !places.contains_key(name.as_str()) {
                places.insert(name.clone(), names.len());
                names.push(name.clone());
            }
        }
    }
    let rows = maps
        .into_iter()
        .map(|map| {
            let mut row = vec![Value::Null; names.len()];
            for (name, value) in map {
                if let Some(place) = places.get(&name) {
                    row[*place] = of_json(value);
                }
            }
            row
        })
        .collect();
    (names, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_from_values() {
        let kind = |values: &[Value]| kind_of(values.iter());
        assert_eq!(kind(&[json!(1), Value::Null, json!(2)]), ValueKind::Integer);
        assert_eq!(kind(&[json!(1), json!(2.5)]), ValueKind::Number);
        assert_eq!(kind(&[json!("17"), json!("x")]), ValueKind::Text);
        assert_eq!(kind(&[json!("007")]), ValueKind::Text);
        assert_eq!(kind(&[json!("2026-01-31")]), ValueKind::Date);
        assert_eq!(kind(&[json!("2026-01-31T10:00:00Z"), json!("")]), ValueKind::Time);
        assert_eq!(kind(&[json!("2026-01-31 10:00:00.25")]), ValueKind::Time);
        assert_eq!(kind(&[json!({"a": 1})]), ValueKind::Json);
        assert_eq!(kind(&[]), ValueKind::Text);
    }

    #[test]
    fn no_digit_is_lost() {
        assert_eq!(integer(9_007_199_254_740_993), json!("9007199254740993"));
        assert_eq!(integer(-5), json!(-5));
        assert_eq!(of_json(json!(u64::MAX)), json!("18446744073709551615"));
    }

    #[test]
    fn long_values_are_cut_between_letters() {
        let mut value = json!("ä".repeat(10));
        assert!(clip(&mut value, 5));
        assert_eq!(value, json!("ää"));
        let mut nested = json!([1, 2, 3]);
        assert!(!clip(&mut nested, 100) && nested.is_array());
    }

    #[test]
    fn values_are_ordered_by_size_also_in_text() {
        let mut values = [json!("10"), json!("9"), Value::Null, json!("b"), json!(9.5), json!("a")];
        values.sort_by(order);
        assert_eq!(values, [Value::Null, json!("9"), json!(9.5), json!("10"), json!("a"), json!("b")]);
    }
}
