//! From what discovery found and what was chosen to the catalog a tap is given.
//!
//! The app owns this file: Meltano passes it on as it is. Streams that were not chosen are left out, so a sync of five
//! objects does not pay for the other thousand. Old taps read everything again each time unless the metadata says
//! `INCREMENTAL` and names the key, so it is written for every stream that can.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tributary_contract::{StreamChoice, SyncMode};

/// What a source offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveredStream {
    /// Name.
    pub name: String,
    /// Fields that can be brought in.
    pub fields: Vec<String>,
    /// The field that tells what is new, where there is one.
    pub replication_key: Option<String>,
}

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
}

/// Streams of a catalog, in its order.
pub fn streams(catalog: &Value) -> Result<Vec<DiscoveredStream>, SelectionError> {
    entries(catalog)?
        .iter()
        .map(|entry| {
            let metadata = Metadata::of(entry);
            let fields = entry
                .pointer("/schema/properties")
                .and_then(Value::as_object)
                .map(|properties| properties.keys().filter(|field| !metadata.unsupported(field)).cloned().collect())
                .unwrap_or_default();
            Ok(DiscoveredStream { name: name_of(entry)?, fields, replication_key: metadata.replication_key(entry) })
        })
        .collect()
}

/// The catalog with what was chosen: `choices`, or else those of `recommended` that exist, or else everything.
pub fn select(
    catalog: &Value,
    choices: Option<&[StreamChoice]>,
    recommended: &[String],
) -> Result<Value, SelectionError> {
    let offered = entries(catalog)?;
    let chosen: Vec<(&Value, Option<&StreamChoice>)> = match choices {
        Some(choices) => choices
            .iter()
            .map(|choice| {
                let entry = offered.iter().find(|entry| name_of(entry).is_ok_and(|name| name == choice.name));
                entry
                    .map(|entry| (entry, Some(choice)))
                    .ok_or_else(|| SelectionError::UnknownStream { name: choice.name.clone() })
            })
            .collect::<Result<_, _>>()?,
        None => {
            let wanted: Vec<_> = recommended
                .iter()
                .filter_map(|name| offered.iter().find(|entry| name_of(entry).is_ok_and(|found| found == *name)))
                .collect();
            let all = if wanted.is_empty() { offered.iter().collect() } else { wanted };
            all.into_iter().map(|entry| (entry, None)).collect()
        }
    };
    if chosen.is_empty() {
        return Err(SelectionError::Nothing);
    }
    let streams: Vec<Value> = chosen.into_iter().map(|(entry, choice)| selected(entry, choice)).collect();
    Ok(json!({ "streams": streams }))
}

fn entries(catalog: &Value) -> Result<&Vec<Value>, SelectionError> {
    catalog
        .get("streams")
        .and_then(Value::as_array)
        .ok_or_else(|| SelectionError::Unreadable { detail: "there is no list “streams” in it".to_owned() })
}

fn name_of(entry: &Value) -> Result<String, SelectionError> {
    ["tap_stream_id", "stream"]
        .iter()
        .find_map(|key| entry.get(key).and_then(Value::as_str))
        .map(str::to_owned)
        .ok_or_else(|| SelectionError::Unreadable { detail: "a stream has no name".to_owned() })
}

/// A stream's Singer metadata by breadcrumb: empty for the stream itself, the field's name for a field.
struct Metadata(BTreeMap<Vec<String>, Map<String, Value>>);

impl Metadata {
    fn of(entry: &Value) -> Self {
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

    fn unsupported(&self, field: &str) -> bool {
        self.inclusion(field) == Some("unsupported")
    }

    fn inclusion(&self, field: &str) -> Option<&str> {
        self.0.get(&vec!["properties".to_owned(), field.to_owned()])?.get("inclusion")?.as_str()
    }

    /// The key of an incremental read, unless the tap says that it cannot.
    fn replication_key(&self, entry: &Value) -> Option<String> {
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
}

fn selected(entry: &Value, choice: Option<&StreamChoice>) -> Value {
    let mut metadata = Metadata::of(entry);
    let key = metadata.replication_key(entry).filter(|_| choice.is_none_or(|c| c.mode == SyncMode::Incremental));
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
            _ => !excluded,
        };
        let data = metadata.0.entry(vec!["properties".to_owned(), field]).or_default();
        data.insert("selected".to_owned(), json!(wanted));
    }
    let mut entry = entry.clone();
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
        let selected = select(&catalog(), None, &[]).unwrap();
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
        let selected = select(&catalog(), None, &["Gone".to_owned(), "Plain".to_owned()]).unwrap();
        assert_eq!(selected["streams"].as_array().unwrap().len(), 1);
        assert_eq!(selected["streams"][0]["stream"], "Plain");
        assert_eq!(select(&catalog(), None, &["Gone".to_owned()]).unwrap()["streams"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_choice_is_honoured() {
        let choice =
            StreamChoice { name: "Account".to_owned(), excluded_fields: vec!["Name".to_owned()], mode: SyncMode::Full };
        let selected = select(&catalog(), Some(&[choice]), &[]).unwrap();
        assert_eq!(metadata(&selected, 0, &json!(["properties", "Name"]))["selected"], false);
        assert_eq!(metadata(&selected, 0, &json!([]))["replication-method"], "FULL_TABLE");
        assert_eq!(metadata(&selected, 0, &json!([])).get("replication-key"), None);
    }

    #[test]
    fn a_stream_that_is_not_offered_is_named() {
        let choice = StreamChoice { name: "Lead".to_owned(), excluded_fields: vec![], mode: SyncMode::Incremental };
        let error = select(&catalog(), Some(&[choice]), &[]).unwrap_err();
        assert_eq!(error, SelectionError::UnknownStream { name: "Lead".to_owned() });
        assert!(matches!(select(&json!([]), None, &[]), Err(SelectionError::Unreadable { .. })));
    }
}
