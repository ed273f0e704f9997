//! CSV files with a head, as RFC 4180 has them.

use super::{Ask, DataError, Flow, Page, Taker, gather::Gather, value};
use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::Value;
use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    path::Path,
};
use tributary_contract::DataColumn;

/// Files up to this size (bytes) are read from their beginning for a page.
const WHOLE: u64 = 16 * 1024 * 1024;
/// Of larger ones so much (bytes) is read from the end: first, and at most where a search or an order needs more.
const FIRST: u64 = 1024 * 1024;
const LOOK: u64 = 64 * 1024 * 1024;
/// Line ends that are tried as the beginning of a record.
const TRIED: usize = 2_000;
/// Rows whose values tell what a column holds.
const JUDGED: usize = 200;

/// A page, read from the end of the file.
pub fn page(path: &Path, ask: &Ask) -> Result<Page, DataError> {
    let failed = |source| DataError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    let names = head(path, BufReader::new(&file))?;
    if names.is_empty() {
        return Ok(Page::default());
    }
    let (mut length, narrow) = (FIRST, ask.search.is_empty() && ask.sort.is_none());
    if !narrow {
        length = LOOK;
    }
    loop {
        let whole = size <= WHOLE.max(length);
        let records = if whole {
            file.rewind().map_err(failed)?;
            let mut reader = reader(BufReader::with_capacity(256 * 1024, &file));
            // The head is no record.
            read_all(path, &mut reader, ask, narrow, 1)?
        } else {
            let mut piece = Vec::new();
            file.seek(SeekFrom::Start(size - length)).map_err(failed)?;
            (&file).take(length).read_to_end(&mut piece).map_err(failed)?;
            match beginning(&piece, names.len()) {
                Some(at) => {
                    let mut reader = reader(&piece[at..]);
                    read_all(path, &mut reader, ask, narrow, 0)?
                }
                // A single record that is longer than the piece, or a file whose records differ in length.
                None if length < LOOK => {
                    length *= 8;
                    continue;
                }
                None => {
                    let detail = "its last records do not have as many fields as its head".to_owned();
                    return Err(DataError::Form { path: path.to_owned(), what: "CSV file", detail });
                }
            }
        };
        if !whole && narrow && records.len() < ask.limit && length < LOOK {
            length *= 8;
            continue;
        }
        let total = (whole && !narrow && ask.search.is_empty()).then_some(records.len() as u64);
        let mut gather = Gather::new(ask);
        let mut rows = Vec::new();
        for record in records.into_iter().rev() {
            if gather.is_full() {
                break;
            }
            let row = to_row(&record, names.len());
            if gather.wants(row.iter()) {
                rows.push(row);
            }
        }
        let all = whole && !gather.is_full();
        let mut page = gather.page(names, rows, all || whole, "the newest 64 MB")?;
        page.total = total;
        return Ok(page);
    }
}

/// All rows that hold a text.
pub fn scan(path: &Path, search: &str, taker: &mut dyn Taker) -> Result<(), DataError> {
    let failed = |source| DataError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let mut reader = reader(BufReader::with_capacity(256 * 1024, file));
    let mut record = ByteRecord::new();
    let mut names = Vec::new();
    let search = search.to_ascii_lowercase();
    // The first rows tell what the columns hold.
    let mut waiting: Option<Vec<Vec<Value>>> = Some(Vec::new());
    while reader.read_byte_record(&mut record).map_err(|error| broken(path, &error))? {
        if names.is_empty() {
            names = names_of(&record);
            continue;
        }
        let row = to_row(&record, names.len());
        if !search.is_empty() && !row.iter().any(|value| value::holds(value, &search)) {
            continue;
        }
        match &mut waiting {
            Some(rows) => {
                rows.push(row);
                if rows.len() >= JUDGED && give(&names, &mut waiting, taker)? == Flow::Enough {
                    return Ok(());
                }
            }
            None => {
                if taker.row(row)? == Flow::Enough {
                    return Ok(());
                }
            }
        }
    }
    give(&names, &mut waiting, taker).map(drop)
}

