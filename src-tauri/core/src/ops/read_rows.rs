//! Some rows of one stream, read by the connector itself, which is ended as soon as there are enough.

use super::{discovery, prepare, setup::Setup};
use crate::{
    Core, Error,
    connectors::{Definition, offer::KnownStream, selection},
    runs::plugin_call::{Call, Flow, ReadyPlugin, call},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{collections::HashSet, time::Duration};
use tributary_contract::{LogSource, SampleRows};

/// Rows that are read.
const ROWS: usize = 20;
/// How long reading them may take.
const LIMIT: Duration = Duration::from_mins(1);
/// Characters of a text that are kept: rows are only looked at.
const TEXT_LIMIT: usize = 1_000;
/// Bytes of one line; a longer one is passed over.
const LINE_LIMIT: usize = 16 * 1024 * 1024;
/// Bytes without a single row after which nothing is expected any more.
const SILENT_LIMIT: usize = 64 * 1024 * 1024;

/// Reads up to 20 rows of a stream as a sync would read it, and remembers them.
pub async fn read(
    core: &Core,
    setup: &Setup,
    definition: &Definition,
    plugin: &ReadyPlugin,
    stream: &KnownStream,
) -> Result<SampleRows, Error> {
    let chosen = setup.streams.iter().flatten().find(|choice| choice.name == stream.name);
    let choice = chosen.cloned().unwrap_or_else(|| stream.whole());
    let text = discovery::catalog(core, setup).await?;
    let old_style = prepare::is_old_style(definition);
    let excluded: HashSet<String> = choice.excluded_fields.iter().cloned().collect();
    let selecting = tokio::task::spawn_blocking(move || selection::select(&text, Some(&[choice]), &[], old_style));
    let catalog = selecting.await.map_err(|_| Error::Store(crate::store::StoreError::Stopped))??.catalog;

    let folder = tempfile::Builder::new().prefix("tributary-rows-").tempdir();
    let unwritable = |source| Error::File { path: std::env::temp_dir(), source };
    let folder = folder.map_err(unwritable)?;
    let path = folder.path().join("catalog.json");
    std::fs::write(&path, catalog.to_string()).map_err(unwritable)?;

    let mut sampler = Sampler::new(names_of(&catalog));
    let outcome = call(
        core,
        plugin,
        Call {
            role: LogSource::Extractor,
            arguments: vec![if old_style { "--properties" } else { "--catalog" }.into(), path.into()],
            input: None,
            limit: LIMIT,
            output: &mut |piece| sampler.take(piece),
            watch: &mut |_| {},
        },
    )
    .await?;
    if !outcome.enough && outcome.exit != Some(0) {
        prepare::forget_access(core, plugin).await;
        return Err(Error::Reading {
            source_name: definition.label.clone(),
            stream: stream.name.clone(),
            line: outcome.lines.first().cloned().unwrap_or_else(|| "it gave no reason".to_owned()),
            lines: outcome.lines,
            exit: outcome.exit,
        });
    }
    if sampler.is_garbage() {
        return Err(Error::Reading {
            source_name: definition.label.clone(),
            stream: stream.name.clone(),
            line: "what it printed is no data".to_owned(),
            lines: outcome.lines,
            exit: outcome.exit,
        });
    }
    let fields = stream.fields.iter().map(|field| field.name.as_str());
    let rows = sampler.into_rows(&stream.name, fields.filter(|field| !excluded.contains(*field)));
    core.memory().keep_sample(setup.subject, rows.clone());
    Ok(rows)
}

/// Names under which the one stream of a catalog may send its rows.
fn names_of(catalog: &Value) -> HashSet<String> {
    let entry = catalog.pointer("/streams/0");
    let names = ["tap_stream_id", "stream", "stream_alias", "table_name"];
    names.iter().filter_map(|key| Some(entry?.get(*key)?.as_str()?.to_owned())).collect()
}

/// Picks the rows of a stream out of what a connector prints, in bounded memory.
struct Sampler {
    names: HashSet<String>,
    line: Vec<u8>,
    /// Whether the rest of the line is passed over.
    too_long: bool,
    silent: usize,
    messages: usize,
    garbage: usize,
    rows: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    stream: Option<String>,
    #[serde(default)]
    record: Option<Map<String, Value>>,
}

impl Sampler {
    fn new(names: HashSet<String>) -> Self {
        Self { names, line: Vec::new(), too_long: false, silent: 0, messages: 0, garbage: 0, rows: Vec::new() }
    }

    fn take(&mut self, mut piece: &[u8]) -> Flow {
        self.silent += piece.len();
        while let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
            let (rest, next) = piece.split_at(end);
            self.append(rest);
            piece = next.get(1..).unwrap_or_default();
            self.finish_line();
            if self.rows.len() == ROWS {
                return Flow::Enough;
            }
        }
        self.append(piece);
        if self.silent > SILENT_LIMIT { Flow::TooMuch } else { Flow::More }
    }

    fn append(&mut self, bytes: &[u8]) {
        self.too_long |= self.line.len() + bytes.len() > LINE_LIMIT;
        if self.too_long {
            self.line = Vec::new();
        } else {
            self.line.extend_from_slice(bytes);
        }
    }

    fn finish_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.too_long) || line.trim_ascii().is_empty() {
            return;
        }
        let Ok(message) = serde_json::from_slice::<Message>(&line) else {
            self.garbage += 1;
            return;
        };
        self.messages += 1;
        let ours = message.stream.is_some_and(|name| self.names.contains(&name));
        if let (true, "RECORD", Some(record)) = (ours, message.kind.as_str(), message.record) {
            self.rows.push(record);
            self.silent = 0;
        }
    }

    /// Whether nothing of it was a message: it is no Singer connector, or not in its right mind.
    fn is_garbage(&self) -> bool {
        self.messages == 0 && (self.garbage > 0 || !self.line.trim_ascii().is_empty())
    }

    fn into_rows<'a>(mut self, stream: &str, fields: impl Iterator<Item = &'a str>) -> SampleRows {
        self.finish_line();
        let mut columns: Vec<String> = fields.map(str::to_owned).collect();
        let mut known: HashSet<String> = columns.iter().cloned().collect();
        for name in self.rows.iter().flat_map(Map::keys) {
            if known.insert(name.clone()) {
                columns.push(name.clone());
            }
        }
        // What no row has would only be an empty column.
        let used: HashSet<&String> = self.rows.iter().flat_map(Map::keys).collect();
        if !used.is_empty() {
            columns.retain(|name| used.contains(name));
        }
        let value = |row: &Map<String, Value>, name: &String| row.get(name).map_or(Value::Null, shortened);
        let rows = self.rows.iter().map(|row| columns.iter().map(|name| value(row, name)).collect()).collect();
        SampleRows { stream: stream.to_owned(), columns, rows }
    }
}

