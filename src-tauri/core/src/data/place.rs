//! Where a destination keeps its tables on this computer, and which there are.

use super::{DataError, Source, duckdb::Database, parquet_table, sqlite};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::{
    fs::Metadata,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};
use tributary_contract::{Config, Destination};

/// Files up to this size have their rows counted for a list of tables.
const COUNTED: u64 = 4 * 1024 * 1024;
/// Of larger ones so much is read to estimate their rows.
const SAMPLED: u64 = 256 * 1024;

/// Where the tables of a destination are.
#[derive(Debug, Clone)]
pub enum Place {
    /// A database.
    Sqlite(PathBuf),
    /// A folder with one CSV file a table.
    Csv(PathBuf),
    /// A folder with one file of JSON lines a table.
    Jsonl(PathBuf),
    /// A folder with one folder of Parquet files a table.
    Parquet(PathBuf),
    /// A DuckDB database, which its own library reads.
    Duckdb(Database),
}

/// A table that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The stream it holds.
    pub stream: String,
    /// Its name in the database, or the name of its file.
    pub table: String,
    /// The file or folder.
    pub path: PathBuf,
    /// How it is read.
    pub source: Source,
    /// Its rows, where they are known.
    pub rows: Option<u64>,
    /// Whether they were estimated.
    pub estimated: bool,
    /// Its bytes, where it is no part of a database.
    pub bytes: Option<u64>,
    /// When it last changed.
    pub updated_at: Option<DateTime<Utc>>,
}

/// Where the tables of a destination are; relative paths lie in the `project` folder. An error where they are elsewhere than
/// on this computer.
pub fn place_of(destination: &Destination, project: &Path) -> Result<Place, DataError> {
    let not_shown = |reason: &str| DataError::NotShown { name: destination.name.clone(), reason: reason.to_owned() };
    let path = |setting: &str| {
        let text = text_of(&destination.config, setting);
        text.map(|text| project.join(at_home(text)))
            .ok_or_else(|| not_shown(&format!("its setting “{setting}” is empty")))
    };
    match destination.connector.as_str() {
        "tributary" => {
            let folder = path("path")?;
            match text_of(&destination.config, "format").unwrap_or("sqlite") {
                "sqlite" => Ok(Place::Sqlite(folder.join("data.sqlite"))),
                "csv" => Ok(Place::Csv(folder)),
                "jsonl" => Ok(Place::Jsonl(folder)),
                "parquet" => Ok(Place::Parquet(folder)),
                other => Err(not_shown(&format!("its format “{other}” is not known"))),
            }
        }
        "jsonl" => Ok(Place::Jsonl(path("destination_path")?)),
        "csv" => Ok(Place::Csv(path("output_path")?)),
        "duckdb" => {
            let text = text_of(&destination.config, "filepath").unwrap_or_default();
            if text.starts_with("md:") || text.starts_with("motherduck:") {
                return Err(not_shown("they are at MotherDuck, not on this computer"));
            }
            if text == ":memory:" {
                return Err(not_shown("it keeps them in memory only"));
            }
            let schema = text_of(&destination.config, "default_target_schema").unwrap_or("main").to_owned();
            Ok(Place::Duckdb(Database { file: path("filepath")?, schema }))
        }
        _ => Err(not_shown("they are in a database of its own, not in files of this computer")),
    }
}

fn text_of<'c>(config: &'c Config, setting: &str) -> Option<&'c str> {
    config.get(setting).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

fn at_home(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}

impl Place {
    /// The file or folder.
    pub fn path(&self) -> &Path {
        match self {
            Self::Sqlite(path) | Self::Csv(path) | Self::Jsonl(path) | Self::Parquet(path) => path,
            Self::Duckdb(database) => &database.file,
        }
    }

    /// Its tables, by name; none where nothing was written yet. Those of a DuckDB database are asked of that.
    pub fn tables(&self) -> Result<Vec<Found>, DataError> {
        if !self.path().exists() {
            return Ok(Vec::new());
        }
        let mut found = match self {
            Self::Sqlite(file) => of_database(file)?,
            Self::Csv(folder) => of_folder(folder, "csv")?,
            Self::Jsonl(folder) => of_folder(folder, "jsonl")?,
            Self::Parquet(folder) => of_parquet(folder)?,
            Self::Duckdb(_) => Vec::new(),
        };
        found.sort_by(|a, b| a.stream.cmp(&b.stream));
        Ok(found)
    }

    /// One of its tables.
    pub fn table(&self, stream: &str) -> Result<Option<Found>, DataError> {
        let tables = self.tables()?;
        let exact = tables.iter().find(|table| table.stream == stream);
        Ok(exact.or_else(|| tables.iter().find(|table| same_stream(&table.stream, stream))).cloned())
    }
}

/// Whether a table's name means this stream: databases change the case of letters and what is no letter.
pub fn same_stream(table: &str, stream: &str) -> bool {
    let plain = |name: &str| {
        let letters = name.chars().map(|one| if one.is_alphanumeric() { one.to_ascii_lowercase() } else { '_' });
        letters.collect::<String>()
    };
    table == stream || plain(table) == plain(stream)
}

fn of_database(file: &Path) -> Result<Vec<Found>, DataError> {
    let changed = changed_at(file).max(changed_at(&file.with_extension("sqlite-wal")));
    let listed = sqlite::tables(file)?;
    Ok(listed
        .into_iter()
        .map(|one| Found {
            source: Source::Sqlite { file: file.to_owned(), table: one.table.clone(), rows: one.rows },
            path: file.to_owned(),
            updated_at: one.updated_at.and_then(|text| text.parse().ok()).or(changed),
            stream: one.stream,
            table: one.table,
            rows: one.rows,
            estimated: false,
            bytes: None,
        })
        .collect())
}

