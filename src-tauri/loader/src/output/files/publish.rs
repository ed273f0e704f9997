//! Making the tables from what they were and what was staged, and putting them in their places.

use super::{
    FOLDER, csv_table,
    existing::{self, Manifest},
    jsonl_table, keys,
    keys::{Bits, KeyHash, Superseded},
    parquet_table::{self, types::moment},
    staging::{Committed, DELETES, StagedTable, rows_file, save, sync_folder},
};
use crate::{
    changes::Changes,
    clock,
    error::LoadError,
    json::Cursor,
    schema::{Column, Kind},
    settings::Format,
    stream::{DELETED_AT, Fields, Record, Stream, VERSION, plain},
};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
};

/// What a table is made from.
pub struct Plan<'a> {
    /// The run's folder, for new files.
    pub folder: &'a Path,
    /// What was staged.
    pub table: &'a StagedTable,
    /// The stream with all columns the table ever had.
    pub stream: Stream,
    /// The table as it is.
    pub existing: Option<PathBuf>,
    /// Its columns.
    pub before: Vec<Column>,
    /// What it is.
    pub format: Format,
    /// Whether deleted rows are only marked.
    pub soft: bool,
    /// When.
    pub now: String,
}

/// A table that was made: where it is, in the run's folder, and what changed.
pub struct Made {
    /// The new file or folder; none where nothing changed.
    pub path: Option<PathBuf>,
    /// What changed.
    pub changes: Changes,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stays.
    Keep,
    /// It is left out.
    Gone,
    /// It gets the time of its deletion.
    Mark,
}

