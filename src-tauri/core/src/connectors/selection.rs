//! From what discovery found and what was chosen to the catalog a tap is given.
//!
//! The app owns this file: Meltano passes it on as it is. Streams that were not chosen are left out, so a sync of five
//! objects does not pay for the other thousand. Old taps read everything again each time unless the metadata says
//! `INCREMENTAL` and names the key, so it is written for every stream that can.

use serde::Deserialize;
use serde_json::{Map, Value, json, value::RawValue};
use std::collections::{BTreeMap, HashMap};
use tributary_contract::{StreamChoice, SyncMode};

/// Why a catalog cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// The connector's discovery printed something else.
    #[error("the connector's list of streams cannot be read: {detail}")]
    Unreadable {
        /// Why.
        detail: String,
    },
    /// A chosen stream is not offered.
    #[error("the source does not offer the stream “{name}”")]
    UnknownStream {
        /// Its name.
        name: String,
    },
    /// The source offers nothing.
    #[error("the source offers no streams")]
    Nothing,
    /// Nothing was chosen.
    #[error("no stream is chosen")]
    NothingChosen,
    /// All that was chosen is gone.
    #[error("the source no longer has any of the chosen streams ({names})")]
    AllGone {
        /// Their names.
        names: String,
    },
}

/// A catalog with what was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// The catalog a tap is given.
    pub catalog: Value,
    /// Chosen streams that the source no longer has.
    pub gone: Vec<String>,
}

/// The catalog (as a connector printed it) with what was chosen: `choices`, or else those of `recommended` that exist, or
/// else everything. `old_style` marks the schemas too, for taps that read nothing else.
pub fn select(
    catalog: &str,
    choices: Option<&[StreamChoice]>,
    recommended: &[String],
    old_style: bool,
) -> Result<Selected, SelectionError> {
    let entries = split(catalog)?;
    let names = entries.iter().map(|entry| raw_name(entry)).collect::<Result<Vec<_>, _>>()?;
    // Of two streams of one name the first counts.
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        places.entry(name).or_insert(place);
    }
    let mut gone = Vec::new();
    let mut chosen: Vec<(usize, Option<&StreamChoice>)> = Vec::new();
    if let Some(choices) = choices {
        for choice in choices {
            match places.get(choice.name.as_str()) {
                Some(place) => chosen.push((*place, Some(choice))),
                None => gone.push(choice.name.clone()),
            }
        }
    } else {
        chosen.extend(recommended.iter().filter_map(|name| places.get(name.as_str())).map(|place| (*place, None)));
        if chosen.is_empty() {
            chosen.extend((0..entries.len()).map(|place| (place, None)));
        }
    }
    if chosen.is_empty() {
        return Err(match choices {
            Some([]) => SelectionError::NothingChosen,
            Some(_) => SelectionError::AllGone { names: gone.join(", ") },
            None => SelectionError::Nothing,
        });
    }
    let streams = chosen
        .into_iter()
        .filter_map(|(place, choice)| Some((entries.get(place)?, choice)))
        .map(|(text, choice)| {
            let entry = serde_json::from_str(text.get()).map_err(|error| unreadable(&error))?;
            Ok(selected(entry, choice, old_style))
        })
        .collect::<Result<Vec<Value>, SelectionError>>()?;
    Ok(Selected { catalog: json!({ "streams": streams }), gone })
}

/// The entries of a catalog, each as its text.
pub(super) fn split(catalog: &str) -> Result<Vec<&RawValue>, SelectionError> {
    #[derive(Deserialize)]
    struct Entries<'a> {
        #[serde(borrow)]
        streams: Vec<&'a RawValue>,
    }
    let entries: Entries<'_> = serde_json::from_str(catalog).map_err(|error| unreadable(&error))?;
    Ok(entries.streams)
}

fn unreadable(error: &serde_json::Error) -> SelectionError {
    SelectionError::Unreadable { detail: error.to_string() }
}

/// The name alone, without reading the rest of the entry.
fn raw_name(entry: &RawValue) -> Result<String, SelectionError> {
    #[derive(Deserialize)]
    struct Named {
        #[serde(default)]
        tap_stream_id: Option<String>,
        #[serde(default)]
        stream: Option<String>,
    }
    let named: Named = serde_json::from_str(entry.get()).map_err(|error| unreadable(&error))?;
    named.tap_stream_id.or(named.stream).ok_or_else(nameless)
}

/// A stream's name.
pub(super) fn name_of(entry: &Value) -> Result<String, SelectionError> {
    let name = ["tap_stream_id", "stream"].iter().find_map(|key| entry.get(key).and_then(Value::as_str));
    name.map(str::to_owned).ok_or_else(nameless)
}

fn nameless() -> SelectionError {
    SelectionError::Unreadable { detail: "a stream has no name".to_owned() }
}

