//! Signing in at a source with the browser: what is under way, who is signed in, and what the source still allows today.

use crate::{Problem, SignInId, Subject};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How far a sign-in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SignInStage {
    /// The person is in the browser.
    Browser,
    /// The browser came back; the source is asked for the tokens.
    Exchanging,
    /// The source is asked who signed in.
    Identifying,
    /// It leads to another user or org than before: it is kept only when the person agrees.
    Confirming,
    /// It is kept.
    Done,
    /// It did not work; `problem` says why.
    Failed,
    /// The person gave it up.
    Cancelled,
}

impl SignInStage {
    /// Whether nothing more will happen.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// A sign-in that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignInStarted {
    /// Names it.
    pub id: SignInId,
    /// What is signed in.
    pub subject: Subject,
    /// The page to open in the browser. It holds no secret.
    pub address: String,
    /// Where the browser comes back to; one of the registered addresses.
    pub callback: String,
    /// When it is given up.
    pub until: DateTime<Utc>,
}

/// Where a sign-in is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignInProgress {
    /// Names it.
    pub id: SignInId,
    /// What is signed in.
    pub subject: Subject,
    /// How far it is.
    pub stage: SignInStage,
    /// Who signed in, from the moment that is known.
    pub identity: Option<SignedInAs>,
    /// What would change; with [`SignInStage::Confirming`] only.
    pub change: Option<SignInChange>,
    /// Why it did not work; with [`SignInStage::Failed`] only.
    pub problem: Option<Problem>,
    /// Whether the keychain was locked: the sign-in is held in memory and saved as soon as it is unlocked.
    pub held: bool,
}

/// Who is signed in, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignedInAs {
    /// The user's id at the source.
    pub user_id: String,
    /// The user's name for signing in.
    pub username: String,
    /// The user's name for people.
    pub display_name: String,
    /// The org's id.
    pub org_id: String,
    /// The org's name, where the user may see it.
    pub org_name: Option<String>,
    /// The org's edition, for instance "Enterprise Edition", where the user may see it.
    pub org_type: Option<String>,
    /// Whether it is a sandbox, where that is known.
    pub sandbox: Option<bool>,
    /// The org's address.
    pub instance_url: String,
}

/// What a sign-in as somebody else would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignInChange {
    /// Who was signed in.
    pub before: SignedInAs,
    /// Who signed in now.
    pub after: SignedInAs,
    /// Whether it is another org: its data would mix with what was brought in before.
    pub other_org: bool,
    /// What it would mean, in plain words.
    pub meaning: String,
}

/// API calls that the source allows within 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ApiQuota {
    /// Calls allowed.
    #[ts(type = "number")]
    pub max: u64,
    /// Calls left.
    #[ts(type = "number")]
    pub remaining: u64,
    /// When the source said so.
    pub at: DateTime<Utc>,
}

/// Whether something is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SignInState {
    /// Nobody signed in yet.
    None,
    /// Somebody is signed in.
    SignedIn,
    /// The person signed out.
    SignedOut,
    /// The app ended in the moment the source renewed the sign-in: whether it still counts nobody knows.
    Unsure,
}

/// The sign-in of an integration or draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignInStatus {
    /// Whether somebody is signed in.
    pub state: SignInState,
    /// Who, where it was asked.
    pub identity: Option<SignedInAs>,
    /// What is left of the day's API calls, where it was asked.
    pub quota: Option<ApiQuota>,
    /// Percent of the day's calls after which a sync waits.
    pub share: u32,
    /// When somebody signed in.
    pub signed_in_at: Option<DateTime<Utc>>,
    /// When the sign-in was last used.
    pub used_at: Option<DateTime<Utc>>,
    /// When it would expire if nothing used it; the app uses it before that.
    pub idle_until: Option<DateTime<Utc>>,
    /// Names of other integrations that use the same sign-in.
    pub shared_with: Vec<String>,
    /// Whether a renewed sign-in waits in memory for the keychain to be unlocked.
    pub held: bool,
    /// Whether taking it back at the source still waits for the network.
    pub sign_out_pending: bool,
    /// The call-back addresses to register, one of which is used.
    pub callbacks: Vec<String>,
    /// The sign-in that is under way.
    pub under_way: Option<SignInProgress>,
}

/// How signing out went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SignedOut {
    /// The source took the sign-in back.
    Revoked,
    /// The source cannot be reached: it is told as soon as it can. On this computer the sign-in is gone.
    Queued,
    /// There was none.
    NotSignedIn,
}
