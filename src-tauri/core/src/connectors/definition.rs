//! A connector's definition in Meltano's own format, with our additions under `metadata.tributary`.
//!
//! Public definitions are written by many hands. Reading is lenient: an item that cannot be read is left out or read as
//! well as possible, and a note says so. Only text that is no definition at all, and names that cannot be names of
//! folders, are refused.

mod read;
pub(super) mod value;

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use tributary_contract::{Connector, ConnectorKind, ConnectorSetting};

/// Bytes a definition may have; the largest public one has 30 kB.
pub const DEFINITION_LIMIT: usize = 2 * 1024 * 1024;

/// Why a text is not a connector's definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// Neither YAML nor JSON.
    #[error("it is neither YAML nor JSON: {detail}")]
    Syntax {
        /// What is wrong, and where.
        detail: String,
    },
    /// More than [`DEFINITION_LIMIT`].
    #[error("it is larger than {} MB", DEFINITION_LIMIT / 1024 / 1024)]
    TooLarge,
    /// Something else than a definition.
    #[error("it is not a connector's definition: {detail}")]
    NotADefinition {
        /// What is missing.
        detail: &'static str,
    },
    /// A name that cannot be the name of a folder.
    #[error("its {key} “{name}” cannot be used: {reason}")]
    Name {
        /// `name`, `variant` or `metadata.tributary.type`.
        key: &'static str,
        /// The name, without what cannot be shown, and not longer than 60 characters.
        name: String,
        /// Why.
        reason: &'static str,
    },
}

/// What a setting holds, in Meltano's words; `password` and `hidden` are older words for a secret string and a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SettingKind {
    /// Text; also what is meant when no kind is given.
    #[default]
    String,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// A number.
    Decimal,
    /// A date, with or without a time.
    DateIso8601,
    /// An e-mail address.
    Email,
    /// One of a list of values.
    Options,
    /// The path of a file.
    File,
    /// A list.
    Array,
    /// An object.
    Object,
    /// The result of a sign-in.
    Oauth,
    /// Secret text.
    Password,
    /// Text that Meltano's own forms did not show.
    Hidden,
}

impl SettingKind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::String,
        Self::Integer,
        Self::Boolean,
        Self::Decimal,
        Self::DateIso8601,
        Self::Email,
        Self::Options,
        Self::File,
        Self::Array,
        Self::Object,
        Self::Oauth,
        Self::Password,
        Self::Hidden,
    ];

    /// Meltano's word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::DateIso8601 => "date_iso8601",
            Self::Email => "email",
            Self::Options => "options",
            Self::File => "file",
            Self::Array => "array",
            Self::Object => "object",
            Self::Oauth => "oauth",
            Self::Password => "password",
            Self::Hidden => "hidden",
        }
    }
}

/// One value of a setting that takes one of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingOption {
    /// What people read.
    pub label: String,
    /// What is saved.
    pub value: Value,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a word of the format; they go together in every way")]
pub struct SettingDefinition {
    /// Name; dots nest.
    pub name: String,
    /// Other names the plugin knows it by.
    pub aliases: Vec<String>,
    /// What people call it; the name where the definition has no label.
    pub label: String,
    /// What it is for; Markdown by whoever wrote the definition.
    pub description: Option<String>,
    /// A short explanation.
    pub tooltip: Option<String>,
    /// Address of a page about it.
    pub documentation: Option<String>,
    /// Example shown in an empty field.
    pub placeholder: Option<String>,
    /// What it holds.
    pub kind: SettingKind,
    /// Accepted values of [`SettingKind::Options`].
    pub options: Vec<SettingOption>,
    /// Value when none is given.
    pub default: Option<Value>,
    /// Environment variable the plugin reads it from.
    pub env: Option<String>,
    /// Others of them.
    pub env_aliases: Vec<String>,
    /// What Meltano does to the value before and after it is read.
    pub processors: Vec<String>,
    /// How it is got by signing in somewhere.
    pub oauth: Option<Value>,
    /// Whether forms are not to show it.
    pub hidden: bool,
    /// Whether it cannot be left out.
    pub required: bool,
    /// Whether it belongs into the keychain.
    pub secret: bool,
    /// Whether only the app understands it: the plugin never gets it.
    pub app_only: bool,
    /// Its JSON Schema, where one is known.
    pub schema: Option<Value>,
}

/// How a connector's sign-in is checked without a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoginCheck {
    /// Started without a catalog it only signs in.
    Login,
    /// It has `--test`.
    Test,
    /// Neither: discovery tells.
    #[default]
    None,
}

