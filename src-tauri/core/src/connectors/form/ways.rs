//! Ways of signing in: what the groups of a definition mean.

use crate::connectors::{Definition, definition::value::shown};
use std::collections::BTreeSet;

/// What is needed, whatever way is chosen, and what each way needs besides.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ways<'a> {
    /// Needed by all.
    pub common: BTreeSet<&'a str>,
    /// One for each way; none when there is nothing to choose.
    pub choices: Vec<Way<'a>>,
    /// Everything that any group names.
    pub grouped: BTreeSet<&'a str>,
}

/// One way of signing in.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Way<'a> {
    /// What it needs and not every other way needs too.
    pub required: BTreeSet<&'a str>,
    /// What belongs to it and can be left out.
    pub optional: BTreeSet<&'a str>,
}

impl Way<'_> {
    /// Whether the setting belongs to it.
    pub fn has(&self, name: &str) -> bool {
        self.required.contains(name) || self.optional.contains(name)
    }
}

/// Reads the groups. What is wrong with them goes into the notes.
pub fn ways<'a>(definition: &'a Definition, notes: &mut Vec<String>) -> Ways<'a> {
    let required: BTreeSet<&str> =
        definition.settings.iter().filter(|one| one.required).map(|one| one.name.as_str()).collect();
    let mut groups: Vec<BTreeSet<&str>> = Vec::new();
    for named in &definition.groups {
        let group: BTreeSet<&str> = named.iter().filter_map(|name| resolve(definition, name, notes)).collect();
        if group.is_empty() {
            notes.push("A group of settings that go together names none that exist; it was passed over.".to_owned());
        } else if groups.contains(&group) {
            notes.push("A group of settings that go together is there twice; it counts once.".to_owned());
        } else {
            groups.push(group);
        }
    }
    let grouped = groups.iter().flatten().copied().collect();
    let mut choices: Vec<Way<'_>> = groups
        .iter()
        .map(|group| Way { required: group.difference(&required).copied().collect(), optional: BTreeSet::new() })
        .collect();
    drop_larger(&mut choices, notes);
    let shared = choices
        .iter()
        .map(|way| way.required.clone())
        .reduce(|all, one| all.intersection(&one).copied().collect())
        .unwrap_or_default();
    let common: BTreeSet<&str> = required.union(&shared).copied().collect();
    if choices.len() < 2 {
        return Ways { common, choices: Vec::new(), grouped };
    }
    for way in &mut choices {
        way.required.retain(|name| !common.contains(name));
        way.optional.retain(|name| !common.contains(name));
    }
    Ways { common, choices, grouped }
}

/// A group that has all of another is never needed: what it has besides can be left out.
fn drop_larger(choices: &mut Vec<Way<'_>>, notes: &mut Vec<String>) {
    let mut position = 0;
    while position < choices.len() {
        let larger = &choices[position].required;
        let smaller = choices.iter().enumerate().position(|(other, way)| {
            // Of two that are equal the first stays.
            let equal = way.required == *larger;
            other != position && way.required.is_subset(larger) && (!equal || other < position)
        });
        match smaller {
            None => position += 1,
            Some(smaller) => {
                let dropped = choices.remove(position);
                let kept = &mut choices[if smaller > position { smaller - 1 } else { smaller }];
                let rest: BTreeSet<&str> = dropped.required.difference(&kept.required).copied().collect();
                if !rest.is_empty() {
                    let names: Vec<String> = rest.iter().map(|name| format!("“{}”", shown(name))).collect();
                    notes.push(format!(
                        "A group of settings that go together has all of a smaller one; {} can be left out.",
                        names.join(", ")
                    ));
                }
                kept.optional.extend(rest);
                kept.optional.extend(dropped.optional);
            }
        }
    }
}

/// The setting that a group means: by name, by another name of it, or by the end of its name where the part before it is
/// written in another way (public definitions name `connector_config.token` for `airbyte_config.token`).
fn resolve<'a>(definition: &'a Definition, name: &str, notes: &mut Vec<String>) -> Option<&'a str> {
    if let Some(setting) = definition.setting(name) {
        return Some(&setting.name);
    }
    let alias = definition.settings.iter().find(|setting| setting.aliases.iter().any(|alias| alias == name));
    // Some groups say `user` where the setting is `username`.
    let found = alias.or_else(|| definition.setting(&format!("{name}name"))).or_else(|| {
        let end = name.split_once('.')?.1;
        let ends_alike = |full: &str| full.split_once('.').is_some_and(|(_, rest)| rest == end);
        let mut alike = definition.settings.iter().filter(|setting| ends_alike(&setting.name));
        alike.next().filter(|_| alike.next().is_none())
    });
    match found {
        Some(setting) => {
            notes.push(format!(
                "A group names “{}”, which is no setting; “{}” was taken for it.",
                shown(name),
                shown(&setting.name)
            ));
            Some(&setting.name)
        }
        None => {
            notes.push(format!("A group names “{}”, which is no setting; it was passed over.", shown(name)));
            None
        }
    }
}
