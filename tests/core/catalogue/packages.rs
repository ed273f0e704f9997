//! Installs every connector and compares its definition with what the package itself says.
//!
//! The packages come from the shipped wheels and from the index, into a folder that is kept: only the first run takes minutes.

use super::engine_support::{self, SMALL, ignore, replace_meltano, uv, wheels};
use super::{catalogue, ensured};
use crate::need_wheels;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;
use tributary_contract::ConnectorKind;
use tributary_core::connectors::{Definition, SettingDefinition, SettingKind};
use tributary_core::engine::{Engine, EnginePaths};

/// Settings of the Singer SDK that are the same everywhere and that nobody who uses the app needs.
const SDK: [&str; 4] = ["faker_config", "batch_config", "flattening_max_key_length", "flattening_separator"];
/// Capabilities that mean nothing to the app.
const UNUSED: [&str; 2] = ["structured-logging", "batch"];
/// Settings that are left out on purpose, with the reason.
const LEFT_OUT: [(&str, &str, &str); 8] = [
    ("tap-dbf", "fs_root", "files elsewhere need packages that do not come with it"),
    ("tap-dbf", "s3", "the same"),
    ("tap-dbf", "gcs", "the same"),
    ("target-snowflake", "use_browser_authentication", "each sync would open a window of the browser"),
    ("target-snowflake", "ingestion_method", "the other way needs a package that does not come with it"),
    ("target-csv", "destination_path", "an older word for the folder"),
    ("target-csv", "output_path_prefix", "an older word for the folder"),
    ("target-csv", "load_method", "it does not look at it"),
];
/// Ways of signing in that are left out on purpose: a set of required settings is recognised by one of them.
const LEFT_OUT_SIGN_IN: [(&str, &str, &str); 1] =
    [("tap-jira", "oauth_client_id", "tokens change with every sign-in, and it does not hand back the new ones")];
