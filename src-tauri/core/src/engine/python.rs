//! The Python the engine runs on: one of the computer's, version 3.10 to 3.13, or one that is fetched.

use super::error::EngineError;
use super::layout::Layout;
use super::uv;
use serde::{Deserialize, Serialize};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// What uv looks for. Connectors do not run on newer Pythons yet.
const SUPPORTED: &str = ">=3.10,<3.14";
/// What is fetched where there is none.
const FETCHED: &str = "3.12";
/// Says what kind of Python it is, and fails where a module is missing that Meltano or a connector needs: some systems
/// ship a Python in parts, and one compiled by hand may lack them.
const PROBE: &str = "import bz2, ctypes, json, os, platform, sqlite3, ssl, struct, sys, sysconfig, zlib\n\
    path = getattr(sys, '_base_executable', sys.executable)\n\
    print(json.dumps({'path': path, 'version': platform.python_version(), \
    'implementation': platform.python_implementation(), 'bits': struct.calcsize('P') * 8, \
    'free_threaded': bool(sysconfig.get_config_var('Py_GIL_DISABLED'))}))";

/// A Python and how to notice that it was replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Python {
    /// The interpreter.
    pub(super) path: PathBuf,
    /// Its version, for instance `3.11.7`.
    pub(super) version: String,
    /// Its size in bytes and time of change in seconds when it was examined.
    size: u64,
    changed: u64,
}

/// What [`PROBE`] prints.
#[derive(Deserialize)]
struct Probed {
    path: PathBuf,
    version: String,
    implementation: String,
    bits: u32,
    free_threaded: bool,
}

/// The Python that was found earlier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Remembered {
    /// None was looked for yet.
    Unknown,
    /// It is still the same.
    Same(Python),
    /// It was replaced, for instance by an update of the system.
    Changed(Python),
    /// It is gone.
    Gone(Python),
}

impl Python {
    /// Version without the patch level: what compiled modules depend on.
    pub(super) fn minor_version(&self) -> &str {
        match self.version.match_indices('.').nth(1) {
            Some((end, _)) => &self.version[..end],
            None => &self.version,
        }
    }
}

/// The Python found earlier. Starts no program.
pub(super) fn remembered(layout: &Layout) -> Remembered {
    let Some(python) =
        fs::read(layout.python_record()).ok().and_then(|text| serde_json::from_slice::<Python>(&text).ok())
    else {
        return Remembered::Unknown;
    };
    match stamp(&python.path) {
        None => Remembered::Gone(python),
        Some(now) if now == (python.size, python.changed) => Remembered::Same(python),
        Some(_) => Remembered::Changed(python),
    }
}

/// Size and time of change of a file.
fn stamp(path: &Path) -> Option<(u64, u64)> {
    let data = fs::metadata(path).ok()?;
    let changed = data.modified().ok()?.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Some((data.len(), changed))
}

/// Finds Python, or fetches it; `fetching` is called before that. Remembers what was found.
///
/// # Errors
/// [`EngineError::PythonMissing`] with everything that was tried.
pub(super) async fn ensure(
    layout: &Layout,
    uv: &Path,
    environment: &[(OsString, OsString)],
    fetching: &(dyn Fn() + Send + Sync),
) -> Result<Python, EngineError> {
    if let Remembered::Same(python) = remembered(layout) {
        return Ok(python);
    }
    let _lock = layout.lock("python").await?;
    if let Remembered::Same(python) = remembered(layout) {
        return Ok(python);
    }
    let mut tried = Vec::new();
    let tools = Tools { layout, uv, environment: with_python_folder(layout, environment) };
    // One that was good before stays, also after an update of the system: environments made with it stay too.
    let earlier = match remembered(layout) {
        Remembered::Changed(python) => Some(python.path),
        Remembered::Unknown | Remembered::Same(_) | Remembered::Gone(_) => None,
    };
    let candidates = earlier.into_iter().chain(tools.find_all(&mut tried).await?);
    for path in candidates.collect::<Vec<_>>() {
        match tools.probe(&path).await {
            Ok(python) => return remember(layout, python),
            Err(reason) => tried.push(format!("{}: {reason}", path.display())),
        }
    }
    fetching();
    let details = match tools.fetch(&mut tried).await? {
        Ok(python) => return remember(layout, python),
        Err(details) => details,
    };
    Err(EngineError::PythonMissing { tried, details })
}

fn remember(layout: &Layout, python: Python) -> Result<Python, EngineError> {
    let path = layout.python_record();
    let failed = |source| EngineError::io("writing", &path, source);
    let text = serde_json::to_vec_pretty(&python).map_err(|error| failed(error.into()))?;
    let mut file = tempfile::NamedTempFile::new_in(&layout.root).map_err(failed)?;
    std::io::Write::write_all(&mut file, &text).map_err(failed)?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    Ok(python)
}

/// The environment of uv when it looks for Pythons: only ours among those uv itself can fetch.
fn with_python_folder(layout: &Layout, environment: &[(OsString, OsString)]) -> Vec<(OsString, OsString)> {
    let mut all = environment.to_vec();
    all.push(("UV_PYTHON_INSTALL_DIR".into(), layout.pythons().into()));
    all
}

struct Tools<'a> {
    layout: &'a Layout,
    uv: &'a Path,
    environment: Vec<(OsString, OsString)>,
}

