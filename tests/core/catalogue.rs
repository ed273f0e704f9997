//! The connectors that come with the app: that their folders are complete and right in themselves, and that each definition
//! says what the package itself says.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod engine_support;
#[path = "catalogue/packages.rs"]
mod packages;
#[path = "catalogue/rules.rs"]
mod rules;

use serde_json::Value;
use std::path::{Path, PathBuf};
use tributary_core::connectors::{Catalogue, Definition, SettingDefinition};

/// The catalogue as it ships.
fn catalogue() -> Catalogue {
    Catalogue::read(&engine_support::top().join("meltano"), Path::new("none")).unwrap()
}

/// A connector's folder.
fn folder(definition: &Definition) -> PathBuf {
    engine_support::top().join("meltano/connectors").join(&definition.plugin)
}

/// The definition's file as it is written.
fn written(definition: &Definition) -> Value {
    let text = std::fs::read_to_string(folder(definition).join("definition.yml")).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

/// Whether a setting cannot be missed: it is required, has a value when none is given, or is in every way of signing in.
fn ensured(definition: &Definition, setting: &SettingDefinition) -> bool {
    let in_all = !definition.groups.is_empty() && definition.groups.iter().all(|group| group.contains(&setting.name));
    setting.required || setting.default.is_some() || in_all
}
