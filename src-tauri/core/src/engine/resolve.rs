//! Finding out which packages a connector that does not come with the app needs, version by version and hash by hash.
//!
//! Nothing of a package runs while that is found out, unless it was agreed to: uv resolves with a Python that runs nothing but
//! uv's own question what it is. What a source needs is read from its files as data (`metadata.py`) and handed to uv.

use super::Engine;
use super::environment::{self, program};
use super::error::EngineError;
use super::lock::{Lock, Package};
use super::metadata::{
    Metadata, REFUSAL, dependency_metadata, is_name, name_of, refused, same_name, unpacked, without_wheels,
};
use super::python::{self, Python};
use super::uv::{self, Finished};
use super::uv_output::{self, Failure};
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Sources whose files are read before giving up, and packages that are asked for one by one.
const MOST_SOURCES: usize = 60;
/// The step, in errors.
const STEP: &str = "finding out which packages it needs";

/// What a definition asks to install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A package of the index, with extras and bounds.
    Index(String),
    /// An archive that was fetched.
    Archive {
        /// Where it comes from, with `#subdirectory=` where it is not at the top.
        address: String,
        /// Extras, with their brackets; mostly empty.
        extras: String,
        /// The part of it that is meant, where not all.
        subdirectory: Option<String>,
        /// Where it lies now.
        file: PathBuf,
        /// Its digest, `sha256:...`.
        hash: String,
    },
}

/// A package of a resolved list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedPackage {
    /// Its name.
    pub name: String,
    /// Its version, where the index has one.
    pub version: Option<String>,
    /// The address of its archive, where the index has none.
    pub from: Option<String>,
    /// Whether its own build code runs.
    pub builds: bool,
}

/// A resolved list of packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The packages, what was asked for first.
    pub packages: Vec<ResolvedPackage>,
    /// The lock; nothing where some source only says what it needs when its build code runs.
    pub lock: Option<String>,
}

impl Engine {
    /// Resolves `wanted` for the connector `name`. With `may_run`, which needs agreement, sources may run their build code to
    /// say what they need.
    ///
    /// # Errors
    /// [`EngineError::PythonUnsuitable`], [`EngineError::NetworkUnavailable`], or what uv says.
    pub async fn resolve(&self, name: &str, wanted: &[Wanted], may_run: bool) -> Result<Resolved, EngineError> {
        if !self.paths.uv.is_file() {
            return Err(EngineError::UvMissing { path: self.paths.uv.clone() });
        }
        let python = self.python().await?;
        let staging = self.layout.staging(name);
        fs::create_dir_all(&staging).map_err(|error| EngineError::io("creating", &staging, error))?;
        let place = tempfile::Builder::new()
            .prefix("plan-")
            .tempdir_in(&staging)
            .map_err(|error| EngineError::io("creating a folder in", &staging, error))?;
        let resolver = Resolver { engine: self, name, place: place.path(), python: &python, may_run };
        resolver.resolve(wanted).await
    }

    /// The Python that environments are made with; found or fetched when none is known yet.
    ///
    /// # Errors
    /// [`EngineError::PythonMissing`].
    pub async fn python_version(&self) -> Result<String, EngineError> {
        Ok(self.python().await?.minor_version().to_owned())
    }

    async fn python(&self) -> Result<Python, EngineError> {
        let root = &self.layout.root;
        fs::create_dir_all(root).map_err(|error| EngineError::io("creating", root, error))?;
        python::ensure(&self.layout, &self.paths.uv, &self.environment(), &|| {}).await
    }
}

struct Resolver<'a> {
    engine: &'a Engine,
    name: &'a str,
    place: &'a Path,
    python: &'a Python,
    may_run: bool,
}

