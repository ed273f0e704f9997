//! Answering a query: which records, in which order, a page at a time.

use std::{cmp::Ordering, ops::Bound, sync::Arc};

use super::{
    Org,
    soql::{Condition, Literal, Operator, Query},
    table::Table,
};
use crate::data::{
    field::{Field, FieldType, Generator},
    value::{Row, Target, Value, value},
};

/// A query the org cannot answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// There is no such object.
    #[error("sObject type '{object}' is not supported.")]
    UnknownObject {
        /// The name asked for.
        object: String,
    },
    /// The object has no such field.
    #[error("No such column '{field}' on entity '{object}'.")]
    UnknownField {
        /// The object.
        object: String,
        /// The name asked for.
        field: String,
    },
    /// The field cannot be compared with such a value.
    #[error(
        "value of filter criterion for field '{field}' must be of type {kind} and should not be enclosed in quotes"
    )]
    FilterType {
        /// The field.
        field: String,
        /// The type it has.
        kind: &'static str,
    },
    /// The field cannot be compared at all.
    #[error("field '{field}' can not be filtered in a query call")]
    NotFilterable {
        /// The field.
        field: String,
    },
    /// The field does not order the records.
    #[error("the simulator orders by {possible} only, not by {field}")]
    Order {
        /// The field asked for.
        field: String,
        /// The field that orders them.
        possible: &'static str,
    },
}

/// A field of the answer.
#[derive(Clone, Debug)]
pub struct Column {
    /// The field.
    pub field: Arc<Field>,
    /// What its references point to.
    targets: Vec<Target>,
}

impl Column {
    /// The value in a record.
    pub fn value<'s>(&self, row: &Row, prefix: [u8; 3], scratch: &'s mut String) -> Value<'s> {
        value(&self.field, row, prefix, &self.targets, scratch)
    }
}

/// A query that was checked against the org, ready to be answered page by page.
#[derive(Clone, Debug)]
pub struct Scan {
    /// The object's name as the org spells it.
    pub object: String,
    /// The key prefix of its ids.
    pub prefix: [u8; 3],
    /// The fields of the answer.
    pub columns: Vec<Column>,
    /// Whether deleted records are part of the answer.
    with_deleted: bool,
    /// The records last changed at this second or later.
    from: i64,
    /// The records last changed before this second.
    until: i64,
    /// Conditions on other fields.
    filters: Vec<(Column, Operator, Literal)>,
    limit: u64,
}

/// Where an answer goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// At this base record.
    Base(u64),
    /// After this edit.
    After(i64, u64),
}

impl Scan {
    /// Checks a query. Deleted records are part of the answer when `with_deleted` is set.
    pub fn plan(org: &Org, query: &Query, with_deleted: bool) -> Result<Self, QueryError> {
        let table = org.table(&query.object).map_err(|_| QueryError::UnknownObject { object: query.object.clone() })?;
        let column = |name: &String| {
            let unknown = || QueryError::UnknownField { object: table.spec.name.to_string(), field: name.clone() };
            let field = table.field(name).ok_or_else(unknown)?;
            Ok(Column { field: Arc::clone(field), targets: org.targets(field) })
        };
        let mut scan = Self {
            object: table.spec.name.to_string(),
            prefix: table.spec.prefix,
            columns: query.fields.iter().flatten().map(column).collect::<Result<_, _>>()?,
            with_deleted,
            from: i64::MIN,
            until: i64::MAX,
            filters: Vec::new(),
            limit: query.limit.unwrap_or(u64::MAX),
        };
        for condition in &query.conditions {
            scan.add(column(&condition.field)?, condition)?;
        }
        if let Some(name) = &query.order_by
            && column(name)?.field.generator != Generator::ModifiedAt
        {
            return Err(QueryError::Order { field: name.clone(), possible: table.spec.clock_field() });
        }
        Ok(scan)
    }

    fn add(&mut self, column: Column, condition: &Condition) -> Result<(), QueryError> {
        let field = &column.field;
        if !field.kind.is_filterable() {
            return Err(QueryError::NotFilterable { field: field.name.to_string() });
        }
        let fits = match (&condition.literal, field.kind) {
            (Literal::Null, _)
            | (Literal::Moment(_), FieldType::DateTime)
            | (Literal::Day(_), FieldType::Date)
            | (Literal::Flag(_), FieldType::Boolean)
            | (Literal::Number(_), FieldType::Int | FieldType::Double | FieldType::Currency | FieldType::Percent) => {
                true
            }
            (Literal::Text(_), kind) => kind.soap_type() == "xsd:string" || kind.soap_type() == "tns:ID",
            _ => false,
        };
        if !fits {
            return Err(QueryError::FilterType { field: field.name.to_string(), kind: field.kind.soap_name() });
        }
        if let (Generator::ModifiedAt, Literal::Moment(micros)) = (field.generator, &condition.literal) {
            let floor = micros.div_euclid(1_000_000);
            let ceiling = floor + i64::from(micros.rem_euclid(1_000_000) > 0);
            match condition.operator {
                Operator::AtLeast => self.from = self.from.max(ceiling),
                Operator::Greater => self.from = self.from.max(floor + 1),
                Operator::Less => self.until = self.until.min(ceiling),
                Operator::AtMost => self.until = self.until.min(floor + 1),
                Operator::Equal => {
                    self.from = self.from.max(ceiling);
                    self.until = self.until.min(floor + 1);
                }
                Operator::Different => self.filters.push((column, condition.operator, condition.literal.clone())),
            }
        } else {
            self.filters.push((column, condition.operator, condition.literal.clone()));
        }
        Ok(())
    }

