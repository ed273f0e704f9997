//! Files that a process which was ended by force could not remove itself.

use super::queue::{self, Owner};
use crate::{
    home::Home,
    store::{self, Database},
};
use std::{fs, path::Path};
use tributary_contract::RunId;
use tributary_plugin_host::protocol::{PRIVATE_FOLDER, PRIVATE_LOCK};

/// Removes plugins' configurations whose host is gone: where there are no files in memory, they hold secrets in the clear. A
/// host that lives keeps its folder's lock.
pub fn sweep_private_files() {
    sweep_private_files_in(&std::env::temp_dir());
}

fn sweep_private_files_in(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PRIVATE_FOLDER));
        // The lock is there before anything else is; another user's cannot be opened.
        let lock = fs::File::options().write(true).open(entry.path().join(PRIVATE_LOCK));
        if ours && lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            match fs::remove_dir_all(entry.path()) {
                Ok(()) => tracing::info!("a private file that was left behind was removed"),
                Err(error) => tracing::warn!(%error, "a private file that was left behind cannot be removed"),
            }
        }
    }
}

/// Removes what Meltano keeps while it runs: configurations with placeholders. Only while no run is active.
pub fn sweep_project(home: &Home) {
    // What cannot go now does no harm: it holds no secret.
    let _ = fs::remove_dir_all(home.project().join(".meltano").join("run"));
}

/// Removes the folders of runs that the database does not know: their integration was deleted, or the app ended just before
/// the run was entered.
pub fn sweep_run_folders(database: &Database, home: &Home) {
    for entry in fs::read_dir(home.runs()).into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<RunId>().ok()) else { continue };
        let is_unknown =
            || database.transact_now(|connection| store::runs::find(connection, id)).is_ok_and(|run| run.is_none());
        // Asked again once the lock is held: a run's lock comes before its row.
        if is_unknown()
            && let Ok(Owner::Gone(Some(_lock))) = queue::owner(&entry.path())
            && is_unknown()
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn private_files_go_when_their_host_is_gone() {
        let temporary = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            let folder = temporary.path().join(name);
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("config.json"), "{}").unwrap();
            (File::create(folder.join(PRIVATE_LOCK)).unwrap(), folder)
        };
        let (lock, living) = make(&format!("{PRIVATE_FOLDER}living"));
        lock.lock().unwrap();
        let (_, dead) = make(&format!("{PRIVATE_FOLDER}dead"));
        let (_, foreign) = make("something-else");
        sweep_private_files_in(temporary.path());
        assert!(living.exists(), "a plugin still needs it");
        assert!(!dead.exists(), "its host is gone");
        assert!(foreign.exists(), "it is not ours");
    }

    #[test]
    fn folders_of_runs_that_nobody_knows_go() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::new(folder.path().to_owned());
        let database = Database::open(&home.database()).unwrap();
        let (unknown, starting) = (home.run(RunId::new()), home.run(RunId::new()));
        drop(queue::own(&unknown).unwrap());
        let _lock = queue::own(&starting).unwrap();
        let foreign = home.runs().join("notes");
        fs::create_dir(&foreign).unwrap();
        sweep_run_folders(&database, &home);
        assert!(!unknown.exists());
        assert!(starting.exists(), "its row comes in a moment");
        assert!(foreign.exists(), "it is not ours");
    }
}
