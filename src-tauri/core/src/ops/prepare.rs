//! What a run or test needs before a connector can start.

use super::{connectors, destinations};
use crate::{
    Core, Error,
    connectors::{Definition, SettingKind, plugin_config, selection},
    engine::{
        EngineError,
        process::base_environment,
        project::{self, ProjectPlugin},
    },
    runs::{
        classify::{Evidence, classify, describe},
        plugin_call::{ReadyPlugin, call},
    },
    salesforce::sign_in::{self, SignInError, same_instance},
    secrets::VaultOwner,
    store,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tributary_contract::{
    AppEvent, ConnectorKind, Destination, EngineProgress, EngineStep, Integration, IntegrationId, Problem, ProblemCode,
    Tag,
};
use tributary_plugin_host::protocol::SecretText;

/// How long discovery may take: big orgs need minutes (one request an object).
const DISCOVERY_LIMIT: Duration = Duration::from_mins(30);

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

impl PrepareError {
    /// The problem to show.
    pub fn into_problem(self, evidence: &Evidence, integration: IntegrationId) -> Problem {
        let line = Some(crate::error::with_sources(&self));
        let code = match &self {
            Self::WrongInstance { .. } => ProblemCode::WrongInstance,
            Self::SignIn(error) => sign_in_problem(error),
            Self::Needs(Error::Discovery { lines, exit, .. }) => {
                let evidence = Evidence { extractor_exit: *exit, extractor_lines: lines.clone(), ..evidence.clone() };
                return classify(&evidence, integration);
            }
            Self::Lookup(error) => code_of(error),
            Self::Needs(error) => code_of(error),
        };
        let mut problem = describe(code, evidence, integration, line);
        if let Self::Needs(Error::Setting(error)) = &self {
            problem.fix.setting = Some(error.setting().to_owned());
        }
        problem
    }
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
pub async fn extractor(core: &Core, integration: &Integration) -> Result<(Definition, ReadyPlugin), Error> {
    let definition = connectors::find(core, ConnectorKind::Extractor, &integration.connector)?;
    let owner = VaultOwner::Integration(integration.id);
    let secrets = load_secrets(core, owner, &integration.secrets).await?;
    install(core, &definition).await?;
    let environment =
        if integration.sample { core.sample_org().environment(core.home(), &secrets).await? } else { BTreeMap::new() };
    let plugin = ReadyPlugin {
        environment_hold: Arc::new(core.engine().hold(&definition.plugin)?),
        executable: core.engine().executable(&definition.plugin, &definition.executable)?,
        config: plugin_config::build(&definition, &integration.config, &integration.secrets),
        secrets,
        json_secrets: json_secrets(&definition),
        owner,
        environment,
    };
    Ok((definition, plugin))
}

/// The loader an integration writes with, its environment made ready where it is not.
pub async fn loader(core: &Core, integration: &Integration) -> Result<(Destination, Definition, ReadyPlugin), Error> {
    let destination = destinations::get_destination(core, &integration.destination.to_string()).await?;
    let definition = connectors::find(core, ConnectorKind::Loader, &destination.connector)?;
    let owner = VaultOwner::Destination(destination.id);
    let secrets = load_secrets(core, owner, &destination.secrets).await?;
    install(core, &definition).await?;
    if let Some(folder) = destination.config.get("destination_path").and_then(Value::as_str) {
        std::fs::create_dir_all(folder).map_err(|source| Error::File { path: folder.into(), source })?;
    }
    let plugin = ReadyPlugin {
        environment_hold: Arc::new(core.engine().hold(&definition.plugin)?),
        executable: core.engine().executable(&definition.plugin, &definition.executable)?,
        config: plugin_config::build(&definition, &destination.config, &destination.secrets),
        secrets,
        json_secrets: json_secrets(&definition),
        owner,
        environment: BTreeMap::new(),
    };
    Ok((destination, definition, plugin))
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

async fn load_secrets(core: &Core, owner: VaultOwner, names: &[String]) -> Result<BTreeMap<String, SecretText>, Error> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let secrets = core.vault().load(owner).await?;
    match names.iter().find(|name| !secrets.contains_key(*name)) {
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
async fn install(core: &Core, definition: &Definition) -> Result<(), Error> {
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

/// Compares the Salesforce instance that the settings name with the one the sign-in leads to, once after a change.
pub async fn check_instance(core: &Core, integration: &Integration, plugin: &ReadyPlugin) -> Result<(), PrepareError> {
    let id = integration.id;
    let Some(named) = integration.config.get("instance_url").and_then(Value::as_str) else { return Ok(()) };
    let checked = core.database().read(move |connection| store::integrations::instance_checked(connection, id)).await;
    if integration.connector != "salesforce" || checked.map_err(Error::from)? {
        return Ok(());
    }
    let mut environment = base_environment();
    environment.extend(plugin.environment.clone());
    let signed_in = sign_in::refresh(&plugin.secrets, Some(named), &environment).await?;
    if let Some(token) = signed_in.refresh_token {
        let changed = BTreeMap::from([("refresh_token".to_owned(), token)]);
        core.vault().merge(plugin.owner, changed).await.map_err(Error::from)?;
    }
    if !same_instance(named, &signed_in.instance_url) {
        return Err(PrepareError::WrongInstance { named: named.to_owned(), found: signed_in.instance_url });
    }
    let saved =
        core.database().transact(move |connection| store::integrations::set_instance_checked(connection, id)).await;
    Ok(saved.map_err(Error::from)?)
}

/// Whether the source has to be asked what it has.
pub async fn needs_discovery(core: &Core, integration: &Integration) -> Result<bool, Error> {
    let id = integration.id;
    Ok(core.database().read(move |connection| Ok(store::catalogs::find(connection, id)?.is_none())).await?)
}

/// What the source has: kept from earlier, or asked now.
pub async fn catalog(
    core: &Core,
    integration: &Integration,
    definition: &Definition,
    plugin: &ReadyPlugin,
) -> Result<Value, Error> {
    let id = integration.id;
    let kept = core.database().read(move |connection| store::catalogs::find(connection, id)).await?;
    if let Some(catalog) = kept.and_then(|(text, _)| serde_json::from_str(&text).ok()) {
        return Ok(catalog);
    }
    let outcome = call(core, plugin, &["--discover"], DISCOVERY_LIMIT).await?;
    let parsed = serde_json::from_slice::<Value>(&outcome.output);
    let catalog = match (outcome.exit, parsed) {
        (Some(0), Ok(catalog)) => catalog,
        (exit, parsed) => {
            let line = match parsed {
                Err(error) if exit == Some(0) => format!("its answer cannot be read ({error})"),
                _ => outcome.lines.first().cloned().unwrap_or_else(|| "it gave no reason".to_owned()),
            };
            let source_name = definition.label.clone();
            return Err(Error::Discovery { source_name, line, lines: outcome.lines, exit });
        }
    };
    // Before it is kept: what cannot be read now would fail every later run.
    selection::streams(&catalog)?;
    let (text, now) = (catalog.to_string(), core.now());
    core.database().transact(move |connection| store::catalogs::save(connection, id, &text, now)).await?;
    Ok(catalog)
}

/// Writes the catalog file the tap is given: the chosen streams only.
pub async fn write_catalog(
    core: &Core,
    integration: &Integration,
    definition: &Definition,
    plugin: &ReadyPlugin,
) -> Result<(), Error> {
    let catalog = catalog(core, integration, definition, plugin).await?;
    let selected = selection::select(&catalog, integration.streams.as_deref(), &definition.recommended_streams)?;
    let path = core.home().catalog(integration.id);
    project::write_if_changed(&path, &selected.to_string()).map_err(|source| Error::File { path, source })
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
        // Meltano's own log folder, on each kind of system.
        ("XDG_STATE_HOME".to_owned(), state.clone()),
        ("WIN_PD_OVERRIDE_LOCAL_APPDATA".to_owned(), state),
    ])
}
