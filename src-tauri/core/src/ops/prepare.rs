//! What a run or test needs before a connector can start.

use super::{connectors, destinations, discovery, setup::Setup};
use crate::{
    Core, Error,
    connectors::{Definition, SettingKind, plugin_config, selection, settings},
    engine::{
        EngineError,
        project::{self, ProjectPlugin},
    },
    runs::{
        plugin_call::ReadyPlugin,
        problems::{Evidence, classify, describe},
    },
    salesforce::sign_in::{self, SignInError, same_instance},
    secrets::Secrets,
    store,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tributary_contract::{
    AppEvent, ConnectorKind, Destination, EngineProgress, EngineStep, Integration, Problem, ProblemCode, Subject, Tag,
};

/// Bytes that Meltano holds between extractor and loader. Its own 100 MiB end a sync with a record of 60 MB.
const MESSAGE_BUFFER: usize = 160 * 1024 * 1024;

/// Why a run could not start.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The integration itself could not be read.
    #[error(transparent)]
    Lookup(Box<Error>),
    /// Something it needs is not there.
    #[error(transparent)]
    Needs(#[from] Error),
    /// Salesforce's sign-in failed.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The sign-in leads elsewhere than the settings say.
    #[error("the settings name {named}, but the sign-in belongs to {found}")]
    WrongInstance {
        /// The address in the settings.
        named: String,
        /// The address the sign-in returned.
        found: String,
    },
}

impl From<EngineError> for PrepareError {
    fn from(error: EngineError) -> Self {
        Self::Needs(error.into())
    }
}

impl From<crate::runs::plugin_call::CallError> for PrepareError {
    fn from(error: crate::runs::plugin_call::CallError) -> Self {
        Self::Needs(error.into())
    }
}

impl PrepareError {
    /// What a connector said before it failed; the most telling line first.
    pub fn said(&self) -> Vec<String> {
        match self {
            Self::Needs(error) => error.said().map(|(lines, _)| lines.to_vec()).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The problem to show.
    pub fn into_problem(self, evidence: &Evidence, subject: impl Into<Subject>) -> Problem {
        let subject = subject.into();
        let line = Some(crate::error::with_sources(&self));
        let code = match &self {
            Self::WrongInstance { .. } => ProblemCode::WrongInstance,
            Self::SignIn(error) => sign_in_problem(error),
            Self::Needs(error) if error.said().is_some_and(|(_, exit)| exit != Some(0)) => {
                let (lines, exit) = error.said().unwrap_or_default();
                // One that a signal ended has failed too.
                let (extractor_exit, extractor_lines) = (exit.or(Some(-1)), lines.to_vec());
                return classify(&Evidence { extractor_exit, extractor_lines, ..evidence.clone() }, subject);
            }
            Self::Lookup(error) => code_of(error),
            Self::Needs(error) => code_of(error),
        };
        let mut problem = describe(code, evidence, subject, line);
        if let Self::Needs(error) = &self {
            if let Error::Setting(error) = error {
                problem.fix.setting = Some(error.setting().to_owned());
            }
            // What the connector did is said by the error itself, and so is what to do.
            if matches!(error, Error::Call(_)) {
                problem.explanation = format!("{}.", first_upper(&crate::error::with_sources(error)));
                problem.hint = error.hint();
            }
        }
        problem
    }
}

fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn code_of(error: &Error) -> ProblemCode {
    use tributary_contract::ErrorCode;
    match error.code() {
        ErrorCode::KeychainLocked | ErrorCode::KeychainMissing => ProblemCode::KeychainUnavailable,
        ErrorCode::DiskFull => ProblemCode::DiskFull,
        ErrorCode::NetworkUnavailable => ProblemCode::NetworkDown,
        ErrorCode::InvalidSetting | ErrorCode::SecretInConfig => ProblemCode::SettingInvalid,
        ErrorCode::EngineUnavailable | ErrorCode::PythonMissing => ProblemCode::EngineBroken,
        _ => ProblemCode::Unknown,
    }
}

fn sign_in_problem(error: &SignInError) -> ProblemCode {
    match error {
        SignInError::Refused { error, .. } if error.starts_with("invalid_client") => ProblemCode::WrongClient,
        SignInError::Refused { error, .. } if error.starts_with("OAUTH_APP") => ProblemCode::MissingPermission,
        SignInError::Refused { error, .. } if error.starts_with("OAUTH_EC_APP") => ProblemCode::WrongClient,
        SignInError::Refused { .. } => ProblemCode::SignInExpired,
        SignInError::Unexpected { .. } => ProblemCode::ServerError,
        SignInError::Unreachable { detail } if detail.to_lowercase().contains("certificate") => ProblemCode::TlsOrProxy,
        SignInError::Unreachable { .. } => ProblemCode::NetworkDown,
        SignInError::Network { .. } => ProblemCode::TlsOrProxy,
    }
}

/// The extractor of an integration, its environment made ready where it is not.
pub async fn extractor(core: &Core, setup: &Setup) -> Result<(Definition, ReadyPlugin), Error> {
    let definition = connectors::find(core, ConnectorKind::Extractor, &setup.connector)?;
    install(core, &definition).await?;
    let plugin = plugin(core, &definition, setup).await?;
    Ok((definition, plugin))
}

/// The loader an integration writes with, its environment made ready where it is not.
pub async fn loader(core: &Core, integration: &Integration) -> Result<(Destination, Definition, ReadyPlugin), Error> {
    let destination = destinations::get_destination(core, &integration.destination.to_string()).await?;
    let definition = connectors::find(core, ConnectorKind::Loader, &destination.connector)?;
    install(core, &definition).await?;
    if let Some(folder) = destination.config.get("destination_path").and_then(Value::as_str) {
        std::fs::create_dir_all(folder).map_err(|source| Error::File { path: folder.into(), source })?;
    }
    let plugin = plugin(core, &definition, &Setup::from(&destination)).await?;
    Ok((destination, definition, plugin))
}

/// A connector whose environment is ready, with the settings and secrets of what is set up.
pub async fn plugin(core: &Core, definition: &Definition, setup: &Setup) -> Result<ReadyPlugin, Error> {
    let secrets = load_secrets(core, setup).await?;
    let environment =
        if setup.sample { core.sample_org().environment(core.home(), &secrets).await? } else { BTreeMap::new() };
    let (environment_hold, executable) = if definition.own_program {
        let program = core.resources().program(&definition.executable);
        if !program.is_file() {
            let (environment, program) = (definition.plugin.clone(), definition.executable.clone());
            return Err(EngineError::ProgramMissing { environment, program }.into());
        }
        (None, program)
    } else {
        let hold = core.engine().hold(&definition.plugin)?;
        (Some(Arc::new(hold)), core.engine().executable(&definition.plugin, &definition.executable)?)
    };
    Ok(ReadyPlugin {
        environment_hold,
        executable,
        config: plugin_config::build(definition, &settings::normalise(definition, &setup.config), &setup.secrets),
        secrets,
        json_secrets: json_secrets(definition),
        holder: setup.holder,
        environment,
    })
}

/// Secret settings that are no text: a service account's key file, say, is an object.
fn json_secrets(definition: &Definition) -> Vec<String> {
    let is_json = |kind| {
        use SettingKind::{Array, Boolean, Decimal, Integer, Object};
        matches!(kind, Array | Boolean | Decimal | Integer | Object)
    };
    let secret = definition.settings.iter().filter(|setting| setting.secret && is_json(setting.kind));
    secret.map(|setting| setting.name.clone()).collect()
}

/// The secrets of what is set up: those it names, and all of them.
pub async fn load_secrets(core: &Core, setup: &Setup) -> Result<Secrets, Error> {
    if setup.secrets.is_empty() {
        return Ok(Secrets::new());
    }
    let mut secrets = setup.holder.load(core.vault()).await?;
    // What was removed in a draft is still kept for what it edits.
    secrets.retain(|name, _| setup.secrets.contains(name));
    match setup.secrets.iter().find(|name| !secrets.contains_key(*name)) {
        Some(name) => {
            let missing = crate::secrets::SecretError::Refused { detail: format!("it no longer holds “{name}”") };
            Err(missing.into())
        }
        None => Ok(secrets),
    }
}

/// Makes Meltano's environment ready.
pub async fn engine(core: &Core) -> Result<(), Error> {
    make_ready(core, &[]).await
}

/// Makes Meltano's environment and the connector's ready.
pub async fn install(core: &Core, definition: &Definition) -> Result<(), Error> {
    if definition.own_program {
        // Meltano is needed all the same.
        return make_ready(core, &[]).await;
    }
    make_ready(core, std::slice::from_ref(&definition.plugin)).await
}

async fn make_ready(core: &Core, wanted: &[String]) -> Result<(), Error> {
    let working = AtomicBool::new(false);
    let progress = |progress: EngineProgress| {
        // What was ready before is no news.
        if progress.step != EngineStep::Done || working.load(Ordering::Relaxed) {
            working.store(true, Ordering::Relaxed);
            core.events().send(AppEvent::EngineProgress(progress));
        }
    };
    let done = core.engine().prepare(wanted, &progress).await;
    if working.load(Ordering::Relaxed) {
        core.events().send(AppEvent::Invalidate(vec![Tag::Engine]));
    }
    Ok(done?)
}

/// Compares the Salesforce instance that the settings name with the one the sign-in leads to, once after a change. Whether
/// it had to be asked: its token may be another one then.
pub async fn check_instance(core: &Core, setup: &Setup, plugin: &ReadyPlugin) -> Result<bool, PrepareError> {
    let Some(named) = setup.config.get("instance_url").and_then(Value::as_str) else { return Ok(false) };
    if setup.connector != "salesforce" || named.trim().is_empty() {
        return Ok(false);
    }
    let saved = if let Subject::Integration(id) = setup.subject { Some(id) } else { None };
    if let Some(id) = saved {
        let checked = core.database().read(move |connection| store::integrations::instance_checked(connection, id));
        if checked.await.map_err(Error::from)? {
            return Ok(false);
        }
    }
    let mut environment = core.engine().plugin_environment();
    environment.extend(plugin.environment.clone());
    let signed_in = sign_in::refresh(&plugin.secrets, Some(named), &environment).await?;
    if let Some(token) = signed_in.refresh_token {
        let changed = BTreeMap::from([("refresh_token".to_owned(), token)]);
        plugin.holder.merge(core.vault(), changed).await.map_err(Error::from)?;
    }
    if !same_instance(named, &signed_in.instance_url) {
        return Err(PrepareError::WrongInstance { named: named.to_owned(), found: signed_in.instance_url });
    }
    if let Some(id) = saved {
        let saved =
            core.database().transact(move |connection| store::integrations::set_instance_checked(connection, id));
        saved.await.map_err(Error::from)?;
    }
    Ok(true)
}

/// Writes the catalog file the tap is given: the chosen streams only. Gives the chosen streams that are gone.
pub async fn write_catalog(
    core: &Core,
    integration: &Integration,
    definition: &Definition,
) -> Result<Vec<String>, Error> {
    let setup = Setup::from(integration);
    let text = discovery::catalog(core, &setup).await?;
    let path = core.home().catalog(integration.id);
    let (choices, recommended) = (integration.streams.clone(), definition.recommended_streams.clone());
    let old_style = is_old_style(definition);
    let written = tokio::task::spawn_blocking(move || {
        let selected = selection::select(&text, choices.as_deref(), &recommended, old_style)?;
        project::write_if_changed(&path, &selected.catalog.to_string())
            .map_err(|source| Error::File { path, source })?;
        Ok(selected.gone)
    });
    written.await.unwrap_or_else(|error| {
        Err(Error::File { path: core.home().catalog(integration.id), source: std::io::Error::other(error) })
    })
}

/// Whether a connector takes its catalog as `--properties`, and may read the marks of that time only.
pub fn is_old_style(definition: &Definition) -> bool {
    definition.can("properties") && !definition.can("catalog")
}

/// Writes Meltano's project file from the database.
pub async fn write_project(core: &Core) -> Result<(), Error> {
    let (integrations, destinations) = core
        .database()
        .read(|connection| Ok((store::integrations::list(connection)?, store::destinations::list(connection)?)))
        .await?;
    // What a connector that is no longer there made cannot run, but must not hurt the others.
    let extractors: Vec<ProjectPlugin> = integrations
        .into_iter()
        .filter_map(|integration| {
            let definition = core.catalogue().find(ConnectorKind::Extractor, &integration.connector)?.clone();
            Some(ProjectPlugin {
                name: project::extractor_name(&definition, integration.id),
                config: plugin_config::build(&definition, &integration.config, &integration.secrets),
                catalog: Some(core.home().catalog(integration.id)),
                definition,
            })
        })
        .collect();
    let loaders: Vec<ProjectPlugin> = destinations
        .into_iter()
        .filter_map(|destination| {
            let definition = core.catalogue().find(ConnectorKind::Loader, &destination.connector)?.clone();
            Some(ProjectPlugin {
                name: project::loader_name(&definition, destination.id),
                config: plugin_config::build(&definition, &destination.config, &destination.secrets),
                catalog: None,
                definition,
            })
        })
        .collect();
    let path = core.home().project().join("meltano.yml");
    let text = project::render(&extractors, &loaders, &core.resources().plugin_host);
    project::write_if_changed(&path, &text).map_err(|source| Error::File { path, source })
}

/// Variables that keep Meltano to its folder and silent towards the outside.
pub fn meltano_environment(core: &Core) -> BTreeMap<String, String> {
    let text = |path: std::path::PathBuf| path.to_string_lossy().into_owned();
    let state = text(core.home().meltano_logs());
    BTreeMap::from([
        ("MELTANO_PROJECT_ROOT".to_owned(), text(core.home().project())),
        ("MELTANO_DATABASE_URI".to_owned(), format!("sqlite:///{}", text(core.home().meltano_database()))),
        ("MELTANO_SEND_ANONYMOUS_USAGE_STATS".to_owned(), "false".to_owned()),
        // A message may be half as long. Not more than needed: with a slow loader the buffer is filled.
        ("MELTANO_ELT_BUFFER_SIZE".to_owned(), MESSAGE_BUFFER.to_string()),
        // Meltano's own log folder, on each kind of system.
        ("XDG_STATE_HOME".to_owned(), state.clone()),
        ("WIN_PD_OVERRIDE_LOCAL_APPDATA".to_owned(), state),
    ])
}
