//! What the installer's output means. Every rule is backed by captured output in `tests/fixtures/uv`.

/// Why the installer failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// A package is in neither the shipped wheels nor, where it was asked, the index.
    PackageMissing,
    /// Something needs another Python.
    OtherPython,
    /// The index cannot be reached.
    Network,
    /// The package named is not the locked one.
    HashMismatch(String),
    /// No room left.
    DiskFull,
    /// Files may not be written.
    PermissionDenied,
    /// None of these.
    Other,
}

/// Classifies the last lines of a failed run of the installer. Room and rights come first: they are also behind failures
/// that read like others.
pub(super) fn classify(text: &str) -> Failure {
    let has = |needles: &[&str]| needles.iter().any(|needle| text.contains(needle));
    // 28 and 122 (quota) on Unix, 112 and 39 on Windows.
    if has(&["No space left on device", "(os error 28)", "(os error 112)", "(os error 39)", "Disk quota exceeded"]) {
        Failure::DiskFull
    } else if has(&["Permission denied", "Access is denied", "Read-only file system"]) {
        Failure::PermissionDenied
    } else if let Some(rest) = text.split("Hash mismatch for `").nth(1) {
        Failure::HashMismatch(rest.split('`').next().unwrap_or_default().to_owned())
    } else if has(&[
        "error sending request",
        "dns error",
        "Failed to fetch",
        "network was disabled",
        "invalid peer certificate",
        "operation timed out",
    ]) {
        Failure::Network
    } else if has(&["does not satisfy Python"]) {
        Failure::OtherPython
    } else if has(&["No solution found", "was not found in the provided package locations", "no usable wheels"]) {
        Failure::PackageMissing
    } else {
        Failure::Other
    }
}

/// The number of packages in a line such as `Resolved 45 packages in 1ms`.
pub(super) fn resolved_count(line: &str) -> Option<usize> {
    line.strip_prefix("Resolved ")?.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> String {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/uv").join(name);
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn classifies_what_the_installer_really_said() {
        for (name, expected) in [
            ("missing_wheel.txt", Failure::PackageMissing),
            ("refused.txt", Failure::Network),
            ("name_lookup.txt", Failure::Network),
            ("offline.txt", Failure::Network),
            ("hash_mismatch.txt", Failure::HashMismatch("six==1.17.0".to_owned())),
            ("no_space_cache.txt", Failure::DiskFull),
            ("no_space_environment.txt", Failure::DiskFull),
            ("permission.txt", Failure::PermissionDenied),
            ("python_download.txt", Failure::Network),
            ("no_python.txt", Failure::Other),
            ("other_python.txt", Failure::OtherPython),
        ] {
            assert_eq!(classify(&fixture(name)), expected, "{name}");
        }
    }

    #[test]
    fn counts_resolved_packages() {
        assert_eq!(resolved_count("Resolved 45 packages in 1ms"), Some(45));
        assert_eq!(resolved_count("Resolved 1 package in 1ms"), Some(1));
        assert_eq!(resolved_count("Installed 45 packages in 1ms"), None);
    }
}
