//! Building one environment: made in the staging folder, put in place by one rename.

use super::environment::{self, program, programs};
use super::error::EngineError;
use super::layout::{self, Layout};
use super::lock::Lock;
use super::progress::Progress;
use super::python::Python;
use super::source::Source;
use super::uv;
use super::uv_output::{self, Failure};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tributary_contract::{EngineStep, EnvironmentState};

/// How often the folder being filled is looked at for progress.
const LOOK_EVERY: Duration = Duration::from_millis(150);
/// The least room an environment takes, in bytes per package of its lock.
const BYTES_PER_PACKAGE: u64 = 3_000_000;
/// Shares of the work that are done when a step is.
const CREATED: f64 = 0.05;
const INSTALLED: f64 = 0.5;
const COMPILED: f64 = 0.95;
/// The list of packages as the installer gets it.
const REQUIREMENTS: &str = "requirements.txt";
/// Processes that compile one environment; two environments are built at a time.
const COMPILERS: usize = 2;

/// What is needed to build environments.
pub(super) struct Workshop<'a> {
    pub(super) layout: &'a Layout,
    pub(super) uv: &'a Path,
    /// The shipped `meltano` folder.
    pub(super) shipped: &'a Path,
    pub(super) wheels: Option<&'a Path>,
    pub(super) python: &'a Python,
    /// What programs inherit.
    pub(super) environment: &'a [(OsString, OsString)],
    pub(super) progress: &'a Progress<'a>,
}

/// Where the installer may take packages from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Wheels,
    WheelsAndIndex,
    Index,
}