/// The value, long texts cut.
fn shortened(value: &Value) -> Value {
    match value {
        Value::String(text) if text.len() > TEXT_LIMIT => {
            let cut: String = text.chars().take(TEXT_LIMIT).collect();
            Value::String(format!("{cut}…"))
        }
        Value::Array(_) | Value::Object(_) => {
            let text = value.to_string();
            if text.len() > TEXT_LIMIT { shortened(&Value::String(text)) } else { value.clone() }
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn sampler() -> Sampler {
        Sampler::new(HashSet::from(["a".to_owned()]))
    }

    fn record(stream: &str, number: usize) -> Vec<u8> {
        let record = json!({"type": "RECORD", "stream": stream, "record": {"id": number, "note": null}});
        format!("{record}\n").into_bytes()
    }

    #[test]
    fn enough_rows_end_it_and_others_do_not_count() {
        let mut sampler = sampler();
        for number in 0..100 {
            assert_eq!(sampler.take(&record("b", number)), Flow::More);
        }
        for number in 0..ROWS - 1 {
            assert_eq!(sampler.take(&record("a", number)), Flow::More);
        }
        assert_eq!(sampler.take(&record("a", 19)), Flow::Enough);
        let rows = sampler.into_rows("a", ["note", "id", "never"].into_iter());
        assert_eq!((rows.columns, rows.rows.len()), (vec!["note".to_owned(), "id".to_owned()], 20));
        assert_eq!(rows.rows[3], [Value::Null, json!(3)]);
    }

    #[test]
    fn an_empty_stream_has_columns_and_no_rows() {
        let mut sampler = sampler();
        sampler.take(b"{\"type\":\"SCHEMA\",\"stream\":\"a\",\"schema\":{}}\n");
        assert!(!sampler.is_garbage());
        let rows = sampler.into_rows("a", ["id"].into_iter());
        assert_eq!((rows.columns, rows.rows.len()), (vec!["id".to_owned()], 0));
    }

    #[test]
    fn garbage_is_told_from_data_and_ends() {
        let mut sampler = sampler();
        sampler.take(b"<html>\nnot a tap");
        assert!(sampler.is_garbage());
        let flood = vec![b'x'; 1024 * 1024];
        assert!((0..100).any(|_| sampler.take(&flood) == Flow::TooMuch));
        assert!(sampler.line.capacity() <= LINE_LIMIT * 2, "a line without end is not kept");
    }

    proptest! {
        #[test]
        fn however_it_is_cut_the_rows_are_the_same(cuts in proptest::collection::vec(1usize..40, 1..60)) {
            let text: Vec<u8> = (0..15).flat_map(|number| record("a", number)).collect();
            let (mut whole, mut cut) = (sampler(), sampler());
            whole.take(&text);
            let mut rest = &text[..];
            for length in cuts.into_iter().cycle() {
                if rest.is_empty() { break; }
                let (piece, after) = rest.split_at(length.min(rest.len()));
                cut.take(piece);
                rest = after;
            }
            prop_assert_eq!(whole.into_rows("a", [].into_iter()), cut.into_rows("a", [].into_iter()));
        }
    }
}
