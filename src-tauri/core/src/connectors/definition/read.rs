//! From a parsed file to a [`Definition`].

use super::{
    Definition, DefinitionError, LoginCheck, SettingDefinition, SettingKind, SettingOption,
    value::{Keys, plain_text, shown},
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use tributary_contract::ConnectorKind;

/// Bytes of a name: with what is added to it, it must fit into a file name everywhere.
const NAME_LIMIT: usize = 100;
/// Bytes of a setting's name.
const SETTING_NAME_LIMIT: usize = 200;
/// Settings a form can have; the largest public definition has 49.
const SETTINGS_LIMIT: usize = 1000;

/// Reads a definition; `kind` decides where it does not say what it is.
pub fn definition(value: &Value, kind: Option<ConnectorKind>) -> Result<Definition, DefinitionError> {
    let Value::Object(map) = value else {
        return Err(DefinitionError::NotADefinition { detail: "it has no keys such as “name” and “settings”" });
    };
    let keys = Keys { map, owner: "" };
    let mut notes = Vec::new();
    let name = keys
        .text("name", &mut notes)
        .ok_or(DefinitionError::NotADefinition { detail: "it has no “name”" })
        .and_then(|name| safe_name("name", name))?;
    let variant = keys.text("variant", &mut notes).map(|variant| safe_name("variant", variant)).transpose()?;
    let metadata = keys.object("metadata", &mut notes);
    let additions = Keys { map: &metadata, owner: "metadata" }.object("tributary", &mut notes);
    let additions = Keys { map: &additions, owner: "metadata.tributary" };
    let id = additions.text("type", &mut notes).map(|id| safe_name("metadata.tributary.type", id)).transpose()?;
    let short = short_name(&name).to_owned();
    let executable = executable(keys, &name, &mut notes);
    let namespace = keys.text("namespace", &mut notes).filter(|namespace| is_identifier(namespace, &mut notes));
    let settings = settings(keys, additions, &mut notes);
    Ok(Definition {
        id: id.unwrap_or(short),
        kind: plugin_kind(keys, &name, kind, &mut notes),
        namespace: namespace.unwrap_or_else(|| identifier(&name)),
        label: keys.text("label", &mut notes).unwrap_or_else(|| name.clone()),
        description: keys.text("description", &mut notes).unwrap_or_default(),
        category: additions.text("category", &mut notes).unwrap_or_default(),
        keywords: keys.texts("keywords", &mut notes),
        variant,
        docs: keys.text("docs", &mut notes),
        repo: keys.text("repo", &mut notes),
        pip_url: keys.text("pip_url", &mut notes),
        python: keys.text("python", &mut notes),
        python_versions: keys.texts("supported_python_versions", &mut notes),
        license: keys.text("license", &mut notes).or_else(|| additions.text("license", &mut notes)),
        quality: keys.text("quality", &mut notes),
        maintenance_status: keys.text("maintenance_status", &mut notes),
        hidden: keys.flag("hidden", &mut notes),
        logo_url: keys.text("logo_url", &mut notes),
        domain_url: keys.text("domain_url", &mut notes),
        settings_preamble: keys.text("settings_preamble", &mut notes),
        usage: keys.text("usage", &mut notes),
        next_steps: keys.text("next_steps", &mut notes),
        prerequisites: keys.text("prereq", &mut notes),
        requires: keys.object("requires", &mut notes),
        commands: keys.object("commands", &mut notes),
        env: environment(keys, &mut notes),
        select: keys.texts("select", &mut notes),
        executable,
        capabilities: keys.texts("capabilities", &mut notes),
        settings,
        groups: groups(keys, &mut notes),
        check: login_check(additions, &mut notes),
        recommended_streams: additions.texts("recommended_streams", &mut notes),
        offline: additions.flag("offline", &mut notes),
        own_program: additions.flag("own_program", &mut notes),
        advanced: additions.map.get("advanced").map(|_| additions.texts("advanced", &mut notes)),
        logo: None,
        plugin: name,
        notes,
    })
}

fn plugin_kind(keys: Keys<'_>, name: &str, known: Option<ConnectorKind>, notes: &mut Vec<String>) -> ConnectorKind {
    match keys.text("plugin_type", notes).as_deref() {
        Some("extractors" | "extractor") => return ConnectorKind::Extractor,
        Some("loaders" | "loader") => return ConnectorKind::Loader,
        Some(_) => notes.push("“plugin_type” is neither “extractors” nor “loaders”; the name decided.".to_owned()),
        None => {}
    }
    let by_name = if name.starts_with("target-") { ConnectorKind::Loader } else { ConnectorKind::Extractor };
    known.unwrap_or(by_name)
}

fn login_check(additions: Keys<'_>, notes: &mut Vec<String>) -> LoginCheck {
    match additions.text("check", notes).as_deref() {
        Some("login") => LoginCheck::Login,
        Some("test") => LoginCheck::Test,
        Some("none") | None => LoginCheck::None,
        Some(_) => {
            notes.push(additions.note("check", "is none of login, test and none; none was taken"));
            LoginCheck::None
        }
    }
}

/// `salesforce` for `tap-salesforce`.
fn short_name(name: &str) -> &str {
    let short = name.strip_prefix("tap-").or_else(|| name.strip_prefix("target-")).unwrap_or(name);
    if short.is_empty() { name } else { short }
}

/// Refuses what cannot be the name of a folder, on any system.
fn safe_name(key: &'static str, name: String) -> Result<String, DefinitionError> {
    let reason = if name.len() > NAME_LIMIT {
        "it is longer than 100 characters"
    } else if name.contains(['/', '\\', ':']) {
        "it has a “/”, “\\” or “:” in it, as paths have"
    } else if name.contains("..") || name.starts_with('.') || name.ends_with('.') {
        "it begins or ends with a dot, or has two of them"
    } else if name.starts_with('-') {
        "it begins with “-”, as an option of a program does"
    } else if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '+')) {
        "it has other characters than letters, digits, “-”, “_”, “.” and “+”"
    } else if is_device(&name) {
        "Windows keeps that name for a device"
    } else {
        return Ok(name);
    };
    Err(DefinitionError::Name { key, name: shown(&name), reason })
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|digit: char| digit.is_ascii_digit()))
}