/// A connector's definition.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Short id, for instance `salesforce`.
    pub id: String,
    /// Reads or writes.
    pub kind: ConnectorKind,
    /// The plugin's name, also that of its environment.
    pub plugin: String,
    /// The plugin's namespace in Meltano.
    pub namespace: String,
    /// What people call it.
    pub label: String,
    /// One line on what it brings.
    pub description: String,
    /// Category.
    pub category: String,
    /// Words it is found by.
    pub keywords: Vec<String>,
    /// Who maintains it: the same connector may exist several times.
    pub variant: Option<String>,
    /// Page about it.
    pub docs: Option<String>,
    /// Its source code.
    pub repo: Option<String>,
    /// What `pip` would be told to install.
    pub pip_url: Option<String>,
    /// Python it asks for.
    pub python: Option<String>,
    /// Versions of Python it runs on.
    pub python_versions: Vec<String>,
    /// Licence, as its definition names it.
    pub license: Option<String>,
    /// `gold`, `silver`, `bronze` or `unknown` in public definitions.
    pub quality: Option<String>,
    /// `active`, `beta`, `development`, `inactive` or `unknown` in public definitions.
    pub maintenance_status: Option<String>,
    /// Whether lists are not to show it.
    pub hidden: bool,
    /// Address of its logo, absolute or below the place the definition is from.
    pub logo_url: Option<String>,
    /// Address of the product it is for.
    pub domain_url: Option<String>,
    /// What to read before the settings are filled in; Markdown.
    pub settings_preamble: Option<String>,
    /// How it is used; Markdown.
    pub usage: Option<String>,
    /// What to do next; Markdown.
    pub next_steps: Option<String>,
    /// What has to be there before; Markdown.
    pub prerequisites: Option<String>,
    /// Plugins it needs, by type.
    pub requires: Map<String, Value>,
    /// Commands it has besides running.
    pub commands: Map<String, Value>,
    /// Variables of its environment.
    pub env: BTreeMap<String, String>,
    /// Meltano's rules of what is selected.
    pub select: Vec<String>,
    /// Program inside its environment.
    pub executable: String,
    /// Singer capabilities.
    pub capabilities: Vec<String>,
    /// Settings, in order.
    pub settings: Vec<SettingDefinition>,
    /// Settings that go together: at least one group has to be complete.
    pub groups: Vec<Vec<String>>,
    /// How its sign-in is checked.
    pub check: LoginCheck,
    /// Streams to bring in when nothing was chosen; empty: all.
    pub recommended_streams: Vec<String>,
    /// Whether its wheels ship with the app.
    pub offline: bool,
    /// Whether it is a program of the app's own that lies beside its others: it needs no environment.
    pub own_program: bool,
    /// Settings that stand under "Advanced"; absent: the form decides.
    pub advanced: Option<Vec<String>>,
    /// Logo as a `data:` address.
    pub logo: Option<String>,
    /// What could not be read as it was meant, one sentence each.
    pub notes: Vec<String>,
}

impl Definition {
    /// The setting of this name.
    pub fn setting(&self, name: &str) -> Option<&SettingDefinition> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// Whether the plugin has a capability.
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|known| known == capability)
    }

    /// Reads the text of a definition, YAML or JSON. Where it does not say what it is (`plugin_type`), its name tells.
    pub fn parse(text: &str) -> Result<Self, DefinitionError> {
        Self::from_value(&value::parse(text)?, None)
    }

    /// The same for what was parsed already. `kind` decides where the definition does not say what it is.
    pub fn from_value(value: &Value, kind: Option<ConnectorKind>) -> Result<Self, DefinitionError> {
        read::definition(value, kind)
    }

    /// What lists show of it.
    pub fn to_contract(&self, installed: bool) -> Connector {
        Connector {
            id: self.id.clone(),
            kind: self.kind,
            plugin: self.plugin.clone(),
            label: self.label.clone(),
            description: self.description.clone(),
            category: self.category.clone(),
            keywords: self.keywords.clone(),
            logo: self.logo.clone(),
            settings: self
                .settings
                .iter()
                .map(|setting| ConnectorSetting {
                    name: setting.name.clone(),
                    label: setting.label.clone(),
                    kind: setting.kind.word().to_owned(),
                    required: setting.required,
                    secret: setting.secret,
                })
                .collect(),
            installed,
            verified: true,
        }
    }
}

/// Reads YAML, or JSON, of which nothing is certain: of two keys of one name the last counts.
pub fn parse_yaml(text: &str) -> Result<Value, DefinitionError> {
    value::parse(text)
}

#[cfg(test)]
mod tests;
