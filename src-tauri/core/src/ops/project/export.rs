//! Writes everything as a plain Meltano project, without a secret.

use super::{
    ProjectError, interval,
    texts::{self, Variable},
};
use crate::{
    Core, Error,
    connectors::{Definition, plugin_config, selection},
    engine::project,
    ops::{prepare::is_old_style, setup::Setup},
    store,
};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};
use tributary_contract::{ConnectorKind, Destination, Integration, ProjectReport};
use tributary_plugin_host::protocol::{SECRET_PLACEHOLDER, VALUE_PLACEHOLDER};
use uuid::Uuid;

/// Name of the project's one environment.
const ENVIRONMENT: &str = "prod";
/// The list of packages of Meltano's own environment.
const PINNED: &str = "engine/requirements.in";

/// A plugin on its way into the project.
struct Plugin {
    name: String,
    definition: Definition,
    entry: Map<String, Value>,
}

/// What the project becomes.
#[derive(Default)]
struct Draft {
    names: BTreeSet<String>,
    variables: Vec<Variable>,
    notes: Vec<String>,
    files: BTreeMap<PathBuf, String>,
}

/// Writes all integrations with their destinations into a folder that is empty or not there yet. No secret is read.
pub async fn export_project(core: &Core, folder: &Path) -> Result<ProjectReport, Error> {
    let wrong = |source: io::Error| Error::File { path: folder.to_owned(), source };
    let folder = std::path::absolute(folder).map_err(wrong)?;
    match std::fs::read_dir(&folder) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(ProjectError::NotEmpty(folder).into());
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(wrong(error)),
    }
    let (integrations, destinations) = core
        .database()
        .read(|connection| Ok((store::integrations::list(connection)?, store::destinations::list(connection)?)))
        .await?;
    let (samples, integrations): (Vec<_>, Vec<_>) = integrations.into_iter().partition(|one| one.sample);
    if integrations.is_empty() {
        return Err(ProjectError::Nothing.into());
    }
    let mut draft = Draft::default();
    if !samples.is_empty() {
        draft.notes.push("The sample Salesforce org exists in the app only and was left out.".to_owned());
    }
    let mut loaders = BTreeMap::new();
    for destination in destinations.iter().filter(|one| integrations.iter().any(|user| user.destination == one.id)) {
        match loader(core, destination, &mut draft) {
            Some(plugin) => {
                loaders.insert(destination.id, plugin);
            }
            None => {
                draft.notes.push(format!("The connector of the destination “{}” is not installed.", destination.name));
            }
        }
    }
    let (mut extractors, mut jobs, mut schedules, mut states, mut listed) = (vec![], vec![], vec![], vec![], vec![]);
    for integration in &integrations {
        let Some(loader) = loaders.get(&integration.destination) else {
            draft.notes.push(format!("“{}” was left out, because its destination was.", integration.name));
            continue;
        };
        let Some(plugin) = extractor(core, integration, &mut draft).await? else {
            draft.notes.push(format!("The connector of “{}” is not installed.", integration.name));
            continue;
        };
        let job = plugin.name.trim_start_matches("tap-").to_owned();
        jobs.push(json!({ "name": job, "tasks": [format!("{} {}", plugin.name, loader.name)] }));
        let cron = integration.schedule.as_deref().and_then(interval::to_cron);
        if let Some((cron, differs)) = &cron {
            schedules.push(json!({ "name": format!("{job}-schedule"), "interval": cron, "job": job }));
            if let Some(differs) = differs {
                draft
                    .notes
                    .push(format!("The schedule of “{}” {differs} there: cron knows no other way.", integration.name));
            }
        }
        if let Some(state) = state(core, integration, &plugin.definition, &destinations)? {
            let file = format!("{}.json", plugin.name);
            draft.files.insert(Path::new("state").join(&file), format!("{:#}\n", json!({ "singer_state": state })));
            states.push((format!("{ENVIRONMENT}:{}-to-{}", plugin.name, loader.name), file));
        }
        listed.push((job, integration.name.clone(), cron.map(|(cron, _)| cron)));
        extractors.push(Value::Object(plugin.entry));
    }
    let loaders: Vec<Value> = loaders.into_values().map(|plugin| Value::Object(plugin.entry)).collect();
    let yml = json!({
        "version": 1,
        "default_environment": ENVIRONMENT,
        "project_id": Uuid::new_v4(),
        "send_anonymous_usage_stats": false,
        "environments": [{ "name": ENVIRONMENT }],
        "plugins": { "extractors": extractors, "loaders": loaders },
        "jobs": jobs,
        "schedules": schedules,
    });
    finish(core, &folder, draft, &yml, &states, &listed).map_err(|source| Error::File { path: folder, source })
}

