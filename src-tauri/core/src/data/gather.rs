//! Gathers a page from rows that come newest first.

use super::{Ask, DataError, Page, value};
use serde_json::Value;
use tributary_contract::DataColumn;

/// How many rows are sorted at most where no index helps.
pub const SORTED: usize = 100_000;

/// What is wanted of the rows that come by.
pub struct Gather<'a> {
    ask: &'a Ask,
    search: String,
    /// How many of them are kept.
    room: usize,
    kept: usize,
}

impl<'a> Gather<'a> {
    /// For this question.
    pub fn new(ask: &'a Ask) -> Self {
        let room = if ask.sort.is_some() { SORTED } else { ask.limit };
        Self { ask, search: ask.search.to_ascii_lowercase(), room, kept: 0 }
    }

    /// Whether no more is wanted.
    pub fn is_full(&self) -> bool {
        self.kept >= self.room
    }

    /// Whether a row with these values is wanted; it counts then.
    pub fn wants<'v>(&mut self, mut values: impl Iterator<Item = &'v Value>) -> bool {
        let wanted = self.search.is_empty() || values.any(|value| value::holds(value, &self.search));
        self.kept += usize::from(wanted);
        wanted
    }

    /// The page of the rows that were kept. `all`: whether every row of the table came by.
    pub fn page(self, names: Vec<String>, mut rows: Vec<Vec<Value>>, all: bool, seen: &str) -> Result<Page, DataError> {
        if let Some((name, descending)) = &self.ask.sort {
            let place = column(&names, name)?;
            rows.sort_by(|a, b| {
                let order = value::order(&a[place], &b[place]);
                if *descending { order.reverse() } else { order }
            });
            rows.truncate(self.ask.limit);
        }
        let columns = names
            .into_iter()
            .enumerate()
            .map(|(place, name)| DataColumn {
                name,
                kind: value::kind_of(rows.iter().take(200).map(|row| &row[place])),
            })
            .collect();
        let whole = all || (self.ask.sort.is_none() && (self.ask.search.is_empty() || rows.len() >= self.ask.limit));
        let part = (!whole).then(|| format!("Only {seen} were looked at: reading all of it would take too long."));
        Ok(Page { columns, rows, total: None, part })
    }
}

/// The place of a column.
pub fn column(names: &[String], name: &str) -> Result<usize, DataError> {
    names.iter().position(|own| own == name).ok_or_else(|| no_column(names, name))
}

/// A column that is not there.
pub fn no_column(names: &[String], name: &str) -> DataError {
    let mut known: Vec<String> = names.iter().take(20).map(|name| format!("“{name}”")).collect();
    if names.len() > known.len() {
        known.push(format!("{} more", names.len() - known.len()));
    }
    DataError::NoColumn { name: name.chars().take(100).collect(), known: known.join(", ") }
}
