//! The settings of a destination.

use crate::error::LoadError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One SQLite database.
    #[default]
    Sqlite,
    /// A folder of Parquet files per stream.
    Parquet,
    /// A CSV file per stream.
    Csv,
    /// A file per stream, one JSON object a line.
    Jsonl,
}

/// What happens to a row that the source says is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delete {
    /// It is removed.
    #[default]
    Hard,
    /// It stays, with the time in `_sdc_deleted_at`.
    Soft,
}

/// What happens to a record that is not what its schema says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvalidRecords {
    /// The sync stops there; what came before is kept.
    #[default]
    Stop,
    /// It goes into a file beside the tables, with the reason.
    SetAside,
}

/// What happens to a record whose key is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoadMethod {
    /// It takes the place of the row.
    #[default]
    Upsert,
    /// It becomes another row.
    Append,
}

/// The settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What is written.
    pub format: Format,
    /// The folder it is written into.
    pub path: PathBuf,
    /// Whether `_sdc_` columns tell when a row was read and written.
    pub add_metadata: bool,
    /// What happens to rows that are gone.
    pub delete: Delete,
    /// What happens to records that do not fit.
    pub invalid_records: InvalidRecords,
    /// What happens to records that are there.
    pub load_method: LoadMethod,
    /// A flush holds at most about so many bytes of messages.
    pub flush_bytes: usize,
    /// A flush comes at most so long after its first message.
    pub flush_interval: Duration,
    /// The longest line that is read, in bytes.
    pub longest_line: usize,
}

/// Bytes of a flush: SQLite holds them in memory, files take them at once.
const FLUSH_MB: (u64, u64) = (12, 128);
const FLUSH_SECONDS: u64 = 10;
const LINE_MB: u64 = 64;

impl Settings {
    /// Reads the file that `--config` names.
    pub fn read(path: &Path) -> Result<Self, LoadError> {
        let text = std::fs::read_to_string(path).map_err(|source| LoadError::file("reading", path, source))?;
        let values: Map<String, Value> = serde_json::from_str(&text).map_err(|error| LoadError::Config {
            path: path.to_owned(),
            detail: format!("it has to be a JSON object ({error})"),
        })?;
        Self::from_values(&values)
    }

    /// Reads the settings of a JSON object. Settings that are null or empty have their default; unknown ones are ignored, as
    /// Meltano adds some of its own.
    pub fn from_values(values: &Map<String, Value>) -> Result<Self, LoadError> {
        let format = one_of(values, "format", "sqlite, parquet, csv or jsonl")?;
        let path = match values.get("path") {
            Some(Value::String(path)) if !path.trim().is_empty() => PathBuf::from(path),
            _ => return Err(wrong("path", "is missing: it names the folder the tables are written into")),
        };
        let flush_mb = if format == Format::Sqlite { FLUSH_MB.0 } else { FLUSH_MB.1 };
        let megabytes = |name, default, most| {
            let found = number(values, name, default, most)?;
            Ok::<_, LoadError>(usize::try_from(found).unwrap_or(usize::MAX).saturating_mul(1024 * 1024))
        };
        Ok(Self {
            format,
            path,
            add_metadata: yes_or_no(values, "add_metadata")?,
            delete: one_of(values, "delete", "hard or soft")?,
            invalid_records: one_of(values, "invalid_records", "stop or set_aside")?,
            load_method: one_of(values, "load_method", "upsert or append")?,
            flush_bytes: megabytes("flush_megabytes", flush_mb, 4096)?,
            flush_interval: Duration::from_secs(number(values, "flush_seconds", FLUSH_SECONDS, 86_400)?),
            longest_line: megabytes("longest_line_megabytes", LINE_MB, 1024)?,
        })
    }
}

fn wrong(name: &'static str, detail: impl Into<String>) -> LoadError {
    LoadError::Setting { name, detail: detail.into() }
}

fn given<'a>(values: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    values.get(name).filter(|value| !value.is_null() && value.as_str() != Some(""))
}

fn one_of<'a, T: Deserialize<'a> + Default>(
    values: &'a Map<String, Value>,
    name: &'static str,
    choices: &str,
) -> Result<T, LoadError> {
    match given(values, name) {
        None => Ok(T::default()),
        Some(value) => T::deserialize(value).map_err(|_| wrong(name, format!("is {value}, but must be {choices}"))),
    }
}

/// Environment variables make every value a text.
fn yes_or_no(values: &Map<String, Value>, name: &'static str) -> Result<bool, LoadError> {
    match given(values, name) {
        None => Ok(false),
        Some(Value::Bool(value)) => Ok(*value),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(other) => Err(wrong(name, format!("is {other}, but must be true or false"))),
    }
}

fn number(values: &Map<String, Value>, name: &'static str, default: u64, most: u64) -> Result<u64, LoadError> {
    let found = match given(values, name) {
        None => return Ok(default),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(value) => value.as_u64(),
    };
    found
        .filter(|number| (1..=most).contains(number))
        .ok_or_else(|| wrong(name, format!("must be a whole number from 1 to {most}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(values: Value) -> Result<Settings, String> {
        let Value::Object(values) = values else { panic!() };
        Settings::from_values(&values).map_err(|error| error.to_string())
    }

    #[test]
    fn defaults_are_upsert_into_sqlite() {
        let settings = read(json!({"path": "x", "format": null, "delete": ""})).unwrap();
        assert_eq!((settings.format, settings.load_method), (Format::Sqlite, LoadMethod::Upsert));
        assert_eq!(settings.delete, Delete::Hard);
        assert!(!settings.add_metadata);
    }

    #[test]
    fn wrong_values_are_named_with_what_they_must_be() {
        for (values, named) in [
            (json!({}), "`path` is missing"),
            (json!({"path": " "}), "`path` is missing"),
            (json!({"path": "x", "format": "xls"}), "sqlite, parquet, csv or jsonl"),
            (json!({"path": "x", "add_metadata": "maybe"}), "true or false"),
            (json!({"path": "x", "flush_seconds": 0}), "from 1 to"),
            (json!({"path": "x", "invalid_records": "drop"}), "stop or set_aside"),
        ] {
            let error = read(values).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
        assert!(read(json!({"path": "x", "add_metadata": "TRUE", "flush_seconds": "5"})).unwrap().add_metadata);
    }
}
