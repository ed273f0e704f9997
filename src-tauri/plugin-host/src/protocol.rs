//! What the app and `plugin-host` say to each other: one JSON message a line, both ways, over a private local socket
//! (a Unix domain socket in a folder only its owner can enter; a named pipe on Windows).
//!
//! Order: the host connects and sends [`HostMessage::Hello`]; the app answers [`AppMessage::Launch`] or
//! [`AppMessage::Refuse`]; then the host reports until [`HostMessage::Exited`], which is its last message.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt};
use zeroize::Zeroizing;

/// Environment variable that holds the socket's name (a path; on Windows the pipe's name).
pub const SOCKET_VARIABLE: &str = "TRIBUTARY_SOCKET";
/// Environment variable that says which token is this plugin's: `extractor` or `loader`. Set per plugin in the
/// generated Meltano project, because Meltano gives both plugins the same environment otherwise.
pub const ROLE_VARIABLE: &str = "TRIBUTARY_ROLE";
/// Environment variable with the extractor's one-time token.
pub const EXTRACTOR_TOKEN_VARIABLE: &str = "TRIBUTARY_EXTRACTOR_TOKEN";
/// Environment variable with the loader's one-time token.
pub const LOADER_TOKEN_VARIABLE: &str = "TRIBUTARY_LOADER_TOKEN";
/// Environment variable every process of a run carries, so that survivors of a crash can be found.
pub const RUN_VARIABLE: &str = "TRIBUTARY_RUN";
/// How the name of a folder in the folder for temporary files begins in which a plugin's configuration lies, where there are
/// no files in memory.
pub const PRIVATE_FOLDER: &str = "tributary-config-";
/// The file in it that its host holds locked.
pub const PRIVATE_LOCK: &str = "host.lock";

/// What Meltano's configuration holds in place of the secret setting `NAME`: this prefix and the name.
pub const SECRET_PLACEHOLDER: &str = "tributary-secret:";
/// What Meltano's configuration holds in place of a plain setting whose value Meltano would change (it expands `$NAME`
/// in any text): this prefix and the name.
pub const VALUE_PLACEHOLDER: &str = "tributary-value:";

/// Text that must not be printed. It does serialise, because the socket has to carry it; so it appears in protocol
/// messages only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Wraps a secret.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(hidden)")
    }
}

/// What the real plugin is started with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Launch {
    /// Absolute path of the real plugin.
    pub executable: String,
    /// The plugin's whole environment; nothing else is inherited.
    pub env: BTreeMap<String, String>,
    /// Values for [`SECRET_PLACEHOLDER`]. Text that is a JSON object, array or number was one when it was saved, and is
    /// put in as such only where `json_secrets` names it.
    pub secrets: BTreeMap<String, SecretText>,
    /// Names among `secrets` whose text is JSON and becomes a JSON value in the config.
    #[serde(default)]
    pub json_secrets: Vec<String>,
    /// Values for [`VALUE_PLACEHOLDER`].
    #[serde(default)]
    pub values: Map<String, Value>,
}

impl Launch {
    /// Texts that must not be shown: the secrets, and passwords in addresses of the environment (a proxy's).
    #[must_use]
    pub fn hidden_texts(&self) -> Vec<Zeroizing<String>> {
        let mut texts: Vec<_> =
            self.secrets.values().map(|secret| Zeroizing::new(secret.expose().to_owned())).collect();
        for value in self.env.values() {
            let authority = value.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or(rest));
            if let Some((_, password)) =
                authority.and_then(|text| text.rsplit_once('@')).and_then(|(user, _)| user.split_once(':'))
            {
                let decoded = percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned();
                texts.extend([Zeroizing::new(decoded), Zeroizing::new(password.to_owned())]);
            }
        }
        texts
    }
}

/// From the app to the host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case")]
pub enum AppMessage {
    /// Start the plugin.
    Launch(Launch),
    /// Do not: the token is unknown or was used before.
    Refuse {
        /// Why, in words for a log.
        reason: String,
    },
    /// End the plugin (politely, then by force), pass on what it still wrote, and exit.
    Stop {
        /// How long it may take to end by itself, in milliseconds.
        grace_ms: u64,
    },
}

/// What one stream brought so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamCount {
    /// The stream's name.
    pub name: String,
    /// RECORD messages.
    pub records: u64,
    /// Bytes of their lines, line ends included.
    pub bytes: u64,
}

/// From the host to the app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case")]
pub enum HostMessage {
    /// The first message.
    Hello {
        /// The one-time token.
        token: String,
        /// The host's own process id.
        pid: u32,
    },
    /// The plugin runs.
    Spawned {
        /// Its process id.
        pid: u32,
    },
    /// Redacted lines of the plugin's standard error, without line ends; of a line above 64 KiB the beginning and the
    /// end, and how much was left out.
    Log {
        /// The lines, oldest first.
        lines: Vec<String>,
    },
    /// Totals so far (not differences); at most ten a second, and once at the end. An extractor's are what it wrote, a
    /// loader's what it was given.
    Progress {
        /// Counts per stream, in order of appearance.
        streams: Vec<StreamCount>,
        /// STATE messages the plugin wrote.
        states: u64,
    },
    /// The plugin wrote other secrets into its config file: save them before anything else uses the old ones.
    SecretsChanged {
        /// Those that changed, whole new values.
        secrets: BTreeMap<String, SecretText>,
    },
    /// The last message.
    Exited {
        /// The plugin's exit code; `None` when a signal ended it.
        code: Option<i32>,
        /// The signal that ended it.
        signal: Option<i32>,
    },
}
