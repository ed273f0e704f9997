//! Files of JSON lines.

use super::{Ask, DataError, Flow, Page, Taker, backwards::Backwards, gather::Gather, value};
use serde_json::{Map, Value};
use std::{
    collections::HashMap,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};
use tributary_contract::{DataColumn, ValueKind};

/// Bytes that are looked at for a page where a search or an order asks for more than the newest rows.
const LOOK: u64 = 64 * 1024 * 1024;
/// Longest line: what is longer than what syncs allow is no record.
const LINE: u64 = 512 * 1024 * 1024;
/// Rows whose values tell what a column holds.
const JUDGED: usize = 200;

/// A page, read from the end of the file.
pub fn page(path: &Path, ask: &Ask) -> Result<Page, DataError> {
    let failed = |source| DataError::Read { path: path.to_owned(), source };
    let mut lines = File::open(path).and_then(Backwards::new).map_err(failed)?;
    let size = lines.left();
    let mut gather = Gather::new(ask);
    let (mut maps, mut number) = (Vec::new(), 0_u64);
    let mut all = false;
    while !gather.is_full() && size - lines.left() <= LOOK {
        let Some(line) = lines.next_line().map_err(failed)? else {
            all = true;
            break;
        };
        number += 1;
        match record(&line) {
            Some(map) => {
                if gather.wants(map.values()) {
                    maps.push(map);
                }
            }
            // A line that is still being written is the last one.
            None if number == 1 || line.trim_ascii().is_empty() => {}
            None => return Err(not_a_record(path, &format!("line {number} from its end is no JSON object"))),
        }
    }
    let all = all || (lines.left() == 0 && !gather.is_full());
    let (names, rows) = value::tabulate(maps);
    // A table without rows has no columns to sort by.
    if rows.is_empty() {
        return Ok(Page {
            part: (!all).then(|| "Only the newest 64 MB were looked at.".to_owned()),
            ..Page::default()
        });
    }
    gather.page(names, rows, all, "the newest rows")
}

/// All rows that hold a text.
pub fn scan(path: &Path, search: &str, taker: &mut dyn Taker) -> Result<(), DataError> {
    // Later rows may have columns that earlier ones have not, and the head comes first: the file is read twice.
    let mut names: Vec<String> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut judged: Vec<Vec<Value>> = Vec::new();
    each(path, &mut |map| {
        for (name, value) in &map {
            let place = places.get(name).copied().unwrap_or_else(|| {
                places.insert(name.clone(), names.len());
                names.push(name.clone());
                judged.push(Vec::new());
                names.len() - 1
            });
            if judged[place].len() < JUDGED && !value.is_null() {
                judged[place].push(value.clone());
            }
        }
        Ok(Flow::More)
    })?;
    let columns: Vec<DataColumn> = names
        .iter()
        .zip(&judged)
        .map(|(name, values)| {
            let kind = value::kind_of(values.iter());
            DataColumn { name: name.clone(), kind: if values.is_empty() { ValueKind::Text } else { kind } }
        })
        .collect();
    taker.columns(&columns)?;
    let search = search.to_ascii_lowercase();
    each(path, &mut |map| {
        if !search.is_empty() && !map.values().any(|value| value::holds(value, &search)) {
            return Ok(Flow::More);
        }
        let mut row = vec![Value::Null; names.len()];
        for (name, value) in map {
            // What was written since the first reading may have new columns: the next export has them.
            if let Some(place) = places.get(&name) {
                row[*place] = value::of_json(value);
            }
        }
        taker.row(row)
    })
}

fn each(path: &Path, take: &mut dyn FnMut(Map<String, Value>) -> Result<Flow, DataError>) -> Result<(), DataError> {
    let failed = |source| DataError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let end = file.metadata().map_err(failed)?.len();
    let mut reader = BufReader::with_capacity(256 * 1024, file);
    let (mut line, mut number, mut read) = (Vec::new(), 0_u64, 0_u64);
    loop {
        line.clear();
        let length = std::io::Read::take(&mut reader, LINE).read_until(b'\n', &mut line).map_err(failed)? as u64;
        if length == 0 {
            return Ok(());
        }
        (number, read) = (number + 1, read + length);
        match record(&line) {
            Some(map) => {
                if take(map)? == Flow::Enough {
                    return Ok(());
                }
            }
            None if line.trim_ascii().is_empty() => {}
            // It is still being written.
            None if !line.ends_with(b"\n") && read >= end => return Ok(()),
            None => return Err(not_a_record(path, &format!("line {number} is no JSON object"))),
        }
    }
}

fn record(line: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(line).ok()
}

fn not_a_record(path: &Path, detail: &str) -> DataError {
    DataError::Form { path: path.to_owned(), what: "file of JSON lines", detail: detail.to_owned() }
}
