//! The tables that are there: which file belongs to which stream, and what it has.

use super::{FOLDER, parquet_table::types, staging};
use crate::{error::LoadError, names, schema::Column, settings::Format};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A table that this loader wrote.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// The stream.
    pub stream: String,
    /// The name of its file or folder, without an ending.
    pub file: String,
    /// What it is.
    pub format: Format,
    /// The stream's newest schema, as JSON text.
    pub schema: String,
    /// The properties its rows are told apart by.
    pub key_properties: Vec<String>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: u64,
    /// When it was written.
    pub updated_at: String,
}

fn folder(root: &Path) -> PathBuf {
    root.join(FOLDER).join("streams")
}

/// The ending of a format's files; Parquet has folders.
fn ending(format: Format) -> &'static str {
    match format {
        Format::Jsonl => "jsonl",
        Format::Csv => "csv",
        Format::Parquet => "parquet",
        Format::Sqlite => "sqlite",
    }
}

/// Where a table is.
pub fn place(root: &Path, format: Format, file: &str) -> PathBuf {
    if format == Format::Parquet { root.join(file) } else { root.join(format!("{file}.{}", ending(format))) }
}

fn manifest_file(root: &Path, format: Format, file: &str) -> PathBuf {
    folder(root).join(format!("{file}.{}.json", ending(format)))
}

/// All tables of a format.
fn all(root: &Path, format: Format) -> Result<Vec<Manifest>, LoadError> {
    let folder = folder(root);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(LoadError::file("reading", &folder, source)),
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let text = fs::read(&path).map_err(|source| LoadError::file("reading", &path, source))?;
            let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| LoadError::Foreign {
                path: path.clone(),
                detail: format!("it cannot be read: {error}"),
            })?;
            if manifest.format == format {
                found.push(manifest);
            }
        }
    }
    Ok(found)
}

/// The table of a stream, where there is one, and the name its file has or gets.
pub fn find(root: &Path, format: Format, stream: &str) -> Result<(Option<Manifest>, String), LoadError> {
    let tables = all(root, format)?;
    if let Some(found) = tables.iter().find(|table| table.stream == stream) {
        let there = place(root, format, &found.file).exists();
        // Somebody removed it: it is made anew.
        return Ok((there.then(|| found.clone()), found.file.clone()));
    }
    let wanted = names::file_name(stream);
    let taken = tables.iter().any(|table| table.file.to_lowercase() == wanted.to_lowercase());
    let file = if taken { format!("{wanted}-{}", names::digits(stream)) } else { wanted };
    Ok((None, file))
}

/// Refuses a file that is there without being ours.
pub fn check_is_ours(root: &Path, format: Format, stream: &str) -> Result<(), LoadError> {
    let (table, file) = find(root, format, stream)?;
    let path = place(root, format, &file);
    match (&table, fs::metadata(&path)) {
        (Some(_), Ok(data)) if data.is_dir() == (format == Format::Parquet) => Ok(()),
        (None, Err(error)) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        (_, Err(source)) => Err(LoadError::file("reading", &path, source)),
        (_, Ok(data)) => {
            let what = if data.is_dir() { "it is a folder" } else { "it is a file" };
            Err(LoadError::Foreign { path, detail: format!("{what} that was there before") })
        }
    }
}

/// Writes down what a table is.
pub fn save(root: &Path, manifest: &Manifest) -> Result<(), LoadError> {
    let folder = folder(root);
    fs::create_dir_all(&folder).map_err(|source| LoadError::file("creating", &folder, source))?;
    let text = serde_json::to_vec(manifest).unwrap_or_default();
    staging::replace(&manifest_file(root, manifest.format, &manifest.file), &text)
}

/// Adds a column, or makes the one that is there as wide as both.
pub fn merge_column(columns: &mut Vec<Column>, column: &Column) {
    match columns.iter_mut().find(|one| one.property == column.property) {
        Some(one) => {
            let mut merged =
                Column { kind: one.kind.widen(column.kind), accepts: one.accepts | column.accepts, ..column.clone() };
            // Nested values keep all their members: where the newer form has no room for one, they become JSON texts.
            if !types::covers(&merged.definition, &one.definition) {
                types::make_text(&mut merged);
            }
            *one = merged;
        }
        None => columns.push(column.clone()),
    }
}
