//! What names and descriptions of settings tell that their kinds do not.

use super::labels;
use crate::connectors::{Definition, SettingDefinition, SettingKind};
use serde_json::Value;
use tributary_contract::Widget;

/// Settings that every connector made with the same kit has, and wrapped connectors' own machinery.
const MACHINERY: &[&str] = &[
    "stream_maps",
    "stream_map_config",
    "faker_config",
    "flattening_enabled",
    "flattening_max_depth",
    "flattening_max_key_length",
    "flattening_separator",
    "batch_config",
    "batch_size_rows",
    "batch_wait_limit_seconds",
    "validate_records",
    "add_record_metadata",
    "activate_version",
    "process_activate_version_messages",
    "airbyte_spec",
    "docker_mounts",
    "skip_airbyte_deployment",
];

/// Whether it is one of the settings that connectors have because of how they are made.
pub fn is_machinery(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or(name);
    MACHINERY.contains(&first)
}

/// Whether it is one of nested credentials, of which another is a secret: `credentials.email` beside
/// `credentials.api_token`.
pub fn is_beside_secret(definition: &Definition, setting: &SettingDefinition) -> bool {
    let parent = |name: &str| name.rsplit_once('.').map(|(parent, _)| parent.to_owned());
    let Some(own) = parent(&setting.name) else { return false };
    let end = own.rsplit('.').next().unwrap_or(&own).to_lowercase();
    says(&end, &["credential", "auth"])
        && setting.default.is_none()
        && definition.settings.iter().any(|other| other.secret && parent(&other.name).as_ref() == Some(&own))
}

/// Whether it is about the way to a server: most people reach theirs directly.
pub fn is_detour(name: &str) -> bool {
    labels::split(name)
        .iter()
        .any(|word| matches!(word.to_lowercase().as_str(), "ssh" | "tunnel" | "proxy" | "ssl" | "tls"))
}

/// Settings of the kit that hold nested rules.
fn is_nested_machinery(name: &str) -> bool {
    matches!(name, "stream_maps" | "stream_map_config" | "batch_config" | "faker_config")
}

fn words(setting: &SettingDefinition) -> Vec<String> {
    let end = setting.name.rsplit('.').next().unwrap_or(&setting.name);
    labels::split(end).into_iter().map(|word| word.to_lowercase()).collect()
}

fn description(setting: &SettingDefinition) -> String {
    setting.description.as_deref().unwrap_or_default().to_lowercase()
}

fn says(text: &str, any: &[&str]) -> bool {
    any.iter().any(|part| text.contains(part))
}

/// The widget of a text, where its name tells more than that it is text.
pub fn of_text(setting: &SettingDefinition) -> Option<Widget> {
    let words = words(setting);
    let last = words.last().map_or("", String::as_str);
    let description = description(setting);
    if last == "date" && (says(&description, &["yyyy-mm-dd", "iso"]) || date_format(setting).is_some()) {
        return Some(Widget::Date);
    }
    match last {
        "email" => return Some(Widget::Email),
        // Addresses of databases have other schemes, and other rules.
        "url" | "uri" | "endpoint"
            if !says(&setting.name, &["sqlalchemy", "database", "jdbc", "odbc", "connection"]) =>
        {
            return Some(Widget::Url);
        }
        "sql" | "soql" | "query" | "queries" if !words.iter().any(|word| word == "search") => {
            return Some(Widget::LongText);
        }
        _ => {}
    }
    if is_path(&words, &description) {
        return Some(if is_folder(setting) { Widget::Folder } else { Widget::File });
    }
    let is_pem = words.iter().any(|word| matches!(word.as_str(), "certificate" | "cert" | "pem"));
    let is_json = says(&description, &["json object", "json string", "json array", "stringified", "json-encoded"]);
    let has_lines = [setting.default.as_ref().and_then(Value::as_str), setting.placeholder.as_deref()]
        .into_iter()
        .flatten()
        .any(|text| text.trim().contains('\n'));
    (has_lines || (is_pem && setting.kind == SettingKind::String) || is_json).then_some(Widget::LongText)
}

/// Whether it is the path of something on this computer, and not a part of an address or a place in a document.
fn is_path(words: &[String], description: &str) -> bool {
    let elsewhere = [
        "s3 ",
        "bucket",
        "url",
        "endpoint",
        "api",
        "jsonpath",
        "json path",
        "sftp",
        "ftp",
        "remote",
        "container",
        "blob",
        "xpath",
        "prefix",
    ];
    let named = words.last().is_some_and(|last| {
        matches!(last.as_str(), "path" | "file" | "filepath" | "dir" | "directory" | "folder" | "dirname")
    });
    let certain = words.last().is_some_and(|last| last == "filepath")
        || words.windows(2).any(|two| two[0] == "file" && two[1] == "path");
    let local = says(description, &["file", "folder", "directory", "disk", "computer", "local "]);
    let names_elsewhere =
        words.iter().any(|word| matches!(word.as_str(), "s3" | "sftp" | "ftp" | "url" | "api" | "remote"));
    named && !names_elsewhere && (certain || local) && !says(description, &elsewhere)
}

