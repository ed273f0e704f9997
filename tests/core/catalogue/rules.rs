//! What every connector's folder has to keep to.

use super::{catalogue, folder, written};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use tributary_contract::ConnectorKind;
use tributary_core::connectors::{Definition, SettingDefinition, SettingKind};

/// Those whose wheels ship with the app: each makes the download bigger for everybody.
const SHIPPED: [&str; 6] =
    ["tap-salesforce", "tap-spreadsheets", "target-csv", "target-duckdb", "target-jsonl", "target-postgres"];
/// Categories of the marketplace.
const CATEGORIES: [&str; 11] = [
    "commerce",
    "communication",
    "crm",
    "custom",
    "databases",
    "development",
    "files",
    "finance",
    "marketing",
    "productivity",
    "support",
];
/// Keys a definition, a setting and our additions may have: a misspelt one would be passed over without a word.
const KEYS: [&str; 17] = [
    "plugin_type",
    "name",
    "namespace",
    "variant",
    "label",
    "description",
    "pip_url",
    "executable",
    "docs",
    "repo",
    "keywords",
    "capabilities",
    "settings",
    "settings_group_validation",
    "metadata",
    "supported_python_versions",
    "maintenance_status",
];
const SETTING_KEYS: [&str; 8] =
    ["name", "kind", "label", "description", "placeholder", "value", "options", "sensitive"];
const OUR_KEYS: [&str; 11] = [
    "type",
    "category",
    "license",
    "app_settings",
    "advanced",
    "required",
    "check",
    "recommended_streams",
    "offline",
    "own_program",
    "schemas",
];

