//! What environments are made from: the shipped locks.

use super::environment::SCHEMA;
use super::error::EngineError;
use super::lock::{self, Lock};
use super::python::Python;
use std::fs;
use std::path::{Path, PathBuf};

/// The environment of Meltano itself.
pub(super) const MELTANO: &str = "meltano";

/// One environment's description. Its main program has the environment's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) lock: PathBuf,
    /// A script that corrects installed packages, where one is needed.
    pub(super) finish: Option<PathBuf>,
}

/// All environments the shipped folder describes: Meltano's first, then connectors by name.
pub(super) fn all(shipped: &Path) -> Vec<Source> {
    let source = |name: String, folder: &Path| Source {
        name,
        lock: folder.join("requirements.txt"),
        finish: Some(folder.join("finish.py")).filter(|path| path.is_file()),
    };
    let meltano = source(MELTANO.to_owned(), &shipped.join("engine"));
    let mut connectors: Vec<Source> = fs::read_dir(shipped.join("connectors"))
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            let name = folder.file_name()?.to_str()?.to_owned();
            let found = source(name, &folder);
            found.lock.is_file().then_some(found)
        })
        .collect();
    connectors.sort_by(|a, b| a.name.cmp(&b.name));
    std::iter::once(meltano).chain(connectors).collect()
}

/// The version of uv that makes the environments.
pub(super) fn uv_version(shipped: &Path) -> Result<String, EngineError> {
    let path = shipped.join("engine/uv.txt");
    let lock = Lock::read(&path)?;
    lock.version_of("uv").map(str::to_owned).ok_or(EngineError::LockInvalid { path, line: 1 })
}

impl Source {
    /// Identifies what the environment is made from: the lock, its correction, the installer and the Python.
    pub(super) fn fingerprint(&self, uv_version: &str, python: &Python) -> Result<String, EngineError> {
        let read = |path: &Path| {
            fs::read(path).map_err(|source| EngineError::LockMissing { path: path.to_path_buf(), source })
        };
        let text = read(&self.lock)?;
        let finish = self.finish.as_deref().map(read).transpose()?.unwrap_or_default();
        Ok(lock::fingerprint([
            &SCHEMA.to_le_bytes()[..],
            &text,
            &finish,
            uv_version.as_bytes(),
            b"CPython",
            python.minor_version().as_bytes(),
            python.path.as_os_str().as_encoded_bytes(),
            std::env::consts::OS.as_bytes(),
            std::env::consts::ARCH.as_bytes(),
        ]))
    }
}
