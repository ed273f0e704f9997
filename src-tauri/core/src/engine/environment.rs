//! One finished environment: its marker, its list of files, and whether it can be used.

use super::error::EngineError;
use super::layout::Layout;
use super::lock::hex;
use super::python::Python;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use tributary_contract::EnvironmentState;

/// Raised whenever the way environments are made changes, so that older ones are made again.
pub(super) const SCHEMA: u32 = 1;
/// The marker, written last: an environment without it was not finished.
const MARKER: &str = "tributary-environment.json";
/// The list of files.
const FILES: &str = "tributary-files.txt";

/// What an environment says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    /// What it was made from.
    pub(super) fingerprint: String,
    /// The Python it was made with, and its version.
    pub(super) interpreter: PathBuf,
    pub(super) version: String,
    /// How many files it has, and their bytes.
    pub(super) files: u64,
    pub(super) bytes: u64,
    /// The digest of the list of files.
    list: String,
}

/// Where an environment keeps its programs.
pub(super) fn programs(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) { "Scripts" } else { "bin" })
}

/// A program of an environment.
pub(super) fn program(environment: &Path, name: &str) -> PathBuf {
    programs(environment).join(if cfg!(windows) { format!("{name}.exe") } else { name.to_owned() })
}

/// Where an environment keeps its packages.
pub(super) fn packages(environment: &Path, python: &Python) -> PathBuf {
    if cfg!(windows) {
        environment.join("Lib").join("site-packages")
    } else {
        environment.join("lib").join(format!("python{}", python.minor_version())).join("site-packages")
    }
}

/// The state of the environment `name`, made from `fingerprint` for `main_program`, and what is wrong in words. Reads three
/// small files and starts no program.
pub(super) fn state(
    layout: &Layout,
    name: &str,
    main_program: &str,
    fingerprint: &str,
) -> (EnvironmentState, Option<String>) {
    let folder = layout.environment(name, fingerprint);
    if !folder.is_dir() {
        if layout.environments_of(name).is_empty() {
            return (EnvironmentState::Missing, None);
        }
        let detail = "it was made for another version of the app or of Python";
        return (EnvironmentState::Outdated, Some(detail.to_owned()));
    }
    let damaged = |what: String| (EnvironmentState::Damaged, Some(what));
    match read_marker(&folder) {
        None => return damaged("it was not finished, or its marker cannot be read".to_owned()),
        Some(marker) if marker.fingerprint != fingerprint => {
            return damaged("its marker belongs to another environment".to_owned());
        }
        Some(_) => {}
    }
    for needed in ["python", main_program] {
        // `metadata` follows links: a link to a Python that is gone counts as gone.
        if !fs::metadata(program(&folder, needed)).is_ok_and(|data| data.is_file()) {
            return damaged(format!("its program `{needed}` is gone"));
        }
    }
    (EnvironmentState::Ready, None)
}

/// The marker of an environment, if it can be read.
pub(super) fn read_marker(folder: &Path) -> Option<Marker> {
    serde_json::from_slice(&fs::read(folder.join(MARKER)).ok()?).ok()
}

/// Writes the list of files and, last, the marker.
pub(super) fn seal(folder: &Path, fingerprint: &str, python: &Python) -> Result<(), EngineError> {
    let mut files = list(folder).map_err(|source| EngineError::io("reading", folder, source))?;
    files.sort();
    let (mut text, mut bytes) = (String::new(), 0);
    for path in &files {
        let full = folder.join(path);
        let (size, digest) = digest(&full).map_err(|source| EngineError::io("reading", &full, source))?;
        bytes += size;
        let _ = writeln!(text, "{size} {digest} {path}");
    }
    let marker = Marker {
        fingerprint: fingerprint.to_owned(),
        interpreter: python.path.clone(),
        version: python.version.clone(),
        files: files.len() as u64,
        bytes,
        list: hex(&Sha256::digest(text.as_bytes())),
    };
    let marker = serde_json::to_vec_pretty(&marker)
        .map_err(|error| EngineError::io("writing", folder.join(MARKER), error.into()))?;
    for (name, content) in [(FILES, text.as_bytes()), (MARKER, &marker)] {
        write_durably(&folder.join(name), content).map_err(|source| EngineError::io("writing", folder, source))?;
    }
    Ok(())
}