/// The program lies in the plugin's own environment: a path would lead out of it.
fn executable(keys: Keys<'_>, name: &str, notes: &mut Vec<String>) -> String {
    match keys.text("executable", notes).map(|given| safe_name("executable", given)) {
        Some(Ok(given)) => given,
        None => name.to_owned(),
        Some(Err(_)) => {
            notes.push(format!("“executable” is not the name of a program; “{name}” was taken."));
            name.to_owned()
        }
    }
}

fn is_identifier(text: &str, notes: &mut Vec<String>) -> bool {
    let fits = text.len() <= NAME_LIMIT && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if !fits {
        notes.push("“namespace” has other characters than letters, digits and “_”; one was made from the name.".into());
    }
    fits
}

fn identifier(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

fn environment(keys: Keys<'_>, notes: &mut Vec<String>) -> BTreeMap<String, String> {
    let variables = keys.object("env", notes);
    variables.iter().filter_map(|(name, value)| Some((name.clone(), plain_text(value)?))).collect()
}

fn groups(keys: Keys<'_>, notes: &mut Vec<String>) -> Vec<Vec<String>> {
    let key = "settings_group_validation";
    let items = match keys.map.get(key) {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(items)) => items,
        Some(_) => {
            notes.push(keys.note(key, "is not a list of groups and was left out"));
            return Vec::new();
        }
    };
    if !items.is_empty() && items.iter().all(Value::is_string) {
        notes.push(keys.note(key, "is a list of settings, not of groups; they were read as one group"));
        return vec![items.iter().filter_map(plain_text).collect()];
    }
    let mut groups = Vec::new();
    for item in items {
        match item {
            Value::Array(names) => {
                let group: Vec<String> = names.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                if group.len() < names.len() {
                    notes.push(keys.note(key, "has a group with an item that is not a name; it was left out"));
                }
                groups.push(group);
            }
            Value::String(name) => groups.push(vec![name.clone()]),
            _ => notes.push(keys.note(key, "has an item that is not a group; it was left out")),
        }
    }
    groups
}

