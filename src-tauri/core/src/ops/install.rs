//! Installing connectors that do not come with the app: first a plan that runs nothing, then what the plan says.

use super::connectors;
use crate::{
    Core, Error,
    connectors::{
        Definition,
        hub::{self, Installation, requirement::Requirement},
    },
    engine::{Agreed, EngineError, Resolved, Wanted},
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    collections::HashSet,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tempfile::TempDir;
use tributary_contract::{AppEvent, ConnectorDetail, ConnectorKind, EngineProgress, InstallPlan, PlannedPackage, Tag};

/// Plans that are kept; older ones have to be made again.
const MOST_PLANS: usize = 8;
/// How long it is remembered what is installed: another process may change it.
const REMEMBERED: TimeDelta = TimeDelta::seconds(3);

/// Plugins whose environment is ready, and when that was found out.
type Installed = Option<(DateTime<Utc>, Arc<HashSet<String>>)>;

/// What the marketplace remembers while the app runs.
pub struct Marketplace {
    plans: Mutex<Vec<Planned>>,
    installed: Mutex<Installed>,
    /// Where programs are looked for.
    path: Option<OsString>,
    /// One installation at a time.
    installing: tokio::sync::Mutex<()>,
}

/// A plan, and what is needed to carry it out.
struct Planned {
    plan: InstallPlan,
    wanted: Vec<Wanted>,
    resolved: Resolved,
    /// The definition's text, as it is kept.
    definition: String,
    /// The archives that were fetched, for as long as they are needed.
    _archives: TempDir,
}

impl Marketplace {
    /// Remembers nothing yet.
    pub(crate) fn new(variables: &[(OsString, OsString)]) -> Self {
        let path = variables.iter().find(|(name, _)| name.eq_ignore_ascii_case("PATH")).map(|(_, value)| value.clone());
        Self { plans: Mutex::default(), installed: Mutex::default(), path, installing: tokio::sync::Mutex::default() }
    }

    /// Plugins whose environment is ready, as of a moment ago.
    pub(super) fn installed(&self, core: &Core) -> Arc<HashSet<String>> {
        let now = core.now();
        let mut remembered = lock(&self.installed);
        if let Some((at, installed)) = remembered.as_ref()
            && now - *at < REMEMBERED
        {
            return Arc::clone(installed);
        }
        let installed = connectors::installed(core);
        *remembered = Some((now, Arc::clone(&installed)));
        installed
    }

    /// Whether the `docker` program is on this computer.
    pub(super) fn has_docker(&self) -> bool {
        let name = if cfg!(windows) { "docker.exe" } else { "docker" };
        self.path.iter().flat_map(std::env::split_paths).any(|folder| folder.join(name).is_file())
    }

    fn keep(&self, planned: Planned) {
        let mut plans = lock(&self.plans);
        if plans.len() == MOST_PLANS {
            plans.remove(0);
        }
        plans.push(planned);
    }

    fn take(&self, id: &str) -> Result<Planned, Error> {
        let mut plans = lock(&self.plans);
        let place = plans.iter().position(|planned| planned.plan.id == id);
        place.map(|place| plans.remove(place)).ok_or(Error::PlanGone)
    }
}

/// Finds out what installing a connector that does not come with the app would do. Fetches archives and asks the package
/// index; runs nothing of what it finds.
pub async fn plan_install(core: &Core, kind: ConnectorKind, id: &str) -> Result<InstallPlan, Error> {
    let card = connectors::card(core, kind, id).await?;
    let refused = |reason: &str| Error::NotInstallable { label: card.label.clone(), reason: reason.to_owned() };
    if card.verified {
        return Err(refused("it comes with the app and needs no agreement"));
    }
    let (definition, text) = connectors::definition(core, &card).await?;
    let text = match text {
        Some(text) => text,
        None => fs::read_to_string(core.home().connectors().join(&card.plugin).join(DEFINITION))
            .map_err(|_| refused("the public catalogue does not know it any more"))?,
    };
    let installation = Installation::of(&definition);
    if let Some(obstacle) = installation.obstacle(core.marketplace().has_docker()) {
        return Err(refused(obstacle));
    }
    check_python(core, &definition).await?;

    let archives = TempDir::new().map_err(|source| Error::File { path: std::env::temp_dir(), source })?;
    let mut wanted = Vec::new();
    for (number, requirement) in installation.requirements.iter().enumerate() {
        wanted.push(fetch(core, requirement, archives.path(), number).await?);
    }
    let resolved = core.engine().resolve(&card.plugin, &wanted, false).await?;
    let plan = InstallPlan {
        id: uuid::Uuid::new_v4().to_string(),
        variant: definition.variant.clone(),
        asked: definition.pip_url.clone().unwrap_or_default(),
        program: definition.executable.clone(),
        packages: planned(&resolved),
        card,
    };
    let definition = hub::kept_definition(&plan.card, &text).map_err(|detail| Error::Input { detail })?;
    core.marketplace().keep(Planned { plan: plan.clone(), wanted, resolved, definition, _archives: archives });
    Ok(plan)
}

/// Does what a plan says and nothing else. Its progress goes to events and to `watch`. When it fails, or is dropped, nothing is
/// left of it.
pub async fn install_connector(
    core: &Core,
    plan: &str,
    watch: &(dyn Fn(EngineProgress) + Send + Sync),
) -> Result<ConnectorDetail, Error> {
    let planned = core.marketplace().take(plan)?;
    let card = &planned.plan.card;
    let _alone = core.marketplace().installing.lock().await;
    let progress = |progress: EngineProgress| {
        watch(progress.clone());
        core.events().send(AppEvent::EngineProgress(progress));
    };
    let open = planned.resolved.lock.is_none();
    let resolved = if open {
        // Agreed to: now its build code may say what it needs.
        core.engine().resolve(&card.plugin, &planned.wanted, true).await?
    } else {
        planned.resolved.clone()
    };
    let lock = resolved.lock.ok_or_else(|| Error::NotInstallable {
        label: card.label.clone(),
        reason: "its source does not say which packages it needs".to_owned(),
    })?;
    let agreed = Agreed {
        program: planned.plan.program.clone(),
        builds: resolved.packages.into_iter().filter(|package| package.builds).map(|package| package.name).collect(),
    };

    let folder = core.home().connectors();
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::File { path, source }
    };
    fs::create_dir_all(&folder).map_err(failed(&folder))?;
    let place = tempfile::Builder::new().prefix(".new-").tempdir_in(&folder).map_err(failed(&folder))?;
    let agreed = serde_json::to_string_pretty(&agreed).map_err(|error| failed(place.path())(error.into()))?;
    for (name, text) in [(DEFINITION, &planned.definition), ("requirements.txt", &lock), ("agreed.json", &agreed)] {
        let path = place.path().join(name);
        fs::write(&path, text).map_err(failed(&path))?;
    }
    core.engine().install(&card.plugin, place.path(), &progress).await?;
    put_in_place(place, &folder.join(&card.plugin))?;
    core.reload_catalogue()?;
    *lock_installed(core) = None;
    core.events().send(AppEvent::Invalidate(vec![Tag::Connectors, Tag::Engine]));
    connectors::get_connector(core, card.kind, &card.plugin).await
}

