//! A folder of Parquet files.
//!
//! A run adds one file. Files of which a row is superseded, or whose columns are not the table's any more, are written again
//! into it without those rows; the others are kept as they are (hard links). Many small files become one. The new folder
//! takes the old one's place in one step.

mod build;
mod convert;
pub mod types;

use super::{
    keys::{KeyHash, Superseded},
    publish::{Fate, KeyFile, MADE_BY, Made, Plan, sync},
    staging::sync_folder,
};
use crate::{
    changes::Changes,
    error::LoadError,
    schema::Kind,
    stream::{DELETED_AT, MORE, VERSION},
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    cast::AsArray,
    types::{Date32Type, Int64Type, TimestampMicrosecondType},
};
use arrow_schema::{Field, Schema, SchemaRef};
use arrow_select::filter::filter_record_batch;
use build::Rows;
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    },
    basic::Compression,
    file::properties::WriterProperties,
};
use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Rows and bytes that become columns together.
const ROWS: usize = 16 * 1024;
const BYTES: usize = 16 * 1024 * 1024;
/// Bytes of a row group in memory.
const GROUP: usize = 48 * 1024 * 1024;
/// From so many files on, those smaller than this are written together.
const MANY: usize = 16;
const SMALL: u64 = 16 * 1024 * 1024;

/// A file of the table that is there.
struct Part {
    path: PathBuf,
    rows: u64,
    /// The number of its first row in the table.
    first: u64,
    /// Whether it has to be written again.
    again: bool,
}

fn broken(doing: &'static str, path: &Path) -> impl Fn(String) -> LoadError + use<> {
    let path = path.to_owned();
    move |detail| LoadError::Parquet { doing, path: path.clone(), detail }
}

/// Makes the table.
pub fn make(plan: &Plan<'_>) -> Result<Made, LoadError> {
    let stream = &plan.stream;
    let fields: Vec<Field> = stream
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| Field::new(&column.property, types::type_of(column, stream.keys.contains(&at)), true))
        .collect();
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    let mut changes = Changes::default();
    if schema.fields().is_empty() {
        // Nothing is known of it, and there is no row: there is no such Parquet file.
        return Ok(Made { path: None, changes });
    }
    let mut parts = match &plan.existing {
        Some(folder) => parts(folder, &schema)?,
        None => Vec::new(),
    };
    let keys = if plan.has_key() && plan.table.rows > 0 && !parts.is_empty() {
        Some(keys_of(plan, &parts, &schema)?)
    } else {
        None
    };
    let superseded = plan.superseded(keys.as_deref())?;
    for part in &mut parts {
        part.again |= !plan.table.activations.is_empty();
        part.again |= (part.first..part.first + part.rows).any(|row| superseded.existing.has(row));
    }
    if plan.existing.is_some() && plan.table.rows == 0 && parts.iter().all(|part| !part.again) {
        changes.rows = parts.iter().map(|part| part.rows).sum();
        return Ok(Made { path: None, changes });
    }

    let folder = plan.file("made");
    // What an earlier attempt left.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).map_err(|source| LoadError::file("creating", &folder, source))?;
    let stamp: String = plan.now.chars().filter(char::is_ascii_digit).collect();
    let path = folder.join(format!("part-{stamp}-{}.parquet", std::process::id()));
    let mut writer = Writer::create(&path, &schema)?;
    for part in &parts {
        if part.again {
            copy(plan, part, &schema, &superseded, &mut changes, &mut writer)?;
        } else {
            let to = folder.join(part.path.file_name().unwrap_or_default());
            let linked = fs::hard_link(&part.path, &to).or_else(|_| fs::copy(&part.path, &to).map(|_| ()));
            linked.map_err(|source| LoadError::file("keeping", &to, source))?;
            changes.rows += part.rows;
        }
    }
    add_staged(plan, &schema, &superseded, &mut changes, &mut writer)?;
    let empty = writer.rows == 0 && parts.iter().any(|part| !part.again);
    writer.finish()?;
    if empty {
        fs::remove_file(&path).map_err(|source| LoadError::file("removing", &path, source))?;
    }
    let made_by = folder.join(MADE_BY);
    let run = plan.folder.file_name().unwrap_or_default();
    let written = File::create(&made_by).and_then(|mut file| {
        file.write_all(run.as_encoded_bytes())?;
        file.sync_all()
    });
    written.map_err(|source| LoadError::file("writing", &made_by, source))?;
    sync_folder(&folder)?;
    Ok(Made { path: Some(folder), changes })
}