/// A stream's Singer metadata by breadcrumb: empty for the stream itself, the field's name for a field.
pub(super) struct Metadata(BTreeMap<Vec<String>, Map<String, Value>>);

impl Metadata {
    pub(super) fn of(entry: &Value) -> Self {
        let list = entry.get("metadata").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Self(
            list.iter()
                .filter_map(|item| {
                    let breadcrumb = item.get("breadcrumb")?.as_array()?;
                    let breadcrumb = breadcrumb.iter().filter_map(|part| part.as_str().map(str::to_owned)).collect();
                    Some((breadcrumb, item.get("metadata")?.as_object()?.clone()))
                })
                .collect(),
        )
    }

    fn stream(&self) -> Option<&Map<String, Value>> {
        self.0.get(&Vec::new())
    }

    /// `automatic`, `available` or `unsupported`.
    pub(super) fn inclusion(&self, field: &str) -> Option<&str> {
        self.0.get(&vec!["properties".to_owned(), field.to_owned()])?.get("inclusion")?.as_str()
    }

    /// The key of an incremental read, unless the tap says that it cannot.
    pub(super) fn replication_key(&self, entry: &Value) -> Option<String> {
        let data = self.stream();
        let word = |key: &str| data.and_then(|data| data.get(key)).and_then(Value::as_str);
        let forced = word("forced-replication-method").unwrap_or_default();
        if forced.eq_ignore_ascii_case("FULL_TABLE") {
            return None;
        }
        word("replication-key")
            .or_else(|| entry.get("replication_key").and_then(Value::as_str))
            .or_else(|| data?.get("valid-replication-keys")?.as_array()?.first()?.as_str())
            .map(str::to_owned)
    }

    /// Fields that identify a row.
    pub(super) fn key_fields<'a>(&'a self, entry: &'a Value) -> Vec<&'a str> {
        let words = |value: &'a Value| value.as_array().into_iter().flatten().filter_map(Value::as_str);
        let in_metadata = ["table-key-properties", "view-key-properties"];
        let listed = in_metadata.iter().find_map(|key| self.stream()?.get(*key));
        listed.or_else(|| entry.get("key_properties")).into_iter().flat_map(words).collect()
    }
}

fn selected(mut entry: Value, choice: Option<&StreamChoice>, old_style: bool) -> Value {
    let mut metadata = Metadata::of(&entry);
    let key = metadata.replication_key(&entry).filter(|_| choice.is_none_or(|c| c.mode == SyncMode::Incremental));
    let fields: Vec<String> = entry
        .pointer("/schema/properties")
        .and_then(Value::as_object)
        .map(|properties| properties.keys().cloned().collect())
        .unwrap_or_default();
    for field in fields {
        let excluded = choice.is_some_and(|choice| choice.excluded_fields.contains(&field));
        let wanted = match metadata.inclusion(&field) {
            Some("unsupported") => false,
            // Keys: the tap cannot work without them.
            Some("automatic") => true,
            _ => !excluded || key.as_ref() == Some(&field),
        };
        if old_style && let Some(schema) = entry.pointer_mut("/schema/properties").and_then(|all| all.get_mut(&field)) {
            mark(schema, wanted);
        }
        let data = metadata.0.entry(vec!["properties".to_owned(), field]).or_default();
        data.insert("selected".to_owned(), json!(wanted));
    }
    if old_style {
        if let Some(schema) = entry.get_mut("schema") {
            mark(schema, true);
        }
        mark(&mut entry, true);
    }
    let stream = metadata.0.entry(Vec::new()).or_default();
    stream.insert("selected".to_owned(), json!(true));
    match key {
        Some(key) => {
            stream.insert("replication-method".to_owned(), json!("INCREMENTAL"));
            stream.insert("replication-key".to_owned(), json!(key));
            // Taps made with the SDK read these from the entry itself.
            entry["replication_method"] = json!("INCREMENTAL");
            entry["replication_key"] = json!(key);
        }
        None => {
            stream.insert("replication-method".to_owned(), json!("FULL_TABLE"));
            stream.remove("replication-key");
            entry["replication_method"] = json!("FULL_TABLE");
            if let Some(object) = entry.as_object_mut() {
                object.remove("replication_key");
            }
        }
    }
    entry["metadata"] = metadata
        .0
        .into_iter()
        .map(|(breadcrumb, metadata)| json!({"breadcrumb": breadcrumb, "metadata": metadata}))
        .collect();
    entry
}

