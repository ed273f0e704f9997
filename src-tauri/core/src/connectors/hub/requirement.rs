//! What a definition asks to install (`pip_url`), read as packages of the index and archives.

use super::{address, client::is_allowed};
use tributary_contract::InstallNeed;
use url::Url;

/// One package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// A package of the index, with extras and bounds.
    Index(String),
    /// An archive, at the first of these addresses that exists.
    Archive {
        /// Where it may be.
        addresses: Vec<String>,
        /// Extras, with their brackets; mostly empty.
        extras: String,
        /// The part of it that is meant, where not all.
        subdirectory: Option<String>,
    },
}

/// Why something cannot be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What would have to be there.
    pub needs: InstallNeed,
    /// In words.
    pub reason: String,
}

fn impossible(reason: impl Into<String>) -> Obstacle {
    Obstacle { needs: InstallNeed::Impossible, reason: reason.into() }
}

/// Reads a `pip_url`.
///
/// # Errors
/// What is in the way, in words.
pub fn parse(text: &str) -> Result<Vec<Requirement>, Obstacle> {
    let words = words(text)?;
    let mut found = Vec::new();
    let mut rest = words.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if let [at, target, after @ ..] = after
            && at == "@"
        {
            found.push(from_address(target, extras_of(first).ok_or_else(|| unknown(first))?)?);
            rest = after;
            continue;
        }
        found.push(one(first)?);
        rest = after;
    }
    if found.is_empty() { Err(impossible("Its definition names no package.")) } else { Ok(found) }
}

fn one(word: &str) -> Result<Requirement, Obstacle> {
    if word.starts_with('-') {
        return Err(impossible(format!("Its definition sets an option of the installer ({word}), which is not done.")));
    }
    let named = word.split_once('@').filter(|(name, target)| extras_of(name).is_some() && target.contains("://"));
    if let Some((name, target)) = named {
        return from_address(target, extras_of(name).unwrap_or_default());
    }
    if word.contains("://") || word.starts_with("git@") {
        return from_address(word, String::new());
    }
    if is_index(word) { Ok(Requirement::Index(word.to_owned())) } else { Err(unknown(word)) }
}

fn unknown(word: &str) -> Obstacle {
    let word: String = word.chars().filter(|letter| !letter.is_control()).take(100).collect();
    impossible(format!("Its definition asks for “{word}”, which is neither a package nor an address of one."))
}

fn from_address(text: &str, extras: String) -> Result<Requirement, Obstacle> {
    let git = text.strip_prefix("git+");
    let needs_git = || Obstacle {
        needs: InstallNeed::Git,
        reason: "Its source can only be fetched with Git, from an address without an archive.".to_owned(),
    };
    if text.starts_with("git@") || text.starts_with("git:") || git.is_some_and(|rest| !rest.starts_with("http")) {
        return Err(if text.contains("file:") { unknown(text) } else { needs_git() });
    }
    // What an address would be shortened to is not what was written.
    let dotted = |part: &str| matches!(part, "." | "..") || part.to_ascii_lowercase().contains("%2e");
    if text.split(['/', '#', '?']).any(dotted) {
        return Err(unknown(text));
    }
    let mut url = Url::parse(git.unwrap_or(text)).map_err(|_| unknown(text))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(impossible("Its source is behind a sign-in."));
    }
    if !is_allowed(&url) {
        return Err(impossible("Its source is at an address without encryption."));
    }
    let mut subdirectory = None;
    let mut extras = extras;
    for part in url.fragment().unwrap_or_default().split('&') {
        match part.split_once('=') {
            Some(("subdirectory", folder)) if is_folder(folder) => {
                subdirectory = Some(folder.trim_matches('/').to_owned());
            }
            Some(("subdirectory", _)) => return Err(unknown(text)),
            // `#egg=name[extras]`: the name is the source's own affair.
            Some(("egg", egg)) if extras.is_empty() => extras = extras_of(egg).unwrap_or_default(),
            _ => {}
        }
    }
    url.set_fragment(None);
    let addresses = if git.is_some() {
        let path = url.path().to_owned();
        let (repository, reference) = match path.rsplit_once('@') {
            Some((repository, reference)) => (repository.to_owned(), Some(reference.to_owned())),
            None => (path, None),
        };
        url.set_path(&repository);
        address::archives(&url, reference.as_deref()).ok_or_else(needs_git)?
    } else if [".zip", ".tar.gz", ".tgz", ".whl"].iter().any(|end| url.path().ends_with(end)) {
        vec![url.to_string()]
    } else {
        return Err(unknown(text));
    };
    Ok(Requirement::Archive { addresses, extras, subdirectory })
}

/// Words, as a shell would split them; nothing else of a shell is understood.
fn words(text: &str) -> Result<Vec<String>, Obstacle> {
    if text.len() > 4000 || text.contains(['$', '\\', ';', '\0']) {
        return Err(impossible("What its definition asks to install depends on conditions or variables."));
    }
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in text.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            None if letter == '"' || letter == '\'' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    if quote.is_some() {
        return Err(impossible("A quotation in its definition never ends."));
    }
    words.extend(word);
    Ok(words)
}

