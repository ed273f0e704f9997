//! Where a trial write goes, so that nothing of the person's is touched, and how it is cleared away.

use super::setup::Setup;
use crate::{
    Core, Error,
    connectors::{Definition, plugin_config},
    engine::process::{Process, Spawn},
    runs::plugin_call::{CallError, ReadyPlugin},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::io::AsyncReadExt;
use tributary_contract::Config;
use tributary_plugin_host::redact::Redactor;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Name of what is written.
pub const STREAM: &str = "tributary_connection_test";
/// How long a question to a database may take.
const LIMIT: Duration = Duration::from_secs(45);
/// Bytes of its answer.
const ANSWER_LIMIT: u64 = 1024 * 1024;
/// What the connector's own Python is told to do.
const SCRIPT: &str = include_str!("trial.py");

/// Where a trial write goes.
#[derive(Debug)]
pub enum Place {
    /// A folder of its own inside the configured one.
    Folder {
        /// The setting that names the configured one.
        setting: &'static str,
        /// The trial's own.
        own: PathBuf,
        /// Folders that were made for it, the outermost last.
        made: Vec<PathBuf>,
    },
    /// A database file of its own beside the configured one.
    File {
        /// The trial's own.
        own: PathBuf,
        /// Folders that were made for it, the outermost last.
        made: Vec<PathBuf>,
    },
    /// A database, in a schema of its own where that is allowed.
    Schema {
        /// The schema.
        schema: String,
        /// Whether it was made for the trial.
        own: bool,
    },
    /// Where everything else goes: what is written stays.
    Open,
}

/// A trial write: where it goes and under which name. Dropping it removes what lies on this computer.
#[derive(Debug)]
pub struct Trial {
    /// Where.
    pub place: Place,
    /// The stream's name.
    pub stream: String,
}

impl Drop for Trial {
    fn drop(&mut self) {
        // What cannot go now does no harm; the message of the check has said so.
        let _ = self.clear_files();
    }
}

impl Trial {
    /// Something else than a database: files, or what nothing is known of.
    pub fn of_files(core: &Core, definition: &Definition, config: &Config) -> io::Result<Option<Self>> {
        let path = |setting: &str| {
            let text = config.get(setting).and_then(Value::as_str).filter(|text| !text.trim().is_empty())?;
            // The connector's working folder in a sync is the project's.
            Some(core.home().project().join(at_home(text)))
        };
        // No dot at its start: DuckDB names the database inside after the file.
        let name = format!("{STREAM}_{}", Uuid::new_v4().simple());
        let place = match definition.id.as_str() {
            "jsonl" => path("destination_path").map(|folder| folder_place("destination_path", &folder, &name)),
            "tributary" => path("path").map(|folder| folder_place("path", &folder, &name)),
            "csv" => path("output_path").map(|folder| folder_place("output_path", &folder, &name)),
            "duckdb" if !is_remote(config) => path("filepath").map(|file| file_place(&file, &name)),
            _ => None,
        };
        Ok(place.transpose()?.map(|place| Self { place, stream: STREAM.to_owned() }))
    }

    /// The settings the loader is given for the trial.
    pub fn config(&self, definition: &Definition, config: &Config) -> Config {
        let mut config = config.clone();
        match &self.place {
            Place::Folder { setting, own, .. } => {
                config.insert((*setting).to_owned(), json!(own));
                // These would lead out of the folder.
                for other in ["custom_name", "file_naming_scheme"] {
                    config.shift_remove(other);
                }
            }
            Place::File { own, .. } => {
                config.insert("filepath".to_owned(), json!(own));
                config.shift_remove("database");
            }
            Place::Schema { schema, .. } => {
                let setting = if definition.setting("default_target_schema").is_some() {
                    "default_target_schema"
                } else {
                    "schema"
                };
                config.insert(setting.to_owned(), json!(schema));
            }
            Place::Open => {}
        }
        config
    }

    /// What a loader reads: one row of one stream.
    pub fn input(&self) -> Zeroizing<Vec<u8>> {
        let messages = [
            json!({"type": "SCHEMA", "stream": self.stream, "key_properties": ["id"], "schema": {
                "type": "object",
                "properties": {"id": {"type": "integer"}, "note": {"type": ["null", "string"]}}}}),
            json!({"type": "RECORD", "stream": self.stream,
                "record": {"id": 1, "note": "Tributary tested the connection."}}),
            json!({"type": "STATE", "value": {}}),
        ];
        let lines: Vec<String> = messages.iter().map(ToString::to_string).collect();
        Zeroizing::new(format!("{}\n", lines.join("\n")).into_bytes())
    }

    /// Whether the row is where it was to go, as far as that can be seen from here.
    pub fn arrived(&self) -> bool {
        match &self.place {
            Place::Folder { own, .. } => has_content(own, 1),
            Place::File { own, .. } => std::fs::metadata(own).is_ok_and(|found| found.len() > 0),
            Place::Schema { .. } | Place::Open => true,
        }
    }

    /// Removes what lies on this computer.
    pub fn clear_files(&self) -> io::Result<()> {
        let gone = |result: io::Result<()>| match result {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        };
        let made = match &self.place {
            Place::Folder { own, made, .. } => {
                gone(std::fs::remove_dir_all(own))?;
                made
            }
            Place::File { own, made } => {
                gone(std::fs::remove_file(own))?;
                gone(std::fs::remove_file(own.with_extension("duckdb.wal")))?;
                made
            }
            Place::Schema { .. } | Place::Open => return Ok(()),
        };
        for folder in made {
            // Somebody else may use it by now.
            let _ = std::fs::remove_dir(folder);
        }
        Ok(())
    }
}

/// Whether the database is at a service instead of in a file.
fn is_remote(config: &Config) -> bool {
    config
        .get("filepath")
        .and_then(Value::as_str)
        .is_some_and(|path| path.starts_with("md:") || path.starts_with("motherduck:") || path == ":memory:")
}

fn at_home(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}

fn folder_place(setting: &'static str, folder: &Path, name: &str) -> io::Result<Place> {
    let made = make(folder)?;
    let own = folder.join(name);
    std::fs::create_dir(&own)?;
    Ok(Place::Folder { setting, own, made })
}

fn file_place(file: &Path, name: &str) -> io::Result<Place> {
    let folder = file.parent().ok_or_else(|| io::Error::other("a database file needs a folder"))?;
    let made = make(folder)?;
    if file.exists() {
        check_database(file)?;
    }
    let own = folder.join(format!("{name}.duckdb"));
    // Whether the folder takes a file at all.
    drop(std::fs::File::create_new(&own)?);
    std::fs::remove_file(&own)?;
    Ok(Place::File { own, made })
}

/// Whether a file is a DuckDB database that may be written to. It is not changed.
fn check_database(file: &Path) -> io::Result<()> {
    let mut opened = std::fs::OpenOptions::new().read(true).append(true).open(file)?;
    let mut head = [0; 12];
    if opened.metadata()?.len() == 0 {
        return Ok(());
    }
    // DuckDB, "Storage": eight bytes of checksum, then the word DUCK.
    match opened.read_exact(&mut head) {
        Ok(()) if &head[8..] == b"DUCK" => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the file is no DuckDB database")),
    }
}

/// Makes a folder and those above it. Gives those that were missing, the outermost last.
fn make(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let missing = folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists());
    let missing = missing.map(Path::to_owned).collect();
    std::fs::create_dir_all(folder)?;
    Ok(missing)
}