impl Tools<'_> {
    async fn uv(&self, args: &[&str]) -> Result<uv::Finished, EngineError> {
        uv::run(self.uv, args, &self.layout.root, &self.environment, &mut |_| {}).await
    }

    /// Supported Pythons of this computer, the one a person would get first.
    async fn find_all(&self, tried: &mut Vec<String>) -> Result<Vec<PathBuf>, EngineError> {
        let mut found: Vec<PathBuf> = Vec::new();
        let first = self
            .uv(&["python", "find", "--no-config", "--no-python-downloads", "--system", "--color", "never", SUPPORTED])
            .await?;
        if first.status.success() {
            found.extend(first.stdout.lines().last().map(PathBuf::from));
        } else {
            tried.push(format!("a Python {SUPPORTED} of this computer: none"));
        }
        // Where the first is not usable another may be.
        let list =
            self.uv(&["python", "list", "--no-config", "--only-installed", "--color", "never", SUPPORTED]).await?;
        for line in list.stdout.lines() {
            // `cpython-3.11.7-linux-x86_64-gnu     /usr/bin/python3.11 -> /usr/...`
            let Some((_, rest)) = line.trim().split_once(char::is_whitespace) else { continue };
            let path = PathBuf::from(rest.trim().split(" -> ").next().unwrap_or_default());
            if path.is_absolute() && !found.contains(&path) {
                found.push(path);
            }
        }
        Ok(found)
    }

    /// Examines a Python. Fails with the reason why it cannot be used.
    async fn probe(&self, path: &Path) -> Result<Python, String> {
        let args = [OsStr::new("-I"), OsStr::new("-c"), OsStr::new(PROBE)];
        let finished = uv::run(path, args, &self.layout.root, &self.environment, &mut |_| {})
            .await
            .map_err(|error| error.to_string())?;
        if !finished.status.success() {
            return Err(finished.tail.lines().last().unwrap_or("it does not start").to_owned());
        }
        let probed: Probed = serde_json::from_str(finished.stdout.lines().last().unwrap_or_default())
            .map_err(|_| "it does not say what it is".to_owned())?;
        accept(probed)
    }

    /// Fetches Python into the engine's folder. The inner error holds uv's last lines.
    async fn fetch(&self, tried: &mut Vec<String>) -> Result<Result<Python, String>, EngineError> {
        let installed = self.uv(&["python", "install", "--no-bin", "--color", "never", FETCHED]).await?;
        if !installed.status.success() {
            tried.push(format!("fetching Python {FETCHED}: failed"));
            return Ok(Err(installed.tail));
        }
        let found =
            self.uv(&["python", "find", "--no-config", "--managed-python", "--no-python-downloads", FETCHED]).await?;
        let path = PathBuf::from(found.stdout.lines().last().unwrap_or_default());
        Ok(self.probe(&path).await.inspect_err(|reason| tried.push(format!("{}: {reason}", path.display()))))
    }
}

/// Decides whether a Python can be used.
fn accept(probed: Probed) -> Result<Python, String> {
    let minor: Option<u32> = probed.version.strip_prefix("3.").and_then(|rest| rest.split('.').next()?.parse().ok());
    if !matches!(minor, Some(10..=13)) {
        return Err(format!("version {} is not one of 3.10 to 3.13", probed.version));
    }
    if probed.implementation != "CPython" || probed.free_threaded || probed.bits < 64 {
        return Err("it is not a 64-bit CPython of the usual kind, for which packages are published".to_owned());
    }
    let (size, changed) = stamp(&probed.path).ok_or("its program file cannot be read")?;
    Ok(Python { path: probed.path, version: probed.version, size, changed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probed(version: &str) -> Probed {
        Probed {
            path: std::env::current_exe().unwrap(),
            version: version.to_owned(),
            implementation: "CPython".to_owned(),
            bits: 64,
            free_threaded: false,
        }
    }

    #[test]
    fn only_supported_versions_are_accepted() {
        for good in ["3.10.0", "3.11.7", "3.13.12"] {
            assert!(accept(probed(good)).is_ok(), "{good}");
        }
        for bad in ["3.9.18", "3.14.0", "3.1.0", "2.7.18", "4.0.0"] {
            assert!(accept(probed(bad)).is_err(), "{bad}");
        }
        assert!(accept(Probed { implementation: "PyPy".to_owned(), ..probed("3.11.7") }).is_err());
        assert!(accept(Probed { free_threaded: true, ..probed("3.13.0") }).is_err());
    }

    #[test]
    fn the_patch_level_does_not_matter() {
        assert_eq!(accept(probed("3.11.7")).unwrap().minor_version(), "3.11");
        assert_eq!(accept(probed("3.12.0rc1")).unwrap().minor_version(), "3.12");
    }

    #[test]
    fn a_replaced_or_removed_python_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout { root: folder.path().into() };
        assert_eq!(remembered(&layout), Remembered::Unknown);
        let path = folder.path().join("python3");
        fs::write(&path, "one").unwrap();
        let python = accept(Probed { path: path.clone(), ..probed("3.11.7") }).unwrap();
        remember(&layout, python.clone()).unwrap();
        assert_eq!(remembered(&layout), Remembered::Same(python.clone()));
        fs::write(&path, "another").unwrap();
        assert_eq!(remembered(&layout), Remembered::Changed(python.clone()));
        fs::remove_file(&path).unwrap();
        assert_eq!(remembered(&layout), Remembered::Gone(python));
    }
}
