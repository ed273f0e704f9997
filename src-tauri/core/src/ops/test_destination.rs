//! The checks of a destination: is everything there, can it be reached, can it be written to? What is written for that is
//! removed again.

use super::{
    connectors, prepare,
    setup::Setup,
    test_connection::{Blame, Verdicts},
    trial::{self, Answer, Place, Trial},
};
use crate::{
    Core, Error,
    connectors::{Definition, plugin_config, settings},
    runs::{
        plugin_call::{Call, Flow, ReadyPlugin, call},
        problems::{Evidence, classify, describe},
    },
};
use serde_json::{Map, Value, json};
use std::time::Duration;
use tributary_contract::{ConnectorKind, LogSource, Problem, ProblemCode};

/// How long the trial write may take.
const WRITE_LIMIT: Duration = Duration::from_mins(2);
/// Bytes a loader may print; it echoes states only.
const NOISE_LIMIT: usize = 16 * 1024 * 1024;

/// Runs the checks; each that passes is told.
pub async fn run(core: &Core, setup: &Setup, verdicts: &Verdicts<'_>) -> Result<(), Problem> {
    let destination = if setup.name.is_empty() { setup.connector.clone() } else { setup.name.clone() };
    let mut blame = Blame {
        setup,
        definition: None,
        evidence: Evidence { source: destination.clone(), destination, testing: true, ..Evidence::default() },
    };
    prepare::engine(core).await.map_err(|error| blame.problem(error))?;
    verdicts.passed("engine", "The engine is ready.".to_owned());

    let definition = connectors::find(core, ConnectorKind::Loader, &setup.connector);
    let definition = definition.map_err(|error| blame.problem(error))?;
    blame.definition = Some(&definition);
    prepare::install(core, &definition).await.map_err(|error| blame.problem(error))?;
    verdicts.passed("connector", format!("{} is installed.", definition.label));

    let names = setup.secrets.iter().map(String::as_str).collect();
    settings::check(&definition, &setup.config, &names).map_err(|error| blame.problem(Error::from(error)))?;
    let plugin = prepare::plugin(core, &definition, setup).await.map_err(|error| blame.problem(error))?;
    verdicts.passed("settings", "Everything needed is there.".to_owned());

    let test = Test { core, setup, definition: &definition, plugin, blame: &blame };
    if trial::has_driver(&definition) {
        return test.database(verdicts).await;
    }
    let files = Trial::of_files(core, &definition, &setup.config).map_err(|error| test.unusable(&error))?;
    match files {
        Some(trial) => {
            verdicts.passed("connect", "The folder is there and can be written to.".to_owned());
            test.write(&trial).await?;
            let message = match trial.clear_files() {
                Ok(()) => "A row was written and removed again.".to_owned(),
                Err(error) => format!("A row was written, but what it left could not be removed ({error})."),
            };
            verdicts.passed("write", message);
        }
        None => {
            let trial = Trial { place: Place::Open, stream: trial::STREAM.to_owned() };
            test.write(&trial).await?;
            verdicts.passed("connect", format!("{} can be reached.", blame.evidence.destination));
            let message = format!(
                "A row was written. This connector cannot remove it: delete “{}” there whenever you like.",
                trial.stream
            );
            verdicts.passed("write", message);
        }
    }
    Ok(())
}

struct Test<'a> {
    core: &'a Core,
    setup: &'a Setup,
    definition: &'a Definition,
    plugin: ReadyPlugin,
    blame: &'a Blame<'a>,
}

