//! A stand-in for the app, and small plugins in Python, around the real `plugin-host`.

#![allow(dead_code, reason = "every test file uses another part of it")]
#![allow(clippy::missing_panics_doc, clippy::unwrap_used, missing_docs, reason = "test support")]

use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tributary_plugin_host::protocol::{AppMessage, HostMessage, Launch, SecretText, StreamCount};

/// How long anything may take before a test fails.
pub const LIMIT: Duration = Duration::from_secs(30);

pub const TOKEN: &str = "one-time-token";

/// What a plugin is started with.
pub struct Setup {
    /// Holds the socket, the script, the configuration, and `tmp`, the only folder for temporary files.
    pub folder: TempDir,
    pub role: &'static str,
    pub launch: Launch,
    pub arguments: Vec<String>,
    pub stdin: Stdio,
    /// Started by a shell, so that the parent can be killed alone.
    pub under_shell: bool,
    listener: UnixListener,
}

/// A running `plugin-host`, seen from the app.
pub struct Run {
    pub folder: TempDir,
    pub host: Child,
    pub app: Option<UnixStream>,
    pub hello: HostMessage,
    pub messages: Receiver<HostMessage>,
    /// All messages so far.
    pub seen: Vec<HostMessage>,
}

impl Setup {
    /// A plugin that runs this Python script.
    pub fn python(script: &str) -> Self {
        let setup = Self::program("/usr/bin/python3");
        let path = setup.folder.path().join("plugin.py");
        fs::write(&path, script).unwrap();
        setup.argument("-S").argument("-u").argument(path.to_str().unwrap())
    }

