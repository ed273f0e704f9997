//! What a source offers, in a form that is small and quick to search: a catalog of thousands of streams is read once.

use super::selection::{Metadata, SelectionError, name_of, split};
use aho_corasick::AhoCorasick;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use tributary_contract::{FieldOf, OfferedField, OfferedStream, StreamChoice, SyncMode};

/// A stream of a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownStream {
    /// Its name.
    pub name: String,
    /// The field that tells what is new; `None`: everything is read each time.
    pub key: Option<String>,
    /// Fields that can be brought in.
    pub fields: Vec<OfferedField>,
}

impl KnownStream {
    /// The choice that takes all of it.
    pub fn whole(&self) -> StreamChoice {
        let mode = if self.key.is_some() { SyncMode::Incremental } else { SyncMode::Full };
        StreamChoice { name: self.name.clone(), excluded_fields: Vec::new(), mode }
    }

    fn read(entry: &Value) -> Result<Self, SelectionError> {
        let metadata = Metadata::of(entry);
        let keys: HashSet<&str> = metadata.key_fields(entry).into_iter().collect();
        let fields = entry.pointer("/schema/properties").and_then(Value::as_object);
        let fields = fields.into_iter().flatten().filter_map(|(name, schema)| {
            let inclusion = metadata.inclusion(name);
            (inclusion != Some("unsupported")).then(|| OfferedField {
                name: name.clone(),
                kind: kind_of(schema).to_owned(),
                required: inclusion == Some("automatic"),
                key: keys.contains(name.as_str()),
            })
        });
        Ok(Self { name: name_of(entry)?, key: metadata.replication_key(entry), fields: fields.collect() })
    }
}

/// What a schema says a field holds: its format, or else its first type that is not `null`.
fn kind_of(schema: &Value) -> &str {
    if let Some(format) = schema.get("format").and_then(Value::as_str) {
        return format;
    }
    let not_null = |word: &&str| *word != "null";
    match schema.get("type") {
        Some(Value::String(word)) => return word,
        Some(Value::Array(words)) => {
            if let Some(word) = words.iter().filter_map(Value::as_str).find(not_null) {
                return word;
            }
        }
        _ => {}
    }
    let alternatives = ["anyOf", "oneOf", "allOf"].iter().find_map(|word| schema.get(word)?.as_array());
    alternatives.into_iter().flatten().map(kind_of).find(|kind| !["null", "any"].contains(kind)).unwrap_or("any")
}

/// Everything a source offers.
#[derive(Debug)]
pub struct KnownOffer {
    /// Streams, in the source's order.
    pub streams: Vec<KnownStream>,
    /// When the source was asked.
    pub discovered_at: DateTime<Utc>,
    places: HashMap<String, usize>,
}

impl KnownOffer {
    /// Reads a catalog as a connector printed it.
    pub fn read(catalog: &str, discovered_at: DateTime<Utc>) -> Result<Self, SelectionError> {
        let entries = split(catalog)?;
        // Reading is all of the work, and streams do not depend on each other.
        let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
        let share = entries.len().div_ceil(workers).max(1);
        let read = |part: &[&serde_json::value::RawValue]| -> Result<Vec<KnownStream>, SelectionError> {
            part.iter()
                .map(|text| {
                    let entry: Value = serde_json::from_str(text.get())
                        .map_err(|error| SelectionError::Unreadable { detail: error.to_string() })?;
                    KnownStream::read(&entry)
                })
                .collect()
        };
        let parts: Vec<_> = std::thread::scope(|scope| {
            let working: Vec<_> = entries.chunks(share).map(|part| scope.spawn(move || read(part))).collect();
            let broken = || Err(SelectionError::Unreadable { detail: "reading it ended early".to_owned() });
            working.into_iter().map(|one| one.join().unwrap_or_else(|_| broken())).collect()
        });
        let mut streams = Vec::with_capacity(entries.len());
        for part in parts {
            streams.extend(part?);
        }
        let places = streams.iter().enumerate().map(|(place, stream)| (stream.name.clone(), place)).collect();
        Ok(Self { streams, discovered_at, places })
    }

    /// The stream of this name.
    pub fn stream(&self, name: &str) -> Result<&KnownStream, SelectionError> {
        let found = self.places.get(name).and_then(|place| self.streams.get(*place));
        found.ok_or_else(|| SelectionError::UnknownStream { name: name.chars().take(100).collect() })
    }

    /// Streams as lists show them, by name.
    pub fn offered(&self, recommended: &[String]) -> Vec<OfferedStream> {
        let recommended: HashSet<&str> = recommended.iter().map(String::as_str).collect();
        let mut offered: Vec<OfferedStream> = self
            .streams
            .iter()
            .map(|stream| OfferedStream {
                name: stream.name.clone(),
                fields: u32::try_from(stream.fields.len()).unwrap_or(u32::MAX),
                key: stream.key.clone(),
                recommended: recommended.contains(stream.name.as_str()),
            })
            .collect();
        // Connectors list them as it comes, some in another order each time.
        offered.sort_by_cached_key(|stream| stream.name.to_lowercase());
        offered
    }