impl Resolver<'_> {
    async fn resolve(&self, wanted: &[Wanted]) -> Result<Resolved, EngineError> {
        let interpreter = if self.may_run { self.python.path.clone() } else { self.guard().await? };
        let mut known: Vec<(String, Metadata)> = Vec::new();
        let mut lines = String::new();
        for one in wanted {
            match one {
                Wanted::Index(text) => drop(writeln!(lines, "{text}")),
                Wanted::Archive { address, extras, subdirectory, file, .. } => {
                    match self.read_source(file, subdirectory.as_deref()).await? {
                        Some((package, metadata)) => {
                            let _ = writeln!(lines, "{package}{extras} @ {address}");
                            known.push((package, metadata));
                        }
                        None if is_wheel(address) || self.may_run => drop(writeln!(lines, "{address}")),
                        None => return Ok(open(wanted)),
                    }
                }
            }
        }
        self.write("requirements.in", &lines)?;
        for _ in 0..MOST_SOURCES {
            self.write("uv.toml", &dependency_metadata(&known))?;
            let finished = self.compile("requirements.in", "lock.txt", &interpreter, &[]).await?;
            if finished.status.success() {
                let mut packages = self.read_lock("lock.txt")?;
                add_hashes(&mut packages, wanted);
                return self.finish(packages, wanted, &interpreter).await;
            }
            let Some((package, version)) = refused(&finished.tail) else { return Err(self.failure(&finished)) };
            let source = unpacked(&self.place.join("cache"), &package, &version);
            match source {
                Some(folder) if !known.iter().any(|(name, _)| same_name(name, &package)) => {
                    let Some((_, metadata)) = self.read_source(&folder, None).await? else { return Ok(open(wanted)) };
                    known.push((package, Metadata { version: Some(version), ..metadata }));
                }
                _ => return Ok(open(wanted)),
            }
        }
        Ok(open(wanted))
    }

    /// A Python that runs nothing of a package: only isolated, as uv starts it to ask what it is, does it run at all.
    async fn guard(&self) -> Result<PathBuf, EngineError> {
        let folder = self.place.join("guard");
        let args = [
            OsStr::new("venv"),
            OsStr::new("--no-config"),
            OsStr::new("--no-python-downloads"),
            OsStr::new("--color=never"),
            OsStr::new("--python"),
            self.python.path.as_os_str(),
            folder.as_os_str(),
        ];
        let finished = self.run(&self.engine.paths.uv, &args).await?;
        if !finished.status.success() {
            return Err(self.failure(&finished));
        }
        let line = format!("import os, sys; sys.flags.isolated or (os.write(2, b'{REFUSAL}\\n'), os._exit(86))\n");
        let path = environment::packages(&folder, self.python).join("tributary_guard.pth");
        fs::write(&path, line).map_err(|error| EngineError::io("writing", &path, error))?;
        Ok(program(&folder, "python"))
    }

    /// What a source says of itself, with its name; nothing where only its build code knows.
    async fn read_source(
        &self,
        path: &Path,
        subdirectory: Option<&str>,
    ) -> Result<Option<(String, Metadata)>, EngineError> {
        let script = self.engine.paths.meltano.join("engine/metadata.py");
        let mut args = vec![OsStr::new("-I"), script.as_os_str(), path.as_os_str()];
        args.extend(subdirectory.map(OsStr::new));
        let finished = self.run(&self.python.path, &args).await?;
        let said = finished.stdout.lines().last().and_then(|line| serde_json::from_str::<Metadata>(line).ok());
        Ok(said.filter(|metadata| metadata.unknown.is_none()).and_then(|metadata| {
            let name = metadata.name.clone().filter(|name| is_name(name))?;
            Some((name, metadata))
        }))
    }

    async fn compile(
        &self,
        input: &str,
        output: &str,
        interpreter: &Path,
        more: &[&str],
    ) -> Result<Finished, EngineError> {
        // What an earlier round wrote would be preferred.
        let _ = fs::remove_file(self.place.join(output));
        let mut args: Vec<OsString> = [
            "pip",
            "compile",
            "--color=never",
            "--no-progress",
            "--no-header",
            "--no-annotate",
            "--no-python-downloads",
            "--generate-hashes",
            "--cache-dir",
            "cache",
            input,
            "--output-file",
            output,
            "--python",
        ]
        .map(OsString::from)
        .to_vec();
        args.push(interpreter.into());
        args.extend(more.iter().map(OsString::from));
        if !self.may_run {
            args.push("--no-build-isolation".into());
        }
        self.run(&self.engine.paths.uv, &args).await
    }

    /// Finds out which packages have no wheel for this computer, and completes the answer.
    async fn finish(
        &self,
        packages: Vec<Package>,
        wanted: &[Wanted],
        interpreter: &Path,
    ) -> Result<Resolved, EngineError> {
        let lock = Lock { packages };
        let mut pins: Vec<&Package> = lock.packages.iter().filter(|package| package.address().is_none()).collect();
        let mut sources: Vec<String> = Vec::new();
        while !pins.is_empty() && sources.len() < MOST_SOURCES {
            let text = pins.iter().map(|package| package.pin.as_str()).collect::<Vec<_>>().join("\n");
            self.write("wheels.in", &text)?;
            let finished =
                self.compile("wheels.in", "wheels.txt", interpreter, &["--no-deps", "--only-binary", ":all:"]).await?;
            if finished.status.success() {
                break;
            }
            let Some(name) = without_wheels(&finished.tail) else { return Err(self.failure(&finished)) };
            let before = pins.len();
            pins.retain(|package| !same_name(package.name(), &name));
            if pins.len() == before {
                return Err(self.failure(&finished));
            }
            sources.push(name);
        }
        let mut packages: Vec<ResolvedPackage> = lock
            .packages
            .iter()
            .map(|package| ResolvedPackage {
                name: package.name().to_owned(),
                version: package.version().map(str::to_owned),
                from: package.address().map(str::to_owned),
                builds: package.address().map_or_else(
                    || sources.iter().any(|source| same_name(source, package.name())),
                    |address| !is_wheel(address),
                ),
            })
            .collect();
        packages.sort_by_key(|package| wanted.iter().position(|one| one.is(package)).unwrap_or(usize::MAX));
        Ok(Resolved { packages, lock: Some(lock.to_text()) })
    }

    fn read_lock(&self, file: &str) -> Result<Vec<Package>, EngineError> {
        let path = self.place.join(file);
        let text = fs::read_to_string(&path).map_err(|error| EngineError::io("reading", &path, error))?;
        Lock::parse_packages(&text).map_err(|line| EngineError::LockInvalid { path, line })
    }

    fn write(&self, file: &str, text: &str) -> Result<(), EngineError> {
        let path = self.place.join(file);
        fs::write(&path, text).map_err(|error| EngineError::io("writing", path, error))
    }

    async fn run<A: AsRef<OsStr>>(&self, program: &Path, args: &[A]) -> Result<Finished, EngineError> {
        uv::run(program, args, self.place, &self.engine.environment(), &mut |_| {}).await
    }

    fn failure(&self, finished: &Finished) -> EngineError {
        let (environment, details) = (self.name.to_owned(), finished.tail.clone());
        let path = self.engine.layout.root.clone();
        match uv_output::classify(&details) {
            Failure::Network => EngineError::NetworkUnavailable { environment, details },
            Failure::DiskFull => EngineError::DiskFull { path, details },
            Failure::PermissionDenied => EngineError::PermissionDenied { path, details },
            Failure::OtherPython => {
                EngineError::PythonUnsuitable { environment, found: self.python.minor_version().to_owned(), details }
            }
            Failure::HashMismatch(package) => EngineError::HashMismatch { environment, package, details },
            Failure::PackageMissing | Failure::Other => EngineError::Failed { environment, step: STEP, details },
        }
    }
}

