//! Takes over the plugins of an existing Meltano project: what is complete becomes a destination or integration, what lacks
//! something (secrets above all) becomes a set-up to finish. No secret is read from the file.

use super::{ProjectError, interval};
use crate::{
    Core, Error,
    connectors::{Definition, parse_yaml, settings},
    ops,
};
use serde_json::{Map, Value};
use std::{collections::HashMap, path::Path};
use tributary_contract::{
    Config, ConnectorKind, DraftPatch, ImportReport, ImportedPlugin, NewDraft, StreamChoice, SyncMode,
};

/// Bytes of a file that is read.
const LIMIT: u64 = 4 * 1024 * 1024;

/// What a project says of a plugin.
struct Found<'a> {
    name: &'a str,
    definition: Definition,
    config: Config,
    /// Secrets it has to be given.
    secrets: Vec<String>,
}

/// Takes over what a project file has; with `dry_run` nothing is made, only told.
pub async fn import_project(core: &Core, path: &Path, dry_run: bool) -> Result<ImportReport, Error> {
    let unreadable = |detail: String| ProjectError::Unreadable { path: path.to_owned(), detail };
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?;
    if metadata.len() > LIMIT {
        return Err(unreadable("it is too large".to_owned()).into());
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let project = parse_yaml(&text).map_err(|error| unreadable(error.to_string()))?;
    let plugins = project.get("plugins").and_then(Value::as_object);
    let plugins = plugins.ok_or_else(|| unreadable("it has no “plugins”".to_owned()))?;
    let mut report = ImportReport::default();
    let done_with = uses(&project);
    for kind in plugins.keys().filter(|kind| !matches!(kind.as_str(), "extractors" | "loaders")) {
        report.left_out.push(format!("Plugins of the kind “{kind}”: only extractors and loaders are known here."));
    }
    if project.get("include_paths").is_some() {
        report.left_out.push("Files that “include_paths” names: import them one by one.".to_owned());
    }
    let mut destinations: HashMap<String, String> = HashMap::new();
    let folder = std::path::absolute(path).ok().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
    for mut found in read(core, plugins, "loaders", ConnectorKind::Loader, &mut report.left_out) {
        place(&mut found, &folder);
        let (imported, id) = take(core, &found, Extra::default(), dry_run).await?;
        if let Some(id) = id {
            destinations.insert(found.name.to_owned(), id);
        }
        report.destinations.push(imported);
    }
    for found in read(core, plugins, "extractors", ConnectorKind::Extractor, &mut report.left_out) {
        let used = done_with.get(found.name);
        let mut extra = Extra { streams: streams(&project, found.name), ..Extra::default() };
        if let Some(used) = used {
            extra.destination = used.loader.as_ref().and_then(|loader| destinations.get(loader)).cloned();
            if extra.destination.is_none() && !dry_run {
                let loader = used.loader.as_deref().unwrap_or("its loader");
                report.left_out.push(format!("That “{}” writes to “{loader}”: choose its destination.", found.name));
            }
            if let Some(text) = &used.interval {
                extra.schedule = interval::from_meltano(text);
                if extra.schedule.is_none() {
                    report.left_out.push(format!("The schedule “{text}” of “{}”: set it by hand.", found.name));
                }
            }
        }
        let (imported, _) = take(core, &found, extra, dry_run).await?;
        report.integrations.push(imported);
    }
    if !report.integrations.is_empty() {
        let text = "Sync states: they are in Meltano's own database. The first sync reads everything.";
        report.left_out.push(text.to_owned());
    }
    Ok(report)
}

/// Settings that name a place on this computer, by connector.
const PLACES: [(&str, &str); 3] = [("jsonl", "destination_path"), ("csv", "output_path"), ("duckdb", "filepath")];

/// A place that is relative lies in the project's folder, where Meltano would run.
fn place(found: &mut Found<'_>, folder: &Path) {
    for (connector, setting) in PLACES {
        if found.definition.id == connector
            && let Some(Value::String(path)) = found.config.get_mut(setting)
            && !path.is_empty()
            && !path.contains(':')
            && Path::new(path.as_str()).is_relative()
        {
            *path = folder.join(path.as_str()).to_string_lossy().into_owned();
        }
    }
}

/// What comes with an integration.
#[derive(Default)]
struct Extra {
    destination: Option<String>,
    schedule: Option<String>,
    streams: Option<Vec<StreamChoice>>,
}

/// Makes a plugin here. Its entry, and the id of what is complete.
async fn take(
    core: &Core,
    found: &Found<'_>,
    extra: Extra,
    dry_run: bool,
) -> Result<(ImportedPlugin, Option<String>), Error> {
    let mut imported = ImportedPlugin {
        plugin: found.name.to_owned(),
        name: found.name.to_owned(),
        connector: found.definition.id.clone(),
        draft: None,
        secrets: found.secrets.clone(),
    };
    if dry_run {
        return Ok((imported, None));
    }
    let (kind, connector) = (found.definition.kind, found.definition.id.clone());
    let draft = ops::create_draft(core, NewDraft::Connector { kind, connector }).await?;
    let patch = DraftPatch {
        name: Some(found.name.chars().take(100).collect()),
        config: Some(found.config.clone()),
        destination: extra.destination,
        streams: extra.streams,
        schedule: extra.schedule,
        ..DraftPatch::default()
    };
    let draft = match ops::update_draft(core, draft.id, patch).await {
        Ok(draft) => draft,
        Err(error) => {
            // Nothing half-made stays behind.
            ops::delete_draft(core, draft.id).await?;
            return Err(error);
        }
    };
    imported.name.clone_from(&draft.name);
    // Where something is missing, or the name is in use, the set-up is finished by the person.
    match ops::finish_draft(core, draft.id).await {
        Ok(done) => Ok((imported, Some(done.id))),
        Err(_) => {
            imported.draft = Some(draft.id.to_string());
            Ok((imported, None))
        }
    }
}

/// The plugins of a kind that a connector is known for.
fn read<'a>(
    core: &Core,
    plugins: &'a Map<String, Value>,
    group: &str,
    kind: ConnectorKind,
    left_out: &mut Vec<String>,
) -> Vec<Found<'a>> {
    let entries: Vec<&Map<String, Value>> =
        plugins.get(group).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object).collect();
    let text = |entry: &'a Map<String, Value>, key: &str| entry.get(key).and_then(Value::as_str);
    let by_name: HashMap<&str, &Map<String, Value>> =
        entries.iter().filter_map(|entry| Some((text(entry, "name")?, *entry))).collect();
    let mut found = Vec::new();
    for entry in &entries {
        let Some(name) = text(entry, "name") else {
            left_out.push(format!("An entry of “{group}” without a name."));
            continue;
        };
        // What is inherited comes first, so that the plugin's own settings win.
        let mut line = vec![*entry];
        while let Some(parent) =
            line.last().and_then(|entry| text(entry, "inherit_from")).and_then(|name| by_name.get(name))
            && line.len() < 10
        {
            line.push(parent);
        }
        let candidates = line
            .iter()
            .flat_map(|entry| ["name", "inherit_from", "executable"].into_iter().filter_map(|key| text(entry, key)));
        // A name of this app's own export has the connector's in front.
        let catalogue = core.catalogue();
        let definition = candidates
            .flat_map(|name| [Some(name), name.split_once("--").map(|(plugin, _)| plugin)])
            .flatten()
            .find_map(|name| catalogue.find(kind, name).filter(|definition| definition.plugin == name).cloned());
        let Some(definition) = definition else {
            left_out.push(format!(
                "“{name}”: no connector that is installed here is known by that name. Install it from the marketplace, then import again."
            ));
            continue;
        };
        let mut given = Map::new();
        for entry in line.iter().rev() {
            given.extend(entry.get("config").and_then(Value::as_object).cloned().unwrap_or_default());
        }
        let (config, secrets) = sort(&definition, name, &given, left_out);
        found.push(Found { name, definition, config, secrets });
    }
    found
}