/// Calls `look` with every definition; what it finds wrong is reported together.
fn each(look: impl Fn(&Definition, &mut dyn FnMut(String))) {
    let mut wrong = Vec::new();
    for definition in catalogue().all() {
        look(definition, &mut |what| wrong.push(format!("{}: {what}", definition.plugin)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn unknown(value: &Value, known: &[&str]) -> Vec<String> {
    value.as_object().unwrap().keys().filter(|key| !known.contains(&key.as_str())).cloned().collect()
}

fn names(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn has_twice<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = BTreeSet::new();
    names.into_iter().find(|name| !seen.insert(*name))
}

#[test]
fn there_are_enough_connectors_and_each_is_named_once() {
    let catalogue = catalogue();
    let of = |kind| catalogue.all().iter().filter(|one| one.kind == kind).count();
    assert!(of(ConnectorKind::Extractor) >= 18, "{} sources", of(ConnectorKind::Extractor));
    assert!(of(ConnectorKind::Loader) >= 7, "{} destinations", of(ConnectorKind::Loader));
    for kind in [ConnectorKind::Extractor, ConnectorKind::Loader] {
        assert_eq!(has_twice(catalogue.ids(kind)), None, "an id names one connector of a kind");
    }
    assert_eq!(has_twice(catalogue.all().iter().map(|one| one.plugin.as_str())), None);
    assert_eq!(has_twice(catalogue.all().iter().map(|one| one.namespace.as_str())), None);
    assert_eq!(catalogue.shipped().into_iter().collect::<BTreeSet<_>>(), SHIPPED.map(str::to_owned).into());
}

#[test]
fn definitions_have_only_keys_that_mean_something() {
    each(|definition, wrong| {
        let file = written(definition);
        for note in &definition.notes {
            wrong(format!("it was not read as it was meant: {note}"));
        }
        for key in unknown(&file, &KEYS) {
            wrong(format!("the key `{key}` means nothing"));
        }
        for key in unknown(&file["metadata"]["tributary"], &OUR_KEYS) {
            wrong(format!("the key `{key}` of our additions means nothing"));
        }
        for setting in file["settings"].as_array().unwrap() {
            for key in unknown(setting, &SETTING_KEYS) {
                wrong(format!("the key `{key}` of {} means nothing", setting["name"]));
            }
        }
        for key in ["variant", "repo"] {
            let known = definition.own_program || definition.plugin == "tap-spreadsheets";
            if file[key].as_str().is_none_or(str::is_empty) && !known {
                wrong(format!("`{key}` is missing"));
            }
        }
        if file["metadata"]["tributary"]["license"].as_str().is_none_or(str::is_empty) {
            wrong("the licence is missing".to_owned());
        }
        if definition.plugin != folder(definition).file_name().unwrap().to_str().unwrap() {
            wrong("its folder has another name".to_owned());
        }
        if definition.namespace != definition.plugin.replace('-', "_") {
            wrong(format!("its namespace is {}", definition.namespace));
        }
        if !CATEGORIES.contains(&definition.category.as_str()) {
            wrong(format!("there is no category `{}`", definition.category));
        }
    });
}

#[test]
fn texts_are_there_and_plain() {
    each(|definition, wrong| {
        let file = written(definition);
        let mut texts = vec![("label".to_owned(), &file["label"]), ("description".to_owned(), &file["description"])];
        for setting in file["settings"].as_array().unwrap() {
            for key in ["label", "description"] {
                texts.push((format!("{key} of {}", setting["name"]), &setting[key]));
            }
        }
        for (what, text) in texts {
            let text = text.as_str().unwrap_or_default().trim();
            let sentence = what.starts_with("description");
            if text.is_empty() || sentence != text.ends_with('.') || text.contains(['<', '>', '\n']) {
                wrong(format!("the {what} is not as it should be: {text:?}"));
            }
        }
        if definition.keywords.is_empty() || definition.label.len() > 24 || definition.description.len() > 130 {
            wrong("a card cannot show it well".to_owned());
        }
    });
}

#[test]
fn what_is_named_elsewhere_exists() {
    each(|definition, wrong| {
        let file = written(definition);
        let ours = &file["metadata"]["tributary"];
        if let Some(name) = has_twice(definition.settings.iter().map(|setting| setting.name.as_str())) {
            wrong(format!("the setting {name} is there twice"));
        }
        let mut lists: Vec<(&str, Vec<&str>)> =
            ["advanced", "required", "app_settings"].into_iter().map(|list| (list, names(&ours[list]))).collect();
        for group in &definition.groups {
            lists.push(("a way of signing in", group.iter().map(String::as_str).collect()));
        }
        for (list, named) in &lists {
            for name in named {
                if definition.setting(name).is_none() {
                    wrong(format!("{list} names {name}, which is no setting"));
                }
            }
            if let Some(name) = has_twice(named.iter().copied()) {
                wrong(format!("{list} names {name} twice"));
            }
        }
        for name in names(&ours["required"]) {
            if definition.groups.iter().any(|group| !group.iter().any(|member| member == name)) {
                wrong(format!("{name} is required, but a way of signing in leaves it out"));
            }
            if names(&ours["advanced"]).contains(&name) && definition.setting(name).is_none_or(|s| s.default.is_none())
            {
                wrong(format!("{name} is required, but hidden among the advanced settings"));
            }
        }
        if definition.groups.is_empty() {
            wrong("no group says which settings it needs".to_owned());
        }
        if let Some(name) = has_twice(definition.recommended_streams.iter().map(String::as_str)) {
            wrong(format!("the stream {name} is recommended twice"));
        }
    });
}

/// Whether a name looks like a secret's. Paths, addresses and the names of things are none.
fn looks_secret(name: &str) -> bool {
    let words = ["password", "passphrase", "secret", "private_key", "api_key", "token", "credentials", "bearer"];
    let plain = ["_path", "_url", "_uri", "_file", "_secs", "_field"];
    words.iter().any(|word| name.contains(word)) && !plain.iter().any(|end| name.ends_with(end))
}

#[test]
fn secrets_are_secret_and_have_no_value() {
    assert!(
        looks_secret("ssh_tunnel.private_key") && looks_secret("api_keys") && !looks_secret("next_page_token_path")
    );
    each(|definition, wrong| {
        for setting in &definition.settings {
            if looks_secret(&setting.name) && !setting.secret {
                wrong(format!("{} looks like a secret, but is none", setting.name));
            }
            if setting.secret && setting.default.is_some() {
                wrong(format!("the secret {} has a value", setting.name));
            }
            if setting.secret && setting.app_only {
                wrong(format!("the secret {} never reaches the connector", setting.name));
            }
        }
    });
}

#[test]
fn values_fit_their_kinds() {
    each(|definition, wrong| {
        for setting in &definition.settings {
            if setting.options.is_empty() == (setting.kind == SettingKind::Options) {
                wrong(format!(
                    "{} is of kind {}, which does not go with its options",
                    setting.name,
                    setting.kind.word()
                ));
            }
            if let Some(value) = &setting.default
                && !fits(setting, value)
            {
                wrong(format!("the value of {} is not of kind {}", setting.name, setting.kind.word()));
            }
        }
    });
}

fn fits(setting: &SettingDefinition, value: &Value) -> bool {
    match setting.kind {
        SettingKind::Integer => value.is_i64(),
        SettingKind::Decimal => value.is_number(),
        SettingKind::Boolean => value.is_boolean(),
        SettingKind::Array => value.is_array(),
        SettingKind::Object => value.is_object(),
        SettingKind::Options => setting.options.iter().any(|option| option.value == *value),
        _ => value.is_string(),
    }
}

#[test]
fn guides_say_what_to_do() {
    each(|definition, wrong| match fs::read_to_string(folder(definition).join("guide.md")) {
        Err(error) => wrong(format!("its guide cannot be read: {error}")),
        Ok(guide) => {
            if guide.lines().next() != Some(&format!("# {}", definition.label)) {
                wrong("its guide does not begin with its name".to_owned());
            }
            // Code may hold anything; the rest is shown as Markdown without HTML.
            let prose: String = guide.split("```").step_by(2).flat_map(|part| part.split('`').step_by(2)).collect();
            if prose.contains(['<', '>']) || guide.len() < 200 {
                wrong("its guide is not what a guide should be".to_owned());
            }
        }
    });
}

#[test]
fn logos_are_drawings_and_nothing_else() {
    const ALLOWED: [&str; 7] = ["svg", "rect", "g", "path", "circle", "ellipse", "line"];
    each(|definition, wrong| match fs::read_to_string(folder(definition).join("logo.svg")) {
        Err(error) => wrong(format!("its logo cannot be read: {error}")),
        Ok(logo) => {
            let lower = logo.to_lowercase();
            let head = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\" role=\"img\" aria-label=\"{}\">",
                definition.label
            );
            if !logo.starts_with(&head) || !logo.ends_with("</svg>\n") || logo.len() > 2000 {
                wrong("its logo is not drawn like the others".to_owned());
            }
            if lower.matches("http").count() > 1
                || ["href", "url(", "style", "data:", "&", "<!"].iter().any(|part| lower.contains(part))
            {
                wrong("its logo leads elsewhere".to_owned());
            }
            let (mut open, mut balanced) = (Vec::new(), true);
            for tag in lower.split('<').skip(1) {
                let name = tag.trim_start_matches('/').split([' ', '>', '/']).next().unwrap_or_default();
                if !ALLOWED.contains(&name) || tag.contains(" on") {
                    wrong(format!("its logo has `{name}` or a script in it"));
                }
                if tag.starts_with('/') {
                    balanced &= open.pop() == Some(name.to_owned());
                } else if !tag.trim_end().ends_with("/>") {
                    open.push(name.to_owned());
                }
            }
            if !balanced || !open.is_empty() {
                wrong("its logo cannot be read as a drawing".to_owned());
            }
        }
    });
}

#[test]
fn locks_pin_what_the_definition_asks_for() {
    each(|definition, wrong| {
        let read = |name: &str| fs::read_to_string(folder(definition).join(name)).unwrap_or_default();
        let file = written(definition);
        if definition.own_program {
            if file.get("pip_url").is_some() || folder(definition).join("requirements.txt").exists() {
                wrong("it is a program of the app's own, but names packages".to_owned());
            }
            return;
        }
        let asked = file["pip_url"].as_str().unwrap_or_default();
        if asked.split("==").count() != 2 || !read("requirements.in").lines().any(|line| line == asked) {
            wrong(format!("{asked} is no pin that its requirements name"));
        }
        let lock = read("requirements.txt");
        if !lock.lines().any(|line| line.split(' ').next() == Some(asked)) {
            wrong(format!("its lock does not have {asked}"));
        }
        let mut lines = lock.lines().peekable();
        while let Some(line) = lines.next() {
            let continued = line.ends_with('\\');
            let hash = line.trim().trim_end_matches(" \\").strip_prefix("--hash=sha256:");
            let hashed = hash.is_some_and(|hash| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
            let pinned = line.contains("==") && !line.starts_with(' ') && continued;
            if !(hashed || pinned) || (continued && !lines.peek().is_some_and(|next| next.starts_with("    --hash="))) {
                wrong(format!("its lock has a line that is no pin with hashes: {line}"));
            }
        }
    });
}
