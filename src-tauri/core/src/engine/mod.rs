//! The bundled Meltano environment: the environments it and the connectors run in, made with uv from hash-locked lists.
//!
//! Invariants:
//! - An environment in use was finished: it is built elsewhere, sealed with a marker, and put in place by one rename.
//! - [`Engine::status`] starts no program.
//! - Programs of the engine start with a cleared environment plus an allow-list.
//! - Nothing here knows of integrations, runs or the database.

mod doctor;
mod environment;
mod error;
mod layout;
mod lock;
mod metadata;
mod offline;
pub mod process;
mod progress;
pub mod project;
mod provision;
mod python;
mod resolve;
mod source;
mod uv;
mod uv_output;

pub use error::EngineError;
pub use progress::ProgressSink;
pub use resolve::{Resolved, ResolvedPackage, Wanted};
pub use source::Agreed;

use crate::network::Network;
use layout::Layout;
use progress::Progress;
use provision::Workshop;
use python::Remembered;
use source::{MELTANO, Source};
use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tributary_contract::{EngineEnvironment, EngineStatus, EngineStep, EnvironmentState};

/// Where the engine is and what it is made from.
#[derive(Debug, Clone)]
pub struct EnginePaths {
    /// The engine's folder inside the data folder.
    pub root: PathBuf,
    /// The uv that ships with the app.
    pub uv: PathBuf,
    /// The `meltano` folder that ships with the app.
    pub meltano: PathBuf,
    /// Wheels that ship with the app, where they do.
    pub wheels: Option<PathBuf>,
    /// The connectors whose wheels ship with the app. They are made ready together with Meltano, the others when needed.
    pub shipped: Vec<String>,
}

/// The engine.
#[derive(Debug, Clone)]
pub struct Engine {
    paths: EnginePaths,
    layout: Layout,
    /// Connectors that were agreed to, one folder each.
    added: Option<PathBuf>,
    inherited: Vec<(OsString, OsString)>,
    /// What every program of a run starts from.
    base: BTreeMap<String, String>,
    network: Network,
}

