//! Where the engine keeps what.
//!
//! ```text
//! <root>/envs/<name>-<fingerprint>/   environments in use
//! <root>/staging/<name>/<random>/     environments being built, and old ones being removed
//! <root>/locks/<name>.lock            held while <name> is built
//! <root>/locks/<environment>.use      held, shared, while a program of that environment runs
//! <root>/cache/                       downloads, kept to install again without a network, and compiled modules, kept only
//!                                     until everything asked for is there
//! <root>/cache/complete/<environment> empty; all downloads of that environment are in the cache
//! <root>/locks/cache.use              held, shared, while something is prepared
//! <root>/python/                      Python, where the computer has none
//! <root>/python.json                  the Python that was found
//! ```

use super::error::EngineError;
use std::collections::HashSet;
use std::fs::{self, File, Metadata, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often a lock that another process holds is tried again.
const LOCK_RETRY: Duration = Duration::from_millis(100);
/// The most bytes of downloads that are kept.
const KEPT_DOWNLOADS: u64 = 2_000_000_000;
/// Digits of the fingerprint in folder names: enough to tell versions apart, short for systems with short paths.
pub(super) const SHORT_FINGERPRINT: usize = 12;

/// The engine's folder.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) root: PathBuf,
}

impl Layout {
    pub(super) fn environment(&self, name: &str, fingerprint: &str) -> PathBuf {
        let short = fingerprint.get(..SHORT_FINGERPRINT).unwrap_or(fingerprint);
        self.root.join("envs").join(format!("{name}-{short}"))
    }

    pub(super) fn staging(&self, name: &str) -> PathBuf {
        self.root.join("staging").join(name)
    }

    pub(super) fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }

    /// The mark that the cache has all downloads of an environment.
    pub(super) fn complete(&self, name: &str, fingerprint: &str) -> PathBuf {
        let environment = self.environment(name, fingerprint);
        self.cache().join("complete").join(environment.file_name().unwrap_or_default())
    }

    /// Bytes of all its files. A file with several names counts once: environments and downloads share theirs.
    pub(super) fn disk_use(&self) -> u64 {
        let (mut seen, mut folders, mut bytes) = (HashSet::new(), vec![self.root.clone()], 0);
        while let Some(folder) = folders.pop() {
            // What goes while it is counted is not there any more.
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                match entry.metadata() {
                    Ok(metadata) if metadata.is_dir() => folders.push(entry.path()),
                    Ok(metadata) if metadata.is_file() && is_new(&metadata, &mut seen) => bytes += metadata.len(),
                    _ => {}
                }
            }
        }
        bytes
    }

    /// Whether anything that was downloaded is kept.
    pub(super) fn has_downloads(&self) -> bool {
        self.cache().join("complete").is_dir()
    }

    pub(super) fn pythons(&self) -> PathBuf {
        self.root.join("python")
    }

    pub(super) fn python_record(&self) -> PathBuf {
        self.root.join("python.json")
    }

    fn use_lock(&self, environment: &Path) -> PathBuf {
        let name = environment.file_name().unwrap_or_default().to_string_lossy();
        self.root.join("locks").join(format!("{name}.use"))
    }

    /// All environments of `name`, whatever they were made from.
    pub(super) fn environments_of(&self, name: &str) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.root.join("envs")) else { return Vec::new() };
        let mut found: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| {
                let file_name = path.file_name().and_then(|file_name| file_name.to_str());
                let rest = file_name.and_then(|file_name| file_name.strip_prefix(name)?.strip_prefix('-'));
                rest.is_some_and(|rest| {
                    rest.len() == SHORT_FINGERPRINT && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
                })
            })
            .collect();
        found.sort();
        found
    }

    /// Waits until no other task or process builds `name`. The lock ends with the returned file.
    pub(super) async fn lock(&self, name: &str) -> Result<File, EngineError> {
        let path = self.root.join("locks").join(format!("{name}.lock"));
        let file = open_lock(&path)?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(LOCK_RETRY).await,
                Err(TryLockError::Error(source)) => return Err(EngineError::io("locking", path, source)),
            }
        }
    }

    /// Marks an environment as used by a program, until the returned file is dropped.
    pub(super) fn hold(&self, environment: &Path) -> Result<File, EngineError> {
        let path = self.use_lock(environment);
        let file = open_lock(&path)?;
        file.lock_shared().map_err(|source| EngineError::io("locking", path, source))?;
        Ok(file)
    }

    /// Removes an environment that no program uses; leaves one that is used for a later time. The folder leaves the place
    /// where environments are looked for before anything in it is deleted.
    pub(super) fn discard(&self, name: &str, environment: &Path) {
        let path = self.use_lock(environment);
        let Ok(file) = open_lock(&path) else { return };
        if file.try_lock().is_err() {
            return;
        }
        if let Ok(trash) = self.trash(name, environment) {
            remove_folder(&trash);
        }
    }

    /// Removes from the cache what serves no later installation: the compiled modules, and everything where no installation
    /// needed the network or the downloads have grown too many. Leaves a cache that is used as it is.
    pub(super) fn trim_cache(&self) {
        let cache = self.cache();
        let keep = self.has_downloads() && size(&cache.join("archive-v0"), KEPT_DOWNLOADS) < KEPT_DOWNLOADS;
        let gone = if keep { cache.join("compiled") } else { cache.clone() };
        let Ok(file) = open_lock(&self.use_lock(&cache)) else { return };
        if file.try_lock().is_ok()
            && let Ok(trash) = self.trash("cache", &gone)
        {
            remove_folder(&trash);
        }
    }

    /// Moves an environment among the things being built, where leftovers are removed.
    pub(super) fn trash(&self, name: &str, environment: &Path) -> io::Result<PathBuf> {
        let staging = self.staging(name);
        fs::create_dir_all(&staging)?;
        let place = tempfile::Builder::new().prefix("old-").tempdir_in(&staging)?;
        fs::rename(environment, place.path().join("env"))?;
        Ok(place.keep())
    }
}

