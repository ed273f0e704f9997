//! Opening the data folder's database so that nothing that happens to its files goes unnoticed: who comes first looks whether
//! they are sound, sets damaged ones aside and puts the last good copy in their place.
//!
//! Two lock files make that safe between processes: `database.lock` is held while one opens, `database.use` (shared) as long
//! as one uses the database. Files are only exchanged while nobody else uses them.

use super::{Database, StoreError, copies, database, wal};
use crate::home::Home;
use chrono::{DateTime, Utc};
use rusqlite::{ErrorCode, config::DbConfig};
use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::mpsc,
    time::Duration,
};

/// Up to this size a copy is made before the start goes on, above beside it.
const COPIED_AT_ONCE: u64 = 32 * 1024 * 1024;
/// How long looking through may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The database was damaged, and this was done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When the copy was made that is in place now. `None`: the database itself is still there, without its last changes.
    pub copied_at: Option<DateTime<Utc>>,
    /// Where the damaged files are.
    pub set_aside: PathBuf,
}

impl Restored {
    /// What happened and what it means, in a sentence or two.
    pub fn in_words(&self) -> String {
        let kept = match self.copied_at {
            Some(at) => {
                let at = at.format("%-d %B %Y, %H:%M UTC");
                format!("Its last good copy, of {at}, is used now; what was changed since then is missing")
            }
            None => "Its last changes may be missing".to_owned(),
        };
        let folder = self.set_aside.display();
        format!("Tributary's database was damaged. {kept}. The damaged files are in {folder}.")
    }
}

/// Opens the database of a data folder, mends it where that is needed and possible, and keeps a good copy of it.
///
/// # Errors
/// [`StoreError::NoGoodCopy`] when it is damaged and there is nothing to put in its place: the files are set aside then and
/// the next start begins anew. [`StoreError::TooNew`] without touching anything.
pub fn open(home: &Home, now: DateTime<Utc>) -> Result<(Database, Option<Restored>), StoreError> {
    let path = home.database();
    refuse_newer(&path)?;
    let opening = lock_file(home, "database.lock")?;
    opening.lock().map_err(folder_error(home))?;
    let using = lock_file(home, "database.use")?;
    let alone = using.try_lock().is_ok();
    let restored = if alone { mend(home, now)? } else { None };
    if alone {
        using.unlock().map_err(folder_error(home))?;
    }
    // Nobody comes in between: they wait for `opening`.
    using.lock_shared().map_err(folder_error(home))?;
    let is_new = size(&path) == 0;
    let database = Database::open_used(&path, using, |connection| {
        if let Err(error) = copies::make(connection, &home.database_copies(), now) {
            tracing::warn!(%error, "no copy of the database could be made before its form changes");
        }
    })?;
    if alone && !is_new {
        if size(&path) <= COPIED_AT_ONCE {
            copies::keep_one(home, now);
        } else {
            let home = home.clone();
            std::thread::spawn(move || copies::keep_one(&home, now));
        }
    }
    Ok((database, restored))
}

fn folder_error(home: &Home) -> impl Fn(io::Error) -> StoreError + '_ {
    |source| StoreError::Folder { folder: home.root().to_owned(), source }
}

fn lock_file(home: &Home, name: &str) -> Result<File, StoreError> {
    let options = File::options().create(true).truncate(false).write(true).open(home.root().join(name));
    options.map_err(folder_error(home))
}

/// Reads the version where SQLite keeps it, without SQLite: that would already tidy up.
fn refuse_newer(path: &Path) -> Result<(), StoreError> {
    let mut head = [0; 64];
    let Ok(()) = File::open(path).and_then(|mut file| file.read_exact(&mut head)) else { return Ok(()) };
    let found = i64::from(i32::from_be_bytes([head[60], head[61], head[62], head[63]]));
    let known = database::known();
    if head.starts_with(b"SQLite format 3\0") && usize::try_from(found).is_ok_and(|found| found > known) {
        return Err(StoreError::TooNew { path: path.to_owned(), found, known });
    }
    Ok(())
}

/// What a look at the files found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    Sound,
    Damaged,
}

