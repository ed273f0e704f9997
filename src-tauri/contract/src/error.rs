//! What a command answers when it could not do what was asked.

use crate::FixTarget;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Kinds of refusals and failures of commands, for callers that branch on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ErrorCode {
    /// The input is not of the form asked for (wrong JSON, a missing or unknown field).
    InvalidInput,
    /// A setting is missing, unknown or of the wrong type; `setting` names it.
    InvalidSetting,
    /// A secret was sent among the plain settings.
    SecretInConfig,
    /// No connector of that type.
    UnknownConnector,
    /// No such integration, destination or run.
    NotFound,
    /// The name is in use.
    DuplicateName,
    /// The name is empty, too long or holds control characters.
    InvalidName,
    /// The integration is being synced already.
    AlreadyRunning,
    /// Something still uses what was to be deleted.
    InUse,
    /// Somebody else changed it meanwhile.
    Conflict,
    /// What was asked for was stopped by the person.
    Cancelled,
    /// A connector has to be agreed to before it is installed, or cannot be installed here.
    NotInstallable,
    /// There is no keychain on this computer, or it does not answer.
    KeychainMissing,
    /// The keychain is locked.
    KeychainLocked,
    /// The engine is not ready and could not be made ready.
    EngineUnavailable,
    /// No usable Python was found and none could be fetched.
    PythonMissing,
    /// The package index could not be reached.
    NetworkUnavailable,
    /// The disk is full.
    DiskFull,
    /// The database belongs to a newer version of the app.
    DatabaseTooNew,
    /// The database or a file of the data folder cannot be read or written.
    Storage,
    /// The run, test or discovery failed; `problem` in the run or report says why.
    OperationFailed,
    /// A fault of the app itself.
    Internal,
}

/// The error of every command: `{code, message, hint, fix}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ApiError {
    /// The kind.
    pub code: ErrorCode,
    /// What failed and where.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// The setting at fault, where there is one.
    pub setting: Option<String>,
    /// Where it is fixed, where there is such a place.
    pub fix: Option<FixTarget>,
}
