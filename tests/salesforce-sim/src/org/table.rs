//! One object with its records: the generated ones and the edits laid over them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use crate::data::{
    field::Field,
    objects::ObjectSpec,
    random::{below, combine, mix, of_text},
    value::Row,
};

/// The base records were last changed within so many seconds before the org's `now`: 720 days.
pub const BASE_SPAN: i64 = 720 * 86_400;
/// A base record was made at most so many seconds before its last change.
const LONGEST_AGE: u64 = 400 * 86_400;

/// The edit of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// When, in seconds since 1970.
    pub moment: i64,
    /// How often the record was edited.
    pub revision: u32,
    /// Whether it was deleted.
    pub deleted: bool,
    /// When it was made, for records that are not base records.
    pub created: Option<i64>,
}

/// An object with its records.
#[derive(Debug)]
pub struct Table {
    /// Names, key prefix and the fields the object started with.
    pub spec: ObjectSpec,
    /// The fields it has now.
    pub fields: Vec<Arc<Field>>,
    /// How many generated records there are.
    pub base: u64,
    /// How many were added later.
    pub added: u64,
    /// Fields added, each with the moment it was added.
    pub added_fields: Vec<(String, i64)>,
    /// Fields of the start that were removed.
    pub removed_fields: BTreeSet<String>,
    hash: u64,
    now: i64,
    touched: BTreeMap<u64, Touch>,
    by_moment: BTreeSet<(i64, u64)>,
    /// When a query last found nothing at all. A client that found nothing remembers its own time instead of a record's,
    /// so records that come later must carry a later time than that.
    found_empty: AtomicI64,
}

impl Table {
    /// The table as generated.
    pub fn new(spec: ObjectSpec, seed: u64, base: u64, now: i64) -> Self {
        let hash = combine(seed, of_text(&spec.name));
        let fields = spec.fields.iter().cloned().map(Arc::new).collect();
        Self {
            spec,
            fields,
            base,
            added: 0,
            added_fields: Vec::new(),
            removed_fields: BTreeSet::new(),
            hash,
            now,
            touched: BTreeMap::new(),
            by_moment: BTreeSet::new(),
            found_empty: AtomicI64::new(i64::MIN),
        }
    }

    /// All records, deleted ones too.
    pub fn records(&self) -> u64 {
        self.base + self.added
    }

    /// Records that are not deleted.
    pub fn live(&self) -> u64 {
        self.records() - self.touched.values().filter(|touch| touch.deleted).count() as u64
    }

    /// The field with this name, whatever its letter case.
    pub fn field(&self, name: &str) -> Option<&Arc<Field>> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// When the base record was last changed. Strictly increasing with the number as long as there are no more records
    /// than seconds in [`BASE_SPAN`]; the last one is exactly the org's `now`.
    pub fn base_moment(&self, number: u64) -> i64 {
        let count = i128::from(self.base.max(1));
        let behind = i128::from(self.base.saturating_sub(number + 1)) * i128::from(BASE_SPAN) / count;
        let slot = BASE_SPAN.unsigned_abs() / self.base.max(1);
        let last = number + 1 == self.base;
        let jitter = if last { 0 } else { below(combine(self.hash ^ 1, number), slot / 2) };
        self.now.saturating_sub(i64::try_from(behind).unwrap_or(i64::MAX)).saturating_sub_unsigned(jitter)
    }

