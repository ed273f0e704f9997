//! The marketplace: what can be connected, how good it is, and what installing it would run.

use crate::{ConnectorKind, ConnectorSetting};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What has to be on the computer before a connector can be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum InstallNeed {
    /// Nothing more: its packages come from the package index, or from the archive of a release.
    Nothing,
    /// Git: its address names no release that could be fetched as an archive.
    Git,
    /// Docker.
    Docker,
    /// It cannot be installed on this computer; the connector's page says why.
    Impossible,
}

/// How the public catalogue rates a connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Quality {
    /// Best.
    Gold,
    /// Good.
    Silver,
    /// Fair.
    Bronze,
    /// Not rated.
    Unknown,
}

/// Whether somebody looks after a connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Maintenance {
    /// Somebody does.
    Active,
    /// It is new and changes.
    Beta,
    /// It is being made.
    Development,
    /// Nobody does any more.
    Inactive,
    /// Not known.
    Unknown,
}

/// A card of the marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConnectorCard {
    /// Short id, for instance `salesforce`. Together with `kind` it names the connector.
    #[serde(rename = "type")]
    pub id: String,
    /// Whether it reads or writes.
    pub kind: ConnectorKind,
    /// Name of the plugin, for instance `tap-salesforce`.
    pub plugin: String,
    /// What people call it.
    pub label: String,
    /// One line on what it brings; plain text.
    pub description: String,
    /// Category, for instance `crm`; empty where none is known.
    pub category: String,
    /// Logo as a `data:` address; `null`: show a monogram.
    pub logo: Option<String>,
    /// Whether it comes with the app, tried and hash-locked by us.
    pub verified: bool,
    /// How the public catalogue rates it.
    pub quality: Quality,
    /// Whether somebody looks after it.
    pub maintenance: Maintenance,
    /// What has to be there before it can be installed.
    pub needs: InstallNeed,
    /// Whether its environment is installed.
    pub installed: bool,
    /// Whether it can be installed without a network, because its packages are on this computer.
    pub offline: bool,
}

/// What is searched for in the marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
#[ts(export)]
pub struct ConnectorQuery {
    /// Words that have to occur in name, description or keywords; empty: everything.
    pub text: String,
    /// Only this kind.
    pub kind: Option<ConnectorKind>,
    /// Only this category.
    pub category: Option<String>,
    /// Only those that come with the app.
    pub verified: bool,
    /// Only those that can be installed without a network.
    pub offline: bool,
    /// How many cards to leave out before the first.
    pub offset: u32,
    /// How many cards at most; 0: 60.
    pub limit: u32,
}

/// A category with the number of cards in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CategoryCount {
    /// The category.
    pub category: String,
    /// How many cards, without regard to the category that was asked for.
    pub count: u32,
}

/// How the copy of the public catalogue is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HubState {
    /// Connectors whose definition is here.
    pub known: u32,
    /// Connectors that its index names.
    pub listed: u32,
    /// Whether it is being fetched now.
    pub refreshing: bool,
    /// When the index was last fetched or confirmed.
    pub refreshed_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed, in plain words.
    pub failure: Option<String>,
}

/// An answer of the marketplace's search: the best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConnectorPage {
    /// The cards asked for.
    pub connectors: Vec<ConnectorCard>,
    /// How many there are in all.
    pub total: u32,
    /// Categories of everything that matches the text and the other filters.
    pub categories: Vec<CategoryCount>,
    /// How the copy of the public catalogue is doing.
    pub hub: HubState,
}

/// Everything a connector's page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConnectorDetail {
    /// Its card.
    pub card: ConnectorCard,
    /// What to do before and while setting it up: our own guide for verified ones, otherwise the definition's words. Markdown
    /// without HTML.
    pub guide: Option<String>,
    /// Settings, in the order of the definition.
    pub settings: Vec<ConnectorSetting>,
    /// Streams that are brought in unless others are chosen; empty: all.
    pub recommended_streams: Vec<String>,
    /// Who makes this variant.
    pub variant: Option<String>,
    /// Address of its documentation (https).
    pub docs: Option<String>,
    /// Address of its source (https).
    pub repo: Option<String>,
    /// Its licence, where it is known.
    pub license: Option<String>,
    /// What its environment takes on disk, in bytes, where it is known.
    #[ts(type = "number | null")]
    pub size: Option<u64>,
    /// Why it cannot be installed, where it cannot.
    pub obstacle: Option<String>,
}

/// A package that installing a connector would put on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PlannedPackage {
    /// Its name.
    pub name: String,
    /// Its version, where the index has one.
    pub version: Option<String>,
    /// Address of an archive that is no package of the index; `null`: the package index.
    pub from: Option<String>,
    /// Whether its own build code would run on this computer, because it comes as source.
    pub builds: bool,
}

/// What installing a connector that does not come with the app would do. It is shown, and has to be agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct InstallPlan {
    /// Names this plan; it is good for one installation.
    pub id: String,
    /// The connector.
    pub card: ConnectorCard,
    /// Who makes this variant.
    pub variant: Option<String>,
    /// What its definition asks to install, word for word.
    pub asked: String,
    /// The program that would run at each sync.
    pub program: String,
    /// Every package, the connector's own first.
    pub packages: Vec<PlannedPackage>,
}