fn settings(keys: Keys<'_>, additions: Keys<'_>, notes: &mut Vec<String>) -> Vec<SettingDefinition> {
    let named: Vec<(Option<&str>, &Value)> = match keys.map.get("settings") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().map(|item| (None, item)).collect(),
        // Some write an object by name instead of a list.
        Some(Value::Object(map)) => map.iter().map(|(name, item)| (Some(name.as_str()), item)).collect(),
        Some(_) => {
            notes.push(keys.note("settings", "is not a list and was left out"));
            Vec::new()
        }
    };
    let required: BTreeSet<String> = additions.texts("required", notes).into_iter().collect();
    let app_only: BTreeSet<String> = additions.texts("app_settings", notes).into_iter().collect();
    let schemas = additions.object("schemas", notes);
    if named.len() > SETTINGS_LIMIT {
        notes.push(format!("It has {} settings; the first {SETTINGS_LIMIT} were read.", named.len()));
    }
    let mut seen = BTreeSet::new();
    let mut settings = Vec::new();
    for (position, (name, item)) in named.into_iter().take(SETTINGS_LIMIT).enumerate() {
        let Some(mut setting) = setting(name, item, position + 1, notes) else { continue };
        if !seen.insert(setting.name.clone()) {
            notes.push(format!("The setting “{}” is there more than once; the first was taken.", setting.name));
            continue;
        }
        setting.required |= required.contains(&setting.name);
        setting.app_only = app_only.contains(&setting.name);
        setting.schema = schemas.get(&setting.name).cloned();
        settings.push(setting);
    }
    settings
}

fn setting(name: Option<&str>, item: &Value, position: usize, notes: &mut Vec<String>) -> Option<SettingDefinition> {
    let empty = Map::new();
    let (map, name) = match item {
        Value::Object(map) => (map, name.map(str::to_owned).or_else(|| plain_text(map.get("name")?))),
        // A setting that is only a name.
        Value::String(text) if name.is_none() => (&empty, Some(text.trim().to_owned())),
        Value::Null => (&empty, name.map(str::to_owned)),
        _ => (&empty, None),
    };
    let name = name.filter(|name| !name.is_empty());
    let Some(name) = name.filter(|name| name.len() <= SETTING_NAME_LIMIT && !name.contains(char::is_control)) else {
        notes.push(format!("Setting {position} has no name that can be used; it was left out."));
        return None;
    };
    let owner = format!("setting “{}”", shown(&name));
    let keys = Keys { map, owner: &owner };
    let options = options(keys, notes);
    let kind = kind(keys, &options, notes);
    let mut secret = keys.flag("sensitive", notes) || matches!(kind, SettingKind::Password | SettingKind::Oauth);
    let is_silent = !map.contains_key("sensitive") && kind == SettingKind::String;
    if !secret && is_silent && is_secret_by_name(&name) {
        notes.push(format!("The setting “{}” is a secret by its name, and is kept as one.", shown(&name)));
        secret = true;
    }
    Some(SettingDefinition {
        aliases: keys.texts("aliases", notes),
        label: keys.text("label", notes).unwrap_or_else(|| name.clone()),
        description: keys.text("description", notes),
        tooltip: keys.text("tooltip", notes),
        documentation: keys.text("documentation", notes),
        placeholder: keys.text("placeholder", notes),
        kind,
        options,
        default: default(keys, notes),
        env: keys.text("env", notes),
        env_aliases: keys.texts("env_aliases", notes),
        processors: ["value_processor", "value_post_processor"]
            .into_iter()
            .filter_map(|key| keys.text(key, notes))
            .collect(),
        oauth: map.get("oauth").filter(|value| !value.is_null()).cloned(),
        hidden: keys.flag("hidden", notes) || kind == SettingKind::Hidden,
        required: keys.flag("required", notes),
        secret,
        app_only: false,
        schema: None,
        name,
    })
}

