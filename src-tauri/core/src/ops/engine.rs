//! The engine: its state, preparing it, what is wrong with it.

use crate::{Core, Error, error::with_sources, secrets::VaultOwner};
use tributary_contract::{AppEvent, DoctorCheck, EngineProgress, EngineStatus, IntegrationId, Tag};

/// The state of the environments that ship with the app and of all others that are installed. Starts no process.
pub fn engine_status(core: &Core) -> EngineStatus {
    core.engine().status()
}

/// Bytes the engine takes on the disk.
pub async fn engine_size(core: &Core) -> u64 {
    let engine = core.engine().clone();
    // It fails only while the program ends.
    tokio::task::spawn_blocking(move || engine.disk_use()).await.unwrap_or_default()
}

/// Makes Meltano and the connectors whose wheels ship with the app ready; others are when they are needed. Progress goes to
/// events and to `watch`.
pub async fn prepare_engine(core: &Core, watch: &(dyn Fn(EngineProgress) + Send + Sync)) -> Result<(), Error> {
    let progress = |progress: EngineProgress| {
        watch(progress.clone());
        core.events().send(AppEvent::EngineProgress(progress));
    };
    let done = core.engine().prepare(core.engine().shipped(), &progress).await;
    core.events().send(AppEvent::Invalidate(vec![Tag::Engine]));
    Ok(done?)
}

/// Rebuilds what is damaged. Gives the names of what was rebuilt.
pub async fn repair_engine(core: &Core, watch: &(dyn Fn(EngineProgress) + Send + Sync)) -> Result<Vec<String>, Error> {
    let progress = |progress: EngineProgress| {
        watch(progress.clone());
        core.events().send(AppEvent::EngineProgress(progress));
    };
    let done = core.engine().repair(&progress).await;
    core.events().send(AppEvent::Invalidate(vec![Tag::Engine]));
    Ok(done?)
}

/// Looks at everything a sync needs.
pub async fn doctor(core: &Core) -> Vec<DoctorCheck> {
    let mut checks = vec![
        check_program("plugin-host", &core.resources().plugin_host),
        check_program("target-tributary", &core.resources().program("target-tributary")),
        check_keychain(core).await,
        DoctorCheck {
            name: "database".to_owned(),
            ok: true,
            message: format!("{} can be used.", core.home().database().display()),
            hint: None,
        },
    ];
    checks.extend(core.engine().inspect().await);
    checks
}

fn check_program(name: &str, path: &std::path::Path) -> DoctorCheck {
    let ok = path.is_file();
    DoctorCheck {
        name: name.to_owned(),
        ok,
        message: format!("{} {}", path.display(), if ok { "is there." } else { "is missing." }),
        hint: (!ok).then(|| "Install Tributary again: its own files are damaged.".to_owned()),
    }
}

/// Reads an entry that does not exist: whether the keychain answers is what counts.
async fn check_keychain(core: &Core) -> DoctorCheck {
    let answer = core.vault().load(VaultOwner::Integration(IntegrationId::new())).await;
    let name = "keychain".to_owned();
    match answer {
        Ok(_) => DoctorCheck { name, ok: true, message: "The keychain answers.".to_owned(), hint: None },
        Err(error) => {
            let message = with_sources(&error);
            DoctorCheck { name, ok: false, message, hint: Some(Error::from(error).hint()) }
        }
    }
}