impl Workshop<'_> {
    /// Builds an environment unless it is ready, or another task or process makes it ready meanwhile. With `rebuild` it is
    /// built although it looks ready.
    pub(super) async fn build(&self, source: &Source, fingerprint: &str, rebuild: bool) -> Result<(), EngineError> {
        let name = source.name.as_str();
        let _lock = self.layout.lock(name).await?;
        self.sweep(name, fingerprint);
        let (state, _) = environment::state(self.layout, name, &source.program, fingerprint);
        if state == EnvironmentState::Ready && !rebuild {
            self.progress.report(name, EngineStep::Done, 1.0);
            return Ok(());
        }
        let mut lock = Lock::read(&source.lock)?;
        self.check_space(&lock)?;

        let staging = self.layout.staging(name);
        fs::create_dir_all(&staging).map_err(|error| EngineError::io("creating", &staging, error))?;
        let place = tempfile::Builder::new()
            .prefix("new-")
            .tempdir_in(&staging)
            .map_err(|error| EngineError::io("creating a folder in", &staging, error))?;
        let built = place.path().join("env");

        self.progress.report(name, EngineStep::Installing, 0.0);
        self.create(name, place.path(), &built).await?;
        self.progress.report(name, EngineStep::Installing, CREATED);
        self.install(source, place.path(), &built, &mut lock).await?;
        if let Some(script) = &source.finish {
            let run = [OsStr::new("-I"), script.as_os_str()];
            self.python_of(name, &built, "correcting packages", run, &mut |_| {}).await?;
        }
        self.progress.report(name, EngineStep::Compiling, INSTALLED);
        let target = self.layout.environment(name, fingerprint);
        self.compile(name, &built, &target).await?;

        self.progress.report(name, EngineStep::Activating, COMPILED);
        if !program(&built, &source.program).is_file() {
            let program = source.program.clone();
            return Err(EngineError::ProgramMissing { environment: name.to_owned(), program });
        }
        self.seal(&built, fingerprint).await?;
        self.activate(name, &built, &target)?;
        self.sweep(name, fingerprint);
        self.progress.report(name, EngineStep::Done, 1.0);
        Ok(())
    }

    /// Removes what interrupted builds left and environments of `name` made from something else. Only to be called with the
    /// lock of `name`: what is in its staging folder then belongs to nobody.
    pub(super) fn sweep(&self, name: &str, fingerprint: &str) {
        if let Ok(entries) = fs::read_dir(self.layout.staging(name)) {
            entries.flatten().for_each(|entry| layout::remove_folder(&entry.path()));
        }
        let current = self.layout.environment(name, fingerprint);
        for other in self.layout.environments_of(name) {
            if other != current {
                self.layout.discard(name, &other);
            }
        }
    }

    fn check_space(&self, lock: &Lock) -> Result<(), EngineError> {
        let needed = lock.packages.len() as u64 * BYTES_PER_PACKAGE;
        match layout::free_space(&self.layout.root) {
            Some(free) if free < needed => Err(EngineError::DiskFull {
                path: self.layout.root.clone(),
                details: format!("{} MB are free, at least {} MB are needed", free / 1_000_000, needed / 1_000_000),
            }),
            _ => Ok(()),
        }
    }

    async fn create(&self, name: &str, place: &Path, built: &Path) -> Result<(), EngineError> {
        let args = [
            OsStr::new("venv"),
            OsStr::new("--relocatable"),
            OsStr::new("--no-config"),
            OsStr::new("--no-python-downloads"),
            OsStr::new("--color=never"),
            OsStr::new("--prompt"),
            OsStr::new(name),
            OsStr::new("--python"),
            self.python.path.as_os_str(),
            built.as_os_str(),
        ];
        let finished = uv::run(self.uv, args, place, self.environment, &mut |_| {}).await?;
        self.check(name, "creating it", &finished)
    }

    /// Installs the lock's packages: from the shipped wheels where they are all there, from the index otherwise.
    async fn install(&self, source: &Source, place: &Path, built: &Path, lock: &mut Lock) -> Result<(), EngineError> {
        let requirements = place.join(REQUIREMENTS);
        let write = |path: &Path, text: &str| fs::write(path, text).map_err(|e| EngineError::io("writing", path, e));
        // An empty configuration here keeps the installer from using one of a project further up.
        write(&place.join("uv.toml"), "")?;
        let mut failed = None;
        // What was agreed to is what the index and the archives have, hash by hash; nothing of the app takes its place.
        if let Some(wheels) = self.wheels.filter(|_| source.builds.is_none()) {
            if let Ok(built_wheels) = Lock::read(&wheels.join("built.txt")) {
                lock.accept(&built_wheels);
            }
            write(&requirements, &lock.to_text())?;
            match self.install_from(source, From::Wheels, place, built, lock).await? {
                Ok(()) => return Ok(()),
                Err(error @ (EngineError::DiskFull { .. } | EngineError::PermissionDenied { .. })) => {
                    return Err(error);
                }
                Err(error @ EngineError::Interrupted { .. }) => return Err(error),
                Err(error) => failed = Some(error),
            }
        } else {
            write(&requirements, &lock.to_text())?;
        }
        // Wheels for another Python are still of use; damaged ones are not.
        let from = match &failed {
            Some(EngineError::Failed { details, .. }) if uv_output::classify(details) == Failure::PackageMissing => {
                From::WheelsAndIndex
            }
            _ => From::Index,
        };
        match (self.install_from(source, from, place, built, lock).await?, failed) {
            (Ok(()), _) => Ok(()),
            // That shipped wheels are damaged says more than that there is no network to replace them from.
            (Err(EngineError::NetworkUnavailable { .. }), Some(first)) if from == From::Index => Err(first),
            (Err(error), _) => Err(error),
        }
    }

    /// One attempt to install. The outer error ends everything, the inner one only this attempt.
    async fn install_from(
        &self,
        source: &Source,
        from: From,
        place: &Path,
        built: &Path,
        lock: &Lock,
    ) -> Result<Result<(), EngineError>, EngineError> {
        let name = source.name.as_str();
        // Wheels are unpacked beside the environment and moved into it; downloads are kept, so that an interrupted one goes
        // on where it was.
        let own_cache = place.join("cache");
        let (cache, link) =
            if from == From::Wheels { (&own_cache, "hardlink") } else { (&self.layout.cache(), "copy") };
        let mut args: Vec<OsString> = [
            "pip",
            "install",
            "--color=never",
            "--no-progress",
            "--no-python-downloads",
            "--no-deps",
            "--require-hashes",
            "--link-mode",
            link,
            "--cache-dir",
        ]
        .map(OsString::from)
        .to_vec();
        args.push(cache.into());
        args.extend(["--python".into(), program(built, "python").into(), "-r".into()]);
        args.push(place.join(REQUIREMENTS).into());
        if from == From::Wheels {
            args.push("--no-index".into());
        } else if let Some(builds) = &source.builds {
            for package in lock.packages.iter().filter(|package| !builds.iter().any(|name| name == package.name())) {
                args.extend(["--only-binary".into(), package.name().into()]);
            }
        } else {
            args.extend(["--build-constraints".into(), self.shipped.join("build/requirements.txt").into()]);
        }
        if let (From::Wheels | From::WheelsAndIndex, Some(wheels)) = (from, self.wheels) {
            args.extend(["--find-links".into(), wheels.into()]);
        }

        let total = AtomicUsize::new(0);
        let mut on_line = |line: &str| {
            if let Some(count) = uv_output::resolved_count(line) {
                total.store(count, Ordering::Relaxed);
            }
        };
        let packages = environment::packages(built, self.python);
        let unpacked = cache.join("archive-v0");
        let unpacked_before = count(&unpacked, |_| true);
        let mut ticker = tokio::time::interval(LOOK_EVERY);
        let finished = {
            let mut running = std::pin::pin!(uv::run(self.uv, &args, place, self.environment, &mut on_line));
            loop {
                tokio::select! {
                    finished = &mut running => break finished?,
                    _ = ticker.tick() => {
                        let total = total.load(Ordering::Relaxed);
                        if total > 0 {
                            let ready = count(&unpacked, |_| true).saturating_sub(unpacked_before).min(total);
                            let there = count(&packages, |name| name.ends_with(".dist-info")).min(total);
                            let share = (ready + there) as f64 / (2 * total) as f64;
                            let fraction = CREATED + (INSTALLED - CREATED) * share;
                            self.progress.report(name, EngineStep::Installing, fraction);
                        }
                    }
                }
            }
        };
        if from == From::Wheels {
            layout::remove_folder(&own_cache);
        }
        Ok(self.check(name, "installing packages", &finished))
    }

    /// Compiles the packages. Modules are shared out among a few processes.
    async fn compile(&self, name: &str, built: &Path, target: &Path) -> Result<(), EngineError> {
        let script = self.shipped.join("engine/compile.py");
        let packages = environment::packages(built, self.python);
        let shown = environment::packages(target, self.python);
        let store = self.layout.cache().join("compiled");
        let modules = count_modules(&packages).max(1);
        let done = AtomicUsize::new(0);
        let parts = COMPILERS.to_string();
        let part = |number: usize| {
            let (script, packages, shown, store) = (&script, &packages, &shown, &store);
            let (parts, done) = (&parts, &done);
            async move {
                let number = number.to_string();
                let args = [
                    OsStr::new("-I"),
                    script.as_os_str(),
                    packages.as_os_str(),
                    shown.as_os_str(),
                    store.as_os_str(),
                    OsStr::new(&number),
                    OsStr::new(parts),
                ];
                let mut on_line = |_: &str| {
                    let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                    if done.is_multiple_of(25) {
                        let share = (done as f64 / modules as f64).min(1.0);
                        let fraction = INSTALLED + (COMPILED - INSTALLED) * share;
                        self.progress.report(name, EngineStep::Compiling, fraction);
                    }
                };
                self.python_of(name, built, "compiling", args, &mut on_line).await
            }
        };
        tokio::try_join!(part(0), part(1)).map(|_| ())
    }

    /// Runs the environment's Python.
    async fn python_of<A: AsRef<OsStr>>(
        &self,
        name: &str,
        built: &Path,
        step: &'static str,
        args: impl IntoIterator<Item = A>,
        on_line: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(), EngineError> {
        let finished = uv::run(&program(built, "python"), args, &programs(built), self.environment, on_line).await?;
        self.check(name, step, &finished)
    }

    async fn seal(&self, built: &Path, fingerprint: &str) -> Result<(), EngineError> {
        let (built_there, fingerprint, python) = (built.to_path_buf(), fingerprint.to_owned(), self.python.clone());
        let sealed = tokio::task::spawn_blocking(move || environment::seal(&built_there, &fingerprint, &python)).await;
        sealed.unwrap_or_else(|error| Err(EngineError::io("reading", built, std::io::Error::other(error))))
    }

    /// Puts the finished environment in place; a damaged one that is there makes room first.
    fn activate(&self, name: &str, built: &Path, target: &Path) -> Result<(), EngineError> {
        let failed = |source| EngineError::io("putting in place", target, source);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        let mut old: Option<PathBuf> = None;
        if target.exists() {
            old = Some(self.layout.trash(name, target).map_err(failed)?);
        }
        fs::rename(built, target).map_err(failed)?;
        if let Some(old) = old {
            layout::remove_folder(&old);
        }
        Ok(())
    }

    /// The error of a finished program, if it failed.
    fn check(&self, name: &str, step: &'static str, finished: &uv::Finished) -> Result<(), EngineError> {
        if finished.status.success() {
            return Ok(());
        }
        let environment = name.to_owned();
        let details = finished.tail.clone();
        #[cfg(unix)]
        if std::os::unix::process::ExitStatusExt::signal(&finished.status).is_some() {
            return Err(EngineError::Interrupted { environment, details });
        }
        let path = self.layout.root.clone();
        Err(match uv_output::classify(&details) {
            Failure::Network => EngineError::NetworkUnavailable { environment, details },
            Failure::HashMismatch(package) => EngineError::HashMismatch { environment, package, details },
            Failure::DiskFull => EngineError::DiskFull { path, details },
            Failure::PermissionDenied => EngineError::PermissionDenied { path, details },
            Failure::PackageMissing | Failure::OtherPython | Failure::Other => {
                EngineError::Failed { environment, step, details }
            }
        })
    }
}

/// How many entries of a folder have a name that `wanted` accepts; none where there is no folder.
fn count(folder: &Path, wanted: impl Fn(&str) -> bool) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(&wanted)).count()
}

/// How many modules a folder holds; a few of them are not compiled.
fn count_modules(folder: &Path) -> usize {
    let (mut modules, mut open) = (0, vec![folder.to_path_buf()]);
    while let Some(current) = open.pop() {
        let Ok(entries) = fs::read_dir(current) else { continue };
        for entry in entries.flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(entry.path());
            } else if entry.path().extension().is_some_and(|extension| extension == "py") {
                modules += 1;
            }
        }
    }
    modules
}
