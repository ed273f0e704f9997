//! The file of edits: what has to be kept so that an org is the same after a restart.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Org, table::Touch};
use crate::error::SimulatorError;

/// The layout of the file. A file with another number is not read.
const VERSION: u32 = 1;

/// The file's content.
#[derive(Debug, Serialize, Deserialize)]
struct Overlay {
    version: u32,
    seed: u64,
    now: i64,
    clock: i64,
    operations: u64,
    grants: Vec<SavedGrant>,
    objects: BTreeMap<String, TableOverlay>,
}

/// What is kept of a permission a user gave. Its tokens can be derived again and are not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedGrant {
    /// Which one: 0 is the one of the configuration.
    pub number: u64,
    /// How often its refresh token was replaced.
    pub rotations: u64,
    /// Whether it was taken back.
    pub revoked: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct TableOverlay {
    base: u64,
    added: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    added_fields: Vec<(String, i64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    removed_fields: Vec<String>,
    /// Record number, moment, revision, deleted, created.
    records: Vec<(u64, i64, u32, bool, Option<i64>)>,
}

impl Org {
    /// Writes the edits to a file, replacing it in one step.
    pub fn save(&self, path: &Path, grants: Vec<SavedGrant>) -> Result<(), SimulatorError> {
        let objects = self.tables().filter(|table| !table.touched().is_empty() || table.has_changed_fields());
        let overlay = Overlay {
            version: VERSION,
            seed: self.seed,
            now: self.now,
            clock: self.clock,
            operations: self.operations,
            grants,
            objects: objects
                .map(|table| {
                    let records = table.touched().iter();
                    let overlay = TableOverlay {
                        base: table.base,
                        added: table.added,
                        added_fields: table.added_fields.clone(),
                        removed_fields: table.removed_fields.iter().cloned().collect(),
                        records: records
                            .map(|(number, touch)| {
                                (*number, touch.moment, touch.revision, touch.deleted, touch.created)
                            })
                            .collect(),
                    };
                    (table.spec.name.to_string(), overlay)
                })
                .collect(),
        };
        let failed = |source| SimulatorError::OverlayFile { path: path.to_owned(), source };
        let json = serde_json::to_vec(&overlay)
            .map_err(|source| SimulatorError::OverlayFormat { path: path.to_owned(), source })?;
        let mut fresh = path.as_os_str().to_owned();
        fresh.push(".new");
        let fresh = PathBuf::from(fresh);
        fs::write(&fresh, json).and_then(|()| fs::rename(&fresh, path)).map_err(failed)
    }

    /// Reads the edits of a file into a freshly generated org and returns the permissions users gave. No file means no
    /// edits.
    pub fn load(&mut self, path: &Path) -> Result<Vec<SavedGrant>, SimulatorError> {
        let json = match fs::read(path) {
            Ok(json) => json,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(SimulatorError::OverlayFile { path: path.to_owned(), source }),
        };
        let overlay: Overlay = serde_json::from_slice(&json)
            .map_err(|source| SimulatorError::OverlayFormat { path: path.to_owned(), source })?;
        let mismatch = || SimulatorError::OverlayMismatch { path: path.to_owned() };
        if (overlay.version, overlay.seed, overlay.now) != (VERSION, self.seed, self.now) {
            return Err(mismatch());
        }
        for (name, saved) in overlay.objects {
            let table = self.table_mut(&name).map_err(|_| mismatch())?;
            if table.base != saved.base {
                return Err(mismatch());
            }
            table.added = saved.added;
            table.added_fields = saved.added_fields;
            table.removed_fields = saved.removed_fields.into_iter().collect();
            table.rebuild_fields();
            for (number, moment, revision, deleted, created) in saved.records {
                table.touch(number, Touch { moment, revision, deleted, created });
            }
        }
        self.clock = overlay.clock;
        self.operations = overlay.operations;
        Ok(overlay.grants)
    }
}
