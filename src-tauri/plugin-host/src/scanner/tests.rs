use super::{
    Counts, MAX_TOKEN, Scanner,
    counts::{FURTHER_STREAMS, MAX_STREAMS},
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Records and bytes per stream, and states.
type Totals = (BTreeMap<String, (u64, u64)>, u64);

fn totals(counts: &Counts) -> Totals {
    let seen = counts.streams.iter().filter(|stream| stream.records > 0);
    (seen.map(|stream| (stream.name.clone(), (stream.records, stream.bytes))).collect(), counts.states)
}

fn scan(pieces: &[&[u8]]) -> Totals {
    let (mut scanner, mut counts) = (Scanner::default(), Counts::default());
    for piece in pieces {
        scanner.feed(piece, &mut counts);
    }
    scanner.finish(&mut counts);
    totals(&counts)
}

/// The slow way: whole lines through serde_json.
fn reference(text: &[u8]) -> Totals {
    let (mut streams, mut states) = (BTreeMap::new(), 0);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let Ok(Value::Object(message)) = serde_json::from_slice(line) else { continue };
        match (message.get("type").and_then(Value::as_str), message.get("stream").and_then(Value::as_str)) {
            (Some("RECORD"), Some(stream)) => {
                let (records, bytes) = streams.entry(stream.to_owned()).or_insert((0, 0));
                *records += 1;
                *bytes += line.len() as u64;
            }
            (Some("STATE"), _) => states += 1,
            _ => {}
        }
    }
    (streams, states)
}

fn one(stream: &str, line: &str) -> Totals {
    (BTreeMap::from([(stream.to_owned(), (1, line.len() as u64))]), 0)
}

#[test]
fn counts_both_usual_ways_of_writing() {
    for line in [
        "{\"type\": \"RECORD\", \"stream\": \"Account\", \"record\": {\"Id\": 1}}\n",
        "{\"type\":\"RECORD\",\"stream\":\"Account\",\"record\":{\"Id\":1}}\n",
    ] {
        assert_eq!(scan(&[line.as_bytes()]), one("Account", line));
    }
}

#[test]
fn counts_unusual_ways_of_writing() {
    for line in [
        "{\"record\": {\"type\": \"STATE\", \"x\": [\"}\", {\"stream\": \"b\"}]}, \"stream\": \"a\", \"type\": \"RECORD\"}\n",
        " \t{ \"stream\" :\"a\" ,\"n\":-1.5e3 , \"t\":true,\"type\" : \"RECORD\" } \r\n",
        "{\"\\u0074ype\": \"REC\\u004frd\", \"stream\": \"a\"}".replace("rd", "RD").as_str(),
        "{\"type\": \"RECORD\", \"time\": \"\\\"\\\\\", \"stream\": \"\\u0061\", \"record\": {}}",
        "{\"type\":\"RECORD\",\"stream\":\"a\"}",
    ] {
        assert_eq!(reference(line.as_bytes()), one("a", line), "{line}");
        assert_eq!(scan(&[line.as_bytes()]), one("a", line), "{line}");
    }
}

#[test]
fn counts_states_and_not_schemas() {
    let text = "{\"type\": \"SCHEMA\", \"stream\": \"a\", \"schema\": {\"type\": \"object\"}}\n\
                {\"type\": \"STATE\", \"value\": {\"type\": \"RECORD\"}}\n\n\r\n{\"value\": {}, \"type\": \"STATE\"}";
    assert_eq!(scan(&[text.as_bytes()]), (BTreeMap::new(), 2));
}

#[test]
fn malformed_lines_are_not_counted_and_do_not_disturb_the_next() {
    let good = "{\"type\": \"RECORD\", \"stream\": \"a\", \"record\": {}}\n";
    for bad in [
        "Traceback (most recent call last):",
        "{\"type\": \"RECORD\", \"stream\": \"a\", \"record\": {\"x\": \"cut off",
        "{\"type\": \"RECORD\", \"stream\": \"a\", \"record\": {\"x\": 1, ",
        "{\"record\": {\"x\": 1}}, \"type\": \"RECORD\", \"stream\": \"a\"}",
        "{\"type\": \"RECORD\"}",
        "{\"type\": \"RECORD\", \"stream\": null}",
        "{\"type\": 5, \"stream\": \"a\"}",
        "{\"type\" \"RECORD\", \"stream\": \"a\"}",
        "{\"x\": , \"type\": \"RECORD\", \"stream\": \"a\"}",
        "[{\"type\": \"RECORD\", \"stream\": \"a\"}]",
        "\"{\"",
        "{",
        "}",
        "{}",
    ] {
        let text = format!("{bad}\n{good}");
        assert_eq!(scan(&[text.as_bytes()]), one("a", good), "{bad}");
    }
}