    pub fn program(executable: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("tmp")).unwrap();
        let launch = Launch {
            executable: executable.into(),
            env: BTreeMap::from([("LC_ALL".into(), "C.UTF-8".into())]),
            secrets: BTreeMap::new(),
            json_secrets: Vec::new(),
            values: serde_json::Map::new(),
        };
        let listener = UnixListener::bind(folder.path().join("socket")).unwrap();
        Self {
            folder,
            role: "extractor",
            launch,
            arguments: Vec::new(),
            stdin: Stdio::null(),
            under_shell: false,
            listener,
        }
    }

    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub fn loader(mut self, stdin: Stdio) -> Self {
        self.role = "loader";
        self.stdin = stdin;
        self
    }

    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.launch.secrets.insert(name.into(), SecretText::new(value.into()));
        self
    }

    /// Gives the plugin a configuration file as Meltano would.
    pub fn config(self, config: &Value) -> Self {
        let path = self.folder.path().join("config.json");
        fs::write(&path, config.to_string()).unwrap();
        self.argument("--config").argument(path.to_str().unwrap())
    }

    /// The host's command line, ready to start.
    pub fn command(&mut self) -> Command {
        let host = env!("CARGO_BIN_EXE_plugin-host");
        #[expect(clippy::disallowed_methods, reason = "tests start the program itself")]
        let mut command = Command::new(if self.under_shell { "/bin/sh" } else { host });
        if self.under_shell {
            command.args(["-c", "\"$@\"; true", "sh", host]);
        }
        command.args(&self.arguments).env_clear();
        command.env("TRIBUTARY_SOCKET", self.folder.path().join("socket"));
        command.env("TRIBUTARY_ROLE", self.role);
        command.env("TRIBUTARY_EXTRACTOR_TOKEN", TOKEN).env("TRIBUTARY_LOADER_TOKEN", TOKEN);
        command.env("TRIBUTARY_RUN", "run-1").env("TMPDIR", self.folder.path().join("tmp"));
        command.stdin(std::mem::replace(&mut self.stdin, Stdio::null())).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn start(self) -> Run {
        let launch = AppMessage::Launch(self.launch.clone());
        self.start_with(&launch)
    }

    /// Starts the host and answers its first message.
    pub fn start_with(mut self, answer: &AppMessage) -> Run {
        let host = self.command().spawn().unwrap();
        let (mut app, _) = self.listener.accept().unwrap();
        let mut reader = BufReader::new(app.try_clone().unwrap());
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let hello = serde_json::from_str(&line).unwrap();
        send_to(&mut app, answer);
        let (sender, messages) = channel();
        thread::spawn(move || {
            for line in reader.lines().map_while(Result::ok) {
                if sender.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        Run { folder: self.folder, host, app: Some(app), hello, messages, seen: Vec::new() }
    }

    /// Starts the host with an app that never reads what it says after the first message.
    pub fn start_unread(mut self) -> (Child, UnixStream, TempDir) {
        let host = self.command().spawn().unwrap();
        let (mut app, _) = self.listener.accept().unwrap();
        let mut byte = [0];
        while byte[0] != b'\n' {
            app.read_exact(&mut byte).unwrap();
        }
        send_to(&mut app, &AppMessage::Launch(self.launch.clone()));
        (host, app, self.folder)
    }
}

impl Run {
    pub fn send(&mut self, message: &AppMessage) {
        send_to(self.app.as_mut().unwrap(), message);
    }

    /// Closes the connection, as the death of the app does.
    pub fn drop_app(&mut self) {
        self.app.take().unwrap().shutdown(std::net::Shutdown::Both).unwrap();
    }

    /// Waits for a message that satisfies the condition.
    pub fn wait_for<T>(&mut self, what: &str, mut condition: impl FnMut(&HostMessage) -> Option<T>) -> T {
        let until = Instant::now() + LIMIT;
        loop {
            match self.messages.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(message) => {
                    let found = condition(&message);
                    self.seen.push(message);
                    if let Some(found) = found {
                        return found;
                    }
                }
                Err(error) => panic!("no message with {what} ({error}); seen: {:?}", self.seen),
            }
        }
    }

    pub fn plugin_pid(&mut self) -> u32 {
        self.wait_for("the plugin's pid", |message| match message {
            HostMessage::Spawned { pid } => Some(*pid),
            _ => None,
        })
    }

    /// Waits for a log line with this text in it.
    pub fn wait_for_log(&mut self, text: &str) -> String {
        self.wait_for(text, |message| match message {
            HostMessage::Log { lines } => lines.iter().find(|line| line.contains(text)).cloned(),
            _ => None,
        })
    }

    /// Reads standard output to its end on another thread.
    pub fn read_stdout(&mut self) -> thread::JoinHandle<Vec<u8>> {
        let mut stdout = self.host.stdout.take().unwrap();
        thread::spawn(move || {
            let mut all = Vec::new();
            stdout.read_to_end(&mut all).unwrap();
            all
        })
    }

    /// Waits for the end of the host and of its messages.
    pub fn finish(&mut self) -> ExitStatus {
        let status = wait(&mut self.host);
        loop {
            match self.messages.recv_timeout(LIMIT) {
                Ok(message) => self.seen.push(message),
                Err(RecvTimeoutError::Disconnected) => return status,
                Err(RecvTimeoutError::Timeout) => panic!("the connection stays open"),
            }
        }
    }

    pub fn log(&self) -> Vec<String> {
        let lines = self.seen.iter().filter_map(|message| match message {
            HostMessage::Log { lines } => Some(lines.clone()),
            _ => None,
        });
        lines.flatten().collect()
    }

    /// The last counts.
    pub fn progress(&self) -> (Vec<StreamCount>, u64) {
        let last = self.seen.iter().rev().find_map(|message| match message {
            HostMessage::Progress { streams, states } => Some((streams.clone(), *states)),
            _ => None,
        });
        last.expect("progress was told")
    }

    pub fn stderr(&mut self) -> String {
        let mut text = String::new();
        self.host.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        text
    }
}

fn send_to(app: &mut UnixStream, message: &AppMessage) {
    writeln!(app, "{}", serde_json::to_string(message).unwrap()).unwrap();
}

/// Waits for a process of ours to end.
pub fn wait(child: &mut Child) -> ExitStatus {
    let mut status = None;
    until("the process ends", || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    status.unwrap()
}

/// Waits for a condition.
pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + LIMIT;
    while !condition() {
        assert!(Instant::now() < end, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Whether the process runs. One that has ended and waits to be collected does not.
pub fn alive(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat[stat.rfind(')').unwrap()..].starts_with(") Z"))
}

pub fn signal(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// The files below a folder that hold this text.
pub fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if fs::read(&path).is_ok_and(|content| memchr::memmem::find(&content, text.as_bytes()).is_some()) {
            found.push(path);
        }
    }
    found
}