/// The files of a table, oldest first.
fn parts(folder: &Path, schema: &SchemaRef) -> Result<Vec<Part>, LoadError> {
    let entries = fs::read_dir(folder).map_err(|source| LoadError::file("reading", folder, source))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "parquet"))
        .collect();
    paths.sort();
    let many = paths.len() >= MANY;
    let mut first = 0;
    let mut parts = Vec::new();
    for path in paths {
        let fail = broken("reading", &path);
        let file = File::open(&path).map_err(|source| LoadError::file("reading", &path, source))?;
        let small = many && file.metadata().is_ok_and(|data| data.len() < SMALL);
        let found = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| fail(error.to_string()))?;
        let rows = u64::try_from(found.metadata().file_metadata().num_rows()).unwrap_or_default();
        let again = small || found.schema().fields() != schema.fields();
        parts.push(Part { path, rows, first, again });
        first += rows;
    }
    Ok(parts)
}

fn read(part: &Part, only: Option<&[&str]>) -> Result<ParquetRecordBatchReader, LoadError> {
    let fail = broken("reading", &part.path);
    let file = File::open(&part.path).map_err(|source| LoadError::file("reading", &part.path, source))?;
    let mut found = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| fail(error.to_string()))?;
    if let Some(only) = only {
        let mask = parquet::arrow::ProjectionMask::columns(found.parquet_schema(), only.iter().copied());
        found = found.with_projection(mask);
    }
    found.with_batch_size(ROWS / 2).build().map_err(|error| fail(error.to_string()))
}

/// The keys of the rows that are there, as their columns will be.
fn keys_of(plan: &Plan<'_>, parts: &[Part], schema: &SchemaRef) -> Result<PathBuf, LoadError> {
    let names: Vec<&str> = plan.stream.keys.iter().map(|slot| plan.stream.columns[*slot].property.as_str()).collect();
    let fields: Vec<Arc<Field>> = plan.stream.keys.iter().map(|slot| Arc::clone(&schema.fields()[*slot])).collect();
    let only: SchemaRef = Arc::new(Schema::new(fields));
    let mut keys = KeyFile::create(plan)?;
    let mut scratch = String::new();
    for part in parts {
        let fail = broken("reading", &part.path);
        for batch in read(part, Some(&names))? {
            let batch =
                batch.and_then(|batch| convert::adapt(&batch, &only)).map_err(|error| fail(error.to_string()))?;
            for row in 0..batch.num_rows() {
                let mut hash = KeyHash::default();
                let known = batch.columns().iter().all(|column| key_part(column, row, &mut hash, &mut scratch));
                keys.add(if known { hash.finish() } else { 0 })?;
            }
        }
    }
    keys.finish()
}

/// Adds a part of a key. Whether it has one.
fn key_part(column: &ArrayRef, row: usize, hash: &mut KeyHash, scratch: &mut String) -> bool {
    use std::fmt::Write as _;
    if column.is_null(row) {
        return false;
    }
    scratch.clear();
    if let Some(numbers) = column.as_primitive_opt::<Int64Type>() {
        let _ = write!(scratch, "{}", numbers.value(row));
    } else if let Some(moments) = column.as_primitive_opt::<TimestampMicrosecondType>() {
        let _ = write!(scratch, "{}", moments.value(row));
    } else if let Some(days) = column.as_primitive_opt::<Date32Type>() {
        let _ = write!(scratch, "{}", days.value(row));
    } else if let Some(answers) = column.as_boolean_opt() {
        let _ = write!(scratch, "{}", answers.value(row));
    } else if let Some(texts) = column.as_string_opt::<i32>() {
        hash.part(texts.value(row).as_bytes());
        return true;
    } else {
        return false;
    }
    hash.part(scratch.as_bytes());
    true
}

/// Writes a file's rows again, those that stay.
fn copy(
    plan: &Plan<'_>,
    part: &Part,
    schema: &SchemaRef,
    superseded: &Superseded,
    changes: &mut Changes,
    writer: &mut Writer,
) -> Result<(), LoadError> {
    let fail = broken("reading", &part.path);
    let mut number = part.first;
    for batch in read(part, None)? {
        let batch = batch.and_then(|batch| convert::adapt(&batch, schema)).map_err(|error| fail(error.to_string()))?;
        let version = batch.column_by_name(VERSION).and_then(|column| column.as_any().downcast_ref::<Int64Array>());
        let deleted_at = batch.column_by_name(DELETED_AT);
        let mut fates = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            fates.push(plan.fate_of_existing(
                &superseded.existing,
                number,
                || version.filter(|column| column.is_valid(row)).map(|column| column.value(row)),
                || deleted_at.is_some_and(|column| column.is_valid(row)),
                changes,
            ));
            number += 1;
        }
        let marked = if fates.contains(&Fate::Mark) { mark(&batch, &fates, plan)? } else { batch };
        let stay: BooleanArray = fates.iter().map(|fate| Some(*fate != Fate::Gone)).collect();
        let kept = filter_record_batch(&marked, &stay).map_err(|error| fail(error.to_string()))?;
        changes.rows += kept.num_rows() as u64;
        writer.write(&kept)?;
    }
    Ok(())
}