impl Plan<'_> {
    /// A name in the run's folder.
    #[must_use]
    pub fn file(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.table.number))
    }

    /// The staged rows.
    #[must_use]
    pub fn rows(&self) -> PathBuf {
        rows_file(self.folder, self.table.number)
    }

    /// Whether rows have a key.
    #[must_use]
    pub fn has_key(&self) -> bool {
        !self.stream.keys.is_empty()
    }

    /// Which rows are superseded. `existing` are the keys of the rows that are there.
    pub fn superseded(&self, existing: Option<&Path>) -> Result<Superseded, LoadError> {
        if !self.has_key() || self.table.rows == 0 || (existing.is_none() && self.table.ordered) {
            return Ok(Superseded::default());
        }
        let path = self.stage_keys()?;
        keys::superseded(&path, self.table.rows, existing)
    }

    /// Writes down the hashes of the staged keys.
    fn stage_keys(&self) -> Result<PathBuf, LoadError> {
        let path = self.file("keys");
        let fail = |source| LoadError::file("writing", &path, source);
        let mut to = BufWriter::with_capacity(256 * 1024, File::create(&path).map_err(fail)?);
        let (mut scratch, mut row) = (String::new(), 0_u32);
        self.each_line(|record| {
            let mut hash = KeyHash::default();
            for slot in &self.stream.keys {
                let Some(field) = record.field(*slot) else { continue };
                let text = plain(record.raw(field), field.token, &mut scratch);
                let kind = self.stream.columns[*slot].kind;
                // Parquet keeps days and moments, however they were written: there they count by what they mean.
                let dated = self.format == Format::Parquet && matches!(kind, Kind::Date | Kind::DateTime);
                match dated.then(|| moment(kind, text)).flatten() {
                    Some(moment) => hash.part(moment.to_string().as_bytes()),
                    None => hash.part(text.as_bytes()),
                }
            }
            to.write_all(&(hash.finish() | u128::from(row)).to_le_bytes()).map_err(fail)?;
            row = row.checked_add(1).ok_or_else(|| {
                LoadError::stream(&self.table.stream, "more than four billion records came in one sync; split it")
            })?;
            Ok(())
        })?;
        to.flush().map_err(fail)?;
        Ok(path)
    }

    /// What becomes of an existing row. `version` and `deleted` are asked only where they matter.
    pub fn fate_of_existing(
        &self,
        superseded: &Bits,
        row: u64,
        version: impl FnOnce() -> Option<i64>,
        deleted: impl FnOnce() -> bool,
        changes: &mut Changes,
    ) -> Fate {
        if superseded.has(row) {
            return Fate::Gone;
        }
        if self.table.activations.is_empty() {
            return Fate::Keep;
        }
        let version = version();
        if self.table.activations.iter().all(|(_, active)| version == Some(*active)) || (self.soft && deleted()) {
            return Fate::Keep;
        }
        changes.deleted += 1;
        if self.soft { Fate::Mark } else { Fate::Gone }
    }

    /// Calls `each` with every staged line, also of those that only delete.
    pub fn each_line(&self, mut each: impl FnMut(&Record<'_>) -> Result<(), LoadError>) -> Result<(), LoadError> {
        let path = self.rows();
        let fail = |source| LoadError::file("reading", &path, source);
        let mut from = BufReader::with_capacity(256 * 1024, File::open(&path).map_err(fail)?);
        let mut stream = self.walker()?;
        let (mut line, mut fields) = (String::new(), Fields::default());
        for _ in 0..self.table.rows {
            line.clear();
            from.read_line(&mut line).map_err(fail)?;
            let text = line.trim_end_matches('\n').trim_start_matches(char::from(DELETES));
            // A broken line cannot be: it was read before it was staged.
            let _ = stream.walk(&mut Cursor::new(text), text, &mut fields);
            each(&Record { text, span: (0, text.len()), fields: &fields })?;
        }
        Ok(())
    }

    /// Calls `each` with every staged row that counts.
    pub fn each_staged(
        &self,
        superseded: &Superseded,
        changes: &mut Changes,
        mut each: impl FnMut(&Record<'_>, Fate) -> Result<(), LoadError>,
    ) -> Result<(), LoadError> {
        let path = self.rows();
        let fail = |source| LoadError::file("reading", &path, source);
        let mut from = BufReader::with_capacity(256 * 1024, File::open(&path).map_err(fail)?);
        let mut stream = self.walker()?;
        let (mut line, mut fields) = (String::new(), Fields::default());
        for row in 0..self.table.rows {
            line.clear();
            from.read_line(&mut line).map_err(fail)?;
            if superseded.staged.has(row) {
                continue;
            }
            let text = line.trim_end_matches('\n');
            let matched = superseded.matched.has(row);
            if text.as_bytes().first() == Some(&DELETES) {
                changes.deleted += u64::from(matched);
                continue;
            }
            stream
                .walk(&mut Cursor::new(text), text, &mut fields)
                .map_err(|syntax| LoadError::Foreign { path: path.clone(), detail: format!("row {row}: {syntax}") })?;
            let record = Record { text, span: (0, text.len()), fields: &fields };
            let version = version_of(&stream, &record);
            let active = |(after, active): &(u64, i64)| *after <= row || version == Some(*active);
            let is_active = self.table.activations.iter().all(active);
            if !is_active && !self.soft {
                continue;
            }
            let fate = if is_active { Fate::Keep } else { Fate::Mark };
            changes.updated += u64::from(matched);
            changes.added += u64::from(!matched);
            changes.rows += 1;
            each(&record, fate)?;
        }
        Ok(())
    }

    /// The stream, to walk over rows with.
    pub fn walker(&self) -> Result<Stream, LoadError> {
        walker(self.table, self.stream.columns.clone())
    }
}

/// The version of the table that a row belongs to.
#[must_use]
pub fn version_of(stream: &Stream, record: &Record<'_>) -> Option<i64> {
    record.raw(record.field(stream.slot(VERSION)?)?).parse().ok()
}

fn walker(table: &StagedTable, columns: Vec<Column>) -> Result<Stream, LoadError> {
    Stream::new(table.number, table.stream.clone(), table.schema.clone(), columns, table.key.clone(), true)
        .map_err(|what| LoadError::stream(&table.stream, what))
}

/// Publishes what a run committed.
pub fn publish(root: &Path, folder: &Path, committed: &mut Committed) -> Result<Vec<Changes>, LoadError> {
    let lock_path = root.join(FOLDER).join("lock");
    let lock = File::options().create(true).truncate(false).write(true).open(&lock_path);
    let lock = lock.map_err(|source| LoadError::file("opening", &lock_path, source))?;
    // One after the other: a table is made from what it is.
    lock.lock().map_err(|source| LoadError::file("locking", &lock_path, source))?;
    let mut all = Vec::new();
    let renames = match &committed.renames {
        Some(renames) => renames.clone(),
        None => {
            let mut renames = Vec::new();
            for table in &committed.tables {
                let (rename, changes) = make(root, folder, committed, table)?;
                renames.extend(rename);
                all.push(changes);
            }
            sync_folder(folder)?;
            committed.renames = Some(renames.clone());
            save(folder, committed)?;
            renames
        }
    };
    for (from, to) in &renames {
        put(&folder.join(from), &root.join(to))?;
    }
    sync_folder(root)?;
    Ok(all)
}

/// A rename, from the run's folder to the destination's.
type Rename = (PathBuf, PathBuf);

fn make(
    root: &Path,
    folder: &Path,
    committed: &Committed,
    table: &StagedTable,
) -> Result<(Option<Rename>, Changes), LoadError> {
    let format = committed.format;
    let (known, file) = existing::find(root, format, &table.stream)?;
    let place = existing::place(root, format, &file);
    let rows = rows_file(folder, table.number);
    let staged = File::options().write(true).open(&rows);
    let cut = staged.and_then(|file| file.set_len(table.bytes));
    cut.map_err(|source| LoadError::file("writing", &rows, source))?;

    let before = known.as_ref().map(|known| known.columns.clone()).unwrap_or_default();
    let mut columns = before.clone();
    for column in &table.columns {
        existing::merge_column(&mut columns, column);
    }
    if committed.soft && !table.activations.is_empty() && columns.iter().all(|column| column.property != DELETED_AT) {
        let mut stream = walker(table, columns)?;
        stream.add_own(DELETED_AT, "date-time");
        columns = stream.columns;
    }
    let plan = Plan {
        folder,
        table,
        stream: walker(table, columns.clone())?,
        existing: known.as_ref().map(|_| place.clone()),
        before,
        format,
        soft: committed.soft,
        now: clock::now_text(),
    };
    let mut made = match format {
        Format::Csv => csv_table::make(&plan)?,
        Format::Parquet => parquet_table::make(&plan)?,
        _ => jsonl_table::make(&plan)?,
    };
    made.changes.stream.clone_from(&table.stream);
    if plan.existing.is_some() {
        let new = columns.iter().filter(|column| plan.before.iter().all(|old| old.property != column.property));
        made.changes.new_columns = new.map(|column| column.property.clone()).collect();
    }
    let manifest = Manifest {
        stream: table.stream.clone(),
        file,
        format,
        schema: table.schema.clone(),
        key_properties: table.key.clone(),
        columns,
        rows: made.changes.rows,
        updated_at: plan.now.clone(),
    };
    existing::save(root, &manifest)?;
    let to = place.strip_prefix(root).unwrap_or(&place).to_owned();
    let rename = made.path.map(|path| (path.strip_prefix(folder).unwrap_or(&path).to_owned(), to));
    Ok((rename, made.changes))
}

/// A file in a folder that says which run made it: readers of Parquet pass over what begins with an underscore.
pub const MADE_BY: &str = "_tributary_run";

/// Puts a new file or folder in its place. One that is not there any more was put there before; so was a folder whose place
/// is taken by what this run made: changing places twice would undo it.
fn put(from: &Path, to: &Path) -> Result<(), LoadError> {
    let fail = |source| LoadError::file("putting in place", to, source);
    let run = from.parent().and_then(Path::file_name).unwrap_or_default();
    let done = || fs::read(to.join(MADE_BY)).is_ok_and(|made_by| made_by == run.as_encoded_bytes());
    if !from.exists() || (from.is_dir() && done()) {
        return Ok(());
    }
    if from.is_file() || !to.exists() {
        return fs::rename(from, to).map_err(fail);
    }
    exchange(from, to).map_err(fail)
}

/// Lets two folders change places, so that there is none for no moment. What was there goes with the run's folder.
fn exchange(from: &Path, to: &Path) -> std::io::Result<()> {
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, from, CWD, to, RenameFlags::EXCHANGE) {
            Ok(()) => return Ok(()),
            // A file system that cannot do it.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let old = from.with_extension("old");
    let _ = fs::remove_dir_all(&old);
    fs::rename(to, &old)?;
    fs::rename(from, to)
}

/// Makes a new file durable.
pub fn sync(file: &File, path: &Path) -> Result<(), LoadError> {
    file.sync_all().map_err(|source| LoadError::file("writing", path, source))
}

/// Writes the keys of existing rows to a file, so that they can be compared in bounded memory.
pub struct KeyFile {
    file: BufWriter<File>,
    /// Where it is.
    pub path: PathBuf,
}

impl KeyFile {
    /// Begins one.
    pub fn create(plan: &Plan<'_>) -> Result<Self, LoadError> {
        let path = plan.file("existing");
        let file = File::create(&path).map_err(|source| LoadError::file("creating", &path, source))?;
        Ok(Self { file: BufWriter::with_capacity(256 * 1024, file), path })
    }

    /// Adds the key of the next row; 0 where it has none.
    pub fn add(&mut self, key: u128) -> Result<(), LoadError> {
        self.file.write_all(&key.to_le_bytes()).map_err(|source| LoadError::file("writing", &self.path, source))
    }

    /// Ends it.
    pub fn finish(mut self) -> Result<PathBuf, LoadError> {
        self.file.flush().map_err(|source| LoadError::file("writing", &self.path, source))?;
        Ok(self.path)
    }
}
