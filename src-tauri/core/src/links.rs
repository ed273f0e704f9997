//! Links: where in the app a `tributary://` link, a notification or an entry of the tray leads.
//!
//! Invariants:
//! - A link navigates and nothing else: it never starts, deletes or installs anything, and fills in no field.
//! - What is unknown or malformed leads to the list of integrations with a quiet note, never to an error.
//! - Everything that comes in from outside goes through [`open`]; what it answers is built from checked parts alone.

use serde::de::DeserializeOwned;
use std::fmt;
use tributary_contract::{ConnectorKind, DraftId, IntegrationId, ProblemCode, RunId};

/// What begins a link, with the part every link has before its route.
pub const SCHEME: &str = "tributary";

/// Longest link that is looked at.
const LONGEST: usize = 2_000;

/// A place in the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The list of integrations.
    Integrations,
    /// The list, with a quiet note that a link led nowhere.
    NoteOfLink,
    /// An integration.
    Integration(IntegrationId),
    /// A tab of an integration's page: `streams`, `runs`, `settings`.
    Tab(IntegrationId, &'static str),
    /// Where a problem of an integration is fixed.
    Fix(IntegrationId, ProblemCode),
    /// A run of an integration.
    Run(IntegrationId, RunId),
    /// The marketplace.
    Marketplace,
    /// A connector's page in the marketplace.
    Connector(ConnectorKind, String),
    /// The settings.
    Settings,
    /// A part of the settings.
    SettingsPart(&'static str),
    /// All runs, and the notices.
    Activity,
    /// A set-up that is not finished.
    Setup(DraftId),
}

const TABS: &[&str] = &["data", "streams", "runs", "settings"];
const SETTINGS_PARTS: &[&str] = &["general", "notifications", "destinations", "network", "engine", "storage", "about"];

/// The route inside the app that a link or route leads to; always one that exists.
pub fn open(link_or_route: &str) -> String {
    parse(link_or_route).unwrap_or(Place::NoteOfLink).to_string()
}

/// The place a link (`tributary://integrations/...`) or a route (`/integrations/...`) names; `None`: it names none. What
/// follows a `?` or `#` is left out: a link brings nothing but a place.
pub fn parse(link_or_route: &str) -> Option<Place> {
    if link_or_route.len() > LONGEST || link_or_route.chars().any(|letter| letter.is_control() || letter == '\\') {
        return None;
    }
    let path = match link_or_route.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(SCHEME) => rest.strip_prefix("//")?,
        _ => link_or_route.strip_prefix('/').filter(|rest| !rest.starts_with('/'))?,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.trim_end_matches('/').trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        // The window decides between the list and the welcome.
        ["" | "integrations"] => Some(Place::Integrations),
        ["integrations", id] => Some(Place::Integration(id.parse().ok()?)),
        ["integrations", id, "fix", code] => Some(Place::Fix(id.parse().ok()?, named(code)?)),
        ["integrations", id, "runs", run] => Some(Place::Run(id.parse().ok()?, run.parse().ok()?)),
        ["integrations", id, tab] => Some(Place::Tab(id.parse().ok()?, one_of(TABS, tab)?)),
        ["marketplace"] => Some(Place::Marketplace),
        ["marketplace", kind, id] => Some(Place::Connector(named(kind)?, connector(id)?)),
        ["settings"] => Some(Place::Settings),
        ["settings", part] => Some(Place::SettingsPart(one_of(SETTINGS_PARTS, part)?)),
        ["activity"] => Some(Place::Activity),
        ["setup", draft] => Some(Place::Setup(draft.parse().ok()?)),
        _ => None,
    }
}

/// As a link that can be given to other programs.
pub fn link(place: &Place) -> String {
    format!("{SCHEME}:/{place}")
}

/// As a route inside the app.
impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integrations => out.write_str("/integrations"),
            Self::NoteOfLink => out.write_str("/integrations?note=link"),
            Self::Integration(id) => write!(out, "/integrations/{id}"),
            Self::Tab(id, tab) => write!(out, "/integrations/{id}/{tab}"),
            Self::Fix(id, code) => write!(out, "/integrations/{id}/fix/{}", name_of(code)),
            Self::Run(id, run) => write!(out, "/integrations/{id}/runs/{run}"),
            Self::Marketplace => out.write_str("/marketplace"),
            Self::Connector(kind, id) => write!(out, "/marketplace/{}/{id}", name_of(kind)),
            Self::Settings => out.write_str("/settings"),
            Self::SettingsPart(part) => write!(out, "/settings/{part}"),
            Self::Activity => out.write_str("/activity"),
            Self::Setup(draft) => write!(out, "/setup/{draft}"),
        }
    }
}

