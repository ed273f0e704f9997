//! Why the plugin could not be started. Each message is one line; secrets never stand in it.

use std::{error::Error, io, path::PathBuf};

/// The exit code when the plugin was not started: `EX_CONFIG` of sysexits, because 1 and 2 are what plugins themselves
/// end with.
pub(crate) const NOT_STARTED: i32 = 78;

#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error("the environment variable {0} is not set; only Tributary starts this program")]
    MissingVariable(&'static str),
    #[error("TRIBUTARY_ROLE is `{0}`, not `extractor` or `loader`")]
    UnknownRole(String),
    #[error("cannot reach Tributary at its socket")]
    Connect(#[source] io::Error),
    #[error("the connection to Tributary broke before the plugin was started")]
    Handshake(#[source] io::Error),
    #[error("Tributary's answer was not understood")]
    Answer(#[source] serde_json::Error),
    #[error("Tributary did not answer with what to start")]
    UnexpectedAnswer,
    #[error("Tributary refused to start the plugin: {0}")]
    Refused(String),
    #[error("the argument --config has no value")]
    NoConfigPath,
    #[error("the argument --config was given more than once")]
    SeveralConfigs,
    #[error("cannot read the plugin's configuration {}", .0.display())]
    ReadConfig(PathBuf, #[source] io::Error),
    #[error("the plugin's configuration {} is not JSON", .0.display())]
    ParseConfig(PathBuf, #[source] serde_json::Error),
    #[error("the plugin's configuration names the secret setting `{0}`, which Tributary did not send")]
    UnknownSecret(String),
    #[error("the plugin's configuration names the setting `{0}`, which Tributary did not send")]
    UnknownValue(String),
    /// Without its source, which could quote the secret.
    #[error("the secret setting `{0}` should be JSON and is not")]
    SecretNotJson(String),
    #[error("cannot make the plugin's private configuration file")]
    PrivateFile(#[source] io::Error),
    #[error("cannot watch over the plugin")]
    Watch(#[source] io::Error),
    #[error("cannot start the plugin {0}")]
    Spawn(String, #[source] io::Error),
}

impl StartError {
    /// The message and its causes, in one line.
    pub(crate) fn line(&self) -> String {
        let mut line = format!("plugin-host: {self}");
        let mut cause = self.source();
        while let Some(error) = cause {
            line.push_str(": ");
            line.push_str(&error.to_string());
            cause = error.source();
        }
        line.replace(['\n', '\r'], " ")
    }
}
