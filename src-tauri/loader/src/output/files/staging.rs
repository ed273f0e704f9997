//! What a run staged: its files, and the one that says what of them counts.

use super::{FOLDER, existing, needs_more, parquet_table::types, publish};
use crate::{
    changes::Changes,
    clock,
    error::LoadError,
    json::Token,
    schema::{Column, Kind},
    settings::Format,
    stream::{MORE, Record, Stream, plain},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    fs::{self, File, TryLockError},
    io::Write,
    path::{Path, PathBuf},
};

/// What of a run's files counts.
const COMMIT: &str = "commit.json";
/// Begins the line of a record that only deletes.
pub const DELETES: u8 = b'\t';

/// A stream's part of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StagedTable {
    /// The stream.
    pub stream: String,
    /// The number of its files in the run's folder.
    pub number: usize,
    /// Its schema as text.
    pub schema: String,
    /// All columns it had in this run.
    pub columns: Vec<Column>,
    /// The properties of its key; none where rows are only added.
    pub key: Vec<String>,
    /// Bytes of its rows that count,
    pub bytes: u64,
    /// and how many there are, with those that only delete.
    pub rows: u64,
    /// Whether some only delete.
    pub deletes: bool,
    /// Whether each key was greater than the one before: then none is there twice.
    pub ordered: bool,
    /// After so many rows, those of other versions are gone.
    pub activations: Vec<(u64, i64)>,
}

/// What a run committed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Committed {
    /// What it writes.
    pub format: Format,
    /// Whether deleted rows are only marked.
    pub soft: bool,
    /// By stream.
    pub tables: Vec<StagedTable>,
    /// Renames, inside the destination's folder, that publish everything; once they are there nothing else has to be done.
    pub renames: Option<Vec<(PathBuf, PathBuf)>>,
}

/// A run's folder.
#[derive(Debug)]
pub struct Run {
    root: PathBuf,
    folder: PathBuf,
    committed: Committed,
    #[expect(dead_code, reason = "the lock lasts as long as the file is open")]
    lock: File,
}

/// Where a stream's rows are staged.
pub fn rows_file(run: &Path, number: usize) -> PathBuf {
    run.join(format!("{number}.rows"))
}

impl Run {
    /// Begins a run in a destination's folder, after what earlier ones left there was published.
    pub fn begin(root: &Path, format: Format, soft: bool) -> Result<Self, LoadError> {
        let work = root.join(FOLDER);
        fs::create_dir_all(&work).map_err(|source| LoadError::file("creating", &work, source))?;
        for folder in leftovers(&work)? {
            if let Some(lock) = lock(&folder)? {
                recover(root, &folder)?;
                remove(&folder);
                drop(lock);
            }
        }
        let name = format!("run-{}-{}", clock::now().format("%Y%m%dT%H%M%S%.6f"), std::process::id());
        let folder = work.join(name);
        // It is locked before it is there: what others see without a lock, they take for left over.
        let lock = lock(&folder)?.ok_or_else(|| LoadError::Busy { path: folder.clone() })?;
        fs::create_dir(&folder).map_err(|source| LoadError::file("creating", &folder, source))?;
        let committed = Committed { format, soft, ..Committed::default() };
        Ok(Self { root: root.to_owned(), folder, committed, lock })
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Begins to stage a stream.
    pub fn stage(&self, stream: &Stream) -> Result<Staged, LoadError> {
        existing::check_is_ours(&self.root, self.committed.format, &stream.name)?;
        let table = StagedTable {
            stream: stream.name.clone(),
            number: stream.index,
            schema: stream.schema.clone(),
            columns: stream.columns.clone(),
            key: key_of(stream),
            bytes: 0,
            rows: 0,
            deletes: false,
            ordered: true,
            activations: Vec::new(),
        };
        Ok(Staged { table, last: Last::None })
    }

    /// Writes down what counts.
    pub fn commit<'a>(&mut self, tables: impl Iterator<Item = &'a StagedTable>) -> Result<(), LoadError> {
        self.committed.tables = tables.cloned().collect();
        save(&self.folder, &self.committed)
    }

    /// Publishes what was committed and ends the run.
    pub fn publish(&mut self) -> Result<Vec<Changes>, LoadError> {
        let changes = publish::publish(&self.root, &self.folder, &mut self.committed)?;
        remove(&self.folder);
        Ok(changes)
    }
}

/// A stream that is being staged.
#[derive(Debug)]
pub struct Staged {
    /// What there is of it.
    pub table: StagedTable,
    last: Last,
}

/// The last key, where keys are one number or text.
#[derive(Debug)]
enum Last {
    None,
    Number(i64),
    Text(String),
}

impl Last {
    /// Whether a key is greater; remembers it.
    fn follows(&mut self, raw: &str, token: Token) -> bool {
        match (token, &mut *self) {
            (Token::Int, Self::None | Self::Number(_)) => {
                let Ok(number) = raw.parse() else { return false };
                let greater = !matches!(self, Self::Number(last) if *last >= number);
                *self = Self::Number(number);
                greater
            }
            (Token::Text, Self::None) => {
                *self = Self::Text(raw.to_owned());
                true
            }
            (Token::Text, Self::Text(last)) => {
                let greater = raw > last.as_str();
                raw.clone_into(last);
                greater
            }
            _ => false,
        }
    }
}

fn key_of(stream: &Stream) -> Vec<String> {
    stream.keys.iter().map(|slot| stream.columns[*slot].property.clone()).collect()
}

