//! Why the engine cannot be used or prepared.

use std::io;
use std::path::PathBuf;
use tributary_contract::ErrorCode;

/// A failure of the engine. The message says what failed and where, [`EngineError::hint`] what to do, and
/// [`EngineError::details`] holds the last lines of the program that failed.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// An environment was asked for that no lock describes.
    #[error("the engine has no environment named `{name}`")]
    UnknownEnvironment {
        /// The name asked for.
        name: String,
    },
    /// A lock that ships with the app cannot be read.
    #[error("the list of packages {} cannot be read", path.display())]
    LockMissing {
        /// The lock.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A lock holds something other than pinned packages with hashes.
    #[error("line {line} of the list of packages {} is not a pinned package with hashes", path.display())]
    LockInvalid {
        /// The lock.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// The environment has to be prepared first.
    #[error("the environment `{environment}` is not ready: {reason}")]
    NotReady {
        /// The environment.
        environment: String,
        /// Its state, in words.
        reason: String,
    },
    /// The environment has no such program.
    #[error("the environment `{environment}` has no program `{program}`")]
    ProgramMissing {
        /// The environment.
        environment: String,
        /// The program asked for.
        program: String,
    },
    /// The installer that ships with the app is gone.
    #[error("the installer {} is missing", path.display())]
    UvMissing {
        /// Where it was expected.
        path: PathBuf,
    },
    /// There is no usable Python and none could be fetched.
    #[error("no usable Python was found ({})", tried.join("; "))]
    PythonMissing {
        /// What was tried, in order, and what came of it.
        tried: Vec<String>,
        /// The last lines of the attempt to fetch one.
        details: String,
    },
    /// The Python index could not be reached.
    #[error("the packages of `{environment}` could not be downloaded: the Python index cannot be reached")]
    NetworkUnavailable {
        /// The environment being prepared.
        environment: String,
        /// The installer's last lines.
        details: String,
    },
    /// It needs another Python than the engine has.
    #[error("`{environment}` cannot run on Python {found}, which the engine has")]
    PythonUnsuitable {
        /// The connector.
        environment: String,
        /// The engine's Python.
        found: String,
        /// What it needs, or the installer's last lines.
        details: String,
    },
    /// A package is not the one that was locked.
    #[error("a package of `{environment}` is not the one that was locked: {package}")]
    HashMismatch {
        /// The environment being prepared.
        environment: String,
        /// The package, where the installer named it.
        package: String,
        /// The installer's last lines.
        details: String,
    },
    /// There is no room left.
    #[error("the disk that holds {} is full", path.display())]
    DiskFull {
        /// The folder of the engine.
        path: PathBuf,
        /// How much room there is and how much is needed, or the installer's last lines.
        details: String,
    },
    /// Files may not be written.
    #[error("the app may not write to {}", path.display())]
    PermissionDenied {
        /// The folder of the engine.
        path: PathBuf,
        /// The installer's last lines.
        details: String,
    },
    /// The installer was ended from outside.
    #[error("preparing `{environment}` was interrupted")]
    Interrupted {
        /// The environment being prepared.
        environment: String,
        /// The installer's last lines.
        details: String,
    },
    /// The installer failed in another way.
    #[error("preparing `{environment}` failed while {step}")]
    Failed {
        /// The environment being prepared.
        environment: String,
        /// What was being done.
        step: &'static str,
        /// The last lines of the program that failed.
        details: String,
    },
    /// A file of the engine cannot be read or written.
    #[error("{action} {} failed", path.display())]
    Io {
        /// What was being done, for instance `writing`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl EngineError {
    /// The kind, for callers that branch on it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::PythonMissing { .. } => ErrorCode::PythonMissing,
            Self::PythonUnsuitable { .. } => ErrorCode::NotInstallable,
            Self::NetworkUnavailable { .. } => ErrorCode::NetworkUnavailable,
            Self::DiskFull { .. } => ErrorCode::DiskFull,
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => ErrorCode::DiskFull,
            _ => ErrorCode::EngineUnavailable,
        }
    }

    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownEnvironment { .. } => "Choose a connector from the marketplace.",
            Self::LockMissing { .. } | Self::LockInvalid { .. } | Self::UvMissing { .. } => {
                "Install the app again: part of it is missing."
            }
            Self::NotReady { .. } => "Prepare the engine in the settings, or run `trib setup`.",
            Self::ProgramMissing { .. } => "Repair the engine in the settings, or run `trib doctor --repair`.",
            Self::PythonMissing { .. } => {
                "Install Python 3.10, 3.11, 3.12 or 3.13, or connect to the internet so that the app can fetch it, then \
                 try again."
            }
            Self::NetworkUnavailable { .. } => {
                "Check the internet connection and, behind a company network, the proxy and certificate settings, then \
                 try again."
            }
            Self::PythonUnsuitable { .. } => "Choose another connector, or another variant of it.",
            Self::HashMismatch { .. } => {
                "Try again. If it stays, a proxy or mirror on your network changes packages: ask whoever runs it."
            }
            Self::DiskFull { .. } => "Free some space on that disk, then try again.",
            Self::PermissionDenied { .. } => {
                "Make the folder writable for your user, and let security software allow the app, then try again."
            }
            Self::Interrupted { .. } => "Try again. What was there before is still in use.",
            Self::Failed { .. } | Self::Io { .. } => {
                "Try again. If it stays, send the details with a report (`trib doctor` shows them)."
            }
        }
    }

    /// The last lines of the program that failed, or what else is known; empty where there is nothing more.
    pub fn details(&self) -> &str {
        match self {
            Self::PythonMissing { details, .. }
            | Self::NetworkUnavailable { details, .. }
            | Self::PythonUnsuitable { details, .. }
            | Self::HashMismatch { details, .. }
            | Self::DiskFull { details, .. }
            | Self::PermissionDenied { details, .. }
            | Self::Interrupted { details, .. }
            | Self::Failed { details, .. } => details,
            Self::UnknownEnvironment { .. }
            | Self::LockMissing { .. }
            | Self::LockInvalid { .. }
            | Self::NotReady { .. }
            | Self::ProgramMissing { .. }
            | Self::UvMissing { .. }
            | Self::Io { .. } => "",
        }
    }

    /// The error for a failed operation on a file of the engine: a full disk and missing rights have their own.
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { details: source.to_string(), path }
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::PermissionDenied { details: source.to_string(), path }
            }
            _ => Self::Io { action, path, source },
        }
    }
}
