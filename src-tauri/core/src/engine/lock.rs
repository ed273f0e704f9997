//! The hash-locked lists of packages that ship with the app.

use super::error::EngineError;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// One pinned package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Package {
    /// Name and version, `name==version`, or name and address of an archive, `name @ https://...`.
    pub(super) pin: String,
    /// On which systems and Pythons it applies, where not on all.
    pub(super) marker: Option<String>,
    /// Accepted hashes, `sha256:...`.
    pub(super) hashes: Vec<String>,
}

/// A lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lock {
    /// The packages, in the lock's order.
    pub(super) packages: Vec<Package>,
}

impl Lock {
    /// Reads a lock.
    pub(super) fn read(path: &Path) -> Result<Self, EngineError> {
        let text = fs::read_to_string(path).map_err(|source| EngineError::LockMissing { path: path.into(), source })?;
        Self::parse(&text).map_err(|line| EngineError::LockInvalid { path: path.into(), line })
    }

    /// Parses a lock's text. Fails with the number of the first line that is not a pinned package with hashes.
    pub(super) fn parse(text: &str) -> Result<Self, usize> {
        let packages = Self::parse_packages(text)?;
        match packages.iter().position(|package| package.hashes.is_empty()) {
            Some(_) => Err(text.lines().count()),
            None => Ok(Self { packages }),
        }
    }

    /// The same for a list that need not have the hashes of everything yet.
    pub(super) fn parse_packages(text: &str) -> Result<Vec<Package>, usize> {
        let mut packages: Vec<Package> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.split(" #").next().unwrap_or_default().trim().trim_end_matches('\\').trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut words = line.split(" --hash=");
            let head = words.next().unwrap_or_default().trim();
            let mut hashes: Vec<String> = words.map(|word| word.trim().to_owned()).collect();
            if let Some(hash) = head.strip_prefix("--hash=") {
                hashes.insert(0, hash.to_owned());
                let package = packages.last_mut().ok_or(index + 1)?;
                package.hashes.append(&mut hashes);
            } else {
                // An address may hold a semicolon, but no space.
                let (pin, marker) = match head.split_once(" ;") {
                    Some((pin, marker)) => (pin.trim(), Some(marker.trim().to_owned())),
                    None => (head, None),
                };
                if !is_pin(pin) {
                    return Err(index + 1);
                }
                packages.push(Package { pin: pin.to_owned(), marker, hashes });
            }
        }
        Ok(packages)
    }

    /// Accepts, besides the lock's own hashes, those that `built` vouches for: wheels made with the app from the very
    /// sources the lock names.
    pub(super) fn accept(&mut self, built: &Lock) {
        for package in &mut self.packages {
            for other in built.packages.iter().filter(|other| other.pin == package.pin) {
                package.hashes.extend(other.hashes.iter().cloned());
            }
        }
    }

    /// The lock as the installer reads it.
    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        for package in &self.packages {
            text.push_str(&package.pin);
            if let Some(marker) = &package.marker {
                let _ = write!(text, " ; {marker}");
            }
            for hash in &package.hashes {
                let _ = write!(text, " --hash={hash}");
            }
            text.push('\n');
        }
        text
    }

    /// The version of `name`, if the lock pins it.
    pub(super) fn version_of(&self, name: &str) -> Option<&str> {
        self.packages.iter().find_map(|package| package.pin.strip_prefix(name)?.strip_prefix("=="))
    }
}

impl Package {
    /// Its name, without what comes with it.
    pub(super) fn name(&self) -> &str {
        self.pin.split(['=', ' ', '[']).next().unwrap_or_default()
    }

    /// Its version, where the index has it.
    pub(super) fn version(&self) -> Option<&str> {
        self.pin.split_once("==").map(|(_, version)| version).filter(|_| self.address().is_none())
    }

    /// The address of its archive, where it does not come from the index.
    pub(super) fn address(&self) -> Option<&str> {
        self.pin.split_once(" @ ").map(|(_, address)| address)
    }
}