impl Test<'_> {
    /// A database: it is asked with the connector's own driver before and after.
    async fn database(&self, verdicts: &Verdicts<'_>) -> Result<(), Problem> {
        let suffix = &uuid::Uuid::new_v4().simple().to_string()[..8];
        let own_schema = format!("{}_{suffix}", trial::STREAM);
        let begun = self.ask(json!({"step": "begin", "schema": own_schema})).await?;
        if let Some(line) = begun.error {
            let mut problem = self.failed(line);
            problem.title = format!("{} did not accept the connection", self.blame.evidence.destination);
            return Err(problem);
        }
        let name = &self.blame.evidence.destination;
        verdicts.passed("connect", format!("{name} accepts the connection."));
        let trial = if begun.own {
            Trial { place: Place::Schema { schema: own_schema, own: true }, stream: trial::STREAM.to_owned() }
        } else {
            // Whoever may not make schemas may still write into the one that is set.
            let schema = self.configured_schema();
            Trial { place: Place::Schema { schema, own: false }, stream: format!("{}_{suffix}", trial::STREAM) }
        };
        let clearing = Clearing { test: self, trial: &trial, done: false };
        let written = self.write(&trial).await;
        let ended = clearing.clear().await;
        written?;
        let ended = ended?;
        if ended.rows != Some(1) {
            let why = ended.rows_error.or(ended.error).unwrap_or_else(|| "the row did not arrive".to_owned());
            return Err(self.failed(why));
        }
        let message = match ended.left {
            None => "A row was written and removed again.".to_owned(),
            Some(why) => format!("A row was written, but “{}” could not be removed: {why}", trial.stream),
        };
        verdicts.passed("write", message);
        Ok(())
    }

    fn configured_schema(&self) -> String {
        ["default_target_schema", "schema"]
            .iter()
            .find_map(|name| {
                let default = self.definition.setting(name).and_then(|setting| setting.default.as_ref());
                self.setup.config.get(*name).or(default)?.as_str().map(str::to_owned)
            })
            .unwrap_or_else(|| "public".to_owned())
    }

    async fn ask(&self, order: Value) -> Result<Answer, Problem> {
        let order: Map<String, Value> = order.as_object().cloned().unwrap_or_default();
        let asked = trial::ask(self.core, self.definition, self.setup, &self.plugin, order).await;
        asked.map_err(|error| self.blame.problem(error))
    }

    /// Writes one row with the real loader.
    async fn write(&self, trial: &Trial) -> Result<(), Problem> {
        let config = trial.config(self.definition, &self.setup.config);
        let plugin = ReadyPlugin {
            config: plugin_config::build(self.definition, &config, &self.setup.secrets),
            ..self.plugin.clone()
        };
        let mut printed = 0;
        let outcome = call(
            self.core,
            &plugin,
            Call {
                role: LogSource::Loader,
                arguments: Vec::new(),
                input: Some(trial.input()),
                limit: WRITE_LIMIT,
                output: &mut |piece| {
                    printed += piece.len();
                    if printed > NOISE_LIMIT { Flow::TooMuch } else { Flow::More }
                },
                watch: &mut |_| {},
            },
        )
        .await
        .map_err(|error| self.blame.problem(Error::from(error)))?;
        if outcome.exit != Some(0) {
            let evidence = Evidence {
                loader_exit: outcome.exit.or(Some(-1)),
                loader_lines: outcome.lines,
                ..self.blame.evidence.clone()
            };
            return Err(self.blame.refine(classify(&evidence, self.setup.subject), &evidence.loader_lines));
        }
        if !trial.arrived() {
            return Err(self.failed("the loader ended well, but the row is not there".to_owned()));
        }
        Ok(())
    }

    fn failed(&self, line: String) -> Problem {
        let lines = [line.clone()];
        let code = ProblemCode::DestinationFailed;
        self.blame.refine(describe(code, &self.blame.evidence, self.setup.subject, Some(line)), &lines)
    }

    /// The folder or file cannot be used.
    fn unusable(&self, error: &std::io::Error) -> Problem {
        let mut problem = self.failed(error.to_string());
        if error.kind() == std::io::ErrorKind::StorageFull {
            problem.code = ProblemCode::DiskFull;
        }
        let places = ["destination_path", "output_path", "filepath"];
        let setting = places.iter().find(|name| self.definition.setting(name).is_some());
        problem.fix.setting = setting.map(|name| (*name).to_owned());
        problem
    }
}

/// Clears a database, also when the test is stopped in the middle.
struct Clearing<'a> {
    test: &'a Test<'a>,
    trial: &'a Trial,
    done: bool,
}

impl Clearing<'_> {
    fn order(&self) -> Map<String, Value> {
        let (schema, own) = match &self.trial.place {
            Place::Schema { schema, own } => (schema.as_str(), *own),
            _ => ("", false),
        };
        let order = json!({"step": "end", "schema": schema, "own": own, "table": self.trial.stream});
        order.as_object().cloned().unwrap_or_default()
    }

    async fn clear(mut self) -> Result<Answer, Problem> {
        let answer = self.test.ask(Value::Object(self.order())).await;
        self.done = true;
        answer
    }
}

impl Drop for Clearing<'_> {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        let (core, definition) = (self.test.core.clone(), self.test.definition.clone());
        let (setup, plugin, order) = (self.test.setup.clone(), self.test.plugin.clone(), self.order());
        // Bounded by the limit of every question to a database.
        self.test.core.memory().end_later(async move {
            if let Err(error) = trial::ask(&core, &definition, &setup, &plugin, order).await {
                tracing::warn!(%error, "what a stopped test wrote could not be removed");
            }
        });
    }
}
