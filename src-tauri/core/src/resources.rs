//! Where the programs and files are that come with the app.

use crate::Error;
use std::{
    env::{self, consts::EXE_SUFFIX},
    path::{Path, PathBuf},
};

/// Environment variable that names another folder with the app's files.
pub const RESOURCES_VARIABLE: &str = "TRIBUTARY_RESOURCES";
/// Where packages put the files, seen from the folder with the programs.
const INSTALLED: [&str; 2] = ["../lib/Tributary", "../Resources"];

/// Files that come with the app.
#[derive(Debug, Clone)]
pub struct Resources {
    /// The `uv` program.
    pub uv: PathBuf,
    /// The `plugin-host` program.
    pub plugin_host: PathBuf,
    /// The folder with the app's own connectors: programs that need no environment.
    pub programs: PathBuf,
    /// The folder with Meltano's lock and the connectors.
    pub meltano: PathBuf,
    /// The folder with wheels, where the app comes with them.
    pub wheels: Option<PathBuf>,
}

impl Resources {
    /// Finds them for a program that lies beside the app's other programs: its files are in the folder that
    /// `TRIBUTARY_RESOURCES` names, in `resources` beside it, or where packages put them.
    pub fn beside_executable() -> Result<Self, Error> {
        let executable =
            env::current_exe().map_err(|source| Error::File { path: "the running program".into(), source })?;
        // Started through a link, the others lie beside the real file.
        let executable = executable.canonicalize().unwrap_or(executable);
        let programs = executable.parent().unwrap_or(Path::new(".")).to_owned();
        let beside = programs.join("resources");
        let installed = INSTALLED.iter().map(|place| programs.join(place)).find(|folder| folder.is_dir());
        let files = env::var_os(RESOURCES_VARIABLE).map(PathBuf::from).or(installed.filter(|_| !beside.is_dir()));
        Ok(Self::in_folders(&programs, &files.unwrap_or(beside)))
    }

    /// The path of one of the app's own programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(format!("{name}{EXE_SUFFIX}"))
    }

    /// Those of a folder with programs and a folder with files.
    pub fn in_folders(programs: &Path, files: &Path) -> Self {
        let wheels = files.join("wheels");
        Self {
            uv: programs.join(format!("tributary-uv{EXE_SUFFIX}")),
            plugin_host: programs.join(format!("plugin-host{EXE_SUFFIX}")),
            programs: programs.to_owned(),
            meltano: files.join("meltano"),
            wheels: wheels.is_dir().then_some(wheels),
        }
    }
}