#[test]
fn names_that_are_too_long_or_too_many_do_not_grow_memory() {
    let long = "x".repeat(MAX_TOKEN + 1);
    assert_eq!(scan(&[format!("{{\"type\":\"RECORD\",\"stream\":\"{long}\"}}").as_bytes()]).0.len(), 0);
    let many = (0..MAX_STREAMS + 10).map(|n| format!("{{\"type\":\"RECORD\",\"stream\":\"{n}\"}}"));
    let many = many.collect::<Vec<_>>().join("\n");
    let (streams, _) = scan(&[many.as_bytes()]);
    assert_eq!(streams.len(), MAX_STREAMS + 1);
    assert_eq!(streams[FURTHER_STREAMS].0, 10);
}

/// Any JSON value, with keys and texts that look like messages.
fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[ -~é\n\t\"\\\\{}\\[\\]:,]{0,12}",
        Just("RECORD".to_owned()),
        Just("STATE".to_owned()),
        Just(r#"{"type": "RECORD", "stream": "x"}"#.to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let key = prop_oneof![Just("type".to_owned()), Just("stream".to_owned()), "[a-z\"\\\\]{0,4}"];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key.clone(), inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A message with its keys in any order, written in one of several styles.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let kind = prop_oneof![
        4 => Just(json!("RECORD")),
        2 => Just(json!("STATE")),
        1 => Just(json!("SCHEMA")),
        1 => value(),
    ];
    let stream =
        prop_oneof![4 => Just(json!("Account")), 2 => "[a-zé\"\\\\/ ]{0,6}".prop_map(Value::from), 1 => value()];
    let fields = (kind, stream, value(), value(), any::<[bool; 4]>());
    let order = Just(vec![0usize, 1, 2, 3]).prop_shuffle();
    (fields, order, 0usize..4, 0usize..3, any::<bool>()).prop_map(
        |((kind, stream, record, other, keep), order, style, end, mangle_keys)| {
            let fields = [("type", kind), ("stream", stream), ("record", record), ("other", other)];
            let mut object = Map::new();
            for place in order {
                // Type and stream are mostly there, or nothing would be counted.
                if keep[place] || (place < 2 && keep[2]) {
                    object.insert(fields[place].0.to_owned(), fields[place].1.clone());
                }
            }
            let mut line = match style {
                0 => python_style(&Value::Object(object)),
                1 => format!("  {} \t", Value::Object(object)),
                2 => spread(&object),
                _ => Value::Object(object).to_string(),
            };
            if mangle_keys {
                line = line.replace("\"type\"", "\"t\\u0079pe\"");
            }
            line.push_str(["\n", "\r\n", "\n\n"][end]);
            line.into_bytes()
        },
    )
}

/// The way Python's `json.dumps` writes.
fn python_style(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| format!("{}: {}", json!(key), python_style(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(python_style).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// White space wherever it may stand.
fn spread(object: &Map<String, Value>) -> String {
    let fields = object.iter().map(|(key, value)| format!(" {} :\t{} ", json!(key), python_style(value)));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

fn cut(text: &[u8], cuts: Vec<usize>) -> Vec<&[u8]> {
    let mut cuts: Vec<usize> = cuts.into_iter().map(|at| at % (text.len() + 1)).collect();
    cuts.sort_unstable();
    let mut pieces = Vec::new();
    let mut from = 0;
    for at in cuts.into_iter().chain([text.len()]) {
        pieces.push(&text[from..at]);
        from = at;
    }
    pieces
}

proptest! {
    #[test]
    fn counts_what_a_parser_counts(
        lines in proptest::collection::vec(message(), 0..8),
        cuts in proptest::collection::vec(any::<usize>(), 0..20),
        unfinished in any::<bool>(),
    ) {
        let mut text = lines.concat();
        if unfinished {
            text.truncate(text.trim_ascii_end().len());
        }
        prop_assert_eq!(scan(&cut(&text, cuts)), reference(&text));
    }

    /// Whatever the bytes are, cutting them differently changes nothing.
    #[test]
    fn cuts_never_change_the_counts(
        lines in proptest::collection::vec(message(), 1..4),
        damage in proptest::collection::vec((any::<usize>(), "[{}\"\\\\:,\n a]"), 0..4),
        cuts in proptest::collection::vec(any::<usize>(), 0..20),
    ) {
        let mut text = lines.concat();
        for (at, byte) in damage {
            let at = at % text.len();
            text[at] = byte.as_bytes()[0];
        }
        let bytewise: Vec<&[u8]> = text.chunks(1).collect();
        let whole = scan(&[&text]);
        prop_assert_eq!(&scan(&cut(&text, cuts)), &whole);
        prop_assert_eq!(&scan(&bytewise), &whole);
    }
}
