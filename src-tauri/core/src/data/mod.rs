//! The data that destinations on this computer hold: which tables there are, pages of their rows, exports, SQL.
//!
//! Invariants:
//! - Nothing here writes to a destination or locks out who writes to it. SQLite is read in snapshots of its log, files as
//!   they are, DuckDB (whose readers keep writers out) from a copy.
//! - No table is read whole for a page: what would take too long is done for a part, and the page says so.
//! - Memory is bounded by the page, never by the table.

mod backwards;
mod csv_table;
pub mod duckdb;
mod error;
pub mod export;
mod gather;
mod jsonl;
mod parquet_table;
mod place;
pub mod sql;
mod sqlite;
mod value;

pub use error::DataError;
pub use gather::no_column;
pub use place::{Found, Place, changed_at, place_of, same_stream};

use serde_json::Value;
use std::path::PathBuf;
use tributary_contract::{DataColumn, DataRows, TableFormat};

/// Longest text of a page's cell, in bytes; longer ones are cut.
const CELL: usize = 2_000;

/// A table that can be read directly.
#[derive(Debug, Clone)]
pub enum Source {
    /// A table of an SQLite database.
    Sqlite {
        /// The database.
        file: PathBuf,
        /// The table.
        table: String,
        /// Rows, as its loader counted them.
        rows: Option<u64>,
    },
    /// A CSV file.
    Csv(PathBuf),
    /// A file of JSON lines.
    Jsonl(PathBuf),
    /// A folder of Parquet files.
    Parquet(PathBuf),
}

impl Source {
    /// How it is kept.
    pub const fn format(&self) -> TableFormat {
        match self {
            Self::Sqlite { .. } => TableFormat::Sqlite,
            Self::Csv(_) => TableFormat::Csv,
            Self::Jsonl(_) => TableFormat::Jsonl,
            Self::Parquet(_) => TableFormat::Parquet,
        }
    }
}

/// Which rows are wanted.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// How many at most.
    pub limit: usize,
    /// Only those that hold this text.
    pub search: String,
    /// The column to sort by, and whether its largest values come first.
    pub sort: Option<(String, bool)>,
}

/// Rows as a reader found them, not cut yet.
#[derive(Debug, Default)]
pub struct Page {
    /// The columns.
    pub columns: Vec<DataColumn>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// Rows of the table, where that is known.
    pub total: Option<u64>,
    /// What part was looked at, where it was not all.
    pub part: Option<String>,
}

/// What the taker of rows wants next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// More of them.
    More,
    /// No more.
    Enough,
}

/// Takes the rows of a table one by one.
pub trait Taker {
    /// The columns, before any row.
    fn columns(&mut self, columns: &[DataColumn]) -> Result<(), DataError>;
    /// A row, with a value for every column.
    fn row(&mut self, row: Vec<Value>) -> Result<Flow, DataError>;
}

/// A page of a table.
pub fn page(source: &Source, ask: &Ask) -> Result<Page, DataError> {
    match source {
        Source::Sqlite { file, table, rows } => sqlite::page(file, table, *rows, ask),
        Source::Csv(file) => csv_table::page(file, ask),
        Source::Jsonl(file) => jsonl::page(file, ask),
        Source::Parquet(folder) => parquet_table::page(folder, ask),
    }
}

/// All rows that hold a text (empty: all), oldest first, one by one.
pub fn scan(source: &Source, search: &str, taker: &mut dyn Taker) -> Result<(), DataError> {
    match source {
        Source::Sqlite { file, table, .. } => sqlite::scan(file, table, search, taker),
        Source::Csv(file) => csv_table::scan(file, search, taker),
        Source::Jsonl(file) => jsonl::scan(file, search, taker),
        Source::Parquet(folder) => parquet_table::scan(folder, search, taker),
    }
}

/// A page for the wire: long texts are cut.
pub fn to_wire(page: Page) -> DataRows {
    let Page { columns, mut rows, total, part } = page;
    let clipped = clip(&mut rows);
    DataRows { columns, rows, clipped, total, partial: part.is_some(), note: part.unwrap_or_default() }
}

/// Cuts long texts, and says which cells were cut.
pub(crate) fn clip(rows: &mut [Vec<Value>]) -> Vec<(u32, u32)> {
    let mut clipped = Vec::new();
    for (number, row) in rows.iter_mut().enumerate() {
        for (place, value) in row.iter_mut().enumerate() {
            if value::clip(value, CELL) {
                clipped.push((u32::try_from(number).unwrap_or(u32::MAX), u32::try_from(place).unwrap_or(u32::MAX)));
            }
        }
    }
    clipped
}

#[cfg(test)]
mod tests;
