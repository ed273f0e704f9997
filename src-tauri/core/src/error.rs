//! The core's error, and how it is told to callers.

use crate::{
    connectors::{CatalogueError, hub::HubError, selection::SelectionError, settings::SettingError},
    data::DataError,
    engine::EngineError,
    ops::{FormFileError, ProjectError},
    runs::plugin_call::CallError,
    salesforce::SignInError,
    scheduler::CadenceError,
    secrets::SecretError,
    store::StoreError,
};
use std::{io, path::PathBuf};
use tributary_contract::{ApiError, ErrorCode};

/// Why an operation could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keychain.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A setting.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A schedule.
    #[error(transparent)]
    Schedule(#[from] CadenceError),
    /// The built-in connectors.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The public catalogue, or a place that keeps sources.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// The copy of the public catalogue could not be brought up to date.
    #[error("the public catalogue could not be brought up to date: {detail}")]
    HubRefresh {
        /// Why, in plain words.
        detail: String,
    },
    /// A connector that cannot be installed here, or not in this way.
    #[error("“{label}” cannot be installed: {reason}")]
    NotInstallable {
        /// What people call it.
        label: String,
        /// Why.
        reason: String,
    },
    /// Nobody agreed to what it installs.
    #[error("“{label}” was not installed: nobody agreed to what it installs")]
    NotAgreed {
        /// What people call it.
        label: String,
    },
    /// A plan that is used up or too old.
    #[error("what was agreed to install is not known any more")]
    PlanGone,
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A direct call of a connector.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Signing in at Salesforce.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// What was chosen to bring in.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// The sample org.
    #[error("the sample Salesforce org could not be started or changed")]
    SampleOrg(#[source] tributary_salesforce_sim::SimulatorError),
    /// The sample org was asked for something before it was started.
    #[error("the sample Salesforce org is not running")]
    SampleOrgStopped,
    /// Text that is not of the form asked for. Never repeats a value of it.
    #[error("the input cannot be used: {detail}")]
    Input {
        /// What is wrong, and where.
        detail: String,
    },
    /// A file that gives no form.
    #[error("{path} gives no form")]
    FormFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: FormFileError,
    },
    /// Nothing of that id or name.
    #[error("there is no {kind} “{name}”")]
    NotFound {
        /// `integration`, `destination` or `run`.
        kind: &'static str,
        /// What was asked for.
        name: String,
    },
    /// No connector of that type.
    #[error("there is no connector “{name}”; there are {known}")]
    UnknownConnector {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The name cannot be used.
    #[error("the name cannot be used: {reason}")]
    InvalidName {
        /// Why.
        reason: &'static str,
    },
    /// The name is in use.
    #[error("there is already {kind} called “{name}”")]
    DuplicateName {
        /// `an integration` or `a destination`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A type cannot be changed.
    #[error("the type of “{name}” is {is} and cannot become {wanted}")]
    TypeChange {
        /// The integration's or destination's name.
        name: String,
        /// Its type.
        is: String,
        /// What was asked for.
        wanted: String,
    },
    /// It is being synced.
    #[error("“{name}” is being synced already")]
    AlreadyRunning {
        /// The integration's name.
        name: String,
    },
    /// A destination that cannot go.
    #[error("“{name}” cannot be deleted: {reason}")]
    CannotDelete {
        /// The destination's name.
        name: String,
        /// Why.
        reason: String,
    },
    /// What a connector's discovery ended with.
    #[error("{source_name} did not say what it has: {line}")]
    Discovery {
        /// What people call the source.
        source_name: String,
        /// The most telling line.
        line: String,
        /// All lines that matter, for the verdict.
        lines: Vec<String>,
        /// The exit code.
        exit: Option<i32>,
    },
    /// What reading rows ended with.
    #[error("“{stream}” of {source_name} could not be read: {line}")]
    Reading {
        /// What people call the source.
        source_name: String,
        /// The stream.
        stream: String,
        /// The most telling line.
        line: String,
        /// All lines that matter, for the verdict.
        lines: Vec<String>,
        /// The exit code.
        exit: Option<i32>,
    },
    /// A file of the data folder.
    #[error("{path} cannot be read or written")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Somebody else changed it meanwhile.
    #[error("“{name}” was changed elsewhere since this edit was begun")]
    Conflict {
        /// The integration's or destination's name.
        name: String,
    },
    /// A draft that another window has finished or thrown away.
    #[error("this set-up was finished in another window")]
    Finished,
    /// A Meltano project that was to be written or taken over.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The data of a destination.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The person stopped it.
    #[error("it was stopped")]
    Cancelled,
    /// What several callers waited for failed.
    #[error(transparent)]
    Shared(#[from] std::sync::Arc<Error>),
    /// No place for the data folder is known.
    #[error("there is no place for the data folder")]
    NoHome,
}

impl Error {
    /// The kind, for callers that branch on it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Store(StoreError::TooNew { .. }) => ErrorCode::DatabaseTooNew,
            Self::Store(StoreError::DuplicateName) | Self::DuplicateName { .. } => ErrorCode::DuplicateName,
            Self::Store(StoreError::RunActive) | Self::AlreadyRunning { .. } => ErrorCode::AlreadyRunning,
            Self::Store(StoreError::DestinationInUse) | Self::CannotDelete { .. } => ErrorCode::InUse,
            Self::Store(StoreError::Changed) | Self::Conflict { .. } | Self::Finished => ErrorCode::Conflict,
            Self::Store(StoreError::DiskFull(_)) => ErrorCode::DiskFull,
            Self::Store(StoreError::Folder { source, .. }) if source.kind() == io::ErrorKind::StorageFull => {
                ErrorCode::DiskFull
            }
            Self::File { source, .. } if source.kind() == io::ErrorKind::StorageFull => ErrorCode::DiskFull,
            Self::Store(_) | Self::File { .. } | Self::NoHome | Self::SignIn(SignInError::Store(_)) => {
                ErrorCode::Storage
            }
            Self::Secret(SecretError::Locked) | Self::SignIn(SignInError::Keychain(_, true)) => {
                ErrorCode::KeychainLocked
            }
            Self::Secret(_) | Self::SignIn(SignInError::Keychain(_, false)) => ErrorCode::KeychainMissing,
            Self::Setting(SettingError::SecretInConfig { .. }) => ErrorCode::SecretInConfig,
            Self::Setting(_) | Self::Schedule(_) => ErrorCode::InvalidSetting,
            Self::Engine(error) => error.code(),
            Self::Hub(HubError::Unreachable { .. } | HubError::Status { .. }) | Self::HubRefresh { .. } => {
                ErrorCode::NetworkUnavailable
            }
            Self::SignIn(_)
            | Self::Hub(_)
            | Self::Call(_)
            | Self::Discovery { .. }
            | Self::Reading { .. }
            | Self::Selection(_) => ErrorCode::OperationFailed,
            Self::NotInstallable { .. } | Self::NotAgreed { .. } | Self::PlanGone => ErrorCode::NotInstallable,
            Self::NotFound { .. } => ErrorCode::NotFound,
            Self::Data(error) => error.code(),
            Self::Cancelled => ErrorCode::Cancelled,
            Self::Shared(error) => error.code(),
            Self::UnknownConnector { .. } => ErrorCode::UnknownConnector,
            Self::InvalidName { .. } => ErrorCode::InvalidName,
            Self::TypeChange { .. } | Self::Input { .. } | Self::FormFile { .. } | Self::Project(_) => {
                ErrorCode::InvalidInput
            }
            Self::Catalogue(_) | Self::SampleOrg(_) | Self::SampleOrgStopped => ErrorCode::Internal,
        }
    }

    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::Store(StoreError::TooNew { .. }) => {
                "Install the newest version of Tributary. Nothing was changed in the database.".to_owned()
            }
            Self::Store(StoreError::DuplicateName) | Self::DuplicateName { .. } => "Choose another name.".to_owned(),
            Self::Store(StoreError::RunActive) | Self::AlreadyRunning { .. } => {
                "Wait until that sync has ended, or cancel it.".to_owned()
            }
            Self::Store(StoreError::DestinationInUse) => {
                "Give the integrations that use it another destination first.".to_owned()
            }
            Self::Store(StoreError::Changed) | Self::Conflict { .. } => {
                "Throw this edit away and begin it again: it then shows what is there now.".to_owned()
            }
            Self::Finished => "Close this window: what was saved is in the list.".to_owned(),
            Self::Data(error) => error.hint(),
            Self::Project(error) => error.hint().to_owned(),
            Self::Cancelled => "Start it again whenever you like.".to_owned(),
            Self::SignIn(error) => error.hint(),
            Self::Shared(error) => error.hint(),
            Self::Store(StoreError::DiskFull(_)) => "Free some space on the disk, then try again.".to_owned(),
            Self::Store(StoreError::NoGoodCopy { .. }) => {
                "Keep that folder and give it to whoever helps you. Started again, Tributary begins anew, without \
                 integrations; data that was brought in and secrets in the keychain stay where they are."
                    .to_owned()
            }
            Self::Store(StoreError::Damaged(_)) => {
                "Close Tributary everywhere and start it again: it then puts its last good copy in place.".to_owned()
            }
            Self::File { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "Free some space on the disk, then try again.".to_owned()
            }
            Self::Store(_) | Self::File { .. } => {
                "Check that the data folder can be read and written and that the disk is not full.".to_owned()
            }
            Self::NoHome => "Set TRIBUTARY_HOME to a folder of yours.".to_owned(),
            Self::Secret(SecretError::Locked) => "Unlock your keychain, then try again.".to_owned(),
            Self::Secret(SecretError::Damaged { .. }) => "Enter the secrets again.".to_owned(),
            Self::Secret(_) => {
                "Install and start a keychain: on Linux GNOME Keyring, KWallet or KeePassXC with the Secret \
                                Service; then try again. Tributary keeps secrets nowhere else."
                    .to_owned()
            }
            Self::Setting(SettingError::SecretInConfig { .. }) => {
                "Send it in “secrets”; it is then kept in the keychain.".to_owned()
            }
            Self::Setting(SettingError::NotSecret { .. }) => "Send it in “config”.".to_owned(),
            Self::Setting(_) => "Correct the setting and try again; nothing was saved.".to_owned(),
            Self::Schedule(error) => error.hint().to_owned(),
            Self::Engine(error) => error.hint().to_owned(),
            Self::Call(CallError::TimedOut { .. }) => "Check the network and the settings, then try again.".to_owned(),
            Self::Call(CallError::TooMuch { .. }) => {
                "Check that this is the right connector for the source.".to_owned()
            }
            Self::Hub(HubError::Address { .. }) => "Correct TRIBUTARY_HUB_URL, or leave it out.".to_owned(),
            Self::Hub(HubError::Status { status: 404, .. }) => {
                "Its makers have moved or removed it: choose another connector.".to_owned()
            }
            Self::HubRefresh { .. } => {
                "Check the network, then try again. What was fetched before can still be used.".to_owned()
            }
            Self::NotInstallable { .. } => "Choose another connector for the same source or destination.".to_owned(),
            Self::NotAgreed { .. } => "Look at what it installs, then agree to it with --yes.".to_owned(),
            Self::PlanGone => "Look again at what would be installed, and agree to that.".to_owned(),
            Self::Hub(_) => "Check the network, then try again.".to_owned(),
            Self::Call(_) => "Repair the engine with trib doctor --repair.".to_owned(),
            Self::Discovery { .. } | Self::Reading { .. } => "Test the connection: it says what is wrong.".to_owned(),
            Self::Selection(_) => "Look at the streams again (trib streams --refresh) and choose others.".to_owned(),
            Self::Input { .. } => "Correct the JSON and send it again; nothing was saved.".to_owned(),
            Self::FormFile { source: FormFileError::Read(_), .. } => {
                "Check the path, and that you may read the file. A built-in connector goes by its name alone."
                    .to_owned()
            }
            Self::FormFile { .. } => {
                "Give a connector's definition in YAML or JSON, or the output of its --about --format=json.".to_owned()
            }
            Self::NotFound { .. } => "Look at the list for the right name or id.".to_owned(),
            Self::UnknownConnector { .. } => "Use one of these.".to_owned(),
            Self::InvalidName { .. } => "Use 1 to 100 characters on one line.".to_owned(),
            Self::TypeChange { .. } => "Create a new one of that type.".to_owned(),
            Self::CannotDelete { .. } => "Choose another destination for what uses it first.".to_owned(),
            Self::Catalogue(_) => "Install Tributary again: its own files are damaged.".to_owned(),
            Self::SampleOrg(_) | Self::SampleOrgStopped => "Try again.".to_owned(),
        }
    }

    /// What a connector said before it failed, and its exit code.
    pub fn said(&self) -> Option<(&[String], Option<i32>)> {
        match self {
            Self::Discovery { lines, exit, .. } | Self::Reading { lines, exit, .. } => Some((lines, *exit)),
            Self::Shared(error) => error.said(),
            _ => None,
        }
    }

    /// The setting at fault.
    pub fn setting(&self) -> Option<&str> {
        match self {
            Self::Setting(error) => Some(error.setting()),
            Self::Schedule(_) => Some("schedule"),
            Self::Shared(error) => error.setting(),
            Self::InvalidName { .. } | Self::DuplicateName { .. } => Some("name"),
            _ => None,
        }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self {
            code: error.code(),
            message: match &error {
                Error::Engine(engine) if !engine.details().is_empty() => {
                    format!("{}\n{}", with_sources(&error), engine.details())
                }
                _ => with_sources(&error),
            },
            hint: error.hint(),
            setting: error.setting().map(str::to_owned),
            fix: None,
        }
    }
}

/// The error with everything that caused it, in one sentence.
pub fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        // Transparent layers repeat their cause.
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        source = inner.source();
    }
    text
}
