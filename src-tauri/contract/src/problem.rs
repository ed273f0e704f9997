//! A classified failure, and where it is fixed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What kind of failure a run or a check ended with. A code exists only where someone branches on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ProblemCode {
    /// The refresh token, password or key is no longer accepted.
    SignInExpired,
    /// The source says that the sign-in was taken back, or that the user is no longer active.
    SignInRevoked,
    /// An administrator does not allow this app, or not for this user.
    AppBlocked,
    /// The client id or secret is wrong.
    WrongClient,
    /// The sign-in works, but belongs to another Salesforce instance than the settings name.
    WrongInstance,
    /// Signed in, but not allowed to read what was asked for.
    MissingPermission,
    /// The day's API quota, or the share of it that was allowed, is used up.
    QuotaUsedUp,
    /// The source asks for fewer requests for a while.
    RateLimited,
    /// The computer or the source cannot be reached.
    NetworkDown,
    /// The source's name leads nowhere: no name look-up, or a wrong address.
    NameLookUp,
    /// The encrypted connection could not be set up: a proxy or certificate stands between.
    TlsOrProxy,
    /// The source answered with an error of its own.
    ServerError,
    /// A setting is missing or not accepted.
    SettingInvalid,
    /// The source no longer has an object that was chosen, or does not show it to this user.
    StreamGone,
    /// The source no longer has a field that was chosen, or does not show it to this user.
    FieldGone,
    /// The connector's environment is missing or damaged.
    ConnectorBroken,
    /// The bundled Meltano environment is missing or damaged.
    EngineBroken,
    /// The destination cannot be reached.
    DestinationUnreachable,
    /// The destination does not let itself be written to: no permission, a read-only folder, a locked file.
    DestinationRefused,
    /// The destination did not take the data, for a reason of its own.
    DestinationFailed,
    /// More was read than the destination confirmed.
    CountsDiffer,
    /// The keychain is locked, missing, or no longer holds a secret that is needed.
    KeychainUnavailable,
    /// The disk is full.
    DiskFull,
    /// The computer's memory was not enough.
    OutOfMemory,
    /// It said nothing for too long, or did not end, and was ended.
    Hung,
    /// Something on this computer ended the connector or the engine by force.
    Killed,
    /// The person stopped the run.
    Cancelled,
    /// The app or the computer stopped in the middle of the run.
    Interrupted,
    /// None of the above; the explanation holds the most telling line.
    Unknown,
}

/// The one thing that fixes a problem. The fix page offers it in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FixAction {
    /// Sign in again, or replace the secret that `setting` names.
    SignIn,
    /// Correct a setting of the source.
    CorrectSetting,
    /// An administrator of the source has to allow something.
    AskAdministrator,
    /// Choose what is brought in once more.
    ReviewStreams,
    /// Wait; `Problem::until` says how long, where it is known.
    Wait,
    /// See to the network, the proxy or its certificate.
    CheckNetwork,
    /// Install the connector again.
    RepairConnector,
    /// Make the engine anew.
    RepairEngine,
    /// Correct the destination's settings, or see to it that it can be written to.
    CheckDestination,
    /// Make room on the disk.
    FreeSpace,
    /// Unlock the keychain.
    UnlockKeychain,
    /// Nothing but another sync.
    #[default]
    SyncAgain,
}

/// Where a problem is fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FixTarget {
    /// Route inside the app: `/integrations/ID/fix/CODE` for a run, where the fix page offers `action` in place;
    /// `/setup/ID` for a draft, `/settings/destinations` for a destination.
    pub route: String,
    /// What is done there.
    #[serde(default)]
    pub action: FixAction,
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
    /// What happened.
    pub explanation: String,
    /// What it means for the data; empty where no data was on its way (a test).
    #[serde(default)]
    pub meaning: String,
    /// The connector's own words, redacted, for those who want to know; `null` where there are none, or the explanation has
    /// them.
    #[serde(default)]
    pub details: Option<String>,
    /// The one thing to do.
    pub hint: String,
    /// When it ends by itself, where the source said so (a quota that refills).
    #[serde(default)]
    pub until: Option<DateTime<Utc>>,
    /// Where it is done.
    pub fix: FixTarget,
}