/// The value when none is given. Some name variables that only exist inside a project of Meltano's own.
fn default(keys: Keys<'_>, notes: &mut Vec<String>) -> Option<Value> {
    let value = keys.map.get("value").filter(|value| !value.is_null())?;
    if value.as_str().is_some_and(|text| text.contains("$MELTANO_") || text.contains("${MELTANO_")) {
        notes.push(keys.note("value", "names a variable of Meltano; it has no default here"));
        return None;
    }
    Some(value.clone())
}

/// Whether a name says that the value is a secret, though nothing else does. Not everything with “key” or “token” in its
/// name is one: keys of tables and tokens of pages are not.
fn is_secret_by_name(name: &str) -> bool {
    let end = name.rsplit('.').next().unwrap_or(name).to_lowercase().replace('-', "_");
    let ends = [
        "password",
        "passwd",
        "passphrase",
        "client_secret",
        "api_secret",
        "secret_key",
        "private_key",
        "api_key",
        "apikey",
        "access_token",
        "refresh_token",
        "auth_token",
        "api_token",
        "bearer_token",
        "connection_string",
        "connection_uri",
        "sqlalchemy_url",
    ];
    ends.iter().any(|one| end == *one || end.ends_with(&format!("_{one}")))
}

fn kind(keys: Keys<'_>, options: &[SettingOption], notes: &mut Vec<String>) -> SettingKind {
    let word = keys.text("kind", notes);
    let found = word.as_deref().map(|word| {
        let lower = word.to_lowercase();
        SettingKind::ALL.into_iter().find(|kind| kind.word() == lower)
    });
    match found {
        // Options say more than a plain kind does.
        None | Some(Some(SettingKind::String)) if !options.is_empty() => SettingKind::Options,
        None => SettingKind::String,
        Some(Some(SettingKind::Options)) if options.is_empty() => {
            notes.push(keys.note("options", "are missing; any text is taken"));
            SettingKind::String
        }
        Some(Some(kind)) => kind,
        Some(None) => {
            let what = format!("is “{}”, which is not known; it was read as text", shown(&word.unwrap_or_default()));
            notes.push(keys.note("kind", &what));
            SettingKind::String
        }
    }
}

fn options(keys: Keys<'_>, notes: &mut Vec<String>) -> Vec<SettingOption> {
    let named: Vec<(Option<&str>, &Value)> = match keys.map.get("options") {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(items)) => items.iter().map(|item| (None, item)).collect(),
        Some(Value::Object(map)) => map.iter().map(|(value, label)| (Some(value.as_str()), label)).collect(),
        Some(_) => {
            notes.push(keys.note("options", "is not a list and was left out"));
            return Vec::new();
        }
    };
    let mut options: Vec<SettingOption> = Vec::new();
    for (value, item) in named {
        let (value, label) = match (value, item) {
            (Some(value), label) => (Value::from(value), plain_text(label)),
            (None, Value::Object(map)) => {
                let label = map.get("label").and_then(plain_text);
                // An empty text can be an option, nothing cannot.
                let value = map.get("value").filter(|value| !value.is_null()).cloned();
                (value.or_else(|| label.clone().map(Value::from)).unwrap_or(Value::Null), label)
            }
            (None, value) => (value.clone(), None),
        };
        if value.is_null() || value.is_array() || value.is_object() {
            notes.push(keys.note("options", "has an item without a plain value; it was left out"));
        } else if options.iter().any(|known| known.value == value) {
            notes.push(keys.note("options", "has a value twice; the first was taken"));
        } else {
            let label = label.or_else(|| plain_text(&value)).unwrap_or_else(|| "(empty)".to_owned());
            options.push(SettingOption { label, value });
        }
    }
    options
}