/// The batch with the time of their deletion in the rows that are deleted.
fn mark(batch: &RecordBatch, fates: &[Fate], plan: &Plan<'_>) -> Result<RecordBatch, LoadError> {
    let Some((at, field)) = batch.schema_ref().column_with_name(DELETED_AT) else { return Ok(batch.clone()) };
    let old = batch.column(at);
    let new: ArrayRef = match old.as_primitive_opt::<TimestampMicrosecondType>() {
        Some(moments) => {
            let now = types::moment(Kind::DateTime, &plan.now);
            let values = fates.iter().enumerate().map(|(row, fate)| match fate {
                Fate::Mark => now,
                _ => moments.is_valid(row).then(|| moments.value(row)),
            });
            let zone = match field.data_type() {
                arrow_schema::DataType::Timestamp(_, zone) => zone.clone(),
                _ => None,
            };
            Arc::new(values.collect::<TimestampMicrosecondArray>().with_timezone_opt(zone))
        }
        None => match old.as_string_opt::<i32>() {
            Some(texts) => Arc::new(
                fates
                    .iter()
                    .enumerate()
                    .map(|(row, fate)| match fate {
                        Fate::Mark => Some(plan.now.as_str()),
                        _ => texts.is_valid(row).then(|| texts.value(row)),
                    })
                    .collect::<StringArray>(),
            ),
            None => return Ok(batch.clone()),
        },
    };
    let mut columns = batch.columns().to_vec();
    columns[at] = new;
    RecordBatch::try_new(batch.schema(), columns)
        .map_err(|error| broken("marking rows of", plan.folder)(error.to_string()))
}

fn add_staged(
    plan: &Plan<'_>,
    schema: &SchemaRef,
    superseded: &Superseded,
    changes: &mut Changes,
    writer: &mut Writer,
) -> Result<(), LoadError> {
    let stream = &plan.stream;
    let mut rows = Rows::new(Arc::clone(schema), stream.columns.iter().map(|column| column.kind).collect());
    let (more, deleted_at) = (stream.slot(MORE), stream.slot(DELETED_AT));
    let fail = broken("making", plan.folder);
    let mut members = String::new();
    plan.each_staged(superseded, changes, |record, fate| {
        let mut own: Vec<(usize, &str)> = Vec::new();
        members.clear();
        for (begin, end) in &record.fields.unknown {
            members.push_str(if members.is_empty() { "{" } else { ", " });
            members.push_str(&record.text[*begin..*end]);
        }
        if let (Some(more), false) = (more, members.is_empty()) {
            members.push('}');
            own.push((more, &members));
        }
        if let (Some(deleted_at), Fate::Mark) = (deleted_at, fate) {
            own.push((deleted_at, &plan.now));
        }
        rows.add(record, &own);
        if rows.count == ROWS || rows.bytes >= BYTES {
            let batch = rows.finish().map_err(|error| fail(error.to_string()))?;
            writer.write(&batch)?;
        }
        Ok(())
    })?;
    if rows.count > 0 {
        let batch = rows.finish().map_err(|error| fail(error.to_string()))?;
        writer.write(&batch)?;
    }
    Ok(())
}

/// A file under construction.
struct Writer {
    to: ArrowWriter<File>,
    path: PathBuf,
    rows: u64,
}

impl Writer {
    fn create(path: &Path, schema: &SchemaRef) -> Result<Self, LoadError> {
        let file = File::create(path).map_err(|source| LoadError::file("creating", path, source))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("target-tributary {}", env!("CARGO_PKG_VERSION")))
            .build();
        let to = ArrowWriter::try_new(file, Arc::clone(schema), Some(properties))
            .map_err(|error| broken("making", path)(error.to_string()))?;
        Ok(Self { to, path: path.to_owned(), rows: 0 })
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), LoadError> {
        let fail = broken("writing", &self.path);
        self.rows += batch.num_rows() as u64;
        self.to.write(batch).map_err(|error| fail(error.to_string()))?;
        if self.to.in_progress_size() > GROUP {
            self.to.flush().map_err(|error| fail(error.to_string()))?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), LoadError> {
        let file = self.to.into_inner().map_err(|error| broken("writing", &self.path)(error.to_string()))?;
        sync(&file, &self.path)
    }
}
