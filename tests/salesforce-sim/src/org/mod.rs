//! The org: its objects, and the edits made to them.
//!
//! Invariants: base records are never stored; an edit is never earlier than anything before it; the org does not read the
//! time (it is passed in).

pub mod overlay;
pub mod scan;
pub mod soql;
pub mod table;

use std::{collections::HashMap, sync::Arc};

use self::table::{Table, Touch};
use crate::{
    config::SimulatorConfig,
    data::{
        extra_objects::{NAMES, extra_object},
        field::{Field, FieldType, Generator},
        objects::{SMALL_DEFAULT, standard_objects},
        random::combine,
        value::Target,
    },
    error::SimulatorError,
};

/// The most objects an org can have.
pub const MOST_OBJECTS: u64 = 1_000;
/// The name in [`SimulatorConfig::rows`] that stands for every object not named.
pub const ALL_OTHERS: &str = "*";
/// Fields every object has.
const SYSTEM_FIELDS: [&str; 7] =
    ["Id", "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp"];

/// The data of a simulated org.
#[derive(Debug)]
pub struct Org {
    seed: u64,
    now: i64,
    /// The time of the newest edit.
    clock: i64,
    /// How many edits were asked for; each chooses other records.
    operations: u64,
    tables: Vec<Table>,
    by_name: HashMap<String, usize>,
}

impl Org {
    /// Generates the org of a configuration, without reading its file of edits.
    pub fn generate(config: &SimulatorConfig) -> Result<Self, SimulatorError> {
        let mut specs = standard_objects();
        let wanted = specs.len() as u64 + u64::from(config.extra_objects);
        if wanted > MOST_OBJECTS.min(NAMES) {
            return Err(SimulatorError::TooManyObjects { wanted, most: MOST_OBJECTS });
        }
        specs.extend((0..u64::from(config.extra_objects)).map(|ordinal| extra_object(config.seed, ordinal)));
        let rows_of =
            |name: &str| config.rows.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, rows)| *rows);
        let others = rows_of(ALL_OTHERS);
        let unnamed = specs.iter().filter(|spec| rows_of(&spec.name).is_none());
        let weight: u64 = unnamed.map(|spec| spec.default_rows).sum();
        let named: u64 = specs.iter().filter_map(|spec| rows_of(&spec.name)).sum();
        let now = config.now.timestamp();
        let mut org = Self {
            seed: config.seed,
            now,
            clock: now,
            operations: 0,
            tables: Vec::with_capacity(specs.len()),
            by_name: HashMap::with_capacity(specs.len()),
        };
        let mut shared = config.total_rows.map(|total| (total.saturating_sub(named), weight));
        for spec in specs {
            let rows = rows_of(&spec.name).or(others).unwrap_or_else(|| match &mut shared {
                // What is left is shared out by weight, so that the parts add up to the whole exactly.
                Some((left, weight)) => {
                    let part = u128::from(*left) * u128::from(spec.default_rows) / u128::from((*weight).max(1));
                    let part = u64::try_from(part).unwrap_or(*left);
                    (*left, *weight) = (*left - part, *weight - spec.default_rows);
                    part
                }
                None if spec.default_rows == 0 => SMALL_DEFAULT,
                None => spec.default_rows,
            });
            org.by_name.insert(spec.name.to_lowercase(), org.tables.len());
            org.tables.push(Table::new(spec, config.seed, rows, now));
        }
        for object in config.rows.keys().filter(|name| *name != ALL_OTHERS) {
            org.table(object)?;
        }
        Ok(org)
    }

    /// All objects.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter()
    }

    /// The object with this name, whatever its letter case.
    pub fn table(&self, object: &str) -> Result<&Table, SimulatorError> {
        let unknown = || SimulatorError::UnknownObject { object: object.to_owned() };
        let at = self.by_name.get(&object.to_lowercase()).ok_or_else(unknown)?;
        self.tables.get(*at).ok_or_else(unknown)
    }

    fn table_mut(&mut self, object: &str) -> Result<&mut Table, SimulatorError> {
        let unknown = || SimulatorError::UnknownObject { object: object.to_owned() };
        let at = self.by_name.get(&object.to_lowercase()).ok_or_else(unknown)?;
        self.tables.get_mut(*at).ok_or_else(unknown)
    }

    /// What the references of a field can point to.
    pub fn targets(&self, field: &Field) -> Vec<Target> {
        let Generator::Reference(objects) = field.generator else { return Vec::new() };
        let tables = objects.iter().filter_map(|object| self.table(object).ok());
        tables.map(|table| Target { prefix: table.spec.prefix, records: table.base }).collect()
    }

    /// Changes up to `count` records that are not deleted and returns how many. `time` is the time now, in seconds.
    pub fn change_records(&mut self, object: &str, count: u64, time: i64) -> Result<u64, SimulatorError> {
        self.edit(object, count, time, |touch| touch.revision += 1)
    }

    /// Deletes up to `count` records and returns how many. They stay visible to `queryAll`.
    pub fn delete_records(&mut self, object: &str, count: u64, time: i64) -> Result<u64, SimulatorError> {
        self.edit(object, count, time, |touch| touch.deleted = true)
    }

    /// Adds records and returns how many.
    pub fn add_records(&mut self, object: &str, count: u64, time: i64) -> Result<u64, SimulatorError> {
        let mut clock = self.edit_clock(object, time)?;
        let table = self.table_mut(object)?;
        for _ in 0..count {
            let moment = clock.tick();
            let number = table.records();
            table.added += 1;
            table.touch(number, Touch { moment, revision: 0, deleted: false, created: Some(moment) });
        }
        self.clock = clock.last;
        Ok(count)
    }

    fn edit(
        &mut self,
        object: &str,
        count: u64,
        time: i64,
        change: impl Fn(&mut Touch),
    ) -> Result<u64, SimulatorError> {
        let mut clock = self.edit_clock(object, time)?;
        self.operations += 1;
        let draw = combine(self.seed, self.operations);
        let table = self.table_mut(object)?;
        let chosen = table.choose_live(count, draw);
        for number in &chosen {
            let mut touch = table.touch_of(*number);
            touch.moment = clock.tick();
            change(&mut touch);
            table.touch(*number, touch);
        }
        self.clock = clock.last;
        Ok(chosen.len() as u64)
    }

    fn edit_clock(&self, object: &str, time: i64) -> Result<EditClock, SimulatorError> {
        let table = self.table(object)?;
        if !table.spec.editable {
            return Err(SimulatorError::ReadOnlyObject { object: table.spec.name.to_string() });
        }
        Ok(EditClock { last: self.clock, time, after: table.found_empty() })
    }

    /// Adds a text field without values: records get one when they are changed or added afterwards. A field that was
    /// removed comes back with its values.
    pub fn add_field(&mut self, object: &str, name: &str) -> Result<(), SimulatorError> {
        let clock = self.clock;
        let table = self.table_mut(object)?;
        let (object, field) = (table.spec.name.to_string(), name.to_owned());
        if table.field(name).is_some() {
            return Err(SimulatorError::FieldExists { object, field });
        }
        let removed = table.removed_fields.iter().find(|removed| removed.eq_ignore_ascii_case(name)).cloned();
        if let Some(removed) = removed {
            table.removed_fields.remove(&removed);
        } else if is_custom_name(name) {
            table.added_fields.push((field, clock));
        } else {
            return Err(SimulatorError::FieldName { field });
        }
        table.rebuild_fields();
        Ok(())
    }

    /// Removes a field: `describe` leaves it out and a query that names it fails.
    pub fn remove_field(&mut self, object: &str, name: &str) -> Result<(), SimulatorError> {
        let table = self.table_mut(object)?;
        let object = table.spec.name.to_string();
        let Some(field) = table.field(name).map(|field| field.name.to_string()) else {
            return Err(SimulatorError::UnknownField { object, field: name.to_owned() });
        };
        if SYSTEM_FIELDS.contains(&field.as_str()) {
            return Err(SimulatorError::SystemField { object, field });
        }
        let added = table.added_fields.len();
        table.added_fields.retain(|(name, _)| *name != field);
        if table.added_fields.len() == added {
            table.removed_fields.insert(field);
        }
        table.rebuild_fields();
        Ok(())
    }
}