    /// Where the answer begins.
    pub fn start(&self, table: &Table) -> Position {
        Position::Base(table.first_base_since(self.from))
    }

    /// How many records the answer has.
    pub fn count(&self, table: &Table) -> u64 {
        if self.filters.is_empty() {
            let base = table.first_base_since(self.from)..table.first_base_since(self.until);
            let touched = if base.is_empty() { 0 } else { table.touched().range(base.clone()).count() as u64 };
            let base = base.end.saturating_sub(base.start).saturating_sub(touched);
            let edits = self.edits(table, Bound::Included((self.from, 0)));
            let edits = edits.filter(|number| self.with_deleted || !table.touched()[number].deleted).count() as u64;
            return (base + edits).min(self.limit);
        }
        let mut count = 0;
        self.visit(table, self.start(table), self.limit, |_| count += 1);
        count
    }

    /// Shows up to `most` records from a position on, and returns where to go on when there are more. The scan's own limit
    /// is the caller's to keep, as only the caller knows what came before; see [`Scan::limit`].
    pub fn visit(&self, table: &Table, from: Position, most: u64, mut show: impl FnMut(&Row)) -> Option<Position> {
        let mut scratch = String::new();
        let mut shown = 0;
        let mut after = match from {
            Position::Base(first) => {
                let end = table.first_base_since(self.until);
                let mut touched = table.touched().range(first..).map(|(number, _)| *number).peekable();
                for number in first..end {
                    if touched.next_if_eq(&number).is_some() {
                        continue;
                    }
                    let row = table.untouched_row(number);
                    if self.holds(&row, &mut scratch) {
                        if shown == most {
                            return Some(Position::Base(number));
                        }
                        show(&row);
                        shown += 1;
                    }
                }
                None
            }
            Position::After(moment, number) => Some((moment, number)),
        };
        let start = after.map_or(Bound::Included((self.from, 0)), Bound::Excluded);
        for number in self.edits(table, start) {
            let row = table.row(number);
            if (self.with_deleted || !row.deleted) && self.holds(&row, &mut scratch) {
                if shown == most {
                    // Without an edit shown before, the answer goes on behind the last base record.
                    return Some(
                        after.map_or(Position::Base(u64::MAX), |(moment, number)| Position::After(moment, number)),
                    );
                }
                show(&row);
                shown += 1;
            }
            after = Some((row.modified, number));
        }
        None
    }

    /// The largest number of records the query asked for.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    fn edits<'t>(&self, table: &'t Table, start: Bound<(i64, u64)>) -> impl Iterator<Item = u64> + use<'t> {
        let end = Bound::Excluded((self.until, 0));
        // A range that ends before it begins is an answer without records, not a mistake.
        let first = match start {
            Bound::Included(at) | Bound::Excluded(at) => at,
            Bound::Unbounded => (i64::MIN, 0),
        };
        let range = (first < (self.until, 0)).then(|| table.by_moment().range((start, end)));
        range.into_iter().flatten().map(|(_, number)| *number)
    }

    fn holds(&self, row: &Row, scratch: &mut String) -> bool {
        self.filters.iter().all(|(column, operator, literal)| {
            let value = column.value(row, self.prefix, scratch);
            let order = compare(value, literal);
            match operator {
                Operator::Equal => order == Some(Ordering::Equal),
                Operator::Different => order != Some(Ordering::Equal),
                Operator::Less => order == Some(Ordering::Less),
                Operator::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
                Operator::Greater => order == Some(Ordering::Greater),
                Operator::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            }
        })
    }
}

/// How a value compares with the right side of a condition; none when they cannot be compared. Texts compare without
/// regard to letter case, and an id is the same with and without its checksum.
fn compare(value: Value, literal: &Literal) -> Option<Ordering> {
    match (value, literal) {
        (Value::Null, Literal::Null) => Some(Ordering::Equal),
        (Value::Text(left), Literal::Text(right)) if left.len() == 18 && right.len() == 15 => {
            Some(left[..15].cmp(right))
        }
        (Value::Text(left), Literal::Text(right)) => Some(left.to_lowercase().cmp(&right.to_lowercase())),
        (Value::Flag(left), Literal::Flag(right)) => Some(left.cmp(right)),
        (Value::Whole(left), Literal::Number(right)) => (left as f64).partial_cmp(right),
        (Value::Decimal(left, scale), Literal::Number(right)) => {
            (left as f64 / 10_u64.pow(scale) as f64).partial_cmp(right)
        }
        (Value::Moment(left), Literal::Moment(right)) => Some((left * 1_000_000).cmp(right)),
        (Value::Day(left), Literal::Day(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

impl FieldType {
    /// The type's name in messages about filters: the XML schema type without its prefix.
    fn soap_name(self) -> &'static str {
        self.soap_type().split_once(':').map_or(self.soap_type(), |(_, name)| name)
    }
}
