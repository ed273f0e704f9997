//! The generated Meltano project: one extractor per integration, one loader per destination, never a secret.
//!
//! It is written as JSON, which is YAML too, so that no name or value can be misread.

use crate::connectors::{Definition, plugin_config::PluginConfig};
use serde_json::{Map, Value, json};
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};
use tributary_contract::{DestinationId, IntegrationId};
use tributary_plugin_host::protocol::ROLE_VARIABLE;

/// Name of the project's one environment; part of every state id.
pub const ENVIRONMENT: &str = "app";

/// A plugin of the project.
#[derive(Debug, Clone)]
pub struct ProjectPlugin {
    /// Its name: unique, and the same for the life of the integration or destination, because the sync state is filed
    /// under it.
    pub name: String,
    /// Its definition.
    pub definition: Definition,
    /// Its settings, placeholders included.
    pub config: PluginConfig,
    /// The catalog file of an extractor.
    pub catalog: Option<PathBuf>,
}

/// Name of an integration's extractor.
pub fn extractor_name(definition: &Definition, id: IntegrationId) -> String {
    format!("{}--{id}", definition.plugin)
}

/// Name of a destination's loader.
pub fn loader_name(definition: &Definition, id: DestinationId) -> String {
    format!("{}--{id}", definition.plugin)
}

/// The state id under which Meltano keeps the sync state of an integration at a destination.
pub fn state_id(extractor: &str, loader: &str) -> String {
    format!("{ENVIRONMENT}:{extractor}-to-{loader}")
}

/// Text of `meltano.yml`.
pub fn render(extractors: &[ProjectPlugin], loaders: &[ProjectPlugin], plugin_host: &Path) -> String {
    let project = json!({
        "default_environment": ENVIRONMENT,
        "environments": [{ "name": ENVIRONMENT }],
        // Any fixed value: with one, Meltano neither makes its own nor writes the file.
        "project_id": "6f0d3a1e-6d0f-4a55-9d52-1f3b0c5a7e21",
        "send_anonymous_usage_stats": false,
        "cli": { "disable_version_check": true },
        "auto_install": false,
        "project_readonly": true,
        "plugins": {
            "extractors": extractors.iter().map(|plugin| entry(plugin, "extractor", plugin_host)).collect::<Vec<_>>(),
            "loaders": loaders.iter().map(|plugin| entry(plugin, "loader", plugin_host)).collect::<Vec<_>>(),
        },
    });
    format!("{project:#}\n")
}

fn entry(plugin: &ProjectPlugin, role: &str, plugin_host: &Path) -> Value {
    let settings: Vec<Value> = plugin.config.settings.keys().map(|name| json!({ "name": name })).collect();
    let mut config = plugin.config.settings.clone();
    let mut entry = Map::new();
    if let Some(catalog) = &plugin.catalog {
        config.shift_remove("catalog");
        entry.insert("catalog".to_owned(), json!(catalog));
    }
    entry.extend([
        ("name".to_owned(), json!(plugin.name)),
        ("namespace".to_owned(), json!(plugin.name.replace('-', "_"))),
        ("executable".to_owned(), json!(plugin_host)),
        ("capabilities".to_owned(), json!(plugin.definition.capabilities)),
        ("settings".to_owned(), json!(settings)),
        ("config".to_owned(), Value::Object(config)),
        ("env".to_owned(), json!({ ROLE_VARIABLE: role })),
    ]);
    Value::Object(entry)
}

/// Replaces a file's content in one step, and only when it differs.
pub fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    if std::fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let folder = path.parent().ok_or_else(|| io::Error::other("a file needs a folder"))?;
    super::process::private_folder(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}