impl Staged {
    /// Takes a stream's newer form. Columns that are gone stay, others get as wide as both.
    pub fn adapt(&mut self, stream: &Stream) -> Result<(), LoadError> {
        if self.table.key != key_of(stream) && self.table.rows > 0 {
            let what = "its key changed in the middle of a sync; sync again, which begins with the new one";
            return Err(LoadError::stream(&stream.name, what));
        }
        self.table.key = key_of(stream);
        stream.schema.clone_into(&mut self.table.schema);
        for column in &stream.columns {
            existing::merge_column(&mut self.table.columns, column);
        }
        Ok(())
    }

    /// Notes what a record needs of its columns that the schema does not say.
    pub fn widen(&mut self, stream: &Stream, record: &Record<'_>, nested: bool, scratch: &mut String) {
        if !record.fields.unknown.is_empty() && self.table.columns.iter().all(|column| column.property != MORE) {
            self.table.columns.push(more_column());
        }
        for field in &record.fields.known {
            let slot = field.slot as usize;
            // The columns begin with those of the schema in its order, unless it changed.
            let same = self.table.columns.get(slot).is_some_and(|one| one.property == stream.columns[slot].property);
            let at = if same {
                Some(slot)
            } else {
                self.table.columns.iter().position(|one| one.property == stream.columns[slot].property)
            };
            let Some(column) = at.and_then(|at| self.table.columns.get_mut(at)) else { continue };
            match field.token {
                Token::Int | Token::Float if needs_more(column.kind, record.raw(*field), field.token) => {
                    column.kind = column.kind.widen(Kind::Exact);
                }
                Token::Array | Token::Object if nested && column.kind == Kind::Json => {
                    types::check_nested(column, record.raw(*field));
                }
                // Not every source keeps to the form of dates: what is none stays as it is, as text.
                Token::Text | Token::Escaped
                    if nested
                        && matches!(column.kind, Kind::Date | Kind::DateTime)
                        && types::moment(column.kind, plain(record.raw(*field), field.token, scratch)).is_none() =>
                {
                    column.kind = Kind::Text;
                }
                _ => {}
            }
        }
    }

    /// Counts a record, or the deletion of the row with its key. What begins its line.
    pub fn count(&mut self, stream: &Stream, record: &Record<'_>, keep: bool) -> &'static [u8] {
        if self.table.ordered {
            self.table.ordered = match stream.keys[..] {
                [slot] => record.field(slot).is_some_and(|field| self.last.follows(record.raw(field), field.token)),
                _ => false,
            };
        }
        let mark: &[u8] = if keep { &[] } else { &[DELETES] };
        self.table.bytes += (record.json().len() + mark.len() + 1) as u64;
        self.table.rows += 1;
        self.table.deletes |= !keep;
        mark
    }

    /// Notes that rows of other versions are gone.
    pub fn activate(&mut self, version: i64) {
        self.table.activations.push((self.table.rows, version));
    }
}

/// The column for properties that no schema names.
pub fn more_column() -> Column {
    Column {
        property: MORE.to_owned(),
        kind: Kind::Text,
        accepts: crate::schema::ANYTHING,
        required: false,
        definition: json!({"type": ["null", "string"]}),
    }
}

/// Runs of which there is something left, oldest first.
fn leftovers(work: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let entries = fs::read_dir(work).map_err(|source| LoadError::file("reading", work, source))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("run-")))
        .collect();
    found.sort();
    Ok(found)
}

/// The file that the process of a run keeps locked. It lies beside the run's folder.
fn lock_file(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    folder.with_file_name(name)
}

/// Takes a run's lock, unless its process lives.
fn lock(folder: &Path) -> Result<Option<File>, LoadError> {
    let path = lock_file(folder);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|source| LoadError::file("opening", &path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(LoadError::file("locking", &path, source)),
    }
}

/// Publishes what an earlier run committed.
fn recover(root: &Path, folder: &Path) -> Result<(), LoadError> {
    let path = folder.join(COMMIT);
    let text = match fs::read(&path) {
        Ok(text) => text,
        // It committed nothing.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(LoadError::file("reading", &path, source)),
    };
    let mut committed: Committed = serde_json::from_slice(&text)
        .map_err(|error| LoadError::Foreign { path: path.clone(), detail: format!("it cannot be read: {error}") })?;
    publish::publish(root, folder, &mut committed).map(|_| ())
}

/// Replaces the file that says what counts.
pub fn save(folder: &Path, committed: &Committed) -> Result<(), LoadError> {
    let text = serde_json::to_vec(committed).unwrap_or_default();
    replace(&folder.join(COMMIT), &text)
}

/// Replaces a file in one step that outlives a crash.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), LoadError> {
    let fail = |source| LoadError::file("writing", path, source);
    let fresh = path.with_extension("new");
    let mut file = File::create(&fresh).map_err(fail)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(fail)?;
    drop(file);
    fs::rename(&fresh, path).map_err(fail)?;
    sync_folder(path.parent().unwrap_or(path))
}

/// Makes names in a folder durable, where the system lets folders be synchronised.
pub fn sync_folder(folder: &Path) -> Result<(), LoadError> {
    if cfg!(unix) {
        let synced = File::open(folder).and_then(|file| file.sync_all());
        return synced.map_err(|source| LoadError::file("writing", folder, source));
    }
    Ok(())
}

/// Removes a run's folder. What stays is removed by the next run.
fn remove(folder: &Path) {
    // Without the file that says what counts, nothing of the rest does.
    let _ = fs::remove_file(folder.join(COMMIT));
    let _ = fs::remove_dir_all(folder);
    let _ = fs::remove_file(lock_file(folder));
}
