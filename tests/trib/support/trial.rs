//! A world with a source whose every step the test decides (`tests/fixtures/taps/trial.py`), behind the real `plugin-host`,
//! Meltano and loader.

use super::{World, processes_with, until};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
};

/// The name of the integration.
pub const NAME: &str = "Trial";
/// Its secret.
pub const TOKEN: &str = "t0ken-that-nobody-may-see";

pub struct Trial {
    pub world: World,
    folder: PathBuf,
}

impl Trial {
    pub fn new() -> Self {
        Self::in_world(World::new())
    }

    /// One whose data folder lies on something that is prepared first; `None` where it cannot be.
    pub fn new_in<T>(prepare: impl FnOnce(&Path) -> Option<T>) -> Option<(Self, T)> {
        let world = World::new();
        let prepared = prepare(&world.home())?;
        Some((Self::in_world(world), prepared))
    }

    fn in_world(mut world: World) -> Self {
        let resources = world.folder().join("resources");
        furnish(&resources);
        world.environment.insert("TRIBUTARY_RESOURCES".to_owned(), resources.to_string_lossy().into_owned());
        let folder = world.folder().join("trial");
        fs::create_dir(&folder).unwrap();
        let program = fixtures().join("trial.py");
        let input = json!({"type": "trial", "name": NAME, "config": {"program": program, "folder": folder}, "secrets": {"token": TOKEN}});
        world.trib_with(&["integrations", "create"], &input.to_string()).ok();
        Self { world, folder }
    }

    /// What the source does from now on.
    pub fn plan(&self, steps: &Value) -> &Self {
        fs::write(self.folder.join("plan.json"), steps.to_string()).unwrap();
        for entry in fs::read_dir(&self.folder).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if [".reached", ".open", ".gated"].iter().any(|end| name.ends_with(end)) || name == "grandchild" {
                fs::remove_file(entry.path()).unwrap();
            }
        }
        self
    }

    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn command(&self) -> Command {
        self.world.command(&["sync", NAME])
    }

    /// Starts a sync and waits until the source is at this gate.
    pub fn start_until(&self, gate: &str) -> Child {
        let child = self.command().spawn().unwrap();
        self.reached(gate);
        child
    }

    pub fn reached(&self, gate: &str) {
        until(gate, || self.place(&format!("{gate}.reached")).exists());
    }

    pub fn pass(&self, gate: &str) {
        fs::write(self.place(&format!("{gate}.open")), "").unwrap();
    }

    /// A sync from start to end. Gives the run.
    pub fn sync(&self) -> Value {
        self.world.trib(&["sync", NAME]).json()["run"].clone()
    }

    /// The newest run.
    pub fn run(&self) -> Value {
        self.world.runs(NAME)[0].clone()
    }

    /// The file that the local destination writes.
    pub fn file(&self) -> PathBuf {
        self.world.home().join("data").join("rows.jsonl")
    }

    /// Numbers of the rows in the destination, each once.
    pub fn arrived(&self) -> BTreeSet<u64> {
        let text = fs::read_to_string(self.file()).unwrap_or_default();
        // A loader that was killed may have been in the middle of a line.
        let rows = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        rows.filter_map(|row| row["id"].as_u64()).collect()
    }

    /// The row up to which the sync state said everything was there when the source was last started.
    pub fn state(&self) -> u64 {
        let text = fs::read_to_string(self.place("state.json")).unwrap();
        let state: Value = serde_json::from_str(&text).unwrap();
        state["bookmarks"]["rows"]["id"].as_u64().unwrap_or(0)
    }

    /// The next sync must bring everything up to this row, and must have begun where the destination had everything.
    pub fn goes_on_to(&self, last: u64) {
        let before = self.arrived();
        self.plan(&json!([["schema"], ["rows", 1, last], ["state"]]));
        let run = self.sync();
        assert_eq!(run["status"], "succeeded", "{run}");
        let confirmed = self.state();
        assert!((1..=confirmed).all(|row| before.contains(&row)), "the state {confirmed} was ahead of {before:?}");
        assert_eq!(self.arrived(), (1..=last).collect(), "nothing is lost");
    }

    /// Processes of this world's runs, by what they are.
    pub fn processes(&self, part: Part) -> Vec<u32> {
        let names = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.file_name());
        let all = names.filter_map(|name| name.to_str()?.parse().ok());
        all.filter(|id| part.is(*id, self.world.folder())).collect()
    }

    pub fn kill(&self, part: Part) {
        until("the process to be killed is there", || !self.processes(part).is_empty());
        for id in self.processes(part) {
            kill(id);
        }
    }

    /// Nothing of this world's runs and calls is left.
    pub fn no_process_is_left(&self) {
        let place = self.folder.parent().unwrap().to_string_lossy().into_owned();
        until("no process is left", || processes_with(&place).is_empty());
        if let Ok(id) = fs::read_to_string(self.place("grandchild")) {
            until("the grandchild has ended", || !is_alive(id.parse().unwrap()));
        }
    }
}

/// A part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Meltano,
    Source,
    Loader,
    HostOfSource,
    HostOfLoader,
}

impl Part {
    fn is(self, id: u32, world: &Path) -> bool {
        let read = |name: &str| fs::read(format!("/proc/{id}/{name}")).unwrap_or_default();
        let command = read("cmdline");
        let arguments: Vec<_> = command.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect();
        // The host's environment is not shown to everybody, but its arguments name the world's folder too.
        let around = [read("environ"), command.clone()].concat();
        let is_host = arguments[0].ends_with("plugin-host");
        let runs = |program: &str| !is_host && arguments.iter().take(2).any(|argument| argument.ends_with(program));
        let hosts = |plugin: &str| is_host && arguments.iter().any(|argument| argument.contains(plugin));
        String::from_utf8_lossy(&around).contains(&*world.to_string_lossy())
            && match self {
                Self::Meltano => runs("bin/meltano"),
                Self::Source => runs("bin/tap-trial.py"),
                Self::Loader => runs("bin/target-jsonl"),
                Self::HostOfSource => hosts("tap-trial--"),
                Self::HostOfLoader => hosts("target-jsonl--"),
            }
    }
}

pub fn kill(id: u32) {
    let id = rustix::process::Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::KILL).unwrap();
}

fn is_alive(id: u32) -> bool {
    // A process that has ended and was not waited for has no command any more.
    fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|command| !command.is_empty())
}

fn fixtures() -> PathBuf {
    fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/taps")).unwrap()
}

/// The app's files, with one connector more.
fn furnish(resources: &Path) {
    let real = Path::new(env!("CARGO_BIN_EXE_trib")).parent().unwrap().join("resources");
    let link = |from: &Path, to: &Path| std::os::unix::fs::symlink(from, to).unwrap();
    let connectors = resources.join("meltano").join("connectors");
    fs::create_dir_all(&connectors).unwrap();
    for entry in fs::read_dir(real.join("meltano")).unwrap().flatten().filter(|entry| entry.file_name() != "connectors")
    {
        link(&entry.path(), &resources.join("meltano").join(entry.file_name()));
    }
    for entry in fs::read_dir(real.join("meltano/connectors")).unwrap().flatten() {
        link(&entry.path(), &connectors.join(entry.file_name()));
    }
    link(&fixtures().join("tap-trial"), &connectors.join("tap-trial"));
    link(&real.join("wheels"), &resources.join("wheels"));
}