fn finish(
    core: &Core,
    folder: &Path,
    mut draft: Draft,
    yml: &Value,
    states: &[(String, String)],
    jobs: &[(String, String, Option<String>)],
) -> io::Result<ProjectReport> {
    let yml = serde_saphyr::to_string(yml).map_err(io::Error::other)?;
    let meltano = std::fs::read_to_string(core.resources().meltano.join(PINNED)).unwrap_or_default();
    let meltano = meltano.lines().find_map(|line| line.trim().strip_prefix("meltano==")).unwrap_or("4.4.1");
    draft.variables.sort();
    draft.variables.dedup_by(|a, b| a.name == b.name);
    draft.files.extend([
        (PathBuf::from("meltano.yml"), yml),
        (PathBuf::from(".env.example"), texts::env_example(&draft.variables)),
        (PathBuf::from(".gitignore"), texts::GIT_IGNORE.to_owned()),
        (PathBuf::from("output/.gitkeep"), String::new()),
        (PathBuf::from("import-state.sh"), texts::import_state(states)),
        (PathBuf::from("README.md"), texts::readme(jobs, &draft.notes, meltano)),
    ]);
    for (path, text) in &draft.files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, text)?;
    }
    Ok(ProjectReport {
        folder: folder.to_string_lossy().into_owned(),
        jobs: jobs.iter().map(|(job, ..)| job.clone()).collect(),
        variables: draft.variables.into_iter().map(|variable| variable.name).collect(),
        notes: draft.notes,
    })
}

async fn extractor(core: &Core, integration: &Integration, draft: &mut Draft) -> Result<Option<Plugin>, Error> {
    let Some(definition) = core.catalogue().find(ConnectorKind::Extractor, &integration.connector).cloned() else {
        return Ok(None);
    };
    let name = draft.name(&definition.plugin, &integration.name);
    let config = plugin_config::build(&definition, &integration.config, &integration.secrets).standing_alone();
    let mut entry = draft.entry(&name, &definition, config, &integration.name);
    let setup = Setup::from(integration);
    let owner = setup.catalog_owner()?;
    let kept = core.database().read(move |connection| store::catalogs::find(connection, owner)).await?;
    let (choices, recommended) = (integration.streams.clone(), definition.recommended_streams.clone());
    let selected = kept.and_then(|(text, _)| {
        selection::select(&text, choices.as_deref(), &recommended, is_old_style(&definition)).ok()
    });
    match selected {
        Some(selected) => {
            let path = format!("catalogs/{name}.json");
            entry.insert("catalog".to_owned(), json!(path));
            draft.files.insert(PathBuf::from(path), format!("{:#}\n", selected.catalog));
        }
        None => {
            let rules = select_rules(integration, &definition);
            entry.insert("select".to_owned(), json!(rules));
            draft.notes.push(format!("What “{}” has is not known yet: rules choose from it.", integration.name));
        }
    }
    Ok(Some(Plugin { name, definition, entry }))
}

/// What is read, as Meltano's rules.
fn select_rules(integration: &Integration, definition: &Definition) -> Vec<String> {
    let names: Vec<String> = match &integration.streams {
        Some(choices) => choices.iter().map(|choice| choice.name.clone()).collect(),
        None => definition.recommended_streams.clone(),
    };
    if names.is_empty() {
        return vec!["*.*".to_owned()];
    }
    let left_out = integration
        .streams
        .iter()
        .flatten()
        .flat_map(|choice| choice.excluded_fields.iter().map(|field| format!("!{}.{field}", choice.name)));
    names.iter().map(|name| format!("{name}.*")).chain(left_out).collect()
}

fn loader(core: &Core, destination: &Destination, draft: &mut Draft) -> Option<Plugin> {
    let mut config = destination.config.clone();
    let mut connector = destination.connector.as_str();
    if connector == "tributary" {
        // The app's own program is on no package index; others write the same files.
        let format = config.get("format").and_then(Value::as_str).unwrap_or("sqlite").to_owned();
        config.clear();
        connector = match format.as_str() {
            "csv" => "csv",
            "jsonl" => "jsonl",
            _ => "duckdb",
        };
        draft.notes.push(format!(
            "“{}” is written by a program of the app. Here the connector “{connector}” takes its place.",
            destination.name
        ));
    }
    let definition = core.catalogue().find(ConnectorKind::Loader, connector)?.clone();
    // Folders of this computer are not those of a server.
    let local = match connector {
        "jsonl" => Some(("destination_path", "output".to_owned())),
        "csv" => Some(("output_path", "output".to_owned())),
        "duckdb" => Some(("filepath", "output/data.duckdb".to_owned())),
        _ => None,
    };
    if let Some((setting, path)) = local
        && !config.get(setting).and_then(Value::as_str).is_some_and(|path| path.starts_with("md:"))
    {
        config.insert(setting.to_owned(), json!(path));
        draft.notes.push(format!("“{}” writes into the folder output of the project.", destination.name));
    }
    let name = draft.name(&definition.plugin, &destination.name);
    let config = plugin_config::build(&definition, &config, &destination.secrets).standing_alone();
    let entry = draft.entry(&name, &definition, config, &destination.name);
    Some(Plugin { name, definition, entry })
}