    /// What is brought in: what was chosen, or what is recommended, or everything.
    pub fn chosen(&self, choices: Option<&[StreamChoice]>, recommended: &[String]) -> Vec<StreamChoice> {
        if let Some(choices) = choices {
            return choices.to_vec();
        }
        let wanted: Vec<_> = recommended.iter().filter_map(|name| self.stream(name).ok()).collect();
        let all = if wanted.is_empty() { self.streams.iter().collect() } else { wanted };
        all.into_iter().map(KnownStream::whole).collect()
    }

    /// Refuses a choice of what is not offered. What was chosen `before` may have gone since: a sync passes it over.
    pub fn check(&self, choices: &[StreamChoice], before: Option<&[StreamChoice]>) -> Result<(), SelectionError> {
        let before: HashSet<&str> = before.into_iter().flatten().map(|choice| choice.name.as_str()).collect();
        let unknown = choices
            .iter()
            .find(|choice| !self.places.contains_key(&choice.name) && !before.contains(choice.name.as_str()));
        unknown.map_or(Ok(()), |choice| self.stream(&choice.name).map(|_| ()))
    }

    /// Fields whose name holds a text, in any case of letters; at most `limit`.
    pub fn search(&self, text: &str, limit: usize) -> Vec<FieldOf> {
        let wanted = text.trim().to_lowercase();
        if wanted.is_empty() {
            return Vec::new();
        }
        let finder = AhoCorasick::builder().ascii_case_insensitive(true).build([&wanted]).ok();
        let finder = finder.filter(|_| wanted.is_ascii());
        let holds = |name: &str| match &finder {
            // Nearly all names are ASCII: no copy of each is made.
            Some(finder) if name.is_ascii() => finder.is_match(name),
            _ => name.to_lowercase().contains(&wanted),
        };
        let all = self.streams.iter().flat_map(|stream| stream.fields.iter().map(move |field| (stream, field)));
        all.filter(|(_, field)| holds(&field.name))
            .take(limit)
            .map(|(stream, field)| FieldOf { stream: stream.name.clone(), field: field.name.clone() })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(catalog: &Value) -> Result<KnownOffer, SelectionError> {
        KnownOffer::read(&catalog.to_string(), DateTime::UNIX_EPOCH)
    }

    fn offer() -> KnownOffer {
        read(&json!({"streams": [
            {"tap_stream_id": "Account", "key_properties": ["Id"],
             "schema": {"properties": {
                "Id": {"type": "string"}, "Größe": {"type": ["null", "number"]},
                "Since": {"anyOf": [{"type": "null"}, {"type": "string", "format": "date-time"}]}, "Odd": true}},
             "metadata": [
                {"breadcrumb": [], "metadata": {"valid-replication-keys": ["Since"]}},
                {"breadcrumb": ["properties", "Id"], "metadata": {"inclusion": "automatic"}}]},
            {"stream": "plain", "schema": null},
        ]}))
        .unwrap()
    }

    #[test]
    fn streams_and_fields_are_described() {
        let offer = offer();
        let account = offer.stream("Account").unwrap();
        assert_eq!(account.key.as_deref(), Some("Since"));
        let kinds: Vec<_> = account.fields.iter().map(|field| (field.name.as_str(), field.kind.as_str())).collect();
        assert_eq!(kinds, [("Id", "string"), ("Größe", "number"), ("Since", "date-time"), ("Odd", "any")]);
        assert!(account.fields[0].required && account.fields[0].key && !account.fields[1].required);
        assert!(offer.stream("plain").unwrap().fields.is_empty());
        assert!(offer.offered(&["plain".to_owned()])[1].recommended);
    }

    #[test]
    fn fields_are_found_in_any_case_of_letters() {
        let offer = offer();
        assert_eq!(offer.search("SINCE", 10).len(), 1);
        assert_eq!(offer.search("größe", 10)[0].field, "Größe");
        assert_eq!(offer.search("", 10), []);
        assert_eq!(offer.search("i", 1).len(), 1);
    }

    #[test]
    fn what_was_chosen_before_may_be_gone_and_what_is_new_must_exist() {
        let offer = offer();
        let choice = |name: &str| StreamChoice { name: name.to_owned(), excluded_fields: vec![], mode: SyncMode::Full };
        offer.check(&[choice("Account"), choice("Gone")], Some(&[choice("Gone")])).unwrap();
        assert_eq!(
            offer.check(&[choice("Gone")], None),
            Err(SelectionError::UnknownStream { name: "Gone".to_owned() })
        );
    }

    proptest! {
        #[test]
        fn no_catalog_makes_it_panic(text in "\\PC*", name in "\\PC*") {
            let _ = KnownOffer::read(&text, DateTime::UNIX_EPOCH);
            let odd = json!({"streams": [{"stream": name, "schema": {"properties": {name.clone(): name}}, "metadata": name}]});
            if let Ok(offer) = read(&odd) {
                let _ = offer.search(&name, 5);
            }
        }
    }
}
