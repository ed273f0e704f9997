//! A connector's definition in Meltano's own format, with our additions under `metadata.tributary`.

use serde::Deserialize;
use serde_json::Value;
use tributary_contract::{Connector, ConnectorKind, ConnectorSetting};

/// What a setting holds, in Meltano's words; `password` and `hidden` are older words for a secret string and a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// One setting.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingDefinition {
    /// Name; dots nest.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What it holds.
    pub kind: SettingKind,
    /// Accepted values of [`SettingKind::Options`].
    pub options: Vec<Value>,
    /// Value when none is given.
    pub default: Option<Value>,
    /// Whether it cannot be left out.
    pub required: bool,
    /// Whether it belongs into the keychain.
    pub secret: bool,
    /// Whether only the app understands it: the plugin never gets it.
    pub app_only: bool,
}

/// How a connector's sign-in is checked without a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// Logo as a `data:` address.
    pub logo: Option<String>,
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

    /// Parses the text of a `definition.yml`.
    pub fn parse(text: &str) -> Result<Self, serde_saphyr::Error> {
        serde_saphyr::from_str::<Raw>(text).map(Self::from)
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

#[derive(Deserialize)]
struct Raw {
    plugin_type: RawType,
    name: String,
    namespace: String,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    executable: Option<String>,
    #[serde(default)]
    capabilities: Vec<String>,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    settings: Vec<RawSetting>,
    #[serde(default)]
    settings_group_validation: Vec<Vec<String>>,
    #[serde(default)]
    metadata: RawMetadata,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum RawType {
    Extractors,
    Loaders,
}

#[derive(Deserialize)]
struct RawSetting {
    name: String,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    kind: SettingKind,
    #[serde(default)]
    options: Vec<RawOption>,
    #[serde(default)]
    value: Option<Value>,
    #[serde(default)]
    sensitive: bool,
}

#[derive(Deserialize)]
struct RawOption {
    value: Value,
}

#[derive(Deserialize, Default)]
struct RawMetadata {
    #[serde(default)]
    tributary: RawAdditions,
}

#[derive(Deserialize, Default)]
struct RawAdditions {
    #[serde(default, rename = "type")]
    id: Option<String>,
    #[serde(default)]
    category: String,
    #[serde(default)]
    app_settings: Vec<String>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    check: LoginCheck,
    #[serde(default)]
    recommended_streams: Vec<String>,
    #[serde(default)]
    offline: bool,
}

impl From<Raw> for Definition {
    fn from(raw: Raw) -> Self {
        let additions = raw.metadata.tributary;
        let kind = match raw.plugin_type {
            RawType::Extractors => ConnectorKind::Extractor,
            RawType::Loaders => ConnectorKind::Loader,
        };
        let short = raw.name.trim_start_matches("tap-").trim_start_matches("target-").to_owned();
        let settings = raw
            .settings
            .into_iter()
            .map(|setting| SettingDefinition {
                label: setting.label.unwrap_or_else(|| setting.name.clone()),
                options: setting.options.into_iter().map(|option| option.value).collect(),
                default: setting.value,
                required: additions.required.contains(&setting.name),
                secret: setting.sensitive || matches!(setting.kind, SettingKind::Password | SettingKind::Oauth),
                app_only: additions.app_settings.contains(&setting.name),
                kind: setting.kind,
                name: setting.name,
            })
            .collect();
        Self {
            id: additions.id.unwrap_or(short),
            kind,
            namespace: raw.namespace,
            label: raw.label.unwrap_or_else(|| raw.name.clone()),
            description: raw.description,
            category: additions.category,
            keywords: raw.keywords,
            executable: raw.executable.unwrap_or_else(|| raw.name.clone()),
            capabilities: raw.capabilities,
            settings,
            groups: raw.settings_group_validation,
            check: additions.check,
            recommended_streams: additions.recommended_streams,
            offline: additions.offline,
            logo: None,
            plugin: raw.name,
        }
    }
}
