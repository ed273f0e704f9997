//! The data folder and what lies where in it.

use crate::Error;
use std::path::{Path, PathBuf};
use tributary_contract::{IntegrationId, RunId};

/// Environment variable that replaces the platform's data folder.
pub const HOME_VARIABLE: &str = "TRIBUTARY_HOME";

/// Environment variable that names another folder for the engine's environments.
pub const ENGINE_VARIABLE: &str = "TRIBUTARY_ENGINE";

/// The data folder.
#[derive(Debug, Clone)]
pub struct Home(PathBuf);

impl Home {
    /// This folder, which need not exist yet.
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// `TRIBUTARY_HOME`, or the platform's place for an app's data of this user.
    pub fn default_folder() -> Result<PathBuf, Error> {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = || variable("HOME");
        let platform = || {
            if cfg!(windows) {
                variable("LOCALAPPDATA").map(|folder| folder.join("Tributary"))
            } else if cfg!(target_os = "macos") {
                home().map(|folder| folder.join("Library/Application Support/Tributary"))
            } else {
                variable("XDG_DATA_HOME")
                    .or_else(|| home().map(|folder| folder.join(".local/share")))
                    .map(|folder| folder.join("tributary"))
            }
        };
        let folder = variable(HOME_VARIABLE).or_else(platform).ok_or(Error::NoHome)?;
        std::path::absolute(&folder).map_err(|source| Error::File { path: folder, source })
    }

    /// What `TRIBUTARY_ENGINE` names, where it is set.
    pub fn shared_engine() -> Option<PathBuf> {
        std::env::var_os(ENGINE_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.0
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.0.join("tributary.db")
    }

    /// Good copies of the database.
    pub fn database_copies(&self) -> PathBuf {
        self.0.join("backups")
    }

    /// Says that the database has to be looked at before it is used again.
    pub fn database_mark(&self) -> PathBuf {
        self.0.join("tributary.check")
    }

    /// The lock of whoever picks up after a crash.
    pub fn recovery_lock(&self) -> PathBuf {
        self.0.join("recovery.lock")
    }

    /// The lock of the one scheduler.
    pub fn scheduler_lock(&self) -> PathBuf {
        self.0.join("scheduler.lock")
    }

    /// The engine's environments.
    pub fn engine(&self) -> PathBuf {
        self.0.join("engine")
    }

    /// Connectors that do not come with the app and were agreed to, one folder each.
    pub fn connectors(&self) -> PathBuf {
        self.0.join("connectors")
    }

    /// The generated Meltano project.
    pub fn project(&self) -> PathBuf {
        self.0.join("project")
    }

    /// Meltano's database with the sync states.
    pub fn meltano_database(&self) -> PathBuf {
        self.project().join("state.db")
    }

    /// Where Meltano writes logs of its own.
    pub fn meltano_logs(&self) -> PathBuf {
        self.project().join("log")
    }

    /// The catalog an integration's tap is given.
    pub fn catalog(&self, integration: IntegrationId) -> PathBuf {
        self.project().join("catalogs").join(format!("{integration}.json"))
    }

    /// All certificates to trust, where more than the usual ones were set.
    pub fn certificates(&self) -> PathBuf {
        self.0.join("certificates.pem")
    }

    /// Locks of sign-ins, one file each: one process at a time uses a token.
    pub fn sign_ins(&self) -> PathBuf {
        self.0.join("sign-ins")
    }

    /// All run folders.
    pub fn runs(&self) -> PathBuf {
        self.0.join("runs")
    }

    /// The folder of one run: its log and its owner's lock.
    pub fn run(&self, run: RunId) -> PathBuf {
        self.runs().join(run.to_string())
    }

    /// The app's own logs, one file a day.
    pub fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }

    /// What the local destination writes.
    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// Copies of DuckDB databases that are looked at.
    pub fn duckdb_copies(&self) -> PathBuf {
        self.0.join("duckdb-copies")
    }

    /// The sample org's edits and certificate.
    pub fn sample_org(&self) -> PathBuf {
        self.0.join("sample-org")
    }
}
