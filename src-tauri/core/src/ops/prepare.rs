//! What a run or test needs before a connector can start.

use super::{
    connectors, destinations, discovery,
    prepare_error::PrepareError,
    setup::Setup,
    transfer::{self, Api},
};
use crate::{
    Core, Error,
    connectors::{Definition, SettingKind, plugin_config, selection, settings},
    engine::{
        EngineError,
        project::{self, ProjectPlugin},
    },
    runs::plugin_call::ReadyPlugin,
    salesforce::{
        self, Credential, SignInError, api,
        broker::{self, Access},
        lend,
        listing::Listing,
        same_instance,
    },
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
use tributary_contract::{AppEvent, ConnectorKind, Destination, EngineProgress, EngineStep, Integration, Subject, Tag};

/// Bytes that Meltano holds between extractor and loader. Its own 100 MiB end a sync with a record of 60 MB.
const MESSAGE_BUFFER: usize = 160 * 1024 * 1024;

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
    plugin_that_lists(core, definition, setup, |_| Ok(None)).await
}

/// The same for one that lists what there is: at Salesforce, through what `listing` gives.
pub async fn plugin_that_lists(
    core: &Core,
    definition: &Definition,
    setup: &Setup,
    listing: impl FnOnce(&BTreeMap<String, String>) -> Result<Option<Arc<Listing>>, Error>,
) -> Result<ReadyPlugin, Error> {
    let mut secrets = load_secrets(core, setup).await?;
    let mut environment =
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
    let mut outside = broker::environment(core);
    outside.extend(environment.clone());
    let loan = match Credential::of(core, setup, &secrets, outside.clone()).await? {
        Some(credential) => {
            let loan = lend(core, credential, secrets.clone(), listing(&outside)?).await?;
            secrets.clone_from(&loan.secrets);
            environment.extend(loan.environment.clone());
            Some(Arc::new(loan))
        }
        None => None,
    };
    Ok(ReadyPlugin {
        environment_hold,
        executable,
        config: plugin_config::build(definition, &settings::normalise(definition, &setup.config), &setup.secrets),
        secrets,
        json_secrets: json_secrets(definition),
        holder: setup.holder,
        environment,
        loan,
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

/// Makes sure that the sign-in works, by the one token request of a run; and that it leads to the instance the settings name,
/// once after a change. `None`: nothing that the app signs in itself.
pub async fn sign_in(core: &Core, setup: &Setup, plugin: &ReadyPlugin) -> Result<Option<Access>, PrepareError> {
    if setup.connector != salesforce::CONNECTOR {
        return Ok(None);
    }
    let Some(loan) = &plugin.loan else { return Err(SignInError::NotSignedIn.into()) };
    let access = broker::access(core, &loan.credential, std::time::Duration::ZERO).await?;
    check_instance(core, setup, &access).await?;
    identify(core, &loan.credential, &access).await;
    Ok(Some(access))
}

/// A connector failed with what it was lent: the next one gets it anew, in case it was that.
pub async fn forget_access(core: &Core, plugin: &ReadyPlugin) {
    if let Some(loan) = &plugin.loan {
        broker::forget_access(core, loan.credential.id).await;
    }
}

/// Remembers who is signed in, where that is not known yet (the token was pasted).
async fn identify(core: &Core, credential: &Credential, access: &Access) {
    let id = credential.id;
    let known = core.database().read(move |connection| store::sign_ins::find(connection, id)).await;
    if known.is_ok_and(|row| row.is_none_or(|row| row.identity.is_some())) {
        return;
    }
    match api::identity(access, &credential.environment).await {
        Ok(identity) => {
            let saved =
                core.database().transact(move |connection| store::sign_ins::set_identity(connection, id, &identity));
            if let Err(error) = saved.await {
                tracing::warn!(%error, "who is signed in could not be kept");
            }
            core.events().send(AppEvent::Invalidate(vec![Tag::SignIns]));
        }
        // It is for showing only.
        Err(error) => tracing::info!(%error, "Salesforce did not say who is signed in"),
    }
}

async fn check_instance(core: &Core, setup: &Setup, access: &Access) -> Result<(), PrepareError> {
    let Some(named) = setup.config.get("instance_url").and_then(Value::as_str) else { return Ok(()) };
    if named.trim().is_empty() {
        return Ok(());
    }
    let saved = if let Subject::Integration(id) = setup.subject { Some(id) } else { None };
    if let Some(id) = saved {
        let checked = core.database().read(move |connection| store::integrations::instance_checked(connection, id));
        if checked.await.map_err(Error::from)? {
            return Ok(());
        }
    }
    if !same_instance(named, &access.instance_url) {
        let (named, found) = (named.to_owned(), access.instance_url.clone());
        return Err(SignInError::WrongInstance { named, found }.into());
    }
    if let Some(id) = saved {
        let saved =
            core.database().transact(move |connection| store::integrations::set_instance_checked(connection, id));
        saved.await.map_err(Error::from)?;
    }
    Ok(())
}

/// Writes the catalog file the tap is given: the chosen streams only. Gives the chosen streams that are gone.
pub async fn write_catalog(
    core: &Core,
    integration: &Integration,
    definition: &Definition,
    api: Option<Api>,
) -> Result<Vec<String>, Error> {
    let setup = Setup::from(integration);
    let text = discovery::catalog(core, &setup).await?;
    let path = core.home().catalog(integration.id);
    let (choices, recommended) = (integration.streams.clone(), definition.recommended_streams.clone());
    let old_style = is_old_style(definition);
    let written = tokio::task::spawn_blocking(move || {
        let mut selected = selection::select(&text, choices.as_deref(), &recommended, old_style)?;
        if api == Some(Api::Bulk) {
            transfer::leave_out_compound(&mut selected.catalog);
        }
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