/// Whether a text names one version of one package, or one archive.
fn is_pin(text: &str) -> bool {
    let plain = |text: &str| !text.is_empty() && !text.starts_with('-') && !text.contains(char::is_whitespace);
    match text.split_once(" @ ") {
        Some((name, address)) => {
            plain(name) && plain(address) && ["https://", "http://"].iter().any(|start| address.starts_with(start))
        }
        None => plain(text) && text.contains("=="),
    }
}

/// Identifies what an environment is made from: the same parts in the same order give the same fingerprint, 64 hexadecimal
/// digits.
pub(super) fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        // The length keeps "ab", "c" and "a", "bc" apart.
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hex(&hasher.finalize())
}

/// Bytes in lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# comment\n\
        six==1.17.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via something\n\
        zipp==4.1.2 ; python_full_version < '3.12' \\\n    --hash=sha256:cc\n";

    #[test]
    fn reads_pins_markers_and_hashes() {
        let lock = Lock::parse(TEXT).unwrap();
        assert_eq!(lock.packages.len(), 2);
        assert_eq!(lock.packages[0].pin, "six==1.17.0");
        assert_eq!(lock.packages[0].hashes, ["sha256:aa", "sha256:bb"]);
        assert_eq!(lock.packages[1].marker.as_deref(), Some("python_full_version < '3.12'"));
        assert_eq!(lock.version_of("six"), Some("1.17.0"));
        assert_eq!(lock.version_of("si"), None, "a prefix of a name is another package");
    }

    #[test]
    fn what_it_writes_reads_back_the_same() {
        let lock = Lock::parse(TEXT).unwrap();
        assert_eq!(Lock::parse(&lock.to_text()).unwrap(), lock);
    }

    #[test]
    fn refuses_what_is_not_pinned_and_hashed() {
        assert_eq!(Lock::parse("six>=1\n"), Err(1), "a range is not a pin");
        assert_eq!(Lock::parse("-r other.txt\n"), Err(1), "an option is not a pin");
        assert_eq!(Lock::parse("six==1.17.0\n"), Err(1), "a pin without a hash proves nothing");
        assert_eq!(Lock::parse("    --hash=sha256:aa\n"), Err(1), "a hash belongs to a package");
    }

    #[test]
    fn reads_archives_with_hashes() {
        let text = "six==1.17.0 --hash=sha256:aa\ntap-a @ https://host/o/r/archive/v1.zip#subdirectory=a \\\n    --hash=sha256:bb\n";
        let lock = Lock::parse(text).unwrap();
        assert_eq!((lock.packages[0].name(), lock.packages[0].version()), ("six", Some("1.17.0")));
        assert_eq!((lock.packages[1].name(), lock.packages[1].version()), ("tap-a", None));
        assert_eq!(lock.packages[1].address(), Some("https://host/o/r/archive/v1.zip#subdirectory=a"));
        assert_eq!(Lock::parse(&lock.to_text()).unwrap(), lock);
        assert_eq!(
            Lock::parse("tap-a @ git+https://host/o/r --hash=sha256:aa\n"),
            Err(1),
            "no archive has that address"
        );
        assert_eq!(Lock::parse("tap-a @ file:///tmp/a.zip --hash=sha256:aa\n"), Err(1), "a file of this computer");
    }

    #[test]
    fn accepts_made_wheels_of_the_same_version_only() {
        let mut lock = Lock::parse(TEXT).unwrap();
        lock.accept(&Lock::parse("six==1.17.0 --hash=sha256:dd\nzipp==9 --hash=sha256:ee\n").unwrap());
        assert_eq!(lock.packages[0].hashes, ["sha256:aa", "sha256:bb", "sha256:dd"]);
        assert_eq!(lock.packages[1].hashes, ["sha256:cc"]);
    }

    #[test]
    fn fingerprints_keep_parts_apart() {
        let joined = |parts: &[&str]| fingerprint(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(joined(&["ab", "c"]), joined(&["ab", "c"]));
        assert_ne!(joined(&["ab", "c"]), joined(&["a", "bc"]));
        assert_eq!(joined(&["x"]).len(), 64);
    }
}
