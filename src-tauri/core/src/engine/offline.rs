//! Whether a connector can be used without a network.

use super::python::{self, Remembered};
use super::{Engine, environment, lock, source};
use std::fs;
use std::path::Path;
use tributary_contract::EnvironmentState;

impl Engine {
    /// Whether a connector is installed, or can be without a network: all its packages ship with the app or were downloaded
    /// earlier. Starts no program.
    pub fn offline(&self, plugin: &str) -> bool {
        // The marketplace asks this of everything it knows: a look at two folders leaves most out.
        let shipped = self.paths.meltano.join("connectors");
        if ![Some(&shipped), self.added.as_ref()].into_iter().flatten().any(|folder| folder.join(plugin).is_dir()) {
            return false;
        }
        let Ok(source) = self.source(plugin) else { return false };
        let python = match python::remembered(&self.layout) {
            Remembered::Same(python) | Remembered::Changed(python) => Some(python),
            Remembered::Unknown | Remembered::Gone(_) => None,
        };
        let minor = python.as_ref().map(super::python::Python::minor_version);
        if self.paths.wheels.as_deref().is_some_and(|wheels| ships(wheels, plugin, &source.lock, minor)) {
            return true;
        }
        if self.layout.environments_of(plugin).is_empty() && !self.layout.has_downloads() {
            return false;
        }
        let (Some(python), Ok(uv_version)) = (python, source::uv_version(&self.paths.meltano)) else { return false };
        source.fingerprint(&uv_version, &python).is_ok_and(|fingerprint| {
            environment::state(&self.layout, plugin, &source.program, &fingerprint).0 == EnvironmentState::Ready
                || self.layout.complete(plugin, &fingerprint).is_file()
        })
    }
}

/// Whether the shipped wheels are all that a lock needs, on this Python or, where none was found yet, on any.
/// `offline.txt` beside the wheels has a line for every lock that was fetched whole: the connector, the Python, and the
/// digest of the lock, so that a lock that was changed since is not taken for the one that was fetched.
fn ships(wheels: &Path, plugin: &str, lock: &Path, python: Option<&str>) -> bool {
    let Ok(list) = fs::read_to_string(wheels.join("offline.txt")) else { return false };
    let mut digests = list.lines().filter_map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
        [name, version, digest] if name == plugin && python.is_none_or(|python| python == version) => Some(digest),
        _ => None,
    });
    let Some(first) = digests.next() else { return false };
    let Ok(text) = fs::read(lock) else { return false };
    let digest = lock::digest(&text);
    first == digest || digests.any(|other| other == digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_fetched_whole_ships() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("requirements.txt");
        fs::write(&lock, "six==1.17.0 --hash=sha256:aa\n").unwrap();
        assert!(!ships(folder.path(), "tap-a", &lock, Some("3.12")), "there is no list");

        let digest = lock::digest(&fs::read(&lock).unwrap());
        let list = format!("tap-a 3.11 {digest}\ntap-a 3.12 {digest}\ntap-b 3.12 old\ngarbage\n");
        fs::write(folder.path().join("offline.txt"), list).unwrap();
        assert!(ships(folder.path(), "tap-a", &lock, Some("3.12")));
        assert!(ships(folder.path(), "tap-a", &lock, None), "whichever Python will be found");
        assert!(!ships(folder.path(), "tap-a", &lock, Some("3.13")), "its wheels are for another Python");
        assert!(!ships(folder.path(), "tap-b", &lock, Some("3.12")), "its lock has changed");
        assert!(!ships(folder.path(), "tap", &lock, Some("3.12")), "a prefix of a name is another connector");
        assert!(!ships(folder.path(), "tap-a", &folder.path().join("gone"), Some("3.12")));
    }
}
