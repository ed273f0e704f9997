//! What changed at a source since it was last asked, and what that means for what is brought in.

use super::offer::{KnownOffer, KnownStream};
use std::collections::{BTreeSet, HashSet};
use tributary_contract::{FieldOf, NewDataPolicy, OfferChanges, StreamChoice};

/// What a new answer of a source leads to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refreshed {
    /// Another selection, where the policy asks for one.
    pub streams: Option<Vec<StreamChoice>>,
    /// What the person is to be told.
    pub changes: Option<OfferChanges>,
}

/// Compares. `choices` is what was chosen (`None`: what is recommended), `pending` what the person was not told before or
/// has not dealt with.
pub fn compare(
    old: &KnownOffer,
    new: &KnownOffer,
    choices: Option<&[StreamChoice]>,
    recommended: &[String],
    policy: NewDataPolicy,
    pending: Option<OfferChanges>,
) -> Refreshed {
    let before = old.chosen(choices, recommended);
    let mut after = before.clone();
    let mut changes = pending.unwrap_or_default();
    let new_streams: Vec<&KnownStream> =
        new.streams.iter().filter(|stream| old.stream(&stream.name).is_err()).collect();
    for choice in &mut after {
        let Ok(is) = new.stream(&choice.name) else {
            changes.gone_streams.push(choice.name.clone());
            continue;
        };
        let Ok(was) = old.stream(&choice.name) else { continue };
        let names = |stream: &KnownStream| -> HashSet<String> {
            stream.fields.iter().map(|field| field.name.clone()).collect()
        };
        let (had, has) = (names(was), names(is));
        let field_of = |field: &str| FieldOf { stream: choice.name.clone(), field: field.to_owned() };
        for field in was.fields.iter().filter(|field| !has.contains(&field.name)) {
            if !choice.excluded_fields.contains(&field.name) {
                changes.gone_fields.push(field_of(&field.name));
            }
        }
        let appeared: Vec<_> = is.fields.iter().filter(|field| !had.contains(&field.name)).collect();
        for field in appeared {
            if policy == NewDataPolicy::Ask {
                changes.new_fields.push(field_of(&field.name));
            }
            let out = policy != NewDataPolicy::Add && !field.required;
            if out && !choice.excluded_fields.contains(&field.name) {
                choice.excluded_fields.push(field.name.clone());
            }
        }
    }
    match policy {
        NewDataPolicy::Add => after.extend(new_streams.iter().map(|stream| stream.whole())),
        NewDataPolicy::Ask => {
            changes.new_streams.extend(new_streams.iter().map(|stream| stream.name.clone()));
        }
        NewDataPolicy::Ignore => {}
    }
    tidy(&mut changes, new);
    // What was not chosen one by one is written down as soon as it would mean something else from now on.
    let means_the_same = new.chosen(choices, recommended) == after;
    Refreshed {
        streams: (!means_the_same).then_some(after),
        changes: (changes != OfferChanges::default()).then_some(changes),
    }
}

/// What the person decides about noted changes: new data is added or stays out, and what is gone is no longer chosen.
pub fn accept(offer: &KnownOffer, chosen: Vec<StreamChoice>, changes: &OfferChanges, add: bool) -> Vec<StreamChoice> {
    let mut after: Vec<StreamChoice> = chosen;
    after.retain(|choice| !changes.gone_streams.contains(&choice.name));
    if !add {
        return after;
    }
    let added: HashSet<(&str, &str)> =
        changes.new_fields.iter().map(|new| (new.stream.as_str(), new.field.as_str())).collect();
    for choice in &mut after {
        let name = choice.name.as_str();
        choice.excluded_fields.retain(|field| !added.contains(&(name, field.as_str())));
    }
    for name in &changes.new_streams {
        if let Ok(stream) = offer.stream(name)
            && !after.iter().any(|choice| choice.name == *name)
        {
            after.push(stream.whole());
        }
    }
    after
}

/// What came back is not gone, and what went again is not new.
fn tidy(changes: &mut OfferChanges, new: &KnownOffer) {
    let there = |field: &FieldOf| {
        new.stream(&field.stream).is_ok_and(|stream| stream.fields.iter().any(|found| found.name == field.field))
    };
    once(&mut changes.new_streams);
    once(&mut changes.gone_streams);
    once(&mut changes.new_fields);
    once(&mut changes.gone_fields);
    changes.new_streams.retain(|name| new.stream(name).is_ok());
    changes.gone_streams.retain(|name| new.stream(name).is_err());
    changes.new_fields.retain(there);
    changes.gone_fields.retain(|field| new.stream(&field.stream).is_ok() && !there(field));
}