/// Keeps an environment from being removed while a program runs from it. Take one before [`Engine::executable`] and keep it
/// until the program has ended.
#[derive(Debug)]
pub struct EnvironmentHold(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

impl Engine {
    /// The engine in these folders. Its programs inherit what they need of the app's own environment variables.
    pub fn new(paths: EnginePaths) -> Self {
        Self::with_environment(paths, std::env::vars_os())
    }

    /// The same with other environment variables to inherit from.
    pub fn with_environment(paths: EnginePaths, all: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let layout = Layout { root: paths.root.clone() };
        let all: Vec<(OsString, OsString)> = all.into_iter().collect();
        let base = process::base_environment(&all);
        Self { inherited: uv::child_environment(all), base, layout, paths, added: None, network: Network::default() }
    }

    /// The same with connectors that were agreed to, one folder each in `folder`.
    #[must_use]
    pub fn with_added(self, folder: PathBuf) -> Self {
        Self { added: Some(folder), ..self }
    }

    /// The same with what people set of the way to the network.
    #[must_use]
    pub fn with_network(self, network: Network) -> Self {
        Self { network, ..self }
    }

    /// The folder of its environments.
    pub fn root(&self) -> &Path {
        &self.layout.root
    }

    /// The environment that every program of a run starts from.
    pub fn plugin_environment(&self) -> BTreeMap<String, String> {
        let mut environment = self.base.clone();
        self.network.apply(&mut environment);
        environment
    }

    /// What uv and the engine's Pythons start with.
    fn environment(&self) -> Vec<(OsString, OsString)> {
        let mut environment = self.inherited.clone();
        self.network.apply_to_list(&mut environment);
        environment
    }

    /// The names of all environments: `meltano`, then the connectors that ship with the app or were agreed to.
    pub fn known(&self) -> Vec<String> {
        self.sources().into_iter().map(|source| source.name).collect()
    }

    /// The connectors whose wheels ship with the app.
    pub fn shipped(&self) -> &[String] {
        &self.paths.shipped
    }

    /// The state of Meltano's environment, of those that ship with the app and of all others that were installed. Ready when
    /// the first two are: the others are made ready when they are needed. Starts no program.
    pub fn status(&self) -> EngineStatus {
        let remembered = python::remembered(&self.layout);
        let uv_version = source::uv_version(&self.paths.meltano);
        let mut status = EngineStatus { ready: true, environments: Vec::new() };
        for source in self.sources() {
            let shipped = source.name == MELTANO || self.paths.shipped.contains(&source.name);
            if !shipped && self.layout.environments_of(&source.name).is_empty() {
                continue;
            }
            let (state, detail) = self.state(&source, &remembered, uv_version.as_deref().ok());
            status.ready &= !shipped || state == EnvironmentState::Ready;
            status.environments.push(EngineEnvironment { version: source.version(), name: source.name, state, detail });
        }
        status
    }

    /// Bytes of everything the engine keeps on the disk. Looks at each of its files, some ten thousand.
    pub fn disk_use(&self) -> u64 {
        self.layout.disk_use()
    }

    fn state(
        &self,
        source: &Source,
        remembered: &Remembered,
        uv_version: Option<&str>,
    ) -> (EnvironmentState, Option<String>) {
        let there = !self.layout.environments_of(&source.name).is_empty();
        let without = |state, detail: String| {
            if there { (state, Some(detail)) } else { (EnvironmentState::Missing, None) }
        };
        let python = match remembered {
            Remembered::Same(python) => python,
            Remembered::Unknown => {
                return without(EnvironmentState::Outdated, "it is not known which Python it runs on".to_owned());
            }
            Remembered::Changed(python) => {
                let path = python.path.display();
                return without(EnvironmentState::Outdated, format!("the Python it runs on was updated: {path}"));
            }
            Remembered::Gone(python) => {
                let path = python.path.display();
                return without(EnvironmentState::Damaged, format!("the Python it runs on is gone: {path}"));
            }
        };
        let fingerprint = uv_version.map(|version| source.fingerprint(version, python));
        match fingerprint {
            Some(Ok(fingerprint)) => environment::state(&self.layout, &source.name, &source.program, &fingerprint),
            Some(Err(error)) => (EnvironmentState::Missing, Some(error.to_string())),
            None => (EnvironmentState::Missing, Some("part of the app is missing".to_owned())),
        }
    }

    /// Makes the environments of Meltano and of `wanted` ready; leaves those alone that are. Several tasks and processes may
    /// do so at once. Dropping the future ends the installer and leaves nothing half done in use.
    ///
    /// # Errors
    /// The first failure; environments that were finished before it stay.
    pub async fn prepare(&self, wanted: &[String], progress: ProgressSink<'_>) -> Result<(), EngineError> {
        self.build(wanted, false, progress).await
    }

    /// The path of a program of an environment, for instance `meltano` of `meltano`.
    ///
    /// # Errors
    /// [`EngineError::NotReady`] when the environment has to be prepared first, [`EngineError::ProgramMissing`] when it has
    /// no such program.
    pub fn executable(&self, environment: &str, program: &str) -> Result<PathBuf, EngineError> {
        let folder = self.ready_folder(environment)?;
        let path = environment::program(&folder, program);
        if path.is_file() {
            Ok(path)
        } else {
            Err(EngineError::ProgramMissing { environment: environment.to_owned(), program: program.to_owned() })
        }
    }

    /// Keeps an environment in place while a program runs from it.
    ///
    /// # Errors
    /// [`EngineError::NotReady`] when there is none to keep.
    pub fn hold(&self, environment: &str) -> Result<EnvironmentHold, EngineError> {
        let folder = self.ready_folder(environment)?;
        self.layout.hold(&folder).map(EnvironmentHold)
    }

    fn ready_folder(&self, environment: &str) -> Result<PathBuf, EngineError> {
        let source = self.source(environment)?;
        let remembered = python::remembered(&self.layout);
        let uv_version = source::uv_version(&self.paths.meltano)?;
        let (state, detail) = self.state(&source, &remembered, Some(&uv_version));
        match (state, remembered) {
            (EnvironmentState::Ready, Remembered::Same(python)) => {
                Ok(self.layout.environment(environment, &source.fingerprint(&uv_version, &python)?))
            }
            (_, _) => Err(EngineError::NotReady {
                environment: environment.to_owned(),
                reason: detail.unwrap_or_else(|| "it was not prepared yet".to_owned()),
            }),
        }
    }

    /// What the environment of `name` takes on disk, in bytes; nothing where it is not ready.
    pub fn size(&self, name: &str) -> Option<u64> {
        environment::read_marker(&self.ready_folder(name).ok()?).map(|marker| marker.bytes)
    }

    /// Makes the environment of a connector that was agreed to, from a folder with its lock that is not among the others yet.
    ///
    /// # Errors
    /// As of [`Engine::prepare`]; nothing is left in use then.
    pub async fn install(&self, name: &str, folder: &Path, sink: ProgressSink<'_>) -> Result<(), EngineError> {
        let found = source::agreed(name, folder);
        let source = found.ok_or_else(|| EngineError::UnknownEnvironment { name: name.to_owned() })?;
        self.build_all(vec![self.source(MELTANO)?, source], false, sink).await
    }

    fn sources(&self) -> Vec<Source> {
        source::all(&self.paths.meltano, self.added.as_deref())
    }

    fn source(&self, name: &str) -> Result<Source, EngineError> {
        let found = self.sources().into_iter().find(|source| source.name == name);
        found.ok_or_else(|| EngineError::UnknownEnvironment { name: name.to_owned() })
    }

    /// Builds Meltano's environment and `wanted`, two at a time; those that are ready only with `rebuild`.
    async fn build(&self, wanted: &[String], rebuild: bool, sink: ProgressSink<'_>) -> Result<(), EngineError> {
        let mut names: Vec<&str> = if rebuild { Vec::new() } else { vec![MELTANO] };
        for name in wanted {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        let sources = names.into_iter().map(|name| self.source(name)).collect::<Result<Vec<_>, _>>()?;
        self.build_all(sources, rebuild, sink).await
    }

    async fn build_all(&self, sources: Vec<Source>, rebuild: bool, sink: ProgressSink<'_>) -> Result<(), EngineError> {
        let uv_version = source::uv_version(&self.paths.meltano)?;
        let progress = Progress::new(sink, sources.iter().map(|one| (one.name.clone(), weight(one))).collect());

        let remembered = python::remembered(&self.layout);
        let mut queue = VecDeque::new();
        for source in sources {
            let (state, _) = self.state(&source, &remembered, Some(&uv_version));
            if state == EnvironmentState::Ready && !rebuild {
                progress.report(&source.name, EngineStep::Done, 1.0);
            } else {
                queue.push_back(source);
            }
        }
        let Some(first) = queue.front().map(|source| source.name.clone()) else { return Ok(()) };
        if !self.paths.uv.is_file() {
            return Err(EngineError::UvMissing { path: self.paths.uv.clone() });
        }
        let root = &self.layout.root;
        fs::create_dir_all(root).map_err(|error| EngineError::io("creating", root, error))?;

        progress.report(&first, EngineStep::FindingPython, 0.0);
        let environment = self.environment();
        let fetching = || progress.report(&first, EngineStep::FetchingPython, 0.0);
        let python = python::ensure(&self.layout, &self.paths.uv, &environment, &fetching).await?;
        // Others may be preparing something too and need what is downloaded.
        let cache_in_use = self.layout.hold(&self.layout.cache())?;
        let workshop = Workshop {
            layout: &self.layout,
            uv: &self.paths.uv,
            shipped: &self.paths.meltano,
            wheels: self.paths.wheels.as_deref().filter(|path| path.is_dir()),
            python: &python,
            environment: &environment,
            progress: &progress,
        };
        let queue = Mutex::new(queue);
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let worker = || async {
            while let Some(source) = next() {
                let fingerprint = source.fingerprint(&uv_version, &python)?;
                if let Err(error) = Box::pin(workshop.build(&source, &fingerprint, rebuild)).await {
                    // What fails one mostly fails all: no other is begun.
                    queue.lock().unwrap_or_else(PoisonError::into_inner).clear();
                    return Err(error);
                }
            }
            Ok(())
        };
        let (one, other) = tokio::join!(worker(), worker());
        one.and(other)?;
        // Everything asked for is there: what only served building it is not needed any more, unless by others.
        drop(cache_in_use);
        self.layout.trim_cache();
        Ok(())
    }
}

/// How much work an environment is, roughly: its number of packages.
fn weight(source: &Source) -> f64 {
    lock::Lock::read(&source.lock).map_or(1.0, |lock| lock.packages.len() as f64)
}