fn open_lock(path: &Path) -> Result<File, EngineError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|source| EngineError::io("creating", parent, source))?;
    }
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .read(true)
        .open(path)
        .map_err(|source| EngineError::io("opening", path, source))
}

/// Removes a folder. What cannot be removed now is tried again by the next build.
pub(super) fn remove_folder(path: &Path) {
    let _ = fs::remove_dir_all(path);
}

/// The bytes of all files below a folder; stops counting at `limit`.
fn size(folder: &Path, limit: u64) -> u64 {
    let (mut bytes, mut open) = (0, vec![folder.to_path_buf()]);
    while let (Some(current), true) = (open.pop(), bytes < limit) {
        let Ok(entries) = fs::read_dir(current) else { continue };
        for entry in entries.flatten() {
            match entry.metadata() {
                Ok(data) if data.is_dir() => open.push(entry.path()),
                Ok(data) => bytes += data.len(),
                Err(_) => {}
            }
        }
    }
    bytes
}

/// The bytes that are free for us on the disk that holds `path`, or the nearest folder above it that exists.
pub(super) fn free_space(path: &Path) -> Option<u64> {
    let existing = path.ancestors().find(|path| path.exists())?;
    #[cfg(unix)]
    {
        let stat = rustix::fs::statvfs(existing).ok()?;
        Some(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = existing;
        None
    }
}

/// Whether this file was not met under another name.
#[cfg(unix)]
fn is_new(metadata: &Metadata, seen: &mut HashSet<(u64, u64)>) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.nlink() == 1 || seen.insert((metadata.dev(), metadata.ino()))
}

/// Elsewhere packages are copied, not linked.
#[cfg(not(unix))]
fn is_new(_metadata: &Metadata, _seen: &mut HashSet<(u64, u64)>) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_are_told_apart_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout { root: folder.path().into() };
        for name in ["tap-a-0123456789ab", "tap-a-b-0123456789ab", "tap-a-notes", "tap-a"] {
            fs::create_dir_all(folder.path().join("envs").join(name)).unwrap();
        }
        assert_eq!(layout.environments_of("tap-a"), [folder.path().join("envs/tap-a-0123456789ab")]);
    }

    #[test]
    fn downloads_are_kept_where_an_installation_needed_them() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout { root: folder.path().into() };
        let archive = layout.cache().join("archive-v0");
        let compiled = layout.cache().join("compiled");
        for part in [&archive, &compiled, &layout.cache().join("complete")] {
            fs::create_dir_all(part).unwrap();
        }
        layout.trim_cache();
        assert!(archive.exists() && !compiled.exists());

        let huge = File::create(archive.join("huge")).unwrap();
        huge.set_len(KEPT_DOWNLOADS).unwrap();
        let held = layout.hold(&layout.cache()).unwrap();
        layout.trim_cache();
        assert!(archive.exists(), "somebody still uses it");
        drop(held);
        layout.trim_cache();
        assert!(!layout.cache().exists(), "too much is not kept");
    }

    #[test]
    fn what_a_program_uses_is_not_removed() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout { root: folder.path().into() };
        let environment = layout.environment("tap-a", "0123456789abcdef");
        fs::create_dir_all(&environment).unwrap();
        let held = layout.hold(&environment).unwrap();
        layout.discard("tap-a", &environment);
        assert!(environment.exists(), "a program still runs from it");
        drop(held);
        layout.discard("tap-a", &environment);
        assert!(!environment.exists());
    }
}
