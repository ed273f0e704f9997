//! Files of this computer that settings name: are they there? A source that reads nothing from them would look empty.

use crate::connectors::{Definition, settings::SettingError};
use serde_json::Value;
use std::path::Path;
use tributary_contract::Config;

/// What the schema of a setting calls the place of a file, or of several by a pattern.
const FILE_FORMAT: &str = "file";
const EXPECTED: &str = "the place of a file that is there";

/// The first setting that names a file which is not there. What is on another computer (`s3://...`) is not looked for.
pub fn missing(definition: &Definition, config: &Config) -> Option<SettingError> {
    definition.settings.iter().find_map(|setting| {
        let place = missing_in(setting.schema.as_ref()?, config.get(&setting.name)?, String::new())?;
        let (name, expected) = (setting.name.clone(), EXPECTED.to_owned());
        Some(if place.is_empty() {
            SettingError::Wrong { name, expected }
        } else {
            SettingError::WrongInside { place: format!("{name}{place}"), name, expected }
        })
    })
}

fn missing_in(schema: &Value, value: &Value, place: String) -> Option<String> {
    match value {
        Value::String(path) => (schema["format"] == FILE_FORMAT && !is_there(path)).then_some(place),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| missing_in(&schema["items"], item, format!("{place}[{index}]"))),
        Value::Object(fields) => fields
            .iter()
            .find_map(|(name, field)| missing_in(&schema["properties"][name], field, format!("{place}.{name}"))),
        _ => None,
    }
}

fn is_there(path: &str) -> bool {
    // What cannot be read as a pattern is left to the connector.
    path.contains("://") || Path::new(path).exists() || glob::glob(path).is_ok_and(|mut found| found.next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_there_is_named_with_its_place() {
        let definition = Definition::parse(
            "
plugin_type: extractors
name: tap-x
namespace: tap_x
settings: [{name: files, kind: array}]
metadata: {tributary: {schemas: {files: {type: array, items: {properties: {path: {type: string, format: file}}}}}}}
",
        )
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sales-1.csv"), "").unwrap();
        let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let verdict = |paths: &[String]| {
            let files: Vec<Value> = paths.iter().map(|path| json!({"path": path})).collect();
            missing(&definition, json!({"files": files}).as_object().unwrap())
        };
        assert_eq!(verdict(&[at("sales-1.csv"), at("sales-*.csv"), "s3://bucket/x.csv".to_owned()]), None);
        let error = verdict(&[at("sales-1.csv"), at("budget-*.csv")]).unwrap();
        assert_eq!(
            error.to_string(),
            "in the setting “files”, “files[1].path” must be the place of a file that is there"
        );
        assert_eq!(error.setting(), "files");
    }
}
