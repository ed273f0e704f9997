//! The walk over a text, compared with a whole parser.

use super::*;
use proptest::prelude::*;
use serde_json::Value;

/// Whether the cursor takes a text as one value with nothing behind it.
fn takes(text: &str) -> bool {
    let mut cursor = Cursor::new(text);
    cursor.value().and_then(|_| cursor.end()).is_ok()
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        proptest::num::f64::NORMAL.prop_map(Value::from),
        "(?s).{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec(("(?s).{0,12}", inner), 0..8)
                .prop_map(|all| Value::Object(all.into_iter().collect())),
        ]
    })
}

#[test]
fn what_is_no_json_is_refused() {
    for text in [
        "",
        "{",
        "}",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "01",
        "1.",
        "-",
        "+1",
        "1e",
        ".5",
        "tru",
        "nul",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\t\"",
        "[1 2]",
        "{}{}",
        "'a'",
        "\u{feff}1",
        "1 2",
    ] {
        assert!(!takes(text), "{text:?}");
    }
    assert!(!takes(&"[".repeat(100_000)), "depth is bounded");
    assert!(takes(&format!("{}1{}", "[".repeat(500), "]".repeat(500))));
}

proptest! {
    #[test]
    fn it_takes_what_a_parser_writes(value in values(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        prop_assert!(takes(&text));
        // Cut anywhere, it is no object or array any more.
        if value.is_object() || value.is_array() {
            for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
                prop_assert!(!takes(&text[..end]));
            }
        }
    }

    #[test]
    fn it_judges_any_text_as_a_parser_does(text in "[\\[\\]{}:,\"\\\\a0-9eE.+ \\-ntrufalse]{0,24}") {
        // A number of no double is a number all the same.
        let parsed = serde_json::from_str::<Box<serde_json::value::RawValue>>(&text).is_ok();
        prop_assert_eq!(takes(&text), parsed, "{}", text);
    }

    #[test]
    fn members_are_where_it_says(members in prop::collection::btree_map("(?s).{0,12}", values(), 0..8)) {
        let object = Value::Object(members.clone().into_iter().collect());
        let text = object.to_string();
        let mut cursor = Cursor::new(&text);
        let (mut found, mut more) = (Vec::new(), cursor.enter().unwrap());
        while more {
            let member = cursor.member().unwrap();
            let mut name = String::new();
            unescape(&text[member.name.0..member.name.1], &mut name);
            let value = &text[member.value.0..member.value.1];
            let expected = &members[&name];
            let kind = match expected {
                Value::Null => "null",
                Value::Bool(_) => "boolean",
                Value::Number(number) if number.is_f64() => "number",
                Value::Number(_) => "integer",
                Value::String(_) => "string",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
            };
            prop_assert_eq!(member.token.name(), kind);
            // As text: the parser does not read every digit.
            prop_assert_eq!(value, expected.to_string());
            found.push(name);
            more = cursor.more().unwrap();
        }
        cursor.end().unwrap();
        prop_assert_eq!(found, members.into_keys().collect::<Vec<_>>());
    }
}
