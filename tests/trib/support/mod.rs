//! A world for tests of the command line: a fresh data folder, the real engine, the real keychain of the session the
//! tests run in, and a simulated Salesforce org on this computer.
//!
//! Run with `scripts/test rust`: it starts a private session bus with a keychain and furnishes the build folder.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(
    clippy::unwrap_used,
    reason = "a test ends at the first surprise; only test functions are excepted by themselves"
)]

#[cfg(unix)]
pub mod postgres;
pub mod secrets;
#[cfg(unix)]
pub mod trial;

use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tributary_salesforce_sim::{Simulator, SimulatorConfig};

/// Longest wait for a condition. Reached only when something is broken.
const PATIENCE: Duration = Duration::from_mins(2);

/// What a command answered.
#[derive(Debug)]
pub struct Answer {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Answer {
    /// The last object on standard output.
    pub fn json(&self) -> Value {
        let line = self.stdout.lines().last().unwrap_or_else(|| panic!("nothing was printed: {self:?}"));
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The same, after checking that the command succeeded.
    pub fn ok(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.json()
    }

    /// The error, after checking that the command failed.
    pub fn error(&self) -> Value {
        assert_eq!(self.code, Some(1), "{self:?}");
        let line = self.stderr.lines().last().unwrap_or_else(|| panic!("no error was printed: {self:?}"));
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {self:?}"))["error"].clone()
    }

    /// The code of the error.
    pub fn refused(&self) -> String {
        self.error()["code"].as_str().unwrap().to_owned()
    }
}

/// A data folder and what surrounds it.
pub struct World {
    pub runtime: Runtime,
    folder: TempDir,
    pub environment: BTreeMap<String, String>,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("trib-test-").tempdir().unwrap();
        let place = |name: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(&path).unwrap();
            path.to_string_lossy().into_owned()
        };
        let environment = BTreeMap::from([
            ("TRIBUTARY_HOME".to_owned(), folder.path().join("home").to_string_lossy().into_owned()),
            ("TRIBUTARY_ENGINE".to_owned(), shared_engine().to_string_lossy().into_owned()),
            // Nobody listens there: a test that looks at the public catalogue brings its own.
            ("TRIBUTARY_HUB_URL".to_owned(), "http://127.0.0.1:9".to_owned()),
            ("HOME".to_owned(), place("user")),
            ("TMPDIR".to_owned(), place("tmp")),
            ("XDG_RUNTIME_DIR".to_owned(), place("run")),
            ("XDG_STATE_HOME".to_owned(), place("state")),
        ]);
        Self { runtime: Runtime::new().unwrap(), folder, environment }
    }

    /// Everything on disk that belongs to this world.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Starts a simulated org and leads the plugins to it, as a company's proxy would.
    pub fn simulate(&mut self, config: SimulatorConfig) -> Simulator {
        let simulator = self.runtime.block_on(Simulator::start(config)).unwrap();
        let certificate = self.folder.path().join("ca.pem");
        std::fs::write(&certificate, simulator.ca_pem()).unwrap();
        let mut set = |name: &str, value: String| self.environment.insert(name.to_owned(), value);
        set("HTTPS_PROXY", simulator.proxy_url());
        set("NO_PROXY", "127.0.0.1".to_owned());
        set("REQUESTS_CA_BUNDLE", certificate.to_string_lossy().into_owned());
        simulator
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command_of(env!("CARGO_BIN_EXE_trib"));
        command.args(arguments).arg("--json");
        command
    }

    /// Another program in this world's environment.
    pub fn command_of(&self, program: &str) -> Command {
        #[expect(clippy::disallowed_methods, reason = "the test starts the program it tests")]
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(std::env::var_os("DBUS_SESSION_BUS_ADDRESS").map(|bus| ("DBUS_SESSION_BUS_ADDRESS", bus)))
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn trib(&self, arguments: &[&str]) -> Answer {
        answer(self.command(arguments).spawn().unwrap())
    }

    /// A command that reads JSON.
    pub fn trib_with(&self, arguments: &[&str], input: &str) -> Answer {
        Self::feed(self.command(arguments), input)
    }

    pub fn feed(mut command: Command, input: &str) -> Answer {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        // A command that refuses its arguments does not read.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        answer(child)
    }

    /// Creates an integration with the simulated org. Gives its id.
    pub fn connect(&self, name: &str, simulator: &SimulatorConfig, more: Value) -> String {
        let mut body = body(name, simulator);
        merge(&mut body, more);
        let created = self.trib_with(&["integrations", "create"], &body.to_string()).ok();
        created["integration"]["id"].as_str().unwrap().to_owned()
    }

    pub fn sync(&self, name: &str) -> Value {
        self.trib(&["sync", name]).ok()["run"].clone()
    }

    /// The text of all log lines of a run.
    pub fn log(&self, run: &Value) -> String {
        self.trib(&["logs", run["id"].as_str().unwrap()]).stdout
    }

    /// Lines of the file the local destination wrote for a stream.
    pub fn rows(&self, stream: &str) -> usize {
        let path = self.home().join("data").join(format!("{stream}.jsonl"));
        std::fs::read_to_string(path).map_or(0, |text| text.lines().count())
    }

    pub fn runs(&self, name: &str) -> Vec<Value> {
        self.trib(&["runs", name]).ok()["runs"].as_array().unwrap().clone()
    }
}

/// The engine all tests share, made once.
fn shared_engine() -> PathBuf {
    let programs = Path::new(env!("CARGO_BIN_EXE_trib")).parent().unwrap();
    programs.join("test-engine")
}

/// A body that creates a Salesforce integration.
pub fn body(name: &str, simulator: &SimulatorConfig) -> Value {
    json!({
        "type": "salesforce",
        "name": name,
        "config": {"start_date": "2010-01-01"},
        "secrets": {
            "client_id": simulator.client_id,
            "client_secret": simulator.client_secret,
            "refresh_token": simulator.refresh_token,
        },
    })
}

/// Puts the fields of one object into another, objects within them too.
pub fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

pub fn answer(child: Child) -> Answer {
    let output = child.wait_with_output().unwrap();
    Answer {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Records of one stream of a run.
pub fn records(run: &Value, stream: &str) -> u64 {
    let streams = run["streams"].as_array().unwrap();
    streams.iter().find(|found| found["name"] == stream).map_or(0, |found| found["records"].as_u64().unwrap())
}

/// A small org of two objects.
pub fn small_org(accounts: u64, contacts: u64) -> SimulatorConfig {
    SimulatorConfig {
        rows: BTreeMap::from([("Account".to_owned(), accounts), ("Contact".to_owned(), contacts)]),
        page_size: 200,
        ..SimulatorConfig::default()
    }
}

/// Waits until a condition holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Processes of this computer whose environment has this text in it.
pub fn processes_with(text: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        if environment.windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(id);
        }
    }
    found
}
