//! Forms of definitions of our own writing, of any that can be thought of, and of public ones where they are at hand.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "tests")]

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use tributary_contract::ConnectorForm;
use tributary_core::connectors::{Definition, form};

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|end| end == "yml" || end == "yaml" || end == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn ways(form: &ConnectorForm) -> Vec<&Value> {
    form.schema.get("anyOf").and_then(Value::as_array).into_iter().flatten().collect()
}

fn properties(part: &Value) -> &Map<String, Value> {
    part["properties"].as_object().unwrap()
}

/// What holds for every form.
fn check(form: &ConnectorForm) {
    jsonschema::draft202012::meta::validate(&form.schema).unwrap();
    let common: BTreeSet<&String> = properties(&form.schema).keys().collect();
    let order: BTreeSet<&String> = form.ui.order.iter().collect();
    assert_eq!(order.len(), form.ui.order.len(), "no setting is in the order twice");
    let fields: BTreeSet<&String> = form.ui.fields.keys().collect();
    assert_eq!(fields, order, "every setting has a hint");
    let mut everywhere = common.clone();
    let labels: BTreeSet<&String> = form.ui.choices.iter().map(|choice| &choice.label).collect();
    assert_eq!(labels.len(), form.ui.choices.len(), "names of choices differ");
    assert_eq!(ways(form).len(), form.ui.choices.len());
    assert_ne!(ways(form).len(), 1, "one way is no choice");
    for (way, choice) in ways(form).into_iter().zip(&form.ui.choices) {
        assert_eq!(way["title"], json!(choice.label));
        let own: BTreeSet<&String> = properties(way).keys().collect();
        assert!(own.is_disjoint(&common), "a setting stands once for a choice");
        assert_eq!(own, choice.settings.iter().collect());
        assert!(!own.is_empty(), "a way needs something");
        everywhere.extend(own);
    }
    assert_eq!(everywhere, order, "every setting is in the form");
    assert!(form.ui.advanced.iter().all(|name| order.contains(name)));
    for part in std::iter::once(&form.schema).chain(ways(form)) {
        let required: Vec<&str> =
            part.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        for name in required {
            assert!(properties(part).contains_key(name), "{name} is required where it stands");
            assert!(!form.ui.advanced.iter().any(|one| one == name), "{name} must be filled in, so it must be seen");
        }
        for (name, property) in properties(part) {
            let title = property["title"].as_str().unwrap();
            assert!(!title.is_empty() && !title.contains(char::is_control), "{name}: {title:?}");
            if let Some(default) = property.get("default") {
                assert!(jsonschema::draft202012::is_valid(property, default), "{name}: its default validates");
                assert!(property.get("writeOnly").is_none(), "{name}: a secret has no default");
            }
            let description = property.get("description").and_then(Value::as_str).unwrap_or_default();
            for event in pulldown_cmark::Parser::new(description) {
                use pulldown_cmark::{Event, Tag};
                let is_bad = match &event {
                    Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. }) => true,
                    Event::Start(Tag::Link { dest_url, .. }) => {
                        !["http:", "https:", "mailto:"].iter().any(|scheme| dest_url.to_lowercase().starts_with(scheme))
                    }
                    _ => false,
                };
                assert!(!is_bad, "{name}: {event:?}");
            }
        }
    }
}

#[test]
fn forms_of_definitions_of_our_own_writing() {
    let folder = top().join("tests/fixtures/definitions");
    for path in files(&folder) {
        let form = form::form_of_text(&std::fs::read_to_string(&path).unwrap(), &[]).unwrap();
        check(&form);
        insta::with_settings!({
            snapshot_path => folder.join("forms"), prepend_module_to_snapshot => false, omit_expression => true,
        }, {
            insta::assert_json_snapshot!(path.file_stem().unwrap().to_str().unwrap(), form);
        });
    }
}

#[test]
fn secrets_that_are_saved_need_not_be_entered_again() {
    let text = std::fs::read_to_string(top().join("tests/fixtures/definitions/about.json")).unwrap();
    let saved = form::form_of_text(&text, &["api_token".to_owned(), "start_date".to_owned()]).unwrap();
    assert_eq!(saved.schema["required"], json!(["tables"]));
    assert!(saved.ui.fields["api_token"].saved);
    assert!(!saved.ui.fields["start_date"].saved, "only secrets are in the keychain");
}

#[test]
fn every_shipped_connector_has_a_form_without_notes() {
    for path in files(&top().join("meltano/connectors")) {
        if path.file_name().is_some_and(|name| name == "definition.yml") {
            let form = form::form_of_text(&std::fs::read_to_string(&path).unwrap(), &[]).unwrap();
            check(&form);
            assert_eq!(form.notes, Vec::<String>::new(), "{}", path.display());
        }
    }
}

