//! One scheduler per data folder: whoever holds the lock of `scheduler.lock`. The system lets go of it however its process
//! ends.

use std::{fs::File, io, path::Path};

/// The right to schedule, for as long as it is held.
#[derive(Debug)]
pub struct Turn {
    _lock: File,
}

/// Takes the right to schedule; `None` while somebody else has it.
pub fn take(path: &Path) -> io::Result<Option<Turn>> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Turn { _lock: file })),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}
