//! A connector's form: a JSON Schema and what it does not say about how to show it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use ts_rs::TS;

/// How a setting is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Widget {
    /// One line of text.
    Text,
    /// Several lines of text (keys, queries).
    LongText,
    /// Hidden text that goes into the keychain.
    Secret,
    /// The same with several lines (private keys, service accounts).
    LongSecret,
    /// An e-mail address.
    Email,
    /// An address.
    Url,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Switch,
    /// One of a list.
    Choice,
    /// A date, with or without a time.
    Date,
    /// The path of a file.
    File,
    /// The path of a folder.
    Folder,
    /// A list of plain values or objects whose form is known: one editor an item.
    List,
    /// An object whose fields are known.
    Fields,
    /// An object with any fields: pairs of name and value.
    Pairs,
    /// JSON as text: the fallback where nothing is known of the form.
    Json,
}

/// What the schema does not say about one setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FieldHint {
    /// How it is asked for.
    pub widget: Widget,
    /// Shown in an empty field; never a value.
    pub placeholder: Option<String>,
    /// A short explanation for a tooltip; plain text.
    pub tooltip: Option<String>,
    /// Where it is explained at length (https).
    pub documentation: Option<String>,
    /// Whether the keychain holds it already: it need not be entered again.
    pub saved: bool,
}

/// One way of signing in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FormChoice {
    /// What it is called, for instance "Refresh token" or "User name and password".
    pub label: String,
    /// The settings that belong to it and not to every other choice, in order.
    pub settings: Vec<String>,
}

/// What the schema does not say about how it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FormHints {
    /// Every setting once, in the order in which they are shown: required ones first.
    pub order: Vec<String>,
    /// Ways of signing in, in the order of `anyOf` in the schema; empty: there is nothing to choose.
    pub choices: Vec<FormChoice>,
    /// Settings that stand under "Advanced".
    pub advanced: Vec<String>,
    /// Hints by setting.
    pub fields: BTreeMap<String, FieldHint>,
}

/// A connector's form.
///
/// `schema` is a JSON Schema (2020-12) of one flat object; keys are setting names (a dot in a name nests for the plugin, not
/// here). Its `properties` and `required` hold what every way of signing in has; where there are several ways, `anyOf` has an
/// object for each with the `title`, `properties` and `required` of its own. A setting stands once: in `properties`, or in
/// each `anyOf` object that it belongs to. Secrets are `writeOnly`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConnectorForm {
    /// The JSON Schema.
    #[ts(type = "Record<string, unknown>")]
    pub schema: Value,
    /// How to show it.
    pub ui: FormHints,
    /// What was wrong with the definition and how it was read nevertheless.
    pub notes: Vec<String>,
}