fn of_folder(folder: &Path, ending: &str) -> Result<Vec<Found>, DataError> {
    let failed = |source| DataError::Read { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_table = path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
        let (Some(stem), Some(name)) =
            (path.file_stem().and_then(|text| text.to_str()), path.file_name().and_then(|text| text.to_str()))
        else {
            continue;
        };
        // A file that went away since the folder was read is no table any more.
        let Ok(metadata) = std::fs::metadata(&path) else { continue };
        if !is_table || !metadata.is_file() || stem.starts_with(['.', '_']) {
            continue;
        }
        let head = usize::from(ending == "csv") as u64;
        let (rows, estimated) = count(&path, metadata.len(), head).unwrap_or((None, false));
        found.push(Found {
            stream: stem.to_owned(),
            table: name.to_owned(),
            source: if ending == "csv" { Source::Csv(path.clone()) } else { Source::Jsonl(path.clone()) },
            rows,
            estimated,
            bytes: Some(metadata.len()),
            updated_at: changed(&metadata),
            path,
        });
    }
    Ok(found)
}

/// Lines of a file: counted in a small one, estimated from its start in a large one. Values with line ends make the count of
/// a CSV file an estimate, too.
fn count(path: &Path, size: u64, head: u64) -> std::io::Result<(Option<u64>, bool)> {
    let file = std::fs::File::open(path)?;
    let looked_at = if size <= COUNTED { size } else { SAMPLED };
    let mut reader = BufReader::with_capacity(64 * 1024, std::io::Read::take(file, looked_at));
    // `whole` counts the bytes up to the last line end.
    let (mut lines, mut bytes, mut whole, mut quoted, mut last) = (0_u64, 0_u64, 0_u64, false, b'\n');
    loop {
        let piece = reader.fill_buf()?;
        if piece.is_empty() {
            break;
        }
        lines += memchr::memchr_iter(b'\n', piece).count() as u64;
        quoted |= head == 1 && memchr::memchr(b'"', piece).is_some();
        last = piece.last().copied().unwrap_or(last);
        if let Some(at) = memchr::memrchr(b'\n', piece) {
            whole = bytes + at as u64 + 1;
        }
        let length = piece.len();
        bytes += length as u64;
        reader.consume(length);
    }
    if size <= COUNTED {
        let all = lines + u64::from(last != b'\n');
        return Ok((Some(all.saturating_sub(head)), quoted));
    }
    if lines == 0 {
        return Ok((None, false));
    }
    Ok((Some(size.saturating_mul(lines) / whole.max(1)), true))
}

fn of_parquet(folder: &Path) -> Result<Vec<Found>, DataError> {
    let failed = |source| DataError::Read { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(name) = path.file_name().and_then(|text| text.to_str()).map(str::to_owned) else { continue };
        if !path.is_dir() || name.starts_with(['.', '_']) {
            continue;
        }
        let files = parquet_table::files(&path)?;
        if files.is_empty() {
            continue;
        }
        let metadata: Vec<Metadata> = files.iter().filter_map(|file| std::fs::metadata(file).ok()).collect();
        found.push(Found {
            stream: name.clone(),
            table: name,
            source: Source::Parquet(path.clone()),
            // One broken file must not hide the others; opening its table says what is wrong.
            rows: parquet_table::rows(&path).ok(),
            estimated: false,
            bytes: Some(metadata.iter().map(Metadata::len).sum()),
            updated_at: metadata.iter().filter_map(changed).max(),
            path,
        });
    }
    Ok(found)
}

fn changed(metadata: &Metadata) -> Option<DateTime<Utc>> {
    metadata.modified().ok().map(DateTime::from)
}

/// When a file was last changed.
pub fn changed_at(path: &Path) -> Option<DateTime<Utc>> {
    std::fs::metadata(path).ok().as_ref().and_then(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    #[test]
    fn rows_of_files_are_counted_or_estimated() {
        let folder = tempfile::tempdir().unwrap();
        let mut text = String::new();
        for row in 0..400_000 {
            writeln!(text, "{{\"id\": {row:010}}}").unwrap();
        }
        std::fs::write(folder.path().join("large.jsonl"), &text).unwrap();
        std::fs::write(folder.path().join("small.jsonl"), "{}\n{}\n{}").unwrap();
        std::fs::write(folder.path().join("other.txt"), "x").unwrap();
        std::fs::create_dir(folder.path().join("_tributary")).unwrap();
        let tables = Place::Jsonl(folder.path().to_owned()).tables().unwrap();
        let rows: Vec<_> = tables.iter().map(|one| (one.stream.as_str(), one.rows, one.estimated)).collect();
        assert_eq!(rows, [("large", Some(400_000), true), ("small", Some(3), false)]);
        std::fs::write(folder.path().join("a.csv"), "id\n1\n2\n").unwrap();
        assert_eq!(Place::Csv(folder.path().to_owned()).tables().unwrap()[0].rows, Some(2));
    }

    #[test]
    fn names_that_a_database_changed_are_known() {
        assert!(same_stream("account_history", "Account-History"));
        assert!(!same_stream("account", "accounts"));
    }

    #[test]
    fn a_folder_that_is_not_there_yet_has_no_tables() {
        assert!(Place::Sqlite("/nowhere/at/all/data.sqlite".into()).tables().unwrap().is_empty());
    }
}