/// The plain settings that can be taken over, and the secrets that are to be entered.
fn sort(
    definition: &Definition,
    plugin: &str,
    given: &Map<String, Value>,
    left_out: &mut Vec<String>,
) -> (Config, Vec<String>) {
    let mut flat = Map::new();
    flatten(definition, "", given, &mut flat);
    let mut config = Config::new();
    for (name, value) in flat {
        match definition.setting(&name) {
            None => left_out.push(format!("The setting “{name}” of “{plugin}”: the connector does not know it.")),
            Some(setting) if setting.secret => {
                if !value.as_str().is_some_and(|text| text.contains('$')) {
                    left_out.push(format!(
                        "The secret “{name}” of “{plugin}”: it stands in the file in clear text. Enter it here, and change it at the source."
                    ));
                }
            }
            Some(_) if value.as_str().is_some_and(|text| text.contains('$')) => {
                left_out.push(format!("The setting “{name}” of “{plugin}”: its value is in an environment variable."));
            }
            Some(setting) => {
                config.insert(setting.name.clone(), value);
            }
        }
    }
    let config = settings::normalise(definition, &config);
    let secrets = definition.settings.iter().filter(|setting| setting.secret && setting.required);
    (config, secrets.map(|setting| setting.name.clone()).collect())
}

