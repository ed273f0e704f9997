//! The data itself: tables of the destinations, pages of their rows, exports, questions in SQL.

use crate::{DestinationId, IntegrationId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// How a table is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TableFormat {
    /// A table of an SQLite database.
    Sqlite,
    /// A CSV file.
    Csv,
    /// A file with one JSON object a line.
    Jsonl,
    /// A folder with Parquet files.
    Parquet,
    /// A table of a DuckDB database.
    Duckdb,
}

/// An integration that brings a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BroughtBy {
    /// Its id.
    pub id: IntegrationId,
    /// Its name.
    pub name: String,
    /// Its connector's short id.
    pub connector: String,
}

/// A table of a destination that can be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DataTable {
    /// Where it is.
    pub destination: DestinationId,
    /// That destination's name.
    pub destination_name: String,
    /// The stream it holds; together with the destination it names the table.
    pub stream: String,
    /// Its name in the database; of a file the file's name.
    pub table: String,
    /// How it is kept.
    pub format: TableFormat,
    /// The file or folder with it.
    pub path: String,
    /// Its rows; `null`: not known without reading all of it.
    #[ts(type = "number | null")]
    pub rows: Option<u64>,
    /// Whether `rows` was estimated from the size of a part.
    pub rows_estimated: bool,
    /// Bytes of its file or folder; `null` for a table of a database, whose file has more.
    #[ts(type = "number | null")]
    pub bytes: Option<u64>,
    /// When it last changed.
    pub updated_at: Option<DateTime<Utc>>,
    /// The integrations that bring it.
    pub brought_by: Vec<BroughtBy>,
}

/// Why the tables of a destination cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DataNote {
    /// The destination.
    pub destination: DestinationId,
    /// Its name.
    pub name: String,
    /// Why, in plain words.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// All tables that can be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TableList {
    /// The tables, by destination and name.
    pub tables: Vec<DataTable>,
    /// Destinations whose tables cannot be shown here.
    pub notes: Vec<DataNote>,
}

/// What a column holds, for showing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ValueKind {
    /// Text, or a mixture.
    Text,
    /// Whole numbers. Those beyond 2^53 come as text, so that no digit is lost.
    Integer,
    /// Other numbers.
    Number,
    /// True or false.
    Boolean,
    /// Days.
    Date,
    /// Moments.
    Time,
    /// Nested data.
    Json,
    /// Bytes.
    Binary,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DataColumn {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ValueKind,
}

/// Which rows of a table are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct DataQuery {
    /// Where the table is.
    pub destination: DestinationId,
    /// The stream it holds.
    pub stream: String,
    /// How many rows at most (1 to 10,000).
    pub limit: u32,
    /// Only rows that hold this text somewhere, in any case of (ASCII) letters; empty: all.
    #[serde(default)]
    pub search: String,
    /// The column to sort by; `null`: the newest rows first.
    #[serde(default)]
    pub sort: Option<String>,
    /// Whether the largest values come first.
    #[serde(default)]
    pub descending: bool,
}

/// Rows of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DataRows {
    /// The columns.
    pub columns: Vec<DataColumn>,
    /// The rows, each with a value for every column. Long texts are cut: see `clipped`.
    #[ts(type = "unknown[][]")]
    pub rows: Vec<Vec<Value>>,
    /// Cells that were cut, as row and column, each from 0.
    pub clipped: Vec<(u32, u32)>,
    /// How many rows the table has, where that is known without reading it.
    #[ts(type = "number | null")]
    pub total: Option<u64>,
    /// Whether only a part of the table was looked at, because all of it would take too long.
    pub partial: bool,
    /// What that part is, in plain words; empty where it is all.
    pub note: String,
}

/// Into what a table is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ExportFormat {
    /// A CSV file.
    Csv,
    /// An Excel workbook.
    Xlsx,
}

/// What is exported, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct ExportOrder {
    /// Names this export, so that it can be followed and stopped; made by whoever asks for it.
    pub export: String,
    /// Where the table is.
    pub destination: DestinationId,
    /// The stream it holds.
    pub stream: String,
    /// Into what.
    pub format: ExportFormat,
    /// Only rows that hold this text; empty: all.
    #[serde(default)]
    pub search: String,
}

/// What an export brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExportReport {
    /// The file.
    pub path: String,
    /// Its rows, without the head.
    #[ts(type = "number")]
    pub rows: u64,
    /// Its bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// What has to be known about it: cells that were cut, for instance.
    pub notes: Vec<String>,
}

/// How far an export is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExportProgress {
    /// The export.
    pub export: String,
    /// Rows written.
    #[ts(type = "number")]
    pub rows: u64,
    /// Rows of the table, where that is known.
    #[ts(type = "number | null")]
    pub total: Option<u64>,
}

/// What a question in SQL found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SqlAnswer {
    /// The columns.
    pub columns: Vec<DataColumn>,
    /// The rows.
    #[ts(type = "unknown[][]")]
    pub rows: Vec<Vec<Value>>,
    /// Cells that were cut, as row and column, each from 0.
    pub clipped: Vec<(u32, u32)>,
    /// Whether there are more rows than are shown.
    pub more: bool,
    /// How long it took, in milliseconds.
    #[ts(type = "number")]
    pub took: u64,
}

/// What a run changed in the table of a stream, where the destination's connector told it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StreamChanges {
    /// Rows that were not there before.
    #[ts(type = "number")]
    pub added: u64,
    /// Rows that were there and changed.
    #[ts(type = "number")]
    pub updated: u64,
    /// Rows that were removed.
    #[ts(type = "number")]
    pub deleted: u64,
    /// Columns that the table did not have before.
    pub new_columns: Vec<String>,
}
