//! Values of which nothing is certain: what can be made of them is, and a note says the rest.

use super::DefinitionError;
use serde_json::{Map, Value};
use serde_saphyr::options::DuplicateKeyPolicy;

/// Characters of a foreign text that notes repeat.
const SHOWN: usize = 60;

/// Parses YAML or JSON.
pub fn parse(text: &str) -> Result<Value, DefinitionError> {
    if text.len() > super::DEFINITION_LIMIT {
        return Err(DefinitionError::TooLarge);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // JSON is read as JSON: YAML refuses tabs that JSON allows.
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::LastWins,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| DefinitionError::Syntax { detail: one_line(&error.to_string()) })
}

/// Text that can stand in a message: one line, nothing that cannot be seen, not long.
pub fn shown(text: &str) -> String {
    let mut short: String = text.chars().filter(|letter| !is_invisible(*letter)).take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        short.push('…');
    }
    short
}

/// Control characters, and those that turn the direction of writing and so hide what stands there.
pub fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}

/// The keys of an object that is read leniently.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    /// The object.
    pub map: &'a Map<String, Value>,
    /// What notes call it, for instance `setting “port”`; empty: the definition.
    pub owner: &'a str,
}

impl Keys<'_> {
    /// A note on one of its keys.
    pub fn note(self, key: &str, what: &str) -> String {
        if self.owner.is_empty() {
            format!("“{key}” {what}.")
        } else {
            format!("“{key}” of {} {what}.", self.owner)
        }
    }

    /// Text; numbers and booleans are written out. Blank text counts as none.
    pub fn text(self, key: &str, notes: &mut Vec<String>) -> Option<String> {
        match self.map.get(key)? {
            Value::Null => None,
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(yes) => Some(yes.to_string()),
            Value::Array(_) | Value::Object(_) => {
                notes.push(self.note(key, "is not text and was left out"));
                None
            }
        }
    }

    /// Yes or no, also as text; anything else is no.
    pub fn flag(self, key: &str, notes: &mut Vec<String>) -> bool {
        match self.map.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(yes)) => *yes,
            Some(Value::Number(number)) => number.as_i64() != Some(0),
            Some(Value::String(text)) if matches!(text.to_lowercase().as_str(), "true" | "yes" | "on" | "1") => true,
            Some(Value::String(text)) if matches!(text.to_lowercase().as_str(), "false" | "no" | "off" | "0" | "") => {
                false
            }
            Some(_) => {
                notes.push(self.note(key, "is neither true nor false and was left out"));
                false
            }
        }
    }

    /// A list of texts; a single text is a list of one.
    pub fn texts(self, key: &str, notes: &mut Vec<String>) -> Vec<String> {
        match self.map.get(key) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => {
                let texts: Vec<String> = items.iter().filter_map(plain_text).collect();
                if texts.len() < items.len() {
                    notes.push(self.note(key, "has items that are not text; they were left out"));
                }
                texts
            }
            Some(other) => match plain_text(other) {
                Some(text) => vec![text],
                None => {
                    notes.push(self.note(key, "is not a list and was left out"));
                    Vec::new()
                }
            },
        }
    }

    /// An object.
    pub fn object(self, key: &str, notes: &mut Vec<String>) -> Map<String, Value> {
        match self.map.get(key) {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(map)) => map.clone(),
            // Hubs written in other languages give an empty list for an empty object.
            Some(Value::Array(items)) if items.is_empty() => Map::new(),
            Some(_) => {
                notes.push(self.note(key, "is not an object and was left out"));
                Map::new()
            }
        }
    }
}

/// Text, or a plain value written out.
pub fn plain_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}