/// `name`, `name[extra,extra]`: the extras with their brackets.
fn extras_of(text: &str) -> Option<String> {
    let (name, extras) = text.find('[').map_or((text, ""), |at| text.split_at(at));
    let good = extras.is_empty()
        || extras
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .is_some_and(|all| all.split(',').all(|extra| is_name(extra.trim())));
    (is_name(name) && good).then(|| extras.replace(' ', ""))
}

fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
}

fn is_folder(text: &str) -> bool {
    !text.starts_with('/') && text.trim_end_matches('/').split('/').all(|part| is_name(part) && !part.contains(".."))
}

/// `name[extras]==1.0,<2`.
fn is_index(word: &str) -> bool {
    let at = word.find(['=', '<', '>', '~', '!']).unwrap_or(word.len());
    let (head, bounds) = word.split_at(at);
    let bound = |text: &str| {
        let version = text.trim_start_matches(['=', '<', '>', '~', '!']);
        let operator = &text[..text.len() - version.len()];
        ["==", ">=", "<=", "~=", "!=", "<", ">", "==="].contains(&operator)
            && !version.is_empty()
            && version.chars().all(|letter| letter.is_ascii_alphanumeric() || ".*+!-_".contains(letter))
    };
    extras_of(head).is_some() && (bounds.is_empty() || bounds.split(',').all(|part| bound(part.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn index(text: &str) -> Requirement {
        Requirement::Index(text.to_owned())
    }

    fn archive(addresses: &[&str], extras: &str, subdirectory: Option<&str>) -> Requirement {
        Requirement::Archive {
            addresses: addresses.iter().map(|one| (*one).to_owned()).collect(),
            extras: extras.to_owned(),
            subdirectory: subdirectory.map(str::to_owned),
        }
    }

    #[test]
    fn the_usual_forms_are_understood() {
        let head = ["https://github.com/o/r/archive/HEAD.zip"];
        let tag =
            ["https://github.com/o/r/archive/refs/tags/v1.0.zip", "https://github.com/o/r/archive/refs/heads/v1.0.zip"];
        for (text, wanted) in [
            ("tap-a", vec![index("tap-a")]),
            ("tap-a~=0.8", vec![index("tap-a~=0.8")]),
            ("'tap-a[s3]>=1.0,<2' six==1.17.0", vec![index("tap-a[s3]>=1.0,<2"), index("six==1.17.0")]),
            ("git+https://github.com/o/r.git", vec![archive(&head, "", None)]),
            ("git+https://github.com/o/r.git@v1.0 fsspec[full]", vec![archive(&tag, "", None), index("fsspec[full]")]),
            ("tap-a[x] @ git+https://github.com/o/r@v1.0", vec![archive(&tag, "[x]", None)]),
            ("tap-a@git+https://github.com/o/r@v1.0", vec![archive(&tag, "", None)]),
            (
                "git+https://github.com/o/r.git@v1.0#subdirectory=taps/tap-a",
                vec![archive(&tag, "", Some("taps/tap-a"))],
            ),
            ("git+https://github.com/o/r.git#egg=tap-a[y]", vec![archive(&head, "[y]", None)]),
            ("https://host/tap_a-1.0.tar.gz", vec![archive(&["https://host/tap_a-1.0.tar.gz"], "", None)]),
        ] {
            assert_eq!(parse(text), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_installed_says_so() {
        for (text, needs) in [
            ("", InstallNeed::Impossible),
            ("-r requirements.txt", InstallNeed::Impossible),
            ("-e .", InstallNeed::Impossible),
            ("tap-a --index-url https://host/simple", InstallNeed::Impossible),
            ("./plugins/tap-a", InstallNeed::Impossible),
            ("../tap-a", InstallNeed::Impossible),
            ("file:///tmp/tap-a.zip", InstallNeed::Impossible),
            ("git+file:///tmp/tap-a", InstallNeed::Impossible),
            ("git+http://host/o/r.git", InstallNeed::Impossible),
            ("http://host/a.zip", InstallNeed::Impossible),
            ("git+https://user:word@host/o/r.git", InstallNeed::Impossible),
            ("tap-a==${VERSION}", InstallNeed::Impossible),
            ("tap-a; rm -rf x", InstallNeed::Impossible),
            ("git+ssh://git@github.com/o/r.git", InstallNeed::Git),
            ("git@github.com:o/r.git", InstallNeed::Git),
            ("git+https://github.com/o/r.git@../../x", InstallNeed::Impossible),
            ("git+https://github.com/o/r.git#subdirectory=../../x", InstallNeed::Impossible),
        ] {
            let obstacle = parse(text).unwrap_err();
            assert_eq!(obstacle.needs, needs, "{text}: {obstacle:?}");
            assert!(obstacle.reason.ends_with('.'), "{text}: {obstacle:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_but_packages_and_archives_comes_out(text in "[ -~é]{0,60}|(git\\+|https://|@|#| |\\[|\\]|/|\\.|a|==|-){0,20}") {
            for one in parse(&text).unwrap_or_default() {
                match one {
                    Requirement::Index(word) => prop_assert!(is_index(&word) && !word.starts_with('-')),
                    Requirement::Archive { addresses, .. } => {
                        prop_assert!(addresses.iter().all(|one| is_allowed(&Url::parse(one).unwrap())));
                    }
                }
            }
        }
    }
}
