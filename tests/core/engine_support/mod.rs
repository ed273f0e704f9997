//! What the engine's tests share: the real uv and wheels that `scripts/fetch-engine` put into `build/`.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tempfile::TempDir;
use tributary_contract::{EngineProgress, EnvironmentState};
use tributary_core::engine::{Engine, EnginePaths};

/// The connector the tests prepare: the smallest one.
pub const SMALL: &str = "target-jsonl";

/// The top of the project.
pub fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The uv that ships with the app, or none where it was not fetched.
pub fn uv() -> Option<PathBuf> {
    let found = fs::read_dir(top().join("build/sidecar")).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    found.into_iter().find(|path| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("tributary-uv-"))
    })
}

/// The fetched wheels, or none where they were not fetched.
pub fn wheels() -> Option<PathBuf> {
    let folder = top().join("build/wheels");
    folder.join("built.txt").is_file().then_some(folder)
}

/// Ends the test early, saying why, where uv and the wheels are not there.
#[macro_export]
macro_rules! need_wheels {
    () => {
        if engine_support::uv().is_none() || engine_support::wheels().is_none() {
            eprintln!("skipped: run scripts/fetch-engine first");
            return;
        }
    };
}

/// The tests' environment variables: no index can be reached, no managed Python can be fetched.
pub fn closed_network() -> Vec<(OsString, OsString)> {
    let mut all: Vec<(OsString, OsString)> =
        std::env::vars_os().filter(|(name, _)| !name.to_string_lossy().to_uppercase().contains("PROXY")).collect();
    for (name, value) in [
        ("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple"),
        ("UV_PYTHON_INSTALL_MIRROR", "http://127.0.0.1:9/python"),
        ("UV_HTTP_RETRIES", "0"),
    ] {
        all.retain(|(existing, _)| existing != name);
        all.push((name.into(), value.into()));
    }
    all
}

/// A shipped folder with Meltano and one connector, so that tests stay quick.
pub fn shipped(folder: &Path, connectors: &[&str]) -> PathBuf {
    let (from, to) = (top().join("meltano"), folder.join("meltano"));
    for part in ["engine", "build"]
        .into_iter()
        .map(PathBuf::from)
        .chain(connectors.iter().map(|name| Path::new("connectors").join(name)))
    {
        fs::create_dir_all(to.join(&part)).unwrap();
        for entry in fs::read_dir(from.join(&part)).unwrap().flatten() {
            fs::copy(entry.path(), to.join(&part).join(entry.file_name())).unwrap();
        }
    }
    to
}

/// Replaces Meltano by a small program of that name, for tests that look at the way environments are kept: Meltano itself
/// takes seconds to install.
pub fn replace_meltano(meltano: &Path) {
    let lock = fs::read_to_string(top().join("meltano/connectors").join(SMALL).join("requirements.txt")).unwrap();
    let start = lock.find("six==").unwrap();
    let end = lock[start..].find("\ntarget-jsonl==").unwrap() + start;
    fs::write(meltano.join("engine/requirements.txt"), &lock[start..=end]).unwrap();
    let script = "import pathlib, sys\n\
        path = pathlib.Path(sys.prefix, 'bin', 'meltano')\n\
        path.write_text('#!/bin/sh\\necho meltano, version 0\\n')\n\
        path.chmod(0o755)\n";
    fs::write(meltano.join("engine/finish.py"), script).unwrap();
}

/// An engine in a folder of its own.
pub struct Bench {
    pub folder: TempDir,
    pub engine: Engine,
}

impl Bench {
    /// With a small stand-in for Meltano.
    pub fn quick(wheels: Option<PathBuf>, variables: Vec<(OsString, OsString)>) -> Self {
        let bench = Self::new(wheels, variables);
        replace_meltano(&bench.folder.path().join("meltano"));
        bench
    }

    /// With the given wheels and variables.
    pub fn new(wheels: Option<PathBuf>, variables: Vec<(OsString, OsString)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("engine");
        Self::at(folder, root, wheels, variables)
    }

    /// The same with the engine's folder elsewhere.
    pub fn at(folder: TempDir, root: PathBuf, wheels: Option<PathBuf>, variables: Vec<(OsString, OsString)>) -> Self {
        let meltano = shipped(folder.path(), &[SMALL]);
        let paths = EnginePaths { root, uv: uv().unwrap(), meltano, wheels, shipped: vec![SMALL.to_owned()] };
        let engine = Engine::with_environment(paths, variables);
        Self { folder, engine }
    }

    /// The same engine with other variables.
    pub fn again(&self, variables: Vec<(OsString, OsString)>) -> Engine {
        let (root, meltano) = (self.folder.path().join("engine"), self.folder.path().join("meltano"));
        let shipped = vec![SMALL.to_owned()];
        Engine::with_environment(EnginePaths { root, uv: uv().unwrap(), meltano, wheels: wheels(), shipped }, variables)
    }

    /// The state of an environment.
    pub fn state(&self, name: &str) -> EnvironmentState {
        self.engine.status().environments.into_iter().find(|one| one.name == name).unwrap().state
    }

    /// The folder of an environment that is ready.
    pub fn environment(&self, name: &str) -> PathBuf {
        let python = self.engine.executable(name, "python").unwrap();
        python.parent().unwrap().parent().unwrap().to_path_buf()
    }

    /// What lies in one of the engine's folders.
    pub fn entries(&self, below: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.folder.path().join("engine").join(below)) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// Collects progress.
#[derive(Default)]
pub struct Seen(pub Mutex<Vec<EngineProgress>>);

impl Seen {
    /// What to pass to the engine.
    pub fn sink(&self) -> impl Fn(EngineProgress) + Send + Sync + '_ {
        |progress| self.0.lock().unwrap().push(progress)
    }

    /// All that came.
    pub fn all(&self) -> Vec<EngineProgress> {
        self.0.lock().unwrap().clone()
    }
}

/// A sink for tests that do not look at progress.
pub fn ignore(_: EngineProgress) {}
