//! A stream as its newest SCHEMA describes it, and the walk over its records.

use crate::{
    json::{Cursor, Syntax, Token, unescape},
    schema::{Column, Kind},
};
use serde_json::json;
use std::collections::HashMap;

/// The column for properties that the schema does not name, and for those that a table has no room for.
pub const MORE: &str = "_tributary_more";
/// The column with the version of the table a row belongs to.
pub const VERSION: &str = "_sdc_table_version";
/// The column with the time a row was deleted at the source.
pub const DELETED_AT: &str = "_sdc_deleted_at";
/// The columns that `add_metadata` adds.
pub const METADATA: [(&str, &str); 6] = [
    ("_sdc_extracted_at", "date-time"),
    ("_sdc_received_at", "date-time"),
    ("_sdc_batched_at", "date-time"),
    (DELETED_AT, "date-time"),
    ("_sdc_sequence", ""),
    (VERSION, ""),
];

/// A value of a record: its column and its place in the record's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Which column.
    pub slot: u32,
    /// What it is.
    pub token: Token,
    /// Where it begins,
    pub begin: u32,
    /// and ends.
    pub end: u32,
}

/// A record, as places in a text. Kept between records, so that it takes no memory of its own.
#[derive(Debug, Default)]
pub struct Fields {
    /// The values of known columns, in the record's order. The last of a column counts.
    pub known: Vec<Field>,
    /// The members that the schema does not name.
    pub unknown: Vec<(usize, usize)>,
    /// The first value of a kind its column does not take.
    pub misfit: Option<Field>,
}

/// A record that was read.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The text that the places lie in.
    pub text: &'a str,
    /// Where the record itself begins and ends in it.
    pub span: (usize, usize),
    /// Its values.
    pub fields: &'a Fields,
}

impl<'a> Record<'a> {
    /// The record's own text.
    #[must_use]
    pub fn json(&self) -> &'a str {
        &self.text[self.span.0..self.span.1]
    }

    /// The text of a value.
    #[must_use]
    pub fn raw(&self, field: Field) -> &'a str {
        &self.text[field.begin as usize..field.end as usize]
    }

    /// The last value of a column.
    #[must_use]
    pub fn field(&self, slot: usize) -> Option<Field> {
        self.fields.known.iter().rev().find(|field| field.slot as usize == slot).copied()
    }
}

/// The plain text of a value: of strings what they say, of others their JSON. Uses `scratch` where there are escapes.
#[must_use]
pub fn plain<'a>(raw: &'a str, token: Token, scratch: &'a mut String) -> &'a str {
    match token {
        Token::Text => &raw[1..raw.len() - 1],
        Token::Escaped => {
            scratch.clear();
            unescape(&raw[1..raw.len() - 1], scratch);
            scratch
        }
        _ => raw,
    }
}

/// A stream.
#[derive(Debug)]
pub struct Stream {
    /// Its place among the streams of this run.
    pub index: usize,
    /// Its name at the source.
    pub name: String,
    /// Its columns: those of the schema, then our own.
    pub columns: Vec<Column>,
    /// Its schema as text.
    pub schema: String,
    /// The columns of its key; none where rows are only added.
    pub keys: Vec<usize>,
    /// Names of its key properties, as the source says them.
    pub key_properties: Vec<String>,
    /// The column with the time of deletion.
    pub deleted_at: Option<usize>,
    /// The columns a record must have, without its key.
    required: Vec<usize>,
    slots: HashMap<Box<str>, u32>,
    /// By column: its name with quotes, as it stands in a record; empty where it may be written in several ways.
    quoted: Vec<Box<str>>,
    /// The column that was at this place in the last record: sources print their members in one order.
    expected: Vec<u32>,
}

impl Stream {
    /// A stream with these columns. The columns of the key come from `key_properties`.
    ///
    /// # Errors
    /// Names a key property that the schema does not have.
    pub fn new(
        index: usize,
        name: String,
        schema: String,
        columns: Vec<Column>,
        key_properties: Vec<String>,
        with_key: bool,
    ) -> Result<Self, String> {
        let mut stream = Self {
            index,
            name,
            columns: Vec::new(),
            schema,
            keys: Vec::new(),
            key_properties,
            deleted_at: None,
            required: Vec::new(),
            slots: HashMap::new(),
            quoted: Vec::new(),
            expected: Vec::new(),
        };
        for column in columns {
            stream.add(column);
        }
        if with_key && !stream.columns.is_empty() {
            for property in &stream.key_properties {
                match stream.slots.get(property.as_str()) {
                    Some(slot) if stream.keys.contains(&(*slot as usize)) => {}
                    Some(slot) => stream.keys.push(*slot as usize),
                    None => {
                        return Err(format!(
                            "its key property `{property}` is not in its schema; choose that field in the data to sync"
                        ));
                    }
                }
            }
        }
        let is_key = |slot: &usize| stream.keys.contains(slot);
        stream.required =
            (0..stream.columns.len()).filter(|slot| stream.columns[*slot].required && !is_key(slot)).collect();
        Ok(stream)
    }

