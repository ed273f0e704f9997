//! A run's log: read and searched by position, and saved as a file.

use super::get_run;
use crate::{Core, Error, runs::log};
use std::{
    io,
    path::{Path, PathBuf},
};
use tributary_contract::{LogExtent, LogMatches, LogPage, LogQuery, RunId};

/// A piece of a run's log, from a position (bytes) on.
pub async fn read_log(core: &Core, id: RunId, offset: u64, limit: u32) -> Result<LogPage, Error> {
    // Asked before the file is read: what is written in between is found by the next call.
    let complete = get_run(core, id).await?.status.is_terminal();
    let (lines, next_offset) = in_folder(core, id, move |folder| log::read(folder, offset, limit)).await?;
    let complete = complete && lines.len() < limit as usize;
    Ok(LogPage { lines, next_offset, complete })
}

/// Looks for lines in a bounded part of a run's log.
pub async fn search_log(core: &Core, id: RunId, query: LogQuery) -> Result<LogMatches, Error> {
    let complete = get_run(core, id).await?.status.is_terminal();
    let found = in_folder(core, id, move |folder| log::search(folder, &query)).await?;
    Ok(LogMatches { lines: found.lines, next_offset: found.next, complete: complete && found.at_end })
}

/// How long a run's log is, and from where about `lines` lines are left to its end.
pub async fn log_extent(core: &Core, id: RunId, lines: u32) -> Result<LogExtent, Error> {
    get_run(core, id).await?;
    in_folder(core, id, move |folder| log::extent(folder, lines)).await
}

/// Writes a run's whole log as text into a file, in place of what was there.
pub async fn save_log(core: &Core, id: RunId, to: PathBuf) -> Result<(), Error> {
    get_run(core, id).await?;
    let (folder, path) = (core.home().run(id), to.clone());
    let saved = tokio::task::spawn_blocking(move || log::save(&folder, &path)).await;
    saved.unwrap_or_else(|error| Err(io::Error::other(error))).map_err(|source| Error::File { path: to, source })
}

async fn in_folder<T: Send + 'static>(
    core: &Core,
    id: RunId,
    work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let path = core.home().run(id);
    let folder = path.clone();
    let done = tokio::task::spawn_blocking(move || work(&folder)).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error))).map_err(|source| Error::File { path, source })
}