impl Wanted {
    /// Whether a package is the one that was asked for.
    fn is(&self, package: &ResolvedPackage) -> bool {
        match self {
            Self::Index(text) => same_name(name_of(text), &package.name) && package.from.is_none(),
            Self::Archive { address, .. } => package.from.as_deref() == Some(address),
        }
    }
}

fn is_wheel(address: &str) -> bool {
    let path = address.split('#').next().unwrap_or_default();
    Path::new(path).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("whl"))
}

/// The answer where a source does not say what it needs: only what was asked for is known.
fn open(wanted: &[Wanted]) -> Resolved {
    let packages = wanted
        .iter()
        .map(|one| match one {
            Wanted::Index(text) => {
                ResolvedPackage { name: name_of(text).to_owned(), version: None, from: None, builds: true }
            }
            Wanted::Archive { address, .. } => ResolvedPackage {
                name: address.split('/').nth(4).unwrap_or("archive").to_owned(),
                version: None,
                from: Some(address.clone()),
                builds: !is_wheel(address),
            },
        })
        .collect();
    Resolved { packages, lock: None }
}

/// Adds the digests of archives that were fetched, in place of what uv says of them.
fn add_hashes(packages: &mut [Package], wanted: &[Wanted]) {
    for package in packages {
        let address = package.address().map(str::to_owned);
        for one in wanted {
            if let Wanted::Archive { address: fetched, hash, .. } = one
                && address.as_ref() == Some(fetched)
            {
                package.hashes = vec![hash.clone()];
            }
        }
    }
}
