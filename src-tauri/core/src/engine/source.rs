//! What environments are made from: the locks that come with the app, and those of connectors that were agreed to.

use super::environment::SCHEMA;
use super::error::EngineError;
use super::lock::{self, Lock};
use super::metadata::same_name;
use super::python::Python;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// The environment of Meltano itself.
pub(super) const MELTANO: &str = "meltano";

/// What is kept beside the lock of a connector that was agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// The program that is run at each sync.
    pub program: String,
    /// Names of the packages whose own build code may run, because they come as source.
    pub builds: Vec<String>,
}

/// The file that holds it.
pub(super) const AGREED: &str = "agreed.json";

/// One environment's description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) name: String,
    /// The program it is made for.
    pub(super) program: String,
    pub(super) lock: PathBuf,
    /// A script that corrects installed packages, where one is needed.
    pub(super) finish: Option<PathBuf>,
    /// Of a connector that does not come with the app: which packages may be built from source.
    pub(super) builds: Option<Vec<String>>,
}

impl Source {
    /// The version of the package it is made for, if the lock pins one of its name or, as variants are called, one whose name
    /// ends with it.
    pub(super) fn version(&self) -> Option<String> {
        let lock = Lock::read(&self.lock).ok()?;
        let pins = || lock.packages.iter().filter_map(|package| package.pin.split_once("=="));
        let exact = pins().find(|(name, _)| same_name(name, &self.name));
        let variant = || pins().find(|(name, _)| name.ends_with(&format!("-{}", self.name)));
        exact.or_else(variant).map(|(_, version)| version.to_owned())
    }
}

/// The environment a connector's folder describes, for one that was agreed to.
pub(super) fn agreed(name: &str, folder: &Path) -> Option<Source> {
    let agreed: Agreed = serde_json::from_slice(&fs::read(folder.join(AGREED)).ok()?).ok()?;
    Some(Source {
        name: name.to_owned(),
        program: agreed.program,
        lock: folder.join("requirements.txt"),
        finish: None,
        builds: Some(agreed.builds),
    })
}

/// All environments: Meltano's first, then connectors by name. One that comes with the app hides one of that name in `added`.
pub(super) fn all(shipped: &Path, added: Option<&Path>) -> Vec<Source> {
    let source = |name: String, folder: &Path| Source {
        program: name.clone(),
        builds: None,
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
    for entry in added.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        // Folders that are being made start with a dot.
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.') && *name != MELTANO) else { continue };
        if !connectors.iter().any(|one| one.name == name) {
            connectors.extend(agreed(name, &entry.path()));
        }
    }
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