/// Whether a path is a folder's.
pub fn is_folder(setting: &SettingDefinition) -> bool {
    let words = words(setting);
    let is_folder_word = |word: &String| matches!(word.as_str(), "dir" | "directory" | "folder" | "dirname");
    if words.iter().any(is_folder_word) {
        return true;
    }
    if words.iter().any(|word| matches!(word.as_str(), "file" | "filepath" | "filename")) {
        return false;
    }
    let text = format!("{} {}", setting.label.to_lowercase(), description(setting));
    let folder = ["folder", "directory"].iter().filter_map(|word| text.find(word)).min();
    let file = text.replace("files", "").find("file");
    folder.is_some() && file.is_none_or(|file| folder.is_some_and(|folder| folder < file))
}

/// Whether an address is one of the web, with `https://` in front: some plugins want the host alone.
pub fn is_web(setting: &SettingDefinition) -> bool {
    let shown = [setting.default.as_ref().and_then(Value::as_str), setting.placeholder.as_deref()];
    if let Some(shown) = shown.into_iter().flatten().next() {
        return shown.starts_with("http");
    }
    setting.description.as_deref().is_some_and(|text| says(text, &["http://", "https://"]))
}

/// `date` or `date-time` where the description or an example shows one of them only.
pub fn date_format(setting: &SettingDefinition) -> Option<&'static str> {
    let example = setting.default.as_ref().and_then(Value::as_str).or(setting.placeholder.as_deref());
    let text = format!("{} {}", setting.description.as_deref().unwrap_or_default(), example.unwrap_or_default());
    let bytes = text.as_bytes();
    let digits = |from: usize, count: usize| {
        bytes.get(from..from + count).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let (mut alone, mut timed) = (false, false);
    for start in 0..bytes.len() {
        let is_date = digits(start, 4)
            && bytes.get(start + 4) == Some(&b'-')
            && digits(start + 5, 2)
            && bytes.get(start + 7) == Some(&b'-')
            && digits(start + 8, 2);
        let is_word = bytes.get(start..start + 10).is_some_and(|part| part.eq_ignore_ascii_case(b"yyyy-mm-dd"));
        if is_date || is_word {
            let has_time = matches!(bytes.get(start + 10), Some(b'T'));
            timed |= has_time;
            alone |= !has_time;
        }
    }
    match (alone, timed) {
        (true, false) => Some("date"),
        (false, true) => Some("date-time"),
        _ => None,
    }
}

/// Whether a secret has several lines.
pub fn is_long_secret(setting: &SettingDefinition, widget: Widget) -> bool {
    if matches!(widget, Widget::LongText | Widget::Json | Widget::Pairs | Widget::Fields | Widget::List) {
        return true;
    }
    let words = words(setting);
    let has = |all: &[&str]| all.iter().all(|one| words.iter().any(|word| word == one));
    if words
        .last()
        .is_some_and(|last| matches!(last.as_str(), "path" | "location" | "id" | "password" | "passphrase" | "email"))
    {
        return false;
    }
    has(&["private", "key"])
        || has(&["service", "account"])
        || has(&["credentials", "json"])
        || has(&["json"])
        || has(&["certificate"])
        || has(&["pem"])
        || has(&["key", "file"])
        || (words.last().is_some_and(|last| last == "credentials")
            && says(&description(setting), &["json", "service account"]))
        || says(&description(setting), &["-----begin", "multi-line", "multiline"])
}

/// Values that show what is meant: the default and, where it is JSON, the placeholder.
pub fn examples(setting: &SettingDefinition) -> Vec<Value> {
    let parse =
        |text: &str| serde_json::from_str::<Value>(text).ok().filter(|value| value.is_array() || value.is_object());
    let default = setting.default.clone().map(|value| match &value {
        Value::String(text) => parse(text).unwrap_or(value),
        _ => value,
    });
    default.into_iter().chain(setting.placeholder.as_deref().and_then(parse)).collect()
}

/// Whether a list or object holds more than plain values.
pub fn is_structured(setting: &SettingDefinition) -> bool {
    if is_nested_machinery(&setting.name) {
        return true;
    }
    let text = description(setting);
    match setting.kind {
        SettingKind::Array => says(
            &text,
            &[
                "objects",
                "of object",
                "dictionaries",
                "dicts",
                "list of dict",
                "json",
                "[{",
                "`{",
                "definitions",
                "mappings",
                "each entry",
                "each item",
            ],
        ),
        _ => says(&text, &["nested", ": {", ":{", ": [", ":[", "list of", "array of", "arrays", "lists", "catalog"]),
    }
}