fn give(names: &[String], waiting: &mut Option<Vec<Vec<Value>>>, taker: &mut dyn Taker) -> Result<Flow, DataError> {
    let Some(rows) = waiting.take() else { return Ok(Flow::More) };
    let columns: Vec<DataColumn> = names
        .iter()
        .enumerate()
        .map(|(place, name)| DataColumn {
            name: name.clone(),
            kind: value::kind_of(rows.iter().filter_map(|row| row.get(place))),
        })
        .collect();
    taker.columns(&columns)?;
    for row in rows {
        if taker.row(row)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
    Ok(Flow::More)
}

fn reader<R: Read>(from: R) -> Reader<R> {
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(from)
}

fn head(path: &Path, from: impl Read) -> Result<Vec<String>, DataError> {
    let mut record = ByteRecord::new();
    // The head alone: a file of one endless field is not read whole.
    let found = reader(from.take(LOOK)).read_byte_record(&mut record).map_err(|error| broken(path, &error))?;
    Ok(if found { names_of(&record) } else { Vec::new() })
}

fn names_of(record: &ByteRecord) -> Vec<String> {
    record
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let text = String::from_utf8_lossy(name);
            // Some programs begin a file with a mark that says it is UTF-8.
            if place == 0 { text.trim_start_matches('\u{feff}').to_owned() } else { text.into_owned() }
        })
        .collect()
}

/// The newest records where those are all that is wanted, otherwise all.
fn read_all<R: Read>(
    path: &Path,
    reader: &mut Reader<R>,
    ask: &Ask,
    narrow: bool,
    skip: usize,
) -> Result<Vec<ByteRecord>, DataError> {
    let mut kept = std::collections::VecDeque::new();
    let mut record = ByteRecord::new();
    let mut number = 0;
    while reader.read_byte_record(&mut record).map_err(|error| broken(path, &error))? {
        number += 1;
        if number <= skip {
            continue;
        }
        if narrow && kept.len() >= ask.limit {
            kept.pop_front();
        }
        kept.push_back(record.clone());
    }
    Ok(kept.into())
}

/// Where in a piece of a file its first whole record begins. A line end may lie within quotes; the right one is told by
/// the records after it, which all have as many fields as the head.
fn beginning(piece: &[u8], fields: usize) -> Option<usize> {
    memchr::memchr_iter(b'\n', piece).take(TRIED).map(|at| at + 1).find(|at| {
        let rest = &piece[*at..];
        let mut reader = reader(rest);
        let mut record = ByteRecord::new();
        let mut number = 0_u32;
        while matches!(reader.read_byte_record(&mut record), Ok(true)) {
            number += 1;
            let last = reader.is_done();
            if record.len() != fields && !last {
                return false;
            }
        }
        number > 0 && (fields > 1 || number > 1)
    })
}

fn to_row(record: &ByteRecord, columns: usize) -> Vec<Value> {
    let mut row: Vec<Value> =
        record
            .iter()
            .take(columns)
            .map(|field| {
                if field.is_empty() { Value::Null } else { Value::String(String::from_utf8_lossy(field).into_owned()) }
            })
            .collect();
    row.resize(columns, Value::Null);
    row
}

fn broken(path: &Path, error: &csv::Error) -> DataError {
    DataError::Form { path: path.to_owned(), what: "CSV file", detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::io::Write;

    fn file(rows: usize) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "\u{feff}id,note,amount").unwrap();
        for row in 0..rows {
            writeln!(file, "{row},\"line one\nline \"\"two\"\", with {row}, and a comma\",{}.5", row % 97).unwrap();
        }
        file
    }

    #[test]
    fn the_newest_rows_come_first_also_with_line_ends_in_values() {
        for rows in [30, 600_000] {
            let file = file(rows);
            let page = page(file.path(), &Ask { limit: 20, ..Ask::default() }).unwrap();
            assert_eq!(page.columns[0].name, "id", "the mark at the start belongs to no name");
            let ids: Vec<&Value> = page.rows.iter().map(|row| &row[0]).collect();
            let expected: Vec<Value> = (0..20).map(|back| json!((rows - 1 - back).to_string())).collect();
            assert_eq!(ids, expected.iter().collect::<Vec<_>>());
            assert_eq!(page.rows[0][1], json!(format!("line one\nline \"two\", with {}, and a comma", rows - 1)));
            assert!(page.part.is_none());
        }
    }

    #[test]
    fn rows_are_searched_and_sorted() {
        let file = file(500);
        let ask = Ask { limit: 3, search: "WITH 12".to_owned(), sort: Some(("id".to_owned(), false)) };
        let ids: Vec<Value> = page(file.path(), &ask).unwrap().rows.into_iter().map(|mut row| row.remove(0)).collect();
        assert_eq!(ids, [json!("12"), json!("120"), json!("121")]);
    }

    #[test]
    fn an_empty_file_is_an_empty_table() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(page(file.path(), &Ask { limit: 5, ..Ask::default() }).unwrap().columns.is_empty());
    }
}
