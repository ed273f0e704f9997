//! What the loader says about itself with `--about`.

use serde_json::{Value, json};

/// The form of Meltano's SDK.
#[must_use]
pub fn about() -> Value {
    let choice = |title: &str, about: &str, default: &str, choices: &[&str]| json!({"type": ["string", "null"], "title": title, "description": about, "default": default, "enum": choices});
    let number = |title: &str, about: &str| json!({"type": ["integer", "null"], "title": title, "description": about});
    json!({
        "name": "target-tributary",
        "description": "Writes tables on this computer: SQLite, Parquet, CSV or JSON Lines",
        "version": env!("CARGO_PKG_VERSION"),
        "capabilities": ["about", "activate-version", "batch", "hard-delete", "soft-delete", "target-schema-evolution"],
        "settings": {
            "type": "object",
            "required": ["path"],
            "properties": {
                "path": {"type": "string", "title": "Folder", "description": "Where the tables are written."},
                "format": choice("Format", "What is written.", "sqlite", &["sqlite", "parquet", "csv", "jsonl"]),
                "load_method": choice("Rows that are there", "Update rows by their key, or add all.", "upsert", &["upsert", "append"]),
                "delete": choice("Deleted rows", "Remove them, or mark them.", "hard", &["hard", "soft"]),
                "invalid_records": choice("Records that do not fit", "Stop, or set them aside.", "stop", &["stop", "set_aside"]),
                "add_metadata": {
                    "type": ["boolean", "null"], "title": "Add sync columns", "default": false,
                    "description": "Add columns that tell when a row was read, written and deleted."
                },
                "flush_megabytes": number("Megabytes per flush", "How much is written in one step."),
                "flush_seconds": number("Seconds per flush", "How long records wait at most to be written."),
                "longest_line_megabytes": number("Longest message", "Megabytes a single message may have.")
            }
        }
    })
}
