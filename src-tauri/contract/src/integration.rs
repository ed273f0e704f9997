//! Integrations: a configured extractor with its streams, schedule and destination.

use crate::{Config, DestinationId, IntegrationId, NewDataPolicy, Run, ScheduleState, SecretInput};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// How an integration is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum IntegrationStatus {
    /// Its set-up is not finished.
    Draft,
    /// Complete, but neither tested nor synced since its settings changed.
    Untested,
    /// Tested or synced, and nothing is wrong.
    Ready,
    /// A run is queued or at work.
    Syncing,
    /// The last run or test failed.
    Attention,
    /// Not synced until the person resumes it.
    Paused,
}

/// How a stream is brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SyncMode {
    /// Only what is new or changed, where the source can tell.
    #[default]
    Incremental,
    /// Everything each time.
    Full,
}

/// A stream to bring in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct StreamChoice {
    /// The stream's name at the source.
    pub name: String,
    /// Fields that are left out.
    pub excluded_fields: Vec<String>,
    /// How it is brought in.
    pub mode: SyncMode,
}

impl<'de> Deserialize<'de> for StreamChoice {
    /// A name alone (`"Account"`) or the whole object.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Full {
            name: String,
            #[serde(default)]
            excluded_fields: Vec<String>,
            #[serde(default)]
            mode: SyncMode,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Name(String),
            Full(Full),
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Name(name) => Self { name, excluded_fields: Vec::new(), mode: SyncMode::default() },
            Form::Full(full) => Self { name: full.name, excluded_fields: full.excluded_fields, mode: full.mode },
        })
    }
}

/// A configured extractor. Of its secrets it holds the names only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Integration {
    /// Its identifier.
    pub id: IntegrationId,
    /// The connector's short id, for instance `salesforce`.
    #[serde(rename = "type")]
    pub connector: String,
    /// What the person calls it; unique.
    pub name: String,
    /// Plain settings.
    #[ts(type = "Record<string, unknown>")]
    pub config: Config,
    /// Names of the secret settings that are in the keychain.
    pub secrets: Vec<String>,
    /// How it is doing.
    pub status: IntegrationStatus,
    /// Where its data goes.
    pub destination: DestinationId,
    /// What it brings in; `null`: what the connector recommends, or everything.
    pub streams: Option<Vec<StreamChoice>>,
    /// When it is synced by itself; `null`: by hand only.
    pub schedule: Option<String>,
    /// What is done with streams and fields that appear at the source later.
    pub new_data: NewDataPolicy,
    /// Whether it reads the sample org that comes with the app.
    pub sample: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its settings last changed.
    pub updated_at: DateTime<Utc>,
    /// The newest run, also one that is still at work.
    pub last_run: Option<Run>,
    /// When data last arrived (or there was nothing new): the end of the newest run that succeeded.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// What follows from its schedule; absent where it has none and is not paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub schedule_state: Option<ScheduleState>,
}

/// What creates an integration.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct NewIntegration {
    /// The connector's short id, or its tap's name.
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
    /// Id or name of a destination; absent: this computer.
    #[serde(default)]
    pub destination: Option<String>,
    /// What to bring in; absent: what the connector recommends.
    #[serde(default)]
    pub streams: Option<Vec<StreamChoice>>,
    /// When to sync by itself; absent: by hand only.
    #[serde(default)]
    pub schedule: Option<String>,
    /// What is done with streams and fields that appear at the source later.
    #[serde(default)]
    pub new_data: NewDataPolicy,
}

/// What changes an integration. An absent field stays as it is.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct IntegrationPatch {
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
    /// Id or name of another destination.
    #[serde(default)]
    pub destination: Option<String>,
    /// Another selection.
    #[serde(default)]
    pub streams: Option<Vec<StreamChoice>>,
    /// Another schedule; `off` for none.
    #[serde(default)]
    pub schedule: Option<String>,
    /// What is done with streams and fields that appear at the source later.
    #[serde(default)]
    pub new_data: Option<NewDataPolicy>,
    /// Refuse the change when the integration was changed after this moment: somebody else did.
    #[serde(default)]
    pub unchanged_since: Option<DateTime<Utc>>,
}
