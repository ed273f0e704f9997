//! Where the programs and files are that come with the app.
//!
//! Programs lie beside the app's own. Files lie in the folder the bundle puts them in, or, in a build that was not
//! installed, in `resources` beside the app. `TRIBUTARY_RESOURCES` names another folder.

use std::{
    env::{self, consts::EXE_SUFFIX},
    io,
    path::{Path, PathBuf},
    process,
};
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_shell::ShellExt;
use tributary_core::Resources;

/// Names another folder with the app's files.
const OVERRIDE: &str = "TRIBUTARY_RESOURCES";

/// Why the app's own parts cannot be located.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system does not say where the running program is.
    #[error("the app's own folder could not be determined")]
    OwnFolder(#[source] io::Error),
    /// The place of the package installer is unknown.
    #[error("the package installer that comes with the app could not be located")]
    Sidecar(#[source] tauri_plugin_shell::Error),
    /// The place of the app's files is unknown.
    #[error("the app's files could not be located")]
    Files(#[source] tauri::Error),
}

/// Finds everything that comes with the app.
///
/// # Errors
/// When the system does not say where the app itself is.
pub fn find<R: Runtime>(app: &AppHandle<R>) -> Result<Resources, Error> {
    let own_folder = own_folder().map_err(Error::OwnFolder)?;
    let sidecar: process::Command = app.shell().sidecar("tributary-uv").map_err(Error::Sidecar)?.into();
    let installed = app.path().resource_dir().map_err(Error::Files)?;
    let files = folder_of_files(env::var_os(OVERRIDE).map(PathBuf::from), &own_folder, installed);
    let wheels = files.join("wheels");
    Ok(Resources {
        uv: PathBuf::from(sidecar.get_program()),
        plugin_host: own_folder.join(format!("plugin-host{EXE_SUFFIX}")),
        meltano: files.join("meltano"),
        wheels: wheels.is_dir().then_some(wheels),
    })
}

fn own_folder() -> io::Result<PathBuf> {
    let program = tauri::utils::platform::current_exe()?;
    program.parent().map(Path::to_path_buf).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
}

/// The folder asked for, else the one beside the app, else the installed one.
fn folder_of_files(asked_for: Option<PathBuf>, own_folder: &Path, installed: PathBuf) -> PathBuf {
    let beside = own_folder.join("resources");
    asked_for.or_else(|| beside.is_dir().then_some(beside)).unwrap_or(installed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_asked_for_wins_then_the_one_beside_the_app_then_the_installed_one() {
        let own = tempfile::tempdir().unwrap();
        let installed = PathBuf::from("installed");
        assert_eq!(folder_of_files(None, own.path(), installed.clone()), installed, "nothing beside the app");
        std::fs::create_dir(own.path().join("resources")).unwrap();
        assert_eq!(folder_of_files(None, own.path(), installed.clone()), own.path().join("resources"));
        assert_eq!(folder_of_files(Some("other".into()), own.path(), installed), PathBuf::from("other"));
    }
}
