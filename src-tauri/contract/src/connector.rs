//! Connectors: entries of the marketplace.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether a connector reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ConnectorKind {
    /// Reads from a source.
    Extractor,
    /// Writes to a destination.
    Loader,
}

/// An entry of the marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Connector {
    /// Short id, for instance `salesforce`.
    #[serde(rename = "type")]
    pub id: String,
    /// Whether it reads or writes.
    pub kind: ConnectorKind,
    /// Name of the plugin, for instance `tap-salesforce`.
    pub plugin: String,
    /// What people call it.
    pub label: String,
    /// One line on what it brings.
    pub description: String,
    /// Category, for instance `crm`.
    pub category: String,
    /// Words it is found by.
    pub keywords: Vec<String>,
    /// Logo as a `data:` address; `null`: show a monogram.
    pub logo: Option<String>,
    /// Settings, in the order of the definition.
    pub settings: Vec<ConnectorSetting>,
    /// Whether its environment is installed.
    pub installed: bool,
    /// Whether it comes with the app, tried and hash-locked by us.
    pub verified: bool,
}

/// One setting of a connector, as far as lists and checks need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConnectorSetting {
    /// Name, as the connector knows it.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// Kind, in Meltano's words (`string`, `integer`, `boolean`, `date_iso8601`, ...).
    pub kind: String,
    /// Whether it cannot be left out.
    pub required: bool,
    /// Whether it belongs into the keychain.
    pub secret: bool,
}
