//! Good copies of the database: made when the app starts well and now and then while it runs, and before each migration. The
//! newest two are kept.

use super::{StoreError, database};
use crate::{engine::process::private_folder, home::Home};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use rusqlite::{Connection, OpenFlags};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// How many are kept.
const KEPT: usize = 2;
/// How old the newest may become: a small database is copied in milliseconds, a large one is worth some patience.
const EVERY: TimeDelta = TimeDelta::days(1);
const EVERY_WHERE_SMALL: TimeDelta = TimeDelta::hours(1);
/// What is small, in bytes.
pub const SMALL: u64 = 4 * 1024 * 1024;
/// A copy that is being made.
const UNFINISHED: &str = "unfinished.tmp";
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// One copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoodCopy {
    /// The file.
    pub path: PathBuf,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Later ones have higher numbers, whatever the clock said.
    number: u64,
}

/// All copies in a folder, the newest first.
pub fn all(folder: &Path) -> Vec<GoodCopy> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut copies: Vec<GoodCopy> = entries.filter_map(|entry| read_name(&entry.path())).collect();
    copies.sort_by_key(|copy| std::cmp::Reverse(copy.number));
    copies
}

/// `tributary-NUMBER-TIME.db`
fn read_name(path: &Path) -> Option<GoodCopy> {
    let name = path.file_name()?.to_str()?;
    let (number, time) = name.strip_prefix("tributary-")?.strip_suffix(".db")?.split_once('-')?;
    let made_at = NaiveDateTime::parse_from_str(time, TIME).ok()?.and_utc();
    Some(GoodCopy { path: path.to_owned(), made_at, number: number.parse().ok()? })
}

/// Whether it is time for another. One from the future (the clock was set back) says nothing.
/// `size` is the database's.
pub fn is_due(folder: &Path, size: u64, now: DateTime<Utc>) -> bool {
    let every = if size <= SMALL { EVERY_WHERE_SMALL } else { EVERY };
    all(folder).first().is_none_or(|copy| copy.made_at > now || now - copy.made_at >= every)
}

/// Makes a copy where it is time for one. The app works without; the old ones stay then. Reads the whole database: not for
/// the async threads.
pub fn keep_one(home: &Home, now: DateTime<Utc>) {
    let (path, folder) = (home.database(), home.database_copies());
    let size = fs::metadata(&path).map_or(0, |data| data.len());
    if !is_due(&folder, size, now) {
        return;
    }
    match database::connect(&path).and_then(|connection| make(&connection, &folder, now)) {
        Ok(()) => {}
        Err(StoreError::Damaged(error)) => {
            tracing::error!(%error, "the database is damaged");
            let _ = fs::write(home.database_mark(), b"");
        }
        Err(error) => tracing::warn!(%error, "no good copy of the database could be made"),
    }
}

/// Makes a copy of what the connection reads, checks it, and lets go of old ones. Nothing takes a good copy's place that is
/// not good itself.
///
/// # Errors
/// When it could not be written or is not sound; the copies there were are untouched then.
pub fn make(connection: &Connection, folder: &Path, now: DateTime<Utc>) -> Result<(), StoreError> {
    let failed = |source| StoreError::Copy { folder: folder.to_owned(), source };
    private_folder(folder).map_err(failed)?;
    let unfinished = folder.join(UNFINISHED);
    remove(&unfinished).map_err(failed)?;
    let written = write(connection, &unfinished);
    if written.is_err() {
        // The disk may be full: do not keep it so.
        let _ = remove(&unfinished);
    }
    written?;
    let copies = all(folder);
    let number = copies.first().map_or(1, |copy| copy.number + 1);
    let name = format!("tributary-{number:06}-{}.db", now.format(TIME));
    sync_file(&unfinished).map_err(failed)?;
    fs::rename(&unfinished, folder.join(name)).map_err(failed)?;
    sync_folder(folder);
    for old in copies.iter().skip(KEPT - 1) {
        let _ = remove(&old.path);
    }
    Ok(())
}

fn write(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    connection.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
    if is_sound(path) { Ok(()) } else { Err(StoreError::BadCopy) }
}

/// Whether a copy can be read from end to end.
pub fn is_sound(path: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).is_ok_and(|connection| {
        let text = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        text.is_ok_and(|text| text == "ok")
    })
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes a file's content last.
pub fn sync_file(path: &Path) -> io::Result<()> {
    // Windows does so only for who may write.
    File::options().write(true).open(path)?.sync_all()
}

/// Makes what happened to the names in a folder last. Windows does so by itself.
pub fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    if let Ok(folder) = File::open(folder) {
        // Where the file system cannot do it, it is as it always was there.
        let _ = folder.sync_all();
    }
    #[cfg(not(unix))]
    let _ = folder;
}