/// Only to be called while nobody uses the database.
fn mend(home: &Home, now: DateTime<Utc>) -> Result<Option<Restored>, StoreError> {
    let path = home.database();
    let log = beside(&path, "-wal");
    let mark = home.database_mark();
    let copies = copies::all(&home.database_copies());
    if size(&path) == 0 {
        // Nothing was there yet, or it was lost.
        return if copies.is_empty() { Ok(None) } else { restore(home, now, &copies).map(Some) };
    }
    if wal::is_damaged(&log).map_err(folder_error(home))? {
        // SQLite still reads what was before the damage. Both files are kept as they are now.
        let set_aside = new_folder(home, now)?;
        for file in [&path, &log] {
            let name = file.file_name().unwrap_or_default();
            fs::copy(file, set_aside.join(name)).map_err(folder_error(home))?;
        }
        tracing::warn!(folder = %set_aside.display(), "the database's log was damaged");
        if look(&path, "integrity_check")? == Finding::Sound {
            return Ok(Some(Restored { copied_at: None, set_aside }));
        }
        return restore(home, now, &copies).map(Some);
    }
    let marked = mark.exists();
    let unclean = size(&log) > 0;
    let due = copies::is_due(&home.database_copies(), size(&path), now);
    // A small one is read through in a millisecond, a large one once a day and when it was not closed well.
    if !marked && !unclean && !due && size(&path) > copies::SMALL {
        return Ok(None);
    }
    if look(&path, if marked { "integrity_check" } else { "quick_check" })? == Finding::Damaged {
        return restore(home, now, &copies).map(Some);
    }
    if marked {
        let _ = fs::remove_file(mark);
    }
    Ok(None)
}

/// Reads the whole database, for a bounded time: one that is too large for that is taken to be sound.
fn look(path: &Path, check: &str) -> Result<Finding, StoreError> {
    let connection = match database::connect(path) {
        Ok(connection) => connection,
        Err(StoreError::Open { source, .. }) if database::is_damage(&source) => return Ok(Finding::Damaged),
        Err(error) => return Err(error),
    };
    // What is looked at stays as it is.
    let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    let interrupt = connection.get_interrupt_handle();
    let (done, waiting) = mpsc::channel::<()>();
    let timer = std::thread::spawn(move || {
        if waiting.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
            interrupt.interrupt();
        }
    });
    let found = connection.query_row(&format!("PRAGMA {check}(1)"), [], |row| row.get::<_, String>(0));
    drop(done);
    let _ = timer.join();
    match found {
        Ok(text) if text == "ok" => Ok(Finding::Sound),
        Ok(text) => {
            tracing::error!(text, "the database is damaged");
            Ok(Finding::Damaged)
        }
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => Ok(Finding::Sound),
        Err(error) if database::is_damage(&error) => Ok(Finding::Damaged),
        Err(source) => Err(StoreError::Open { path: path.to_owned(), source }),
    }
}

/// Sets the database aside and puts the newest copy that is sound in its place.
fn restore(home: &Home, now: DateTime<Utc>, copies: &[copies::GoodCopy]) -> Result<Restored, StoreError> {
    let path = home.database();
    let set_aside = new_folder(home, now)?;
    // The database goes first: without it, its log means nothing and is not read.
    for end in ["", "-wal", "-shm"] {
        let file = beside(&path, end);
        match fs::rename(&file, set_aside.join(file.file_name().unwrap_or_default())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(folder_error(home)(error)),
            _ => {}
        }
    }
    let _ = fs::remove_file(home.database_mark());
    copies::sync_folder(home.root());
    let Some(copy) = copies.iter().find(|copy| copies::is_sound(&copy.path)) else {
        tracing::error!(folder = %set_aside.display(), "the database was damaged and there is no good copy");
        return Err(StoreError::NoGoodCopy { set_aside });
    };
    let new = beside(&path, "-new");
    fs::copy(&copy.path, &new)
        .and_then(|_| copies::sync_file(&new))
        .and_then(|()| fs::rename(&new, &path))
        .map_err(folder_error(home))?;
    copies::sync_folder(home.root());
    tracing::warn!(copied_at = %copy.made_at, folder = %set_aside.display(), "the database was damaged and restored");
    Ok(Restored { copied_at: Some(copy.made_at), set_aside })
}

/// `damaged-DATE`, which was not there before.
fn new_folder(home: &Home, now: DateTime<Utc>) -> Result<PathBuf, StoreError> {
    let name = format!("damaged-{}", now.format("%Y-%m-%d"));
    for number in 1.. {
        let folder = home.root().join(if number == 1 { name.clone() } else { format!("{name}-{number}") });
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(folder_error(home)(error)),
        }
    }
    unreachable!("numbers do not end")
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |data| data.len())
}

#[cfg(test)]
mod tests;