fn one_of(known: &[&'static str], text: &str) -> Option<&'static str> {
    known.iter().find(|name| **name == text).copied()
}

/// The value with this name on the wire.
fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

/// The name on the wire.
fn name_of<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A connector's id: letters, digits and a few signs, as catalogues allow.
fn connector(id: &str) -> Option<String> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.~".contains(letter);
    (!id.is_empty() && id.len() <= 200 && id.chars().all(fits) && !id.starts_with('.')).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "019ab7f0-0000-7000-8000-000000000001";
    const OTHER: &str = "019ab7f0-0000-7000-8000-000000000002";

    #[test]
    fn links_and_routes_lead_to_the_same_places() {
        for route in [
            "/integrations".to_owned(),
            format!("/integrations/{ID}"),
            format!("/integrations/{ID}/streams"),
            format!("/integrations/{ID}/runs"),
            format!("/integrations/{ID}/settings"),
            format!("/integrations/{ID}/runs/{OTHER}"),
            format!("/integrations/{ID}/fix/sign_in_expired"),
            "/marketplace".to_owned(),
            "/marketplace/extractor/tap-salesforce".to_owned(),
            "/settings".to_owned(),
            "/settings/notifications".to_owned(),
            "/activity".to_owned(),
            format!("/setup/{ID}"),
        ] {
            assert_eq!(open(&route), route);
            assert_eq!(open(&format!("tributary:/{route}")), route);
            assert_eq!(open(&format!("TRIBUTARY:/{route}/")), route, "browsers change what does not matter");
            assert_eq!(open(&format!("tributary:/{route}?start=1#delete")), route, "nothing but a place comes in");
        }
        assert_eq!(open("tributary://"), "/integrations");
    }

    #[test]
    fn what_is_unknown_or_malformed_leads_to_the_list_with_a_note() {
        for link in [
            "",
            "tributary",
            "tributary:integrations",
            "tributary://unknown",
            "tributary://integrations/not-an-id",
            "tributary://integrations/CRM/delete",
            &format!("tributary://integrations/{ID}/sync"),
            &format!("tributary://integrations/{ID}/fix/no_such_code"),
            &format!("tributary://integrations/{ID}/fix"),
            &format!("tributary://integrations/{ID}/runs/x"),
            &format!("tributary://integrations/{ID}/../../settings"),
            "tributary://marketplace/extractor/..",
            "tributary://marketplace/extractor/a%2fb",
            "tributary://marketplace/other/tap-salesforce",
            "tributary://settings/everything",
            "https://example.com/integrations",
            "//example.com/integrations",
            "javascript:alert(1)",
            "tributary://integrations\n/settings",
            "tributary:\\\\integrations",
        ] {
            assert_eq!(open(link), "/integrations?note=link", "{link:?}");
        }
        assert_eq!(open(&format!("/marketplace/extractor/{}", "a".repeat(3_000))), "/integrations?note=link");
    }

    fn places() -> impl Strategy<Value = Place> {
        let id = || any::<u128>().prop_map(|bits| uuid::Uuid::from_u128(bits).to_string());
        prop_oneof![
            Just(Place::Integrations),
            Just(Place::Activity),
            id().prop_map(|id| Place::Integration(id.parse().unwrap())),
            (id(), id()).prop_map(|(id, run)| Place::Run(id.parse().unwrap(), run.parse().unwrap())),
            id().prop_map(|id| Place::Fix(id.parse().unwrap(), ProblemCode::DiskFull)),
            (id(), proptest::sample::select(TABS)).prop_map(|(id, tab)| Place::Tab(id.parse().unwrap(), tab)),
            proptest::sample::select(SETTINGS_PARTS).prop_map(Place::SettingsPart),
            id().prop_map(|id| Place::Setup(id.parse().unwrap())),
            "[a-z][a-z0-9-]{0,30}".prop_map(|id| Place::Connector(ConnectorKind::Loader, id)),
        ]
    }

    proptest! {
        #[test]
        fn a_place_survives_being_written_and_read(place in places()) {
            prop_assert_eq!(parse(&place.to_string()), Some(place.clone()));
            prop_assert_eq!(parse(&link(&place)), Some(place));
        }

        #[test]
        fn whatever_comes_in_the_route_is_plain_and_leads_to_itself(
            text in prop_oneof![".*", "tributary://[a-z/?#%.0-9-]*", "/(integrations|settings|setup)/.*"]
        ) {
            let route = open(&text);
            prop_assert!(route.starts_with('/') && !route.starts_with("//"));
            prop_assert!(route == "/integrations?note=link" || route.chars().all(|letter| {
                letter.is_ascii_alphanumeric() || "/-_.~".contains(letter)
            }), "{}", route);
            prop_assert!(route == "/integrations?note=link" || open(&route) == route);
        }
    }
}
