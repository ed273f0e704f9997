//! What a run changed, stream by stream.

use serde::Serialize;
use std::io::Write;

/// What changed in one stream's table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The stream.
    pub stream: String,
    /// Rows that were not there before.
    pub added: u64,
    /// Rows that were there and were written again.
    pub updated: u64,
    /// Rows that were removed, or marked as deleted.
    pub deleted: u64,
    /// Records that did not fit and lie in a file of their own.
    pub set_aside: u64,
    /// Columns that an existing table did not have before.
    pub new_columns: Vec<String>,
    /// Rows that the table has now.
    pub rows: u64,
}

/// A line of standard error that tells a stream's changes so far in this run, in the form of Singer's metrics.
#[derive(Serialize)]
struct Metric<'a> {
    r#type: &'a str,
    #[serde(rename = "metric")]
    name: &'a str,
    value: u64,
    tags: Tags<'a>,
}

#[derive(Serialize)]
struct Tags<'a> {
    #[serde(flatten)]
    changes: &'a Changes,
    run: &'a str,
    last: bool,
}

/// Prints `METRIC: {"type": "counter", "metric": "changes", "value": ROWS, "tags": {...}}`, where ROWS is all rows that were
/// added, updated or deleted. `last` says that the run adds nothing more.
pub fn print(log: &mut dyn Write, changes: &Changes, run: &str, last: bool) {
    let metric = Metric {
        r#type: "counter",
        name: "changes",
        value: changes.added + changes.updated + changes.deleted,
        tags: Tags { changes, run, last },
    };
    if let Ok(text) = serde_json::to_string(&metric) {
        // Nobody may read the log: that is no reason to stop.
        let _ = writeln!(log, "INFO METRIC: {text}");
    }
}