/// Nested settings under their dotted names, as far as the connector has such.
fn flatten(definition: &Definition, before: &str, given: &Map<String, Value>, flat: &mut Map<String, Value>) {
    for (key, value) in given {
        let name = if before.is_empty() { key.clone() } else { format!("{before}.{key}") };
        match value {
            Value::Object(inner) if definition.setting(&name).is_none() && !inner.is_empty() => {
                flatten(definition, &name, inner, flat);
            }
            other => drop(flat.insert(name, other.clone())),
        }
    }
}

/// What a project does with an extractor.
#[derive(Default)]
struct Use {
    loader: Option<String>,
    interval: Option<String>,
}

/// What is done with each extractor, by jobs and schedules.
fn uses(project: &Value) -> HashMap<String, Use> {
    let entries = |key: &str| project.get(key).and_then(Value::as_array).into_iter().flatten();
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut uses: HashMap<String, Use> = HashMap::new();
    let mut jobs: HashMap<String, Vec<String>> = HashMap::new();
    for job in entries("jobs") {
        let Some(name) = text(job, "name") else { continue };
        for task in job.get("tasks").and_then(Value::as_array).into_iter().flatten() {
            let words: Vec<String> = match task {
                Value::String(line) => line.split_whitespace().map(str::to_owned).collect(),
                Value::Array(words) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                _ => continue,
            };
            let (Some(first), Some(last)) = (words.first(), words.last()) else { continue };
            uses.entry(first.clone()).or_default().loader = (words.len() > 1).then(|| last.clone());
            jobs.entry(name.clone()).or_default().push(first.clone());
        }
    }
    for schedule in entries("schedules") {
        let interval = text(schedule, "interval");
        if let Some(extractor) = text(schedule, "extractor") {
            let entry = uses.entry(extractor).or_default();
            (entry.interval, entry.loader) = (interval.clone(), text(schedule, "loader"));
        }
        for extractor in text(schedule, "job").and_then(|job| jobs.get(&job)).into_iter().flatten() {
            uses.entry(extractor.clone()).or_default().interval.clone_from(&interval);
        }
    }
    uses
}

/// The streams that an extractor's rules name one by one; patterns choose by what a source has, which is not known yet.
fn streams(project: &Value, extractor: &str) -> Option<Vec<StreamChoice>> {
    let entries = project.pointer("/plugins/extractors")?.as_array()?;
    let entry = entries.iter().find(|entry| entry.get("name").and_then(Value::as_str) == Some(extractor))?;
    let rules: Vec<&str> = entry.get("select")?.as_array()?.iter().filter_map(Value::as_str).collect();
    let mut choices: Vec<StreamChoice> = Vec::new();
    for rule in &rules {
        let (out, rule) = rule.strip_prefix('!').map_or((false, *rule), |rest| (true, rest));
        let (stream, field) = rule.split_once('.')?;
        if stream.contains(['*', '?', '[']) || (out && field.contains('*')) {
            return None;
        }
        let place = choices.iter().position(|choice| choice.name == stream).unwrap_or_else(|| {
            let name = stream.to_owned();
            choices.push(StreamChoice { name, excluded_fields: Vec::new(), mode: SyncMode::default() });
            choices.len() - 1
        });
        if out {
            choices[place].excluded_fields.push(field.to_owned());
        }
    }
    (!choices.is_empty()).then_some(choices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn jobs_and_schedules_say_where_an_extractor_writes_and_when() {
        let project = json!({
            "jobs": [{ "name": "crm", "tasks": ["tap-a target-b"] }],
            "schedules": [
                { "name": "x", "interval": "@daily", "job": "crm" },
                { "name": "y", "interval": "@hourly", "extractor": "tap-c", "loader": "target-d" },
            ],
        });
        let uses = uses(&project);
        let of = |name: &str| uses.get(name).map(|used| (used.loader.as_deref(), used.interval.as_deref()));
        assert_eq!(of("tap-a"), Some((Some("target-b"), Some("@daily"))));
        assert_eq!(of("tap-c"), Some((Some("target-d"), Some("@hourly"))));
    }

    #[test]
    fn streams_are_taken_where_rules_name_them() {
        let with = |rules: Value| json!({ "plugins": { "extractors": [{ "name": "tap-a", "select": rules }] } });
        let choices = streams(&with(json!(["Account.*", "Contact.*", "!Contact.Email"])), "tap-a").unwrap();
        assert_eq!(choices.len(), 2);
        assert_eq!(choices[1].excluded_fields, ["Email"]);
        assert_eq!(streams(&with(json!(["*.*"])), "tap-a"), None);
    }
}