/// Leaves out what was said before.
fn once<T: Ord + Clone>(list: &mut Vec<T>) {
    let mut seen = BTreeSet::new();
    list.retain(|item| seen.insert(item.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use serde_json::{Value, json};

    fn offer(streams: &Value) -> KnownOffer {
        let entries: Vec<Value> = streams
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, fields)| {
                let fields =
                    fields.as_array().unwrap().iter().map(|field| (field.as_str().unwrap().to_owned(), json!({})));
                let properties: serde_json::Map<String, Value> = fields.collect();
                json!({"tap_stream_id": name, "schema": {"properties": properties}})
            })
            .collect();
        KnownOffer::read(&json!({ "streams": entries }).to_string(), DateTime::UNIX_EPOCH).unwrap()
    }

    fn names(choices: &[StreamChoice]) -> Vec<&str> {
        choices.iter().map(|choice| choice.name.as_str()).collect()
    }

    fn refreshed(policy: NewDataPolicy) -> Refreshed {
        let old = offer(&json!({"a": ["x", "y"], "b": ["x"]}));
        let new = offer(&json!({"a": ["x", "z"], "c": ["x"]}));
        compare(&old, &new, None, &[], policy, None)
    }

    #[test]
    fn with_ask_new_data_stays_out_and_is_told() {
        let found = refreshed(NewDataPolicy::Ask);
        let streams = found.streams.unwrap();
        assert_eq!(names(&streams), ["a", "b"], "what is gone stays chosen until the person knows");
        assert_eq!(streams[0].excluded_fields, ["z"]);
        let changes = found.changes.unwrap();
        assert_eq!((changes.new_streams, changes.gone_streams), (vec!["c".to_owned()], vec!["b".to_owned()]));
        assert_eq!((changes.new_fields.len(), changes.gone_fields[0].field.as_str()), (1, "y"));
    }

    #[test]
    fn with_add_it_comes_in_and_only_what_went_is_told() {
        let found = refreshed(NewDataPolicy::Add);
        let streams = found.streams.unwrap();
        assert_eq!(names(&streams), ["a", "b", "c"]);
        assert!(streams[0].excluded_fields.is_empty());
        let changes = found.changes.unwrap();
        assert!(changes.new_streams.is_empty() && changes.new_fields.is_empty());
        assert_eq!(changes.gone_streams, ["b"]);
    }

    #[test]
    fn with_ignore_it_stays_out_silently() {
        let found = refreshed(NewDataPolicy::Ignore);
        assert_eq!(names(found.streams.as_deref().unwrap()), ["a", "b"]);
        let changes = found.changes.unwrap();
        assert!(changes.new_streams.is_empty() && changes.new_fields.is_empty());
    }

    #[test]
    fn nothing_new_changes_nothing() {
        let same = json!({"a": ["x"]});
        assert_eq!(compare(&offer(&same), &offer(&same), None, &[], NewDataPolicy::Ask, None), Refreshed::default());
    }

    #[test]
    fn recommended_streams_are_written_down_when_others_join_them() {
        let (old, new) = (offer(&json!({"a": [], "b": []})), offer(&json!({"a": [], "b": [], "c": []})));
        let recommended = ["a".to_owned()];
        let asked = compare(&old, &new, None, &recommended, NewDataPolicy::Ask, None);
        assert_eq!(asked.streams, None, "what is recommended still means the same");
        let added = compare(&old, &new, None, &recommended, NewDataPolicy::Add, None);
        assert_eq!(names(&added.streams.unwrap()), ["a", "c"]);
    }

    #[test]
    fn what_comes_back_is_no_longer_gone() {
        let (full, less) = (offer(&json!({"a": ["x"], "b": ["x"]})), offer(&json!({"a": ["x"]})));
        let first = compare(&full, &less, None, &[], NewDataPolicy::Ask, None);
        let second = compare(&less, &full, first.streams.as_deref(), &[], NewDataPolicy::Ask, first.changes);
        assert!(second.changes.unwrap().gone_streams.is_empty());
    }

    #[test]
    fn accepting_adds_or_leaves_out() {
        let new = offer(&json!({"a": ["x", "z"], "c": ["x"]}));
        let found = refreshed(NewDataPolicy::Ask);
        let (streams, changes) = (found.streams.unwrap(), found.changes.unwrap());
        let added = accept(&new, streams.clone(), &changes, true);
        assert_eq!(names(&added), ["a", "c"]);
        assert!(added[0].excluded_fields.is_empty());
        let left = accept(&new, streams, &changes, false);
        assert_eq!(names(&left), ["a"]);
        assert_eq!(left[0].excluded_fields, ["z"]);
    }
}