impl Draft {
    /// A name for a plugin that no other has.
    fn name(&mut self, plugin: &str, called: &str) -> String {
        let plain = slug(called);
        let base = if plain.is_empty() { plugin.to_owned() } else { format!("{plugin}--{plain}") };
        let mut name = base.clone();
        let mut number = 1;
        while !self.names.insert(name.clone()) {
            number += 1;
            name = format!("{base}-{number}");
        }
        name
    }

    /// A plugin's entry: real package, settings, plain values; a variable for each secret, and for each value that Meltano would
    /// change.
    fn entry(
        &mut self,
        name: &str,
        definition: &Definition,
        settings: Map<String, Value>,
        called: &str,
    ) -> Map<String, Value> {
        let (mut config, mut declared) = (Map::new(), Vec::new());
        for (setting, value) in settings {
            let known = definition.setting(&setting);
            let mut line = Map::from_iter([("name".to_owned(), json!(setting))]);
            let text = value.as_str().unwrap_or_default();
            let secret = text.starts_with(SECRET_PLACEHOLDER);
            if secret || text.starts_with(VALUE_PLACEHOLDER) {
                let variable = variable(name, &setting);
                let label = known.map_or(setting.as_str(), |known| known.label.as_str());
                let kind = if secret { "" } else { " (no secret, but Meltano would change its dollar sign elsewhere)" };
                self.variables.push(Variable { what: format!("{called}: {label}{kind}"), name: variable.clone() });
                config.insert(setting.clone(), json!(format!("${variable}")));
                if secret {
                    line.insert("sensitive".to_owned(), json!(true));
                }
            } else {
                config.insert(setting.clone(), value);
            }
            if let Some(known) = known
                && !matches!(known.kind.word(), "password" | "hidden" | "decimal" | "email" | "file")
            {
                line.insert("kind".to_owned(), json!(known.kind.word()));
                if !known.options.is_empty() {
                    let options: Vec<Value> = known
                        .options
                        .iter()
                        .map(|option| json!({ "label": option.label, "value": option.value }))
                        .collect();
                    line.insert("options".to_owned(), json!(options));
                }
            }
            declared.push(Value::Object(line));
        }
        let mut entry = Map::from_iter([
            ("name".to_owned(), json!(name)),
            ("namespace".to_owned(), json!(name.replace('-', "_"))),
            ("label".to_owned(), json!(called)),
        ]);
        match &definition.pip_url {
            Some(pip_url) => {
                entry.insert("pip_url".to_owned(), json!(pip_url));
            }
            None => {
                self.notes
                    .push(format!("Nothing is known of where to get {}: install it yourself.", definition.plugin));
            }
        }
        entry.extend([
            ("executable".to_owned(), json!(definition.executable)),
            ("capabilities".to_owned(), json!(definition.capabilities)),
            ("settings".to_owned(), Value::Array(declared)),
            ("config".to_owned(), Value::Object(config)),
        ]);
        entry
    }
}

/// The sync state of an integration at its destination.
fn state(
    core: &Core,
    integration: &Integration,
    definition: &Definition,
    destinations: &[Destination],
) -> Result<Option<Value>, Error> {
    let Some(destination) = destinations.iter().find(|one| one.id == integration.destination) else { return Ok(None) };
    let catalogue = core.catalogue();
    let Some(loader) = catalogue.find(ConnectorKind::Loader, &destination.connector) else { return Ok(None) };
    let id = project::state_id(
        &project::extractor_name(definition, integration.id),
        &project::loader_name(loader, destination.id),
    );
    let found = store::sync_states::find(&core.home().meltano_database(), &id)?;
    Ok(found.filter(|state| !state.is_null()))
}

/// Letters and digits in lower case, dashes between them.
fn slug(text: &str) -> String {
    let plain: String =
        text.chars().map(|one| if one.is_ascii_alphanumeric() { one.to_ascii_lowercase() } else { '-' }).collect();
    plain.split('-').filter(|part| !part.is_empty()).take(8).collect::<Vec<_>>().join("-")
}

/// The variable of a plugin's setting.
fn variable(plugin: &str, setting: &str) -> String {
    let letters = format!("{plugin}_{setting}");
    let letters = letters.chars().map(|one| if one.is_ascii_alphanumeric() { one.to_ascii_uppercase() } else { '_' });
    let name: String = letters.collect();
    name.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_unique() {
        let mut draft = Draft::default();
        assert_eq!(draft.name("tap-x", "My CRM (EU)"), "tap-x--my-crm-eu");
        assert_eq!(draft.name("tap-x", "my crm eu"), "tap-x--my-crm-eu-2");
        assert_eq!(draft.name("tap-x", "数据"), "tap-x");
        assert_eq!(variable("tap-x--my-crm", "auth.client_secret"), "TAP_X_MY_CRM_AUTH_CLIENT_SECRET");
    }
}