    fn add(&mut self, column: Column) {
        let slot = u32::try_from(self.columns.len()).unwrap_or(u32::MAX);
        self.expected.push(slot);
        let plain = !column.property.contains(['"', '\\']) && !column.property.contains(char::is_control);
        self.quoted.push(if plain { format!("\"{}\"", column.property).into() } else { "".into() });
        if column.property == DELETED_AT {
            self.deleted_at = Some(self.columns.len());
        }
        self.slots.insert(column.property.as_str().into(), slot);
        self.columns.push(column);
    }

    /// Adds one of our own columns, unless it is there. Whether it was added.
    pub fn add_own(&mut self, name: &str, format: &str) -> bool {
        if self.slots.contains_key(name) {
            return false;
        }
        let date = format == "date-time";
        let definition = if date {
            json!({"type": ["null", "string"], "format": format})
        } else {
            json!({"type": ["null", "integer"]})
        };
        self.add(Column {
            property: name.to_owned(),
            kind: if date { Kind::DateTime } else { Kind::Int },
            accepts: crate::schema::ANYTHING,
            required: false,
            definition,
        });
        true
    }

    /// The column of a property.
    #[must_use]
    pub fn slot(&self, property: &str) -> Option<usize> {
        self.slots.get(property).map(|slot| *slot as usize)
    }

    /// Walks over a record and notes where its values are.
    pub fn walk(&mut self, cursor: &mut Cursor<'_>, text: &str, fields: &mut Fields) -> Result<(), Syntax> {
        fields.known.clear();
        fields.unknown.clear();
        fields.misfit = None;
        if !cursor.enter()? {
            return Ok(());
        }
        let mut place = 0;
        loop {
            let as_expected = self.expected.get(place).copied().filter(|slot| {
                let quoted = &self.quoted[*slot as usize];
                !quoted.is_empty() && cursor.named(quoted)
            });
            let (slot, name) = match as_expected {
                Some(slot) => (Some(slot), 0),
                None => {
                    let ((begin, end), escaped) = cursor.name()?;
                    (self.find(place, &text[begin..end], escaped), begin)
                }
            };
            let (token, (begin, end)) = cursor.value()?;
            match slot {
                Some(slot) => {
                    let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
                    let field = Field { slot, token, begin: place(begin), end: place(end) };
                    if self.columns[slot as usize].accepts & token.bit() == 0 && fields.misfit.is_none() {
                        fields.misfit = self.misfit(field, &text[begin..end]);
                    }
                    fields.known.push(field);
                }
                None => fields.unknown.push((name - 1, end)),
            }
            place += 1;
            if !cursor.more()? {
                return Ok(());
            }
        }
    }

    #[inline]
    fn find(&mut self, place: usize, name: &str, escaped: bool) -> Option<u32> {
        let mut plain = String::new();
        let name = if escaped {
            unescape(name, &mut plain);
            plain.as_str()
        } else {
            name
        };
        let slot = self.slots.get(name).copied()?;
        if let Some(expected) = self.expected.get_mut(place) {
            *expected = slot;
        }
        Some(slot)
    }

    /// The field, unless it is allowed after all: 1.0 is an integer, and what is no finite number counts as null.
    fn misfit(&self, field: Field, raw: &str) -> Option<Field> {
        let accepts = self.columns[field.slot as usize].accepts;
        let fits = match field.token {
            Token::Float => accepts & Token::Int.bit() != 0 && crate::json::number_parts(raw).1 >= 0,
            Token::NonFinite => true,
            _ => false,
        };
        (!fits).then_some(field)
    }

    /// Why a record does not fit the schema, in words; nothing where it does.
    #[must_use]
    pub fn fault(&self, record: &Record<'_>) -> Option<String> {
        if let Some(field) = record.fields.misfit {
            let column = &self.columns[field.slot as usize];
            return Some(format!(
                "property `{}` is {} {}, but its schema says {}",
                column.property,
                article(field.token),
                field.token.name(),
                crate::schema::type_names(column.accepts),
            ));
        }
        for &slot in &self.keys {
            match record.field(slot) {
                Some(field) if field.token != Token::Null && field.token != Token::NonFinite => {}
                found => {
                    let what = if found.is_some() { "is null" } else { "is missing" };
                    return Some(format!("its key property `{}` {what}", self.columns[slot].property));
                }
            }
        }
        let missing = self.required.iter().find(|slot| record.field(**slot).is_none())?;
        Some(format!("its required property `{}` is missing", self.columns[*missing].property))
    }
}

fn article(token: Token) -> &'static str {
    match token {
        Token::Int | Token::Array | Token::Object => "an",
        Token::Null => "the value",
        _ => "a",
    }
}