    /// The number of the first base record that was changed at `moment` or later.
    pub fn first_base_since(&self, moment: i64) -> u64 {
        let (mut low, mut high) = (0, self.base);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.base_moment(middle) < moment {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// What the values of a record are derived from.
    pub fn row(&self, number: u64) -> Row {
        self.row_with(number, self.touched.get(&number))
    }

    /// The same for a record that is known to have no edit.
    pub fn untouched_row(&self, number: u64) -> Row {
        self.row_with(number, None)
    }

    fn row_with(&self, number: u64, touch: Option<&Touch>) -> Row {
        let hash = combine(self.hash, number);
        let created = touch.and_then(|touch| touch.created).unwrap_or_else(|| {
            let modified = self.base_moment(number);
            let never_changed = !self.spec.editable || below(mix(hash ^ 3), 10) < 3;
            if never_changed { modified } else { modified.saturating_sub_unsigned(below(mix(hash ^ 5), LONGEST_AGE)) }
        });
        Row {
            hash,
            number,
            revision: touch.map_or(0, |touch| touch.revision),
            created,
            modified: touch.map_or_else(|| self.base_moment(number), |touch| touch.moment),
            deleted: touch.is_some_and(|touch| touch.deleted),
        }
    }

    /// The edits, by record number.
    pub fn touched(&self) -> &BTreeMap<u64, Touch> {
        &self.touched
    }

    /// The edited records in the order of their edits: moment and record number.
    pub fn by_moment(&self) -> &BTreeSet<(i64, u64)> {
        &self.by_moment
    }

    /// Lays an edit over a record.
    pub fn touch(&mut self, number: u64, touch: Touch) {
        if let Some(before) = self.touched.insert(number, touch) {
            self.by_moment.remove(&(before.moment, number));
        }
        self.by_moment.insert((touch.moment, number));
    }

    /// The edit of a record as it is, or what an edit of an untouched record starts from.
    pub fn touch_of(&self, number: u64) -> Touch {
        self.touched.get(&number).copied().unwrap_or(Touch {
            moment: self.base_moment(number),
            revision: 0,
            deleted: false,
            created: None,
        })
    }

    /// Remembers that a query found nothing at this time.
    pub fn note_empty(&self, at: i64) {
        self.found_empty.fetch_max(at, Ordering::Relaxed);
    }

    /// The latest time a query found nothing.
    pub fn found_empty(&self) -> i64 {
        self.found_empty.load(Ordering::Relaxed)
    }

    /// Up to `count` records that are not deleted, spread over the table, in an order that depends on `draw`.
    pub fn choose_live(&self, count: u64, draw: u64) -> Vec<u64> {
        let total = self.records();
        let mut chosen = Vec::new();
        if total == 0 {
            return chosen;
        }
        let start = below(mix(draw), total);
        // A step without a common divisor visits every record once.
        let mut step = 1 + below(mix(draw ^ 1), total) / 2 + total / 3;
        while greatest_common_divisor(step, total) != 1 {
            step += 1;
        }
        let mut number = start;
        for _ in 0..total {
            if chosen.len() as u64 == count {
                break;
            }
            if !self.touched.get(&number).is_some_and(|touch| touch.deleted) {
                chosen.push(number);
            }
            number = u64::try_from((u128::from(number) + u128::from(step)) % u128::from(total)).unwrap_or(0);
        }
        chosen
    }
}

fn greatest_common_divisor(left: u64, right: u64) -> u64 {
    if right == 0 { left } else { greatest_common_divisor(right, left % right) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::data::objects::standard_objects;

    fn table(seed: u64, rows: u64) -> Table {
        Table::new(standard_objects().remove(0), seed, rows, 1_780_000_000)
    }

    proptest! {
        #[test]
        fn base_moments_increase_and_end_now(seed: u64, rows in 1_u64..5_000_000, at in 0.0_f64..1.0) {
            let table = table(seed, rows);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let number = (at * (rows - 1) as f64) as u64;
            prop_assert_eq!(table.base_moment(rows - 1), 1_780_000_000);
            prop_assert!(table.base_moment(0) > 1_780_000_000 - 2 * BASE_SPAN);
            if number > 0 {
                prop_assert!(table.base_moment(number - 1) < table.base_moment(number));
            }
            prop_assert_eq!(table.first_base_since(table.base_moment(number)), number);
            prop_assert_eq!(table.first_base_since(table.base_moment(number) + 1), number + 1);
        }

        #[test]
        fn chosen_records_are_different(rows in 0_u64..3_000, count in 0_u64..3_000, draw: u64) {
            let chosen = table(1, rows).choose_live(count, draw);
            prop_assert_eq!(chosen.len() as u64, count.min(rows));
            prop_assert_eq!(chosen.iter().collect::<HashSet<_>>().len(), chosen.len());
        }
    }

    #[test]
    fn nothing_is_since_after_the_end() {
        let table = table(1, 10);
        assert_eq!(table.first_base_since(i64::MIN), 0);
        assert_eq!(table.first_base_since(i64::MAX), 10);
    }
}
