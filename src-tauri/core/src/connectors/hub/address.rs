//! Addresses of archives, so that nobody needs git.

use url::Url;

/// The archives that hold `reference` of the repository at `url` (`https://HOST/OWNER/REPO[.git]`), the likeliest first;
/// nothing where the address is none of a repository.
pub fn archives(url: &Url, reference: Option<&str>) -> Option<Vec<String>> {
    let path = url.path().trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let parts: Vec<&str> = path.split('/').collect();
    let repository = parts.last().copied()?;
    let host = url.host_str()?;
    if parts.len() < 2 || parts.iter().any(|part| !is_part(part)) || reference.is_some_and(|one| !is_reference(one)) {
        return None;
    }
    let mut base = url.clone();
    base.set_query(None);
    base.set_fragment(None);
    let at = |rest: String| {
        let mut address = base.clone();
        address.set_path(&format!("/{path}/{rest}"));
        address.to_string()
    };
    let found = reference.unwrap_or("HEAD");
    if host == "gitlab.com" || host.starts_with("gitlab.") {
        return Some(vec![at(format!("-/archive/{found}/{repository}-{}.zip", found.replace('/', "-")))]);
    }
    if host == "bitbucket.org" {
        return Some(vec![at(format!("get/{found}.zip"))]);
    }
    Some(match reference {
        None => vec![at("archive/HEAD.zip".to_owned())],
        Some(commit) if is_commit(commit) => vec![at(format!("archive/{commit}.zip"))],
        Some(name) => ["tags", "heads"].map(|kind| at(format!("archive/refs/{kind}/{name}.zip"))).to_vec(),
    })
}

fn is_part(text: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_alphanumeric() || "-_.~".contains(letter);
    !text.is_empty() && text.chars().all(letters) && text.chars().any(|letter| letter != '.')
}

/// A tag, branch or commit; branches may have slashes.
fn is_reference(text: &str) -> bool {
    text.len() <= 200 && text.split('/').all(|part| is_part(part) && !part.contains(".."))
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 7..=40)
        && text.chars().all(|letter| letter.is_ascii_hexdigit() && !letter.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str, reference: Option<&str>) -> Option<Vec<String>> {
        archives(&Url::parse(url).unwrap(), reference)
    }

    #[test]
    fn tags_branches_commits_and_the_newest() {
        assert_eq!(
            of("https://github.com/o/r.git", Some("v1.2")).unwrap(),
            ["https://github.com/o/r/archive/refs/tags/v1.2.zip", "https://github.com/o/r/archive/refs/heads/v1.2.zip"]
        );
        assert_eq!(of("https://github.com/o/r", None).unwrap(), ["https://github.com/o/r/archive/HEAD.zip"]);
        let commit = "da64a10cdbcad48ab373d4dab3d9e6dd6f58556b";
        assert_eq!(
            of("https://github.com/o/r.git", Some(commit)).unwrap(),
            [format!("https://github.com/o/r/archive/{commit}.zip")]
        );
        assert_eq!(
            of("https://gitlab.com/a/b/r.git", Some("v1")).unwrap(),
            ["https://gitlab.com/a/b/r/-/archive/v1/r-v1.zip"]
        );
        assert_eq!(of("https://bitbucket.org/o/r.git", None).unwrap(), ["https://bitbucket.org/o/r/get/HEAD.zip"]);
        assert_eq!(of("http://127.0.0.1:81/o/r.git", None).unwrap(), ["http://127.0.0.1:81/o/r/archive/HEAD.zip"]);
    }

    #[test]
    fn odd_addresses_are_none_of_a_repository() {
        for (url, reference) in [
            ("https://github.com/o", None),
            ("https://github.com/o/..%2f..", None),
            ("https://github.com/o/r", Some("../../x")),
            ("https://github.com/o/r", Some("a?b")),
            ("https://github.com/o/r", Some("a#b")),
        ] {
            assert_eq!(of(url, reference), None, "{url} {reference:?}");
        }
    }
}
