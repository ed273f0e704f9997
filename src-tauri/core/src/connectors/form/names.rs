//! What the ways of signing in are called: plain words, distinct from each other.

use super::{labels, ways::Way};
use std::collections::{BTreeMap, BTreeSet};

/// The names of all choices, in order.
pub fn names(choices: &[Way<'_>], order: &[&str], labels: &BTreeMap<&str, String>) -> Vec<String> {
    let settings: Vec<Vec<&str>> =
        choices.iter().map(|way| order.iter().copied().filter(|name| way.required.contains(name)).collect()).collect();
    let mut names: Vec<String> = settings.iter().map(|settings| name(settings, labels)).collect();
    for position in 0..names.len() {
        let alike = |names: &[String]| names.iter().filter(|name| **name == names[position]).count() > 1;
        if !alike(&names) {
            continue;
        }
        // What no other way of the same name has tells them apart.
        let others: BTreeSet<&str> = (0..names.len())
            .filter(|other| *other != position && names[*other] == names[position])
            .flat_map(|other| settings[other].iter().copied())
            .collect();
        let own = settings[position].iter().find(|name| !others.contains(*name)).map(|name| title(name, labels));
        names[position] = match own {
            Some(own) if !names.contains(&own) => own,
            _ => format!("{} ({})", names[position], position + 1),
        };
    }
    names
}

fn title(name: &str, labels: &BTreeMap<&str, String>) -> String {
    labels.get(name).cloned().unwrap_or_else(|| labels::from_name(name))
}

/// A name for a way that needs these settings.
fn name(settings: &[&str], labels: &BTreeMap<&str, String>) -> String {
    let words: Vec<Vec<String>> = settings
        .iter()
        .map(|name| {
            let end = name.rsplit('.').next().unwrap_or(name);
            labels::split(end).into_iter().map(|word| word.to_lowercase()).collect()
        })
        .collect();
    let has = |all: &[&str]| words.iter().any(|words| all.iter().all(|one| words.iter().any(|word| word == one)));
    let password = has(&["password"]) || has(&["passwd"]) || has(&["pass"]);
    let person = has(&["username"]) || has(&["user"]) || has(&["login"]) || has(&["uid"]);
    let email = has(&["email"]);
    let known = if has(&["refresh", "token"]) {
        Some("Refresh token")
    } else if has(&["service", "account"]) || has(&["credentials", "json"]) || has(&["key", "file"]) {
        Some("Service account key")
    } else if has(&["private", "key"]) && !password {
        Some("Private key")
    } else if email && password {
        Some("E-mail and password")
    } else if person && password && (has(&["host"]) || has(&["hostname"]) || has(&["server"])) {
        Some("Server, user and password")
    } else if person && password {
        Some("User name and password")
    } else if has(&["connection", "string"]) {
        Some("Connection string")
    } else if has(&["sqlalchemy", "url"]) || has(&["dsn"]) || has(&["database", "url"]) {
        Some("Connection address")
    } else if has(&["aws", "secret"]) || (has(&["access", "key"]) && has(&["secret", "key"])) {
        Some("Access key")
    } else if has(&["jwt"]) {
        Some("JWT")
    } else if has(&["personal", "access", "token"]) || has(&["pat"]) {
        Some("Personal access token")
    } else if has(&["api", "key"]) || has(&["apikey"]) || has(&["hapikey"]) {
        Some("API key")
    } else if has(&["api", "token"]) {
        Some("API token")
    } else if settings.len() > 1 && has(&["access", "token"]) {
        Some("Access token")
    } else if has(&["client", "id"]) && has(&["client", "secret"]) {
        Some("Client ID and secret")
    } else {
        None
    };
    match (known, settings) {
        (Some(known), _) => known.to_owned(),
        (None, []) => "Nothing more".to_owned(),
        (None, [one]) => title(one, labels),
        (None, [one, two]) => format!("{} and {}", title(one, labels), lower_first(&title(two, labels))),
        (None, [one, ..]) => format!("{} and others", title(one, labels)),
    }
}

/// "API key" stays, "User name" becomes "user name".
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(groups: &[&[&str]]) -> Vec<String> {
        let ways: Vec<Way<'_>> = groups
            .iter()
            .map(|group| Way { required: group.iter().copied().collect(), optional: BTreeSet::new() })
            .collect();
        let order: Vec<&str> = groups.iter().flat_map(|group| group.iter().copied()).collect();
        names(&ways, &order, &BTreeMap::new())
    }

    #[test]
    fn ways_have_plain_names() {
        assert_eq!(
            named(&[&["client_id", "client_secret", "refresh_token"], &["username", "password", "security_token"]]),
            ["Refresh token", "User name and password"]
        );
        assert_eq!(named(&[&["credentials_json"], &["api_key"]]), ["Service account key", "API key"]);
        assert_eq!(
            named(&[&["host", "port", "user", "password"], &["sqlalchemy_url"]]),
            ["Server, user and password", "Connection address"]
        );
        assert_eq!(named(&[&["repositories"], &["organizations"]]), ["Repositories", "Organizations"]);
        assert_eq!(named(&[&["site_name", "zone_code"], &["c"]]), ["Site name and zone code", "C"]);
    }

    #[test]
    fn ways_of_the_same_name_are_told_apart() {
        let names = named(&[&["api_key", "region"], &["api_key", "site"], &["x.api_key"], &["y.api_key"]]);
        let distinct: BTreeSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), 4, "{names:?}");
    }
}