/// What a database answered.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// Why it could not be asked.
    pub error: Option<String>,
    /// Whether a schema could be made for the trial.
    pub own: bool,
    /// Rows that arrived.
    pub rows: Option<u64>,
    /// Why they could not be counted.
    pub rows_error: Option<String>,
    /// Why something was left behind.
    pub left: Option<String>,
}

/// Whether a folder has a file with something in it; tables may be folders of files. What begins with an underscore is a
/// loader's own.
fn has_content(folder: &Path, deeper: u32) -> bool {
    std::fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let own = entry.file_name().to_string_lossy().starts_with('_');
        let there = |found: std::fs::Metadata| {
            if found.is_dir() { deeper > 0 && has_content(&entry.path(), deeper - 1) } else { found.len() > 0 }
        };
        !own && entry.metadata().is_ok_and(there)
    })
}

/// Whether a connector's own driver can be asked.
pub fn has_driver(definition: &Definition) -> bool {
    ["target-postgres", "target-snowflake"].contains(&definition.plugin.as_str())
}

/// Asks the database with the driver of the connector's own environment. Secrets travel over standard input only.
pub async fn ask(
    core: &Core,
    definition: &Definition,
    setup: &Setup,
    plugin: &ReadyPlugin,
    order: Map<String, Value>,
) -> Result<Answer, Error> {
    let python = core.engine().executable(&definition.plugin, if cfg!(windows) { "python.exe" } else { "python" })?;
    let mut settings = plugin_config::build(definition, &setup.config, &setup.secrets).settings;
    settings.extend(plugin.config.values.clone());
    for (name, secret) in &plugin.secrets {
        let text = secret.expose();
        let is_json = plugin.json_secrets.contains(name);
        let value = is_json.then(|| serde_json::from_str(text).ok()).flatten().unwrap_or_else(|| json!(text));
        settings.insert(name.clone(), value);
    }
    let mut message = order;
    message.insert("plugin".to_owned(), json!(definition.plugin));
    message.insert("config".to_owned(), Value::Object(plugin_config::nest(&settings)));
    let input = Zeroizing::new(Value::Object(message).to_string().into_bytes());

    let mut environment = core.engine().plugin_environment();
    environment.extend(plugin.environment.clone());
    let folder = std::env::temp_dir();
    let arguments = ["-I", "-c", SCRIPT].map(Into::into).into();
    let spawn = Spawn { program: python, arguments, environment, folder, input: Some(input) };
    let mut process = Process::start(spawn).await.map_err(CallError::from)?;
    let (Some(stdout), Some(mut stderr)) = (process.stdout(), process.stderr()) else {
        return Err(CallError::Prepare(io::Error::other("the connector's pipes are missing")).into());
    };
    let mut printed = Vec::new();
    let reading = async {
        // What it logs may hold anything and is of no use.
        let (mut stdout, mut sink) = (stdout.take(ANSWER_LIMIT), tokio::io::sink());
        let (read, _) = tokio::join!(stdout.read_to_end(&mut printed), tokio::io::copy(&mut stderr, &mut sink));
        read
    };
    let read = tokio::time::timeout(LIMIT, reading).await;
    process.end(Duration::from_millis(500)).await;
    read.map_err(|_| CallError::TimedOut { limit: LIMIT })?.map_err(CallError::Prepare)?;
    let text = String::from_utf8_lossy(&printed);
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut answer: Answer = serde_json::from_str(last).unwrap_or_else(|_| Answer {
        error: Some("the connector's database driver could not be started".to_owned()),
        ..Answer::default()
    });
    let redactor = Redactor::new(plugin.launch(core).hidden_texts());
    for text in [&mut answer.error, &mut answer.rows_error, &mut answer.left].into_iter().flatten() {
        *text = redactor.redact_line(text).chars().take(600).collect();
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_beside_and_removed_with_the_folders_made_for_them() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a/b");
        let place = folder_place("output_path", &target, ".trial").unwrap();
        let trial = Trial { place, stream: STREAM.to_owned() };
        assert!(!trial.arrived());
        std::fs::write(target.join(".trial/x.csv"), "row").unwrap();
        assert!(trial.arrived());
        drop(trial);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
    }

    #[test]
    fn a_folder_with_something_in_it_stays() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine.txt"), "mine").unwrap();
        let place = folder_place("output_path", folder.path(), ".trial").unwrap();
        drop(Trial { place, stream: STREAM.to_owned() });
        assert_eq!(std::fs::read(folder.path().join("mine.txt")).unwrap(), b"mine");
    }

    #[test]
    fn a_file_that_is_no_database_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.duckdb");
        std::fs::write(&file, "something else entirely").unwrap();
        assert_eq!(file_place(&file, ".trial").unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(std::fs::read(&file).unwrap(), b"something else entirely");
        std::fs::write(&file, b"12345678DUCKxxxx").unwrap();
        assert!(file_place(&file, ".trial").is_ok());
    }
}