/// The mark of taps that are older than metadata.
fn mark(value: &mut Value, selected: bool) {
    if let Some(object) = value.as_object_mut() {
        object.insert("selected".to_owned(), json!(selected));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Value {
        let field = |name: &str, inclusion: &str| json!({"breadcrumb": ["properties", name], "metadata": {"inclusion": inclusion}});
        json!({"streams": [
            {"stream": "Account", "tap_stream_id": "Account",
             "schema": {"properties": {"Id": {}, "Name": {}, "Blob": {}, "SystemModstamp": {}}},
             "metadata": [
                field("Id", "automatic"), field("Name", "available"), field("Blob", "unsupported"),
                {"breadcrumb": [], "metadata": {"valid-replication-keys": ["SystemModstamp"]}}]},
            {"stream": "Plain", "tap_stream_id": "Plain", "schema": {"properties": {"a": {}}},
             "metadata": [{"breadcrumb": [], "metadata": {"forced-replication-method": "FULL_TABLE"}}]},
        ]})
    }

    fn select(choices: Option<&[StreamChoice]>, recommended: &[&str]) -> Result<Value, SelectionError> {
        let recommended: Vec<String> = recommended.iter().map(|name| (*name).to_owned()).collect();
        super::select(&catalog().to_string(), choices, &recommended, false).map(|selected| selected.catalog)
    }

    fn metadata<'a>(catalog: &'a Value, stream: usize, breadcrumb: &Value) -> &'a Value {
        catalog["streams"][stream]["metadata"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["breadcrumb"] == *breadcrumb)
            .map(|item| &item["metadata"])
            .unwrap()
    }

    #[test]
    fn everything_is_brought_in_incrementally_where_the_source_can() {
        let selected = select(None, &[]).unwrap();
        let account = metadata(&selected, 0, &json!([]));
        assert_eq!(account["selected"], true);
        assert_eq!(account["replication-method"], "INCREMENTAL");
        assert_eq!(account["replication-key"], "SystemModstamp");
        assert_eq!(metadata(&selected, 1, &json!([]))["replication-method"], "FULL_TABLE");
        assert_eq!(metadata(&selected, 0, &json!(["properties", "Blob"]))["selected"], false);
        assert_eq!(metadata(&selected, 0, &json!(["properties", "Name"]))["selected"], true);
    }

    #[test]
    fn recommended_streams_come_alone_and_missing_ones_do_not_hurt() {
        let selected = select(None, &["Gone", "Plain"]).unwrap();
        assert_eq!(selected["streams"].as_array().unwrap().len(), 1);
        assert_eq!(selected["streams"][0]["stream"], "Plain");
        assert_eq!(select(None, &["Gone"]).unwrap()["streams"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_choice_is_honoured() {
        let choice =
            StreamChoice { name: "Account".to_owned(), excluded_fields: vec!["Name".to_owned()], mode: SyncMode::Full };
        let selected = select(Some(&[choice]), &[]).unwrap();
        assert_eq!(metadata(&selected, 0, &json!(["properties", "Name"]))["selected"], false);
        assert_eq!(metadata(&selected, 0, &json!([]))["replication-method"], "FULL_TABLE");
        assert_eq!(metadata(&selected, 0, &json!([])).get("replication-key"), None);
    }

    #[test]
    fn what_is_gone_is_passed_over_and_said() {
        let choice = |name: &str| StreamChoice { name: name.to_owned(), excluded_fields: vec![], mode: SyncMode::Full };
        let selected =
            super::select(&catalog().to_string(), Some(&[choice("Lead"), choice("Plain")]), &[], false).unwrap();
        assert_eq!(selected.gone, ["Lead"]);
        assert_eq!(selected.catalog["streams"].as_array().unwrap().len(), 1);
        assert_eq!(select(Some(&[choice("Lead")]), &[]), Err(SelectionError::AllGone { names: "Lead".to_owned() }));
        assert_eq!(select(Some(&[]), &[]), Err(SelectionError::NothingChosen));
        assert_eq!(super::select(r#"{"streams": []}"#, None, &[], false), Err(SelectionError::Nothing));
        for text in ["[]", "no JSON", r#"{"streams": [{}]}"#] {
            assert!(matches!(super::select(text, None, &[], false), Err(SelectionError::Unreadable { .. })), "{text}");
        }
    }

    #[test]
    fn the_key_stays_and_old_taps_find_their_marks() {
        let choice = StreamChoice {
            name: "Account".to_owned(),
            excluded_fields: vec!["Name".to_owned(), "SystemModstamp".to_owned(), "Id".to_owned()],
            mode: SyncMode::Incremental,
        };
        let selected = super::select(&catalog().to_string(), Some(&[choice]), &[], true).unwrap().catalog;
        assert_eq!(metadata(&selected, 0, &json!(["properties", "SystemModstamp"]))["selected"], true);
        assert_eq!(metadata(&selected, 0, &json!(["properties", "Id"]))["selected"], true);
        let schema = &selected["streams"][0]["schema"];
        assert_eq!((&schema["selected"], &schema["properties"]["Name"]["selected"]), (&json!(true), &json!(false)));
    }
}
