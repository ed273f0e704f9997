//! Plain Meltano projects: what was exported as one, and what was taken over from one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A Meltano project that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProjectReport {
    /// Its folder.
    pub folder: String,
    /// The names of its jobs, one for each integration.
    pub jobs: Vec<String>,
    /// Environment variables that have to be set before it runs, one for each secret.
    pub variables: Vec<String>,
    /// What has to be known about it.
    pub notes: Vec<String>,
}

/// A plugin of a Meltano project that was taken over, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportedPlugin {
    /// Its name in the project.
    pub plugin: String,
    /// What it is called here.
    pub name: String,
    /// The connector's short id.
    pub connector: String,
    /// Id of the draft in which its set-up is finished; `null`: it is complete, or nothing was made yet.
    pub draft: Option<String>,
    /// Secrets that have to be entered.
    pub secrets: Vec<String>,
}

/// What was taken over from a Meltano project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportReport {
    /// Integrations.
    pub integrations: Vec<ImportedPlugin>,
    /// Destinations.
    pub destinations: Vec<ImportedPlugin>,
    /// What could not be taken over, and why.
    pub left_out: Vec<String>,
}