fn write_durably(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Compares every file with the list. Answers what is wrong, in words, for at most a few files; empty when nothing is.
pub(super) fn verify(folder: &Path) -> Vec<String> {
    const SHOWN: usize = 5;
    let Some(marker) = read_marker(folder) else { return vec!["its marker cannot be read".to_owned()] };
    let text = match fs::read_to_string(folder.join(FILES)) {
        Ok(text) if hex(&Sha256::digest(text.as_bytes())) == marker.list => text,
        _ => return vec!["its list of files is gone or was changed".to_owned()],
    };
    let mut wrong = Vec::new();
    for line in text.lines() {
        let mut parts = line.splitn(3, ' ');
        let (Some(size), Some(expected), Some(path)) = (parts.next(), parts.next(), parts.next()) else { continue };
        match digest(&folder.join(path)) {
            Ok((found, hash)) if found.to_string() == size && hash == expected => {}
            Ok(_) => wrong.push(format!("{path} was changed")),
            Err(_) => wrong.push(format!("{path} is gone")),
        }
    }
    if wrong.len() > SHOWN {
        let more = wrong.len() - SHOWN;
        wrong.truncate(SHOWN);
        wrong.push(format!("and {more} more"));
    }
    wrong
}

/// Size and SHA-256 of a file.
fn digest(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let (mut hasher, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 64 * 1024]);
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok((size, hex(&hasher.finalize())));
        }
        size += count as u64;
        hasher.update(&buffer[..count]);
    }
}

/// All regular files below a folder, as paths relative to it with forward slashes. Links are left out: they lead to the
/// Python, which is not part of the environment.
fn list(folder: &Path) -> io::Result<Vec<String>> {
    let (mut files, mut open) = (Vec::new(), vec![(folder.to_path_buf(), String::new())]);
    while let Some((current, prefix)) = open.pop() {
        for entry in fs::read_dir(current)? {
            let entry = entry?;
            // A name that is not text comes from no package.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push((entry.path(), format!("{prefix}{name}/")));
            } else if kind.is_file() {
                files.push(format!("{prefix}{name}"));
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let environment = folder.path().join("env");
        fs::create_dir_all(environment.join("lib/a b")).unwrap();
        fs::write(environment.join("lib/a b/module.py"), "x = 1\n").unwrap();
        fs::write(environment.join("top.txt"), "").unwrap();
        let python: Python =
            serde_json::from_str(r#"{"path": "/usr/bin/python3", "version": "3.11.7", "size": 1, "changed": 1}"#)
                .unwrap();
        seal(&environment, "f", &python).unwrap();
        (folder, environment)
    }

    #[test]
    fn an_untouched_environment_verifies() {
        let (_folder, environment) = sealed();
        assert_eq!(verify(&environment), Vec::<String>::new());
        let marker = read_marker(&environment).unwrap();
        assert_eq!((marker.files, marker.bytes), (2, 6));
    }

    #[test]
    fn missing_and_changed_files_are_named() {
        let (_folder, environment) = sealed();
        fs::write(environment.join("lib/a b/module.py"), "x = 2\n").unwrap();
        fs::remove_file(environment.join("top.txt")).unwrap();
        assert_eq!(verify(&environment), ["lib/a b/module.py was changed", "top.txt is gone"]);
    }

    #[test]
    fn a_changed_list_or_marker_is_noticed() {
        let (_folder, environment) = sealed();
        fs::write(environment.join(FILES), "").unwrap();
        assert_eq!(verify(&environment), ["its list of files is gone or was changed"]);
        fs::write(environment.join(MARKER), "{").unwrap();
        assert_eq!(verify(&environment), ["its marker cannot be read"]);
    }

    #[test]
    fn files_made_later_do_not_matter() {
        let (_folder, environment) = sealed();
        fs::write(environment.join("lib/a b/later.pyc"), "x").unwrap();
        assert_eq!(verify(&environment), Vec::<String>::new());
    }
}
