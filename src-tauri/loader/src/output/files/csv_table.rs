//! CSV with a header: UTF-8, commas, quotes where they are needed (RFC 4180). Null is an empty cell; arrays and objects are JSON.

use super::{
    keys::KeyHash,
    publish::{Fate, KeyFile, Made, Plan, sync},
};
use crate::{
    changes::Changes,
    error::LoadError,
    json::Token,
    stream::{DELETED_AT, Field, MORE, Record, VERSION, plain},
};
use csv::{ByteRecord, Reader, ReaderBuilder, Writer};
use std::{fs::File, path::Path};

/// The table that is there, and where the new columns are in it.
struct Existing {
    reader: Reader<File>,
    /// By new column: the cell.
    cells: Vec<Option<usize>>,
}

/// Makes the table.
pub fn make(plan: &Plan<'_>) -> Result<Made, LoadError> {
    let columns: Vec<&str> = plan.stream.columns.iter().map(|column| column.property.as_str()).collect();
    let at = |property: &str| columns.iter().position(|column| *column == property);
    let keys = match &plan.existing {
        Some(path) if plan.has_key() && plan.table.rows > 0 => Some(keys_of(plan, path, &columns)?),
        _ => None,
    };
    let superseded = plan.superseded(keys.as_deref())?;

    let path = plan.file("made");
    let file = File::create(&path).map_err(|source| LoadError::file("creating", &path, source))?;
    let mut to = csv::WriterBuilder::new().flexible(true).buffer_capacity(256 * 1024).from_writer(file);
    let fail = |error| broken("writing", &path, error);
    let mut changes = Changes::default();
    if !columns.is_empty() {
        to.write_record(&columns).map_err(fail)?;
    }
    let (version, deleted_at) = (at(VERSION), at(DELETED_AT));
    if let Some(existing_path) = &plan.existing {
        let mut existing = Existing::open(existing_path, &columns)?;
        let (mut row, mut number) = (ByteRecord::new(), 0);
        while existing.read(&mut row, existing_path)? {
            let cell = |column: Option<usize>| existing.cell(&row, column);
            let fate = plan.fate_of_existing(
                &superseded.existing,
                number,
                || str::from_utf8(cell(version)).ok()?.parse().ok(),
                || !cell(deleted_at).is_empty(),
                &mut changes,
            );
            number += 1;
            if fate == Fate::Gone {
                continue;
            }
            changes.rows += 1;
            for column in 0..columns.len() {
                let marked = fate == Fate::Mark && deleted_at == Some(column);
                let value = if marked { plan.now.as_bytes() } else { existing.cell(&row, Some(column)) };
                to.write_field(value).map_err(fail)?;
            }
            to.write_record(None::<&[u8]>).map_err(fail)?;
        }
    }
    let mut row = Row { cells: Vec::new(), more: String::new(), scratch: String::new(), more_at: at(MORE), deleted_at };
    plan.each_staged(&superseded, &mut changes, |record, fate| {
        row.write(&mut to, record, columns.len(), (fate == Fate::Mark).then_some(plan.now.as_str())).map_err(fail)
    })?;
    let file = to.into_inner().map_err(|error| LoadError::file("writing", &path, error.into_error()))?;
    sync(&file, &path)?;
    Ok(Made { path: Some(path), changes })
}

fn broken(doing: &'static str, path: &Path, error: csv::Error) -> LoadError {
    match error.into_kind() {
        csv::ErrorKind::Io(source) => LoadError::file(doing, path, source),
        other => LoadError::Foreign { path: path.to_owned(), detail: format!("it is no CSV table: {other:?}") },
    }
}

impl Existing {
    fn open(path: &Path, columns: &[&str]) -> Result<Self, LoadError> {
        let file = File::open(path).map_err(|source| LoadError::file("reading", path, source))?;
        let mut reader = ReaderBuilder::new().flexible(true).buffer_capacity(256 * 1024).from_reader(file);
        let header = reader.byte_headers().map_err(|error| broken("reading", path, error))?;
        let find = |name: &&str| header.iter().position(|cell| cell == name.as_bytes());
        let cells = columns.iter().map(find).collect();
        Ok(Self { reader, cells })
    }

    fn read(&mut self, row: &mut ByteRecord, path: &Path) -> Result<bool, LoadError> {
        self.reader.read_byte_record(row).map_err(|error| broken("reading", path, error))
    }

    fn cell<'r>(&self, row: &'r ByteRecord, column: Option<usize>) -> &'r [u8] {
        column.and_then(|column| self.cells[column]).and_then(|cell| row.get(cell)).unwrap_or_default()
    }
}

fn keys_of(plan: &Plan<'_>, path: &Path, columns: &[&str]) -> Result<std::path::PathBuf, LoadError> {
    let mut existing = Existing::open(path, columns)?;
    let mut keys = KeyFile::create(plan)?;
    let mut row = ByteRecord::new();
    while existing.read(&mut row, path)? {
        let mut hash = KeyHash::default();
        for slot in &plan.stream.keys {
            hash.part(existing.cell(&row, Some(*slot)));
        }
        keys.add(hash.finish())?;
    }
    keys.finish()
}

/// A record as cells. Its memory is used again for each.
struct Row {
    cells: Vec<Option<Field>>,
    more: String,
    scratch: String,
    more_at: Option<usize>,
    deleted_at: Option<usize>,
}

impl Row {
    fn write(
        &mut self,
        to: &mut Writer<File>,
        record: &Record<'_>,
        columns: usize,
        deleted: Option<&str>,
    ) -> csv::Result<()> {
        self.cells.clear();
        self.cells.resize(columns, None);
        for field in &record.fields.known {
            self.cells[field.slot as usize] = Some(*field);
        }
        self.more.clear();
        for (begin, end) in &record.fields.unknown {
            self.more.push_str(if self.more.is_empty() { "{" } else { ", " });
            self.more.push_str(&record.text[*begin..*end]);
        }
        if !self.more.is_empty() {
            self.more.push('}');
        }
        for (at, cell) in self.cells.iter().enumerate() {
            let text = match cell {
                _ if self.deleted_at == Some(at) && deleted.is_some() => deleted.unwrap_or_default(),
                _ if self.more_at == Some(at) && !self.more.is_empty() => &self.more,
                Some(field) if field.token != Token::Null => plain(record.raw(*field), field.token, &mut self.scratch),
                _ => "",
            };
            to.write_field(text)?;
        }
        to.write_record(None::<&[u8]>)
    }
}
