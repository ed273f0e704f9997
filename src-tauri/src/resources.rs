//! Where the programs and files are that come with the app.
//!
//! Programs lie beside the app's own. Files lie beside it too in a build that was not installed; otherwise in the folder the
//! installer put them in, which only Tauri knows on every system.

use std::{io, path::PathBuf, process};
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_shell::ShellExt;
use tributary_core::{Resources, resources::RESOURCES_VARIABLE};

/// Why the app's own parts cannot be located.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The place of the package installer is unknown.
    #[error("the programs that come with the app could not be located")]
    Sidecar(#[source] tauri_plugin_shell::Error),
    /// The package installer lies in no folder.
    #[error("the programs that come with the app could not be located")]
    Programs(#[source] io::Error),
    /// The place of the app's files is unknown.
    #[error("the files that come with the app could not be located")]
    Files(#[source] tauri::Error),
}

/// Finds everything that comes with the app.
///
/// # Errors
/// When the system does not say where the app itself is.
pub fn find<R: Runtime>(app: &AppHandle<R>) -> Result<Resources, Error> {
    let sidecar: process::Command = app.shell().sidecar("tributary-uv").map_err(Error::Sidecar)?.into();
    let uv = PathBuf::from(sidecar.get_program());
    let programs = uv.parent().ok_or_else(|| Error::Programs(io::ErrorKind::NotFound.into()))?;
    let beside = programs.join("resources");
    let files = match std::env::var_os(RESOURCES_VARIABLE) {
        Some(folder) => PathBuf::from(folder),
        None if beside.is_dir() => beside,
        None => app.path().resource_dir().map_err(Error::Files)?,
    };
    let beside = Resources::in_folders(programs, &files);
    Ok(Resources { uv, ..beside })
}
