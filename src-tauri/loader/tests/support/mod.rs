//! Runs the program with messages, and looks at what it wrote.

#![allow(clippy::needless_pass_by_value, reason = "messages read best where they are written")]
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

use serde_json::{Value, json};
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

/// What the program answered.
#[derive(Debug)]
pub struct Answer {
    pub ok: bool,
    /// The states it said.
    pub states: Vec<Value>,
    pub log: String,
}

impl Answer {
    /// What changed in a stream.
    pub fn changes(&self, stream: &str) -> Value {
        let lines = self.log.lines().filter_map(|line| line.strip_prefix("INFO METRIC: "));
        let metrics = lines.map(|line| serde_json::from_str::<Value>(line).unwrap()["tags"].clone());
        metrics.into_iter().rfind(|tags| tags["stream"] == stream && tags["last"] == true).unwrap()
    }

    /// Rows added, updated and deleted.
    pub fn counts(&self, stream: &str) -> [u64; 3] {
        let changes = self.changes(stream);
        ["added", "updated", "deleted"].map(|name| changes[name].as_u64().unwrap())
    }

    pub fn succeeded(self) -> Self {
        assert!(self.ok, "{}", self.log);
        self
    }

    pub fn failed(self) -> String {
        assert!(!self.ok, "it should have failed: {}", self.log);
        self.log
    }
}

/// A folder to write into.
pub struct Place {
    pub folder: TempDir,
    pub settings: Value,
}

impl Place {
    pub fn new(format: &str) -> Self {
        Self::with(format, json!({}))
    }

    pub fn with(format: &str, more: Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = json!({"format": format, "path": folder.path().join("data")});
        for (name, value) in more.as_object().unwrap() {
            settings[name] = value.clone();
        }
        Self { folder, settings }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn start(&self) -> Child {
        let config = self.folder.path().join("config.json");
        std::fs::write(&config, self.settings.to_string()).unwrap();
        #[expect(clippy::disallowed_methods, reason = "the test starts the program it tests")]
        let mut command = Command::new(env!("CARGO_BIN_EXE_target-tributary"));
        command.arg("--config").arg(&config).env_remove("TRIBUTARY_RUN").env_remove("MELTANO_RUN_ID");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Loads a text.
    pub fn load_text(&self, text: &[u8]) -> Answer {
        let mut child = self.start();
        let mut input = child.stdin.take().unwrap();
        let text = text.to_vec();
        // It may end before it has read everything.
        let writing = std::thread::spawn(move || {
            let _ = input.write_all(&text);
        });
        let output = child.wait_with_output().unwrap();
        writing.join().unwrap();
        let states = String::from_utf8(output.stdout).unwrap();
        Answer {
            ok: output.status.success(),
            states: states.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
            log: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Loads messages.
    pub fn load(&self, messages: &[Value]) -> Answer {
        let lines: Vec<String> = messages.iter().map(ToString::to_string).collect();
        self.load_text((lines.join("\n") + "\n").as_bytes())
    }

    /// Asks the SQLite database; one text per row, cells joined with `|`.
    pub fn ask(&self, sql: &str) -> Vec<String> {
        ask(&self.path().join("data.sqlite"), sql)
    }

    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// The rows of a JSON Lines table.
    pub fn jsonl(&self, name: &str) -> Vec<Value> {
        self.text(&format!("{name}.jsonl")).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

pub fn ask(database: &Path, sql: &str) -> Vec<String> {
    use rusqlite::types::ValueRef;
    #[expect(clippy::disallowed_methods, reason = "the test reads what the program wrote")]
    let connection = rusqlite::Connection::open(database).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let count = statement.column_count();
    let rows = statement.query_map([], |row| {
        let cell = |at| match row.get_ref(at).unwrap() {
            ValueRef::Null => "null".to_owned(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => format!("{number:?}"),
            ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8(text.to_vec()).unwrap(),
        };
        Ok((0..count).map(cell).collect::<Vec<_>>().join("|"))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

pub fn schema(stream: &str, properties: Value, keys: &[&str]) -> Value {
    json!({"type": "SCHEMA", "stream": stream, "schema": {"type": "object", "properties": properties}, "key_properties": keys})
}

pub fn record(stream: &str, record: Value) -> Value {
    json!({"type": "RECORD", "stream": stream, "record": record})
}

pub fn versioned(stream: &str, record: Value, version: i64) -> Value {
    json!({"type": "RECORD", "stream": stream, "record": record, "version": version})
}

pub fn activate(stream: &str, version: i64) -> Value {
    json!({"type": "ACTIVATE_VERSION", "stream": stream, "version": version})
}

pub fn state(value: Value) -> Value {
    json!({"type": "STATE", "value": value})
}

/// People with a number, a name and a score.
pub fn people() -> Value {
    schema(
        "people",
        json!({"id": {"type": "integer"}, "name": {"type": ["null", "string"]}, "score": {"type": ["null", "number"]}}),
        &["id"],
    )
}

pub fn person(id: i64, name: &str) -> Value {
    record("people", json!({"id": id, "name": name, "score": 0.5}))
}
