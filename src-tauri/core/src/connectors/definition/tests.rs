use super::*;
use proptest::prelude::*;
use serde_json::json;

const EVERYTHING: &str = r#"
plugin_type: extractors
name: tap-every
variant: somebody
namespace: tap_every
label: Every
docs: https://docs.example.com
repo: https://code.example.com/tap-every
pip_url: tap-every==1.0
python: python3.11
logo_url: /logos/every.png
domain_url: https://every.example.com
license: MIT
quality: gold
maintenance_status: active
hidden: false
supported_python_versions: ["3.11", 3.12]
settings_preamble: Read *this* first.
usage: Use it.
next_steps: Go on.
prereq: Have one.
requires: {files: [{name: files-every, variant: somebody}]}
commands: {hello: world}
env: {EVERY_MODE: 1}
select: ["*.*", "!secret.*"]
keywords: [one, two]
capabilities: [discover]
settings:
  - name: auth.mode
    aliases: [mode]
    label: Mode
    description: How.
    tooltip: Short.
    documentation: https://docs.example.com/mode
    placeholder: fast
    value: fast
    kind: options
    options: [{label: Fast, value: fast}, slow, 3]
    env: EVERY_MODE
    env_aliases: [EVERY_MODE_TOO]
    value_processor: nest_object
    value_post_processor: stringify
    hidden: "yes"
  - {name: token, kind: oauth, oauth: {provider: every}}
settings_group_validation: [[token, auth.mode]]
metadata:
  tributary:
    {type: every, category: files, required: [token], check: test, advanced: [auth.mode], schemas: {token: {minLength: 3}}}
"#;

#[test]
fn every_key_is_read() {
    let definition = Definition::parse(EVERYTHING).unwrap();
    assert_eq!(definition.notes, Vec::<String>::new());
    assert_eq!(definition.variant.as_deref(), Some("somebody"));
    assert_eq!(definition.license.as_deref(), Some("MIT"));
    assert_eq!(definition.python_versions, ["3.11", "3.12"]);
    assert_eq!(definition.env["EVERY_MODE"], "1");
    assert_eq!(definition.prerequisites.as_deref(), Some("Have one."));
    assert_eq!(definition.advanced, Some(vec!["auth.mode".to_owned()]));
    assert_eq!((definition.check, definition.kind), (LoginCheck::Test, ConnectorKind::Extractor));
    let mode = definition.setting("auth.mode").unwrap();
    assert_eq!(mode.aliases, ["mode"]);
    assert_eq!(mode.processors, ["nest_object", "stringify"]);
    assert!(mode.hidden && !mode.secret && !mode.required);
    let labels: Vec<(&str, &Value)> = mode.options.iter().map(|one| (one.label.as_str(), &one.value)).collect();
    assert_eq!(labels, [("Fast", &json!("fast")), ("slow", &json!("slow")), ("3", &json!(3))]);
    let token = definition.setting("token").unwrap();
    assert!(token.secret && token.required && token.oauth.is_some() && token.schema.is_some());
}

#[test]
fn json_is_read_as_yaml_is() {
    let value = value::parse(EVERYTHING).unwrap();
    let text = serde_json::to_string_pretty(&value).unwrap().replace("  ", "\t");
    assert_eq!(Definition::parse(&text).unwrap(), Definition::parse(EVERYTHING).unwrap());
}

#[test]
fn what_cannot_be_read_costs_only_itself() {
    let definition = Definition::parse(
        r#"
name: target-odd
namespace: "../odd"
executable: ../../bin/sh
keywords: one
capabilities: {discover: true}
env: [1]
settings:
  - 5
  - name_only
  - {name: a, kind: crystal, label: [x], sensitive: maybe, aliases: {}}
  - {name: a}
  - {name: b, kind: options}
  - {name: c, options: [{value: [1]}, x, x, {label: Y}]}
  - {label: nameless}
  - {name: "line\nbreak"}
settings_group_validation: [[a, 5], b, 7]
metadata: {tributary: {check: perhaps}}
"#,
    )
    .unwrap();
    assert_eq!(definition.kind, ConnectorKind::Loader, "the name tells");
    assert_eq!((definition.namespace.as_str(), definition.executable.as_str()), ("target_odd", "target-odd"));
    assert_eq!(definition.keywords, ["one"]);
    let names: Vec<&str> = definition.settings.iter().map(|setting| setting.name.as_str()).collect();
    assert_eq!(names, ["name_only", "a", "b", "c"]);
    assert_eq!(definition.setting("a").unwrap().kind, SettingKind::String);
    assert_eq!(definition.setting("b").unwrap().kind, SettingKind::String);
    assert_eq!(definition.setting("c").unwrap().options.len(), 2);
    assert_eq!(definition.groups, [vec!["a".to_owned()], vec!["b".to_owned()]]);
    for part in ["namespace", "executable", "capabilities", "env", "Setting 1", "crystal", "more than once", "“check”"]
    {
        assert!(definition.notes.iter().any(|note| note.contains(part)), "{part}: {:#?}", definition.notes);
    }
}

#[test]
fn names_that_are_no_folder_names_are_refused() {
    for name in [
        "a/b",
        "..",
        "../tap",
        "tap\\x",
        "C:tap",
        "nul\0",
        "tap\u{7}",
        ".hidden",
        "-rf",
        "con",
        "tap\u{202e}x",
        &"x".repeat(200),
    ] {
        for key in ["name", "variant"] {
            let mut value = json!({"name": "tap-x", "settings": []});
            value[key] = json!(name);
            let error = Definition::from_value(&value, None).unwrap_err();
            assert!(matches!(&error, DefinitionError::Name { key: named, .. } if *named == key), "{error:?}");
            let text = error.to_string();
            assert!(text.len() < 300 && !text.contains(value::is_invisible), "{text:?}");
        }
    }
}

#[test]
fn other_texts_are_refused_with_the_place() {
    let refused = |text: &str| Definition::parse(text).unwrap_err().to_string();
    assert!(refused("name: [").contains("line"), "{}", refused("name: ["));
    assert!(refused("just words").contains("not a connector's definition"));
    assert!(refused("settings: []").contains("“name”"));
    assert!(refused("<html><body>no</body></html>").contains("not a connector's definition"));
    assert!(refused(&" ".repeat(DEFINITION_LIMIT + 1)).contains("2 MB"));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[a-z_.]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-z_]{1,6}", inner), 0..4).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_under_any_key_fails_the_whole(
        key in prop::sample::select(vec![
            "label", "description", "settings", "settings_group_validation", "capabilities", "keywords", "env", "metadata",
            "commands", "requires", "select", "python", "hidden", "namespace", "executable", "plugin_type",
        ]),
        value in any_json(),
    ) {
        let mut definition = json!({"name": "tap-x", "settings": [{"name": "a"}]});
        definition[key] = value;
        Definition::from_value(&definition, None).unwrap();
    }

    #[test]
    fn any_text_is_a_definition_or_an_error(text in "\\PC{0,200}") {
        let _ = Definition::parse(&text);
    }
}
