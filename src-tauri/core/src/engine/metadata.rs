//! What sources say of themselves, and what uv says when it wants to run one.

use serde::Deserialize;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What the guarding Python says when it refuses to run something.
pub(super) const REFUSAL: &str = "nothing of a package runs before it is agreed to";

/// What is known of a source without running it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Metadata {
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    pub(super) requires_python: Option<String>,
    #[serde(default)]
    pub(super) requires: Vec<String>,
    pub(super) unknown: Option<String>,
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
        && text.starts_with(|letter: char| letter.is_ascii_alphanumeric())
}

pub(super) fn name_of(requirement: &str) -> &str {
    requirement
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter)))
        .next()
        .unwrap_or_default()
}

/// Whether two names mean the same package: case and the kind of separator do not matter.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    let normal = |name: &str| name.to_ascii_lowercase().replace(['_', '.'], "-");
    normal(one) == normal(other)
}

/// uv's configuration with what is known of sources.
pub(super) fn dependency_metadata(known: &[(String, Metadata)]) -> String {
    // A JSON string is a TOML string.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut text = String::new();
    for (name, metadata) in known {
        let _ = writeln!(text, "[[dependency-metadata]]\nname = {}", quoted(name));
        let _ = writeln!(text, "version = {}", quoted(metadata.version.as_deref().unwrap_or("0")));
        if let Some(python) = &metadata.requires_python {
            let _ = writeln!(text, "requires-python = {}", quoted(python));
        }
        let requires: Vec<String> = metadata.requires.iter().map(|one| quoted(one)).collect();
        let _ = writeln!(text, "requires-dist = [{}]\n", requires.join(", "));
    }
    text
}

/// The package whose build code the guarding Python refused to run.
pub(super) fn refused(text: &str) -> Option<(String, String)> {
    if !text.contains(REFUSAL) {
        return None;
    }
    let pin = text.split("ailed to ").find_map(|part| {
        let (verb, rest) = part.split_once('`')?;
        verb.contains("build").then(|| rest.split('`').next())?
    })?;
    let (name, version) = pin.split_once("==")?;
    Some((name.to_owned(), version.to_owned()))
}

/// The package that has no wheel for this computer.
pub(super) fn without_wheels(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("Wheels are required for `")?;
    Some(rest.split('`').next()?.to_owned())
}

/// Where uv unpacked the source of a package of the index: `sdists-*/.../NAME/VERSION/ID/src`.
pub(super) fn unpacked(cache: &Path, name: &str, version: &str) -> Option<PathBuf> {
    let below = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    let named = |path: &Path, wanted: &str| path.file_name().is_some_and(|found| found == wanted);
    let normal = name.to_ascii_lowercase().replace(['_', '.'], "-");
    let buckets = below(cache).into_iter().filter(|path| path.to_string_lossy().contains("sdists-"));
    let mut open: Vec<(PathBuf, usize)> = buckets.map(|path| (path, 0)).collect();
    while let Some((folder, depth)) = open.pop() {
        if named(&folder, &normal) {
            let found = below(&folder.join(version)).into_iter().map(|one| one.join("src")).find(|path| path.is_dir());
            if found.is_some() {
                return found;
            }
        } else if depth < 3 {
            open.extend(below(&folder).into_iter().filter(|path| path.is_dir()).map(|path| (path, depth + 1)));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_uv_wanted_to_run_is_named() {
        let text = format!(
            "error: Failed to build `demo-dep==1.0`\n  cause: The build backend returned an error\n  [stderr]\n  {REFUSAL}"
        );
        assert_eq!(refused(&text), Some(("demo-dep".to_owned(), "1.0".to_owned())));
        assert_eq!(refused("error: Failed to build `demo-dep==1.0`"), None, "it failed for another reason");
        let text = "hint: Wheels are required for `demo-dep` because building from source is disabled";
        assert_eq!(without_wheels(text).as_deref(), Some("demo-dep"));
    }

    #[test]
    fn what_is_known_is_quoted() {
        let metadata = Metadata {
            name: Some("a".to_owned()),
            version: None,
            requires_python: Some(">=3.8".to_owned()),
            requires: vec!["b ; python_version < \"3.9\"".to_owned()],
            unknown: None,
        };
        let text = dependency_metadata(&[("a".to_owned(), metadata)]);
        assert!(text.contains("name = \"a\"\nversion = \"0\"\nrequires-python = \">=3.8\"\n"), "{text}");
        assert!(text.contains(r#"requires-dist = ["b ; python_version < \"3.9\""]"#), "{text}");
    }

    #[test]
    fn names_are_compared_as_the_index_does() {
        assert!(same_name("Demo_Dep", "demo-dep"));
        assert_eq!(name_of("tap-a[s3]>=1.0"), "tap-a");
        assert!(is_name("tap-a") && !is_name("-tap") && !is_name("a/b") && !is_name(""));
    }
}
