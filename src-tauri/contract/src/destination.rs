//! Destinations: a configured loader.

use crate::{Config, DestinationId, SecretInput};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// A configured loader. Of its secrets it holds the names only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Destination {
    /// Its identifier.
    pub id: DestinationId,
    /// The connector's short id, for instance `postgres`.
    #[serde(rename = "type")]
    pub connector: String,
    /// What the person calls it; unique.
    pub name: String,
    /// Plain settings.
    #[ts(type = "Record<string, unknown>")]
    pub config: Config,
    /// Names of the secret settings that are in the keychain.
    pub secrets: Vec<String>,
    /// Whether it is the one that exists from the start; it cannot be deleted.
    pub built_in: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its settings last changed.
    pub updated_at: DateTime<Utc>,
}

/// What creates a destination.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct NewDestination {
    /// The connector's short id, or its target's name.
    #[serde(rename = "type")]
    pub connector: String,
    /// What the person calls it.
    pub name: String,
    /// Plain settings.
    #[serde(default)]
    #[ts(type = "Record<string, unknown>")]
    pub config: Config,
    /// Secret settings.
    #[serde(default)]
    #[ts(type = "Record<string, unknown>")]
    pub secrets: BTreeMap<String, SecretInput>,
}

/// What changes a destination. An absent field stays as it is.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct DestinationPatch {
    /// Accepted only when it names the type it already has.
    #[serde(default, rename = "type")]
    pub connector: Option<String>,
    /// A new name.
    #[serde(default)]
    pub name: Option<String>,
    /// Settings to set; `null` removes one; those not named stay.
    #[serde(default)]
    #[ts(type = "Record<string, unknown> | null")]
    pub config: Option<Config>,
    /// Secrets to replace; `null` removes one; those not named stay.
    #[serde(default)]
    #[ts(type = "Record<string, unknown> | null")]
    pub secrets: Option<BTreeMap<String, Option<SecretInput>>>,
    /// Refuse the change when the destination was changed after this moment: somebody else did.
    #[serde(default)]
    pub unchanged_since: Option<DateTime<Utc>>,
}