/// Public definitions are no part of the project; where a sample of them is, all have good forms.
#[test]
fn public_definitions_have_forms() {
    let folder =
        std::env::var_os("TRIBUTARY_HUB_SAMPLE").map_or_else(|| top().join("../shared/hub-sample"), PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: no public definitions at {}", folder.display());
        return;
    }
    let mut count = 0;
    for path in files(&folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        let definition = Definition::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let form = form::form(&definition, &[]);
        check(&form);
        let visible = form.ui.order.len() - form.ui.advanced.len();
        let machinery = ["stream_map", "flattening_", "faker_config", "batch_config", "airbyte_spec", "docker_mounts"];
        let is_own = |name: &str| !machinery.iter().any(|prefix| name.starts_with(prefix));
        let own = definition.settings.iter().filter(|one| !one.hidden && is_own(&one.name)).count();
        assert_eq!(form.ui.order.len(), definition.settings.len(), "{}", path.display());
        assert!(own == 0 || visible > 0, "{}: everything is under Advanced", path.display());
        count += 1;
    }
    println!("{count} public definitions have forms");
    assert!(count > 0, "{} holds definitions", folder.display());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i16>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,10}".prop_map(Value::from),
        "<[a-z]{1,4}>|\\[a\\]\\(j:x\\)|2024-01-01|5|true".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-z_]{1,6}", inner), 0..4).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

const NAMES: &[&str] = &[
    "a",
    "b.c",
    "b",
    "b.d",
    "api_key",
    "password",
    "start_date",
    "x\\.y",
    "stream_maps",
    "url",
    "/~",
    "__proto__",
    "$ref",
];

fn any_name() -> impl Strategy<Value = Value> {
    prop_oneof![
        9 => prop::sample::select(NAMES).prop_map(Value::from),
        1 => any_json(),
    ]
}

fn any_setting() -> impl Strategy<Value = Value> {
    let kinds = &[
        "string",
        "integer",
        "boolean",
        "decimal",
        "date_iso8601",
        "email",
        "options",
        "file",
        "array",
        "object",
        "oauth",
        "password",
        "hidden",
        "other",
    ];
    let keys = &[
        "label",
        "description",
        "value",
        "options",
        "aliases",
        "hidden",
        "sensitive",
        "placeholder",
        "tooltip",
        "required",
        "documentation",
    ];
    let extra = prop::collection::vec((prop::sample::select(&keys[..]), any_json()), 0..5);
    (any_name(), prop::option::of(prop::sample::select(&kinds[..])), extra).prop_map(|(name, kind, extra)| {
        let mut setting = json!({ "name": name });
        if let Some(kind) = kind {
            setting["kind"] = json!(kind);
        }
        for (key, value) in extra {
            setting[key] = value;
        }
        setting
    })
}

fn any_schema() -> impl Strategy<Value = Value> {
    let keys = &[
        "type",
        "enum",
        "const",
        "default",
        "items",
        "properties",
        "required",
        "additionalProperties",
        "oneOf",
        "anyOf",
        "pattern",
        "format",
        "minimum",
        "minLength",
        "title",
        "$ref",
        "secret",
        "multipleOf",
        "examples",
    ];
    let leaf = prop_oneof![
        any_json(),
        prop::sample::select(
            &["string", "object", "array", "integer", "null", "#/properties/a", "#", "date-time", "("][..]
        )
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, move |inner| {
        prop_oneof![
            3 => prop::collection::vec((prop::sample::select(&keys[..]), inner.clone()), 0..6)
                .prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>().into()),
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            1 => prop::collection::vec(("[a-c]", inner), 0..3).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_definition_has_a_form(
        settings in prop::collection::vec(any_setting(), 0..8),
        groups in prop::collection::vec(prop::collection::vec(any_name(), 0..4), 0..5),
        required in prop::collection::vec(any_name(), 0..3),
        advanced in prop::option::of(prop::collection::vec(any_name(), 0..4)),
        schemas in prop::collection::vec((prop::sample::select(NAMES), any_schema()), 0..3),
    ) {
        let schemas: Map<String, Value> = schemas.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
        let definition = json!({
            "name": "tap-any", "settings": settings, "settings_group_validation": groups,
            "metadata": {"tributary": {"required": required, "advanced": advanced, "schemas": schemas}},
        });
        let definition = Definition::from_value(&definition, None).unwrap();
        let form = form::form(&definition, &["password".to_owned()]);
        check(&form);
        prop_assert_eq!(form.ui.order.len(), definition.settings.len());
    }

    #[test]
    fn anything_a_connector_says_about_itself_has_a_form(
        properties in prop::collection::vec((prop::sample::select(NAMES), any_schema()), 0..6),
        required in any_json(),
        other in any_schema(),
    ) {
        let properties: Map<String, Value> = properties.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
        let about = json!({
            "name": "tap-any",
            "settings": {"properties": properties, "required": required, "anyOf": [other, {"required": ["a"]}]},
        });
        check(&form::form_of_about(&about, &[]).unwrap());
    }
}