/// Values that differ from the package's on purpose, with the reason.
const OTHER_VALUES: [(&str, &str, &str); 4] = [
    ("target-bigquery", "denormalized", "people expect columns, not one column with JSON"),
    ("target-csv", "overwrite_behavior", "a sync must not remove the rows of the one before"),
    ("target-postgres", "default_target_schema", "the schema people look into"),
    ("target-postgres", "load_method", "people expect one row per record"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_definition_says_what_its_package_says() {
    need_wheels!();
    let shipped = tempfile::tempdir().unwrap();
    let catalogue = catalogue();
    let packaged = || catalogue.all().iter().filter(|one| !one.own_program);
    let names: Vec<&str> = packaged().map(|one| one.plugin.as_str()).collect();
    let meltano = engine_support::shipped(shipped.path(), &names);
    // Only the connectors matter here.
    replace_meltano(&meltano);
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("catalogue-engine");
    let paths = EnginePaths {
        root: root.clone(),
        uv: uv().unwrap(),
        meltano,
        wheels: wheels(),
        shipped: vec![SMALL.to_owned()],
    };
    let engine = Engine::new(paths);

    // All together, because two are built at a time. What fails is prepared again below, and named.
    let all: Vec<String> = packaged().map(|one| one.plugin.clone()).collect();
    let _ = engine.prepare(&all, &ignore).await;

    let mut wrong = Vec::new();
    for definition in packaged() {
        let name = &definition.plugin;
        if let Err(error) = engine.prepare(std::slice::from_ref(name), &ignore).await {
            wrong.push(format!("{name}: {error}: {}", error.details()));
            continue;
        }
        assert!(engine.offline(name), "{name} is installed");
        compare(definition, &engine, &mut |what| wrong.push(format!("{name}: {what}")));
    }
    assert!(engine.status().ready, "{:?}", engine.status());
    // The environments stay for the next run; what they were installed from would only take as much room again.
    let _ = std::fs::remove_dir_all(root.join("cache"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn compare(definition: &Definition, engine: &Engine, wrong: &mut dyn FnMut(String)) {
    let program = engine.executable(&definition.plugin, &definition.executable).unwrap();
    let help = run(&program, &["--help"]);
    if !help.status.success() {
        wrong(format!("it does not start: {}", String::from_utf8_lossy(&help.stderr)));
        return;
    }
    let about = run(&program, &["--about", "--format=json"]);
    let about = serde_json::from_slice::<About>(&about.stdout).ok().filter(|_| about.status.success());
    if about.is_some() != definition.can("about") {
        wrong(format!("whether it has `--about` is not as its capabilities say: {}", about.is_some()));
    }
    match about {
        Some(about) => compare_about(definition, &about, wrong),
        None => compare_source(definition, engine, wrong),
    }
}

/// What a connector made with the Singer SDK says about itself.
#[derive(Deserialize)]
struct About {
    capabilities: BTreeSet<String>,
    settings: Schema,
}

/// A JSON Schema, as far as it is compared.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Schema {
    #[serde(rename = "type")]
    kind: Value,
    properties: Map<String, Value>,
    required: Vec<String>,
    secret: bool,
    default: Option<Value>,
    #[serde(rename = "enum")]
    values: Option<Vec<Value>>,
    #[serde(rename = "anyOf")]
    any_of: Vec<Value>,
}

impl Schema {
    fn of(value: &Value) -> Self {
        serde_json::from_value(value.clone()).unwrap()
    }

    /// The types it allows, without null.
    fn types(&self) -> Vec<String> {
        let here = match &self.kind {
            Value::String(one) => vec![one.clone()],
            Value::Array(many) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => self.any_of.iter().filter(|one| one.is_object()).flat_map(|one| Self::of(one).types()).collect(),
        };
        here.into_iter().filter(|one| one != "null").collect()
    }
}

fn compare_about(definition: &Definition, about: &About, wrong: &mut dyn FnMut(String)) {
    let ours: BTreeSet<String> = definition.capabilities.iter().cloned().collect();
    for capability in ours.symmetric_difference(&about.capabilities) {
        if ours.contains(capability) || !UNUSED.contains(&capability.as_str()) {
            wrong(format!("only one of definition and package has the capability {capability}"));
        }
    }
    let mut theirs = BTreeSet::new();
    compare_schema(definition, &about.settings, "", &mut theirs, wrong);
    for setting in definition.settings.iter().filter(|setting| !setting.app_only) {
        if !theirs.contains(&setting.name) {
            wrong(format!("the package has no setting {}", setting.name));
        }
    }
}

/// Compares one level of the package's settings; names of inner levels begin with those of the outer and a dot.
fn compare_schema(
    definition: &Definition,
    schema: &Schema,
    before: &str,
    theirs: &mut BTreeSet<String>,
    wrong: &mut dyn FnMut(String),
) {
    for (key, inner) in &schema.properties {
        let (name, inner) = (format!("{before}{key}"), Schema::of(inner));
        theirs.insert(name.clone());
        let left_out = SDK.contains(&name.as_str())
            || LEFT_OUT.iter().any(|(plugin, setting, _)| *plugin == definition.plugin && *setting == name);
        if let Some(setting) = definition.setting(&name) {
            compare_setting(definition, setting, &inner, schema.required.contains(key), wrong);
        } else if definition.settings.iter().any(|setting| setting.name.starts_with(&format!("{name}."))) {
            compare_schema(definition, &inner, &format!("{name}."), theirs, wrong);
        } else if !left_out {
            wrong(format!("the definition lacks {name}"));
        }
    }
}

fn compare_setting(
    definition: &Definition,
    setting: &SettingDefinition,
    schema: &Schema,
    required: bool,
    wrong: &mut dyn FnMut(String),
) {
    let name = &setting.name;
    let types = schema.types();
    if !types.iter().any(|one| holds(setting, one)) {
        wrong(format!("{name} is of kind {}, but the package wants {types:?}", setting.kind.word()));
    }
    if schema.secret && !setting.secret {
        wrong(format!("{name} is a secret of the package"));
    }
    if required && !ensured(definition, setting) {
        wrong(format!("{name} is required by the package"));
    }
    if let Some(values) = &schema.values
        && let Some(option) = setting.options.iter().find(|option| !values.contains(&option.value))
    {
        wrong(format!("{name} offers {}, which the package does not accept", option.value));
    }
    let other = OTHER_VALUES.iter().any(|(plugin, setting, _)| *plugin == definition.plugin && setting == name);
    if let (Some(ours), Some(theirs), false) = (&setting.default, &schema.default, other)
        && ours != theirs
    {
        wrong(format!("{name} is {ours} when nothing is given, but {theirs} in the package"));
    }
}

/// Whether a setting's values are of a JSON type.
fn holds(setting: &SettingDefinition, kind: &str) -> bool {
    match kind {
        "integer" => setting.kind == SettingKind::Integer || setting.options.iter().any(|option| option.value.is_i64()),
        "number" => matches!(setting.kind, SettingKind::Integer | SettingKind::Decimal),
        "boolean" => setting.kind == SettingKind::Boolean,
        "array" => setting.kind == SettingKind::Array,
        "object" => setting.kind == SettingKind::Object,
        _ => match setting.kind {
            SettingKind::Options => setting.options.iter().all(|option| option.value.is_string()),
            SettingKind::Integer
            | SettingKind::Decimal
            | SettingKind::Boolean
            | SettingKind::Array
            | SettingKind::Object => false,
            _ => true,
        },
    }
}

/// What `read_package.py` prints.
#[derive(Deserialize)]
struct Read {
    required: Vec<Vec<String>>,
    words: BTreeSet<String>,
    reads: BTreeSet<String>,
}

/// Connectors that say nothing about themselves: their source does.
fn compare_source(definition: &Definition, engine: &Engine, wrong: &mut dyn FnMut(String)) {
    let python = engine.executable(&definition.plugin, "python").unwrap();
    let script = engine_support::top().join("tests/core/catalogue/read_package.py");
    let output = run(&python, &["-I", script.to_str().unwrap(), &definition.namespace]);
    let Ok(read) = serde_json::from_slice::<Read>(&output.stdout) else {
        wrong(format!("its source cannot be read: {}", String::from_utf8_lossy(&output.stderr)));
        return;
    };
    for setting in definition.settings.iter().filter(|setting| !setting.app_only) {
        if !read.words.contains(&setting.name) {
            wrong(format!("{} does not stand in its source", setting.name));
        }
    }
    for set in &read.required {
        let left_out = LEFT_OUT_SIGN_IN
            .iter()
            .any(|(plugin, setting, _)| *plugin == definition.plugin && set.iter().any(|name| name == setting));
        let missing = set.iter().find(|name| !definition.setting(name).is_some_and(|one| ensured(definition, one)));
        if let (Some(name), false) = (missing, left_out) {
            wrong(format!("it cannot do without {name}"));
        }
    }
    if definition.kind == ConnectorKind::Extractor {
        if read.required.is_empty() {
            wrong("it does not say what it cannot do without".to_owned());
        }
        // Where it takes both, the catalog is the newer one.
        let takes = if read.reads.contains("catalog") { "catalog" } else { "properties" };
        let says: Vec<&str> = ["catalog", "properties"].into_iter().filter(|one| definition.can(one)).collect();
        if says != [takes] || !definition.can("discover") {
            wrong(format!("it takes its {takes}, but its capabilities are {:?}", definition.capabilities));
        }
    }
}

/// Runs a program of a connector in a folder of no meaning, so that it finds nothing it was not given.
#[expect(clippy::disallowed_methods, reason = "the test asks the connectors as they are")]
fn run(program: &Path, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::process::Command::new(program)
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .envs(["PATH", "LANG"].iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .env("HOME", folder.path())
        .env("PYTHONUTF8", "1")
        .output()
        .unwrap()
}

#[test]
fn what_is_left_out_is_still_left_out() {
    let catalogue = catalogue();
    let find = |plugin: &str| catalogue.all().iter().find(|one| one.plugin == plugin).unwrap();
    for (plugin, setting, reason) in LEFT_OUT.iter().chain(&LEFT_OUT_SIGN_IN) {
        assert!(find(plugin).setting(setting).is_none(), "{plugin} has {setting} although: {reason}");
    }
    for (plugin, setting, reason) in OTHER_VALUES {
        assert!(find(plugin).setting(setting).unwrap().default.is_some(), "{plugin} {setting}: {reason}");
    }
}
