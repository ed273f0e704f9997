//! Drafts: a set-up that is not finished. They survive the app; their secrets are in the keychain like all others.

use crate::{Config, ConnectorKind, DraftId, NewDataPolicy, SecretInput, StreamChoice};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// A set-up that is not finished. Of its secrets it holds the names only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Draft {
    /// Its identifier.
    pub id: DraftId,
    /// Extractor: it becomes an integration; loader: a destination.
    pub kind: ConnectorKind,
    /// The connector's short id.
    #[serde(rename = "type")]
    pub connector: String,
    /// Id of the integration or destination that is being edited; `null`: a new one.
    pub editing: Option<String>,
    /// What the person calls it; may be empty still.
    pub name: String,
    /// Plain settings, as far as they were entered; they need not be valid yet.
    #[ts(type = "Record<string, unknown>")]
    pub config: Config,
    /// Names of the secret settings that are in the keychain, those of what is being edited included.
    pub secrets: Vec<String>,
    /// Id of the destination; `null`: this computer.
    pub destination: Option<String>,
    /// What to bring in; `null`: what the connector recommends.
    pub streams: Option<Vec<StreamChoice>>,
    /// When to sync by itself; `null`: by hand only.
    pub schedule: Option<String>,
    /// What to do with streams and fields that appear later.
    pub new_data: NewDataPolicy,
    /// The step it was left at, in the window's words.
    pub step: String,
    /// Whether the connection was tested, and passed, since the settings last changed.
    pub tested: bool,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What begins a draft: a connector, or what is to be edited or duplicated.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "from", rename_all = "snake_case", deny_unknown_fields)]
#[ts(export)]
pub enum NewDraft {
    /// A new integration or destination.
    Connector {
        /// Extractor or loader.
        kind: ConnectorKind,
        /// The connector's short id.
        #[serde(rename = "type")]
        connector: String,
    },
    /// Changes to an integration or destination.
    Edit {
        /// Extractor: an integration; loader: a destination.
        kind: ConnectorKind,
        /// Its id.
        id: String,
    },
    /// A copy of an integration or destination, secrets included, under another name.
    Duplicate {
        /// Extractor: an integration; loader: a destination.
        kind: ConnectorKind,
        /// Its id.
        id: String,
    },
}

/// What changes a draft. An absent field stays as it is.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct DraftPatch {
    /// A name.
    pub name: Option<String>,
    /// All plain settings.
    #[ts(type = "Record<string, unknown> | null")]
    pub config: Option<Config>,
    /// Secrets to set; `null` removes one; those not named stay.
    #[ts(type = "Record<string, unknown> | null")]
    pub secrets: Option<BTreeMap<String, Option<SecretInput>>>,
    /// Id of a destination.
    pub destination: Option<String>,
    /// A selection.
    pub streams: Option<Vec<StreamChoice>>,
    /// A schedule; `off` for none.
    pub schedule: Option<String>,
    /// Another policy.
    pub new_data: Option<NewDataPolicy>,
    /// The step it is at.
    pub step: Option<String>,
}

/// What a finished draft became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FinishedDraft {
    /// Extractor: an integration; loader: a destination.
    pub kind: ConnectorKind,
    /// Its id.
    pub id: String,
}
