//! What a source offers: streams, their fields, and some of their rows.

use crate::{StreamChoice, Subject, SyncMode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// What is done with streams and fields that appear at the source later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum NewDataPolicy {
    /// They are brought in by themselves.
    Add,
    /// They are shown, and brought in when the person says so.
    #[default]
    Ask,
    /// They are left out.
    Ignore,
}

/// A stream that a source offers, without its fields: a source may have thousands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OfferedStream {
    /// Its name at the source.
    pub name: String,
    /// How many fields can be brought in.
    pub fields: u32,
    /// The field that tells what is new; `null`: everything is read each time.
    pub key: Option<String>,
    /// Whether the connector's maker recommends it.
    pub recommended: bool,
}

/// Everything a source offers, and what of it is chosen now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Offer {
    /// Streams, by name.
    pub streams: Vec<OfferedStream>,
    /// What is brought in: the person's choice, or what is recommended, or everything.
    pub chosen: Vec<StreamChoice>,
    /// When the source was asked.
    pub discovered_at: DateTime<Utc>,
    /// What is different from what was offered before, until the person has dealt with it.
    pub changes: Option<OfferChanges>,
}

/// What appeared at the source and what went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OfferChanges {
    /// Streams that appeared.
    pub new_streams: Vec<String>,
    /// Chosen streams that are gone.
    pub gone_streams: Vec<String>,
    /// Fields that appeared in chosen streams.
    pub new_fields: Vec<FieldOf>,
    /// Fields that went from chosen streams.
    pub gone_fields: Vec<FieldOf>,
}

/// A field of a stream.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FieldOf {
    /// The stream.
    pub stream: String,
    /// The field.
    pub field: String,
}

/// A field that a source offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OfferedField {
    /// Its name.
    pub name: String,
    /// What it holds, in JSON Schema's words, with the format where there is one (`string`, `date-time`, `number`, ...).
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it cannot be left out, because the source needs it.
    pub required: bool,
    /// Whether it is part of what identifies a row.
    pub key: bool,
}

/// Some rows of a stream, to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SampleRows {
    /// The stream.
    pub stream: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows, each with a value for every column. Empty: the stream has none.
    #[ts(type = "unknown[][]")]
    pub rows: Vec<Vec<Value>>,
}

/// How far asking a source is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DiscoveryProgress {
    /// What is asked.
    pub subject: Subject,
    /// What the connector last said it is doing, redacted; `null`: nothing yet.
    pub doing: Option<String>,
    /// Since when, in milliseconds.
    #[ts(type = "number")]
    pub elapsed: u64,
}

impl OfferedStream {
    /// The choice that takes all of it, incrementally where there is a key.
    #[must_use]
    pub fn whole(&self) -> StreamChoice {
        let mode = if self.key.is_some() { SyncMode::Incremental } else { SyncMode::Full };
        StreamChoice { name: self.name.clone(), excluded_fields: Vec::new(), mode }
    }
}