/// Makes the environment of a connector ready that comes with the app or was agreed to.
pub async fn prepare_connector(
    core: &Core,
    kind: ConnectorKind,
    id: &str,
    watch: &(dyn Fn(EngineProgress) + Send + Sync),
) -> Result<ConnectorDetail, Error> {
    let plugin = connectors::find(core, kind, id)?.plugin;
    let progress = |progress: EngineProgress| {
        watch(progress.clone());
        core.events().send(AppEvent::EngineProgress(progress));
    };
    let done = core.engine().prepare(std::slice::from_ref(&plugin), &progress).await;
    *lock_installed(core) = None;
    core.events().send(AppEvent::Invalidate(vec![Tag::Connectors, Tag::Engine]));
    done?;
    connectors::get_connector(core, kind, &plugin).await
}

/// The file with a connector's definition: JSON, which is YAML.
const DEFINITION: &str = "definition.yml";

/// Refuses a connector that its makers say runs on other Pythons only.
async fn check_python(core: &Core, definition: &Definition) -> Result<(), Error> {
    let only = definition.python.as_deref().map(|python| python.trim_start_matches("python"));
    let only =
        only.filter(|version| version.contains('.') && version.chars().all(|one| one.is_ascii_digit() || one == '.'));
    let all: Vec<&str> = match only {
        Some(version) => vec![version],
        None => definition.python_versions.iter().map(String::as_str).collect(),
    };
    if all.is_empty() {
        return Ok(());
    }
    let found = core.engine().python_version().await?;
    let fits = |version: &&str| **version == found || version.starts_with(&format!("{found}."));
    if all.iter().any(fits) {
        return Ok(());
    }
    let details = format!("It runs on Python {}.", all.join(", "));
    Err(EngineError::PythonUnsuitable { environment: definition.plugin.clone(), found, details }.into())
}

async fn fetch(core: &Core, requirement: &Requirement, folder: &Path, number: usize) -> Result<Wanted, Error> {
    match requirement {
        Requirement::Index(text) => Ok(Wanted::Index(text.clone())),
        Requirement::Archive { addresses, extras, subdirectory } => {
            let file: PathBuf = folder.join(number.to_string());
            let (mut address, hash) = hub::fetch_archive(addresses, &file, core.network()).await?;
            if let Some(subdirectory) = subdirectory {
                address = format!("{address}#subdirectory={subdirectory}");
            }
            let (extras, subdirectory) = (extras.clone(), subdirectory.clone());
            Ok(Wanted::Archive { address, extras, subdirectory, file, hash })
        }
    }
}

/// The packages as they are shown.
fn planned(resolved: &Resolved) -> Vec<PlannedPackage> {
    let mut packages: Vec<PlannedPackage> = resolved
        .packages
        .iter()
        .map(|package| PlannedPackage {
            name: package.name.clone(),
            version: package.version.clone(),
            from: package.from.clone(),
            builds: package.builds,
        })
        .collect();
    if resolved.lock.is_none() {
        let name = "further packages that its build code asks for".to_owned();
        packages.push(PlannedPackage { name, version: None, from: None, builds: true });
    }
    packages
}

/// Puts a finished folder in place of one that may be there.
fn put_in_place(place: TempDir, target: &Path) -> Result<(), Error> {
    let failed = |source| Error::File { path: target.to_owned(), source };
    let old = target.with_file_name(format!(".old-{}", uuid::Uuid::new_v4()));
    let replaced = target.exists();
    if replaced {
        fs::rename(target, &old).map_err(failed)?;
    }
    if let Err(error) = fs::rename(place.path(), target) {
        if replaced {
            fs::rename(&old, target).map_err(failed)?;
        }
        return Err(failed(error));
    }
    // It has another name by now: there is nothing to remove under the old one.
    let _ = place.keep();
    if replaced {
        // What cannot be removed is not looked at: its name starts with a dot.
        let _ = fs::remove_dir_all(&old);
    }
    Ok(())
}

fn lock_installed(core: &Core) -> MutexGuard<'_, Installed> {
    lock(&core.marketplace().installed)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is kept here is whole after every statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