impl Table {
    /// Makes the list of fields from the ones of the start, the removed and the added ones.
    fn rebuild_fields(&mut self) {
        let kept = self.spec.fields.iter().filter(|field| !self.removed_fields.contains(field.name.as_ref()));
        let added = self
            .added_fields
            .iter()
            .map(|(name, since)| Field::new(name.clone(), FieldType::Text, Generator::EnteredSince(*since)).changes());
        self.fields = kept.cloned().chain(added).map(Arc::new).collect();
    }

    fn has_changed_fields(&self) -> bool {
        !self.added_fields.is_empty() || !self.removed_fields.is_empty()
    }
}

/// Gives edits their times: one second after the one before, but not ahead of the real time, and after the last time a
/// client found nothing.
struct EditClock {
    last: i64,
    time: i64,
    after: i64,
}

impl EditClock {
    fn tick(&mut self) -> i64 {
        let next = if self.last < self.time { self.last + 1 } else { self.last };
        self.last = next.max(self.after.saturating_add(1));
        self.last
    }
}

fn is_custom_name(name: &str) -> bool {
    let Some(stem) = name.strip_suffix("__c") else { return false };
    stem.starts_with(|first: char| first.is_ascii_alphabetic())
        && stem.len() <= 40
        && !stem.ends_with('_')
        && !stem.contains("__")
        && stem.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests;
