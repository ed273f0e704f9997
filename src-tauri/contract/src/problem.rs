//! A classified failure, and where it is fixed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What kind of failure a run or a check ended with. A code exists only where someone branches on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ProblemCode {
    /// The refresh token, password or key is no longer accepted.
    SignInExpired,
    /// The client id or secret is wrong.
    WrongClient,
    /// The sign-in works, but belongs to another Salesforce instance than the settings name.
    WrongInstance,
    /// Signed in, but not allowed to read what was asked for.
    MissingPermission,
    /// The day's API quota, or the share of it that was allowed, is used up.
    QuotaUsedUp,
    /// The computer or the source cannot be reached.
    NetworkDown,
    /// The encrypted connection could not be set up: a proxy or certificate stands between.
    TlsOrProxy,
    /// The source answered with an error of its own.
    ServerError,
    /// A setting is missing or not accepted.
    SettingInvalid,
    /// The connector's environment is missing or damaged.
    ConnectorBroken,
    /// The bundled Meltano environment is missing or damaged.
    EngineBroken,
    /// The destination cannot be reached or refuses to be written to.
    DestinationFailed,
    /// The keychain is locked, missing, or no longer holds a secret that is needed.
    KeychainUnavailable,
    /// The disk is full.
    DiskFull,
    /// It said nothing for too long, or did not end, and was ended.
    Hung,
    /// The person stopped the run.
    Cancelled,
    /// The app or the computer stopped in the middle of the run.
    Interrupted,
    /// None of the above; the explanation holds the most telling line.
    Unknown,
}

/// Where a problem is fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FixTarget {
    /// Route inside the app, for instance `/integrations/ID/setup`.
    pub route: String,
    /// The setting to look at there, where one is at fault.
    pub setting: Option<String>,
}

/// A failure in plain words, with its remedy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Problem {
    /// The kind of failure.
    pub code: ProblemCode,
    /// A few words, fit for a heading or a notification.
    pub title: String,
    /// What happened and what it means for the data.
    pub explanation: String,
    /// The connector's own words, redacted, for those who want to know; `null` where there are none, or the explanation has
    /// them.
    #[serde(default)]
    pub details: Option<String>,
    /// The one thing to do.
    pub hint: String,
    /// Where it is done.
    pub fix: FixTarget,
}
