//! Folders of Parquet files, in the order of their names.

use super::{Ask, DataError, Flow, Page, Taker, gather::Gather, value};
use parquet::{
    errors::ParquetError,
    file::reader::{FileReader, SerializedFileReader},
    record::Row,
};
use serde_json::{Map, Value};
use std::{
    collections::VecDeque,
    fs::File,
    path::{Path, PathBuf},
};
use tributary_contract::DataColumn;

/// Rows that are looked at for a page where a search or an order asks for more than the newest ones.
const LOOK: usize = 200_000;

/// The files of a folder, oldest first. What begins with a dot or an underscore is no table.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let failed = |source| DataError::Read { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(".parquet") && !name.starts_with(['.', '_']) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Rows of all files, as their ends say: nothing of the rows is read.
pub fn rows(folder: &Path) -> Result<u64, DataError> {
    files(folder)?.iter().map(|file| open(file).map(|reader| rows_in(&reader))).sum()
}

fn rows_in(reader: &SerializedFileReader<File>) -> u64 {
    u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0)
}

fn open(path: &Path) -> Result<SerializedFileReader<File>, DataError> {
    let file = File::open(path).map_err(|source| DataError::Read { path: path.to_owned(), source })?;
    SerializedFileReader::new(file).map_err(|error| broken(path, &error))
}

fn broken(path: &Path, error: &ParquetError) -> DataError {
    DataError::Form { path: path.to_owned(), what: "Parquet file", detail: error.to_string() }
}

/// A page, read from the last file's last rows on.
pub fn page(folder: &Path, ask: &Ask) -> Result<Page, DataError> {
    let mut gather = Gather::new(ask);
    let narrow = ask.search.is_empty() && ask.sort.is_none();
    let (mut maps, mut names, mut total, mut seen) = (Vec::new(), Vec::new(), 0, 0);
    let mut all = true;
    for path in files(folder)?.iter().rev() {
        let reader = open(path)?;
        total += rows_in(&reader);
        for name in head(&reader) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for group in (0..reader.num_row_groups()).rev() {
            if gather.is_full() || seen >= LOOK {
                all = false;
                break;
            }
            let group = reader.get_row_group(group).map_err(|error| broken(path, &error))?;
            let mut kept: VecDeque<Map<String, Value>> = VecDeque::new();
            for row in group.get_row_iter(None).map_err(|error| broken(path, &error))? {
                let row = row.map_err(|error| broken(path, &error))?;
                if kept.len() >= (if narrow { ask.limit } else { LOOK }) {
                    kept.pop_front();
                }
                kept.push_back(map(&row));
                seen += 1;
            }
            while let Some(map) = kept.pop_back() {
                if gather.is_full() {
                    all = false;
                    break;
                }
                if gather.wants(map.values()) {
                    maps.push(map);
                }
            }
        }
    }
    let rows = maps.into_iter().map(|map| row_of(map, &names)).collect();
    let mut page = gather.page(names, rows, all, "the newest 200,000 rows")?;
    page.total = ask.search.is_empty().then_some(total);
    Ok(page)
}

/// All rows that hold a text.
pub fn scan(folder: &Path, search: &str, taker: &mut dyn Taker) -> Result<(), DataError> {
    let files = files(folder)?;
    let (mut names, mut judged): (Vec<String>, Vec<Vec<Value>>) = (Vec::new(), Vec::new());
    for path in &files {
        let reader = open(path)?;
        for name in head(&reader) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for row in reader.get_row_iter(None).map_err(|error| broken(path, &error))?.take(100) {
            judged.push(row_of(map(&row.map_err(|error| broken(path, &error))?), &names));
        }
    }
    let kind = |place| value::kind_of(judged.iter().filter_map(|row| row.get(place)));
    let columns: Vec<DataColumn> =
        names.iter().enumerate().map(|(place, name)| DataColumn { name: name.clone(), kind: kind(place) }).collect();
    taker.columns(&columns)?;
    let search = search.to_ascii_lowercase();
    for path in &files {
        let reader = open(path)?;
        for row in reader.get_row_iter(None).map_err(|error| broken(path, &error))? {
            let row = row_of(map(&row.map_err(|error| broken(path, &error))?), &names);
            let wanted = search.is_empty() || row.iter().any(|value| value::holds(value, &search));
            if wanted && taker.row(row)? == Flow::Enough {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn head(reader: &SerializedFileReader<File>) -> Vec<String> {
    let schema = reader.metadata().file_metadata().schema();
    schema.get_fields().iter().map(|field| field.name().to_owned()).collect()
}

fn map(row: &Row) -> Map<String, Value> {
    row.get_column_iter().map(|(name, field)| (name.clone(), field.to_json_value())).collect()
}

fn row_of(mut map: Map<String, Value>, names: &[String]) -> Vec<Value> {
    names.iter().map(|name| map.get_mut(name).map(Value::take).map_or(Value::Null, value::of_json)).collect()
}
