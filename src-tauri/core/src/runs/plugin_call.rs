//! One direct call of a plugin, without Meltano: a sign-in check, a discovery, some rows, a trial write. The plugin still
//! gets its secrets through `plugin-host`, and rotated ones are saved at once. Whatever it prints, memory is bounded.

use super::{
    host_server::{HostServer, PluginEvent, PluginHandle, PluginReport},
    meltano_log::read_lines,
    tail::Tail,
};
use crate::{
    Core,
    connectors::plugin_config::{self, PluginConfig},
    engine::{
        EnvironmentHold,
        process::{Process, Spawn},
    },
    salesforce::Loan,
    secrets::{Holder, Secrets},
};
use serde_json::Value;
use std::{collections::BTreeMap, ffi::OsString, io, path::PathBuf, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::AsyncReadExt,
    process::{ChildStderr, ChildStdout},
    sync::mpsc,
};
use tributary_contract::LogSource;
use tributary_plugin_host::protocol::{
    EXTRACTOR_TOKEN_VARIABLE, HostMessage, LOADER_TOKEN_VARIABLE, Launch, ROLE_VARIABLE, SOCKET_VARIABLE,
};
use zeroize::Zeroizing;

/// Bytes of messages after which a connector is taken to be out of its mind: no real one comes near it.
const MESSAGES_LIMIT: usize = 64 * 1024 * 1024;
/// How long a plugin that is no longer wanted may take to end by itself.
const GRACE: Duration = Duration::from_secs(1);
/// How long it takes at most until it is ended by force.
const END_LIMIT: Duration = Duration::from_secs(3);

/// A plugin with everything it needs to start.
#[derive(Debug, Clone)]
pub struct ReadyPlugin {
    /// Absolute path of the real plugin.
    pub executable: PathBuf,
    /// Its settings, placeholders included.
    pub config: PluginConfig,
    /// Its secrets.
    pub secrets: Secrets,
    /// Names of those secrets that are JSON and reach the plugin as such.
    pub json_secrets: Vec<String>,
    /// Where its secrets are kept.
    pub holder: Holder,
    /// Variables on top of the usual ones.
    pub environment: BTreeMap<String, String>,
    /// Keeps its Python environment in place; the app's own programs have none.
    pub environment_hold: Option<Arc<EnvironmentHold>>,
    /// The access it was lent in place of a sign-in of its own, where it was; good as long as this is there.
    pub loan: Option<Arc<Loan>>,
}

impl ReadyPlugin {
    /// What the host is told to start.
    pub fn launch(&self, core: &Core) -> Launch {
        let mut env = core.engine().plugin_environment();
        env.extend(self.environment.clone());
        Launch {
            executable: self.executable.to_string_lossy().into_owned(),
            env,
            secrets: self.secrets.clone(),
            json_secrets: self.json_secrets.clone(),
            values: self.config.values.clone(),
        }
    }
}

/// What the reader of a plugin's output wants next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// More of it.
    More,
    /// Nothing more: the plugin may end.
    Enough,
    /// Nothing more, because this is not what was asked for or too much of it.
    TooMuch,
}

/// How a plugin is called.
pub struct Call<'a> {
    /// [`LogSource::Extractor`] or [`LogSource::Loader`].
    pub role: LogSource,
    /// Arguments besides the configuration; never a secret.
    pub arguments: Vec<OsString>,
    /// What a loader reads.
    pub input: Option<Zeroizing<Vec<u8>>>,
    /// How long it may take.
    pub limit: Duration,
    /// Takes what it prints on standard output, in pieces as they come.
    pub output: &'a mut (dyn FnMut(&[u8]) -> Flow + Send),
    /// Takes its redacted messages, line by line.
    pub watch: &'a mut (dyn FnMut(&str) + Send),
}

/// What a call found.
#[derive(Debug)]
pub struct CallOutcome {
    /// The plugin's exit code; `None` when a signal ended it or its reader had enough.
    pub exit: Option<i32>,
    /// Whether its reader had enough.
    pub enough: bool,
    /// Its lines on standard error that matter, redacted.
    pub lines: Vec<String>,
}

/// Why a call could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// A file or socket could not be made.
    #[error("the connector could not be prepared to start")]
    Prepare(#[source] io::Error),
    /// The program could not be started.
    #[error(transparent)]
    Spawn(#[from] crate::engine::process::SpawnError),
    /// It ran longer than it may.
    #[error("the connector did not answer within {} seconds", .limit.as_secs())]
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// It printed more than any real answer has.
    #[error("the connector wrote {what} without end and was stopped")]
    TooMuch {
        /// What it wrote.
        what: &'static str,
    },
}

/// Starts the plugin with its configuration and waits for its end, or until its reader has enough. Dropping the future ends
/// the plugin and everything it started.
pub async fn call(core: &Core, plugin: &ReadyPlugin, call: Call<'_>) -> Result<CallOutcome, CallError> {
    let Call { role, arguments, input, limit, output, watch } = call;
    let (running, stdout, stderr) = Running::start(core, plugin, role, arguments, input).await?;
    // Ends in good order whichever way this function is left.
    let mut guard = Guard(Some(running));
    let Some(running) = guard.0.as_mut() else { return Err(CallError::TimedOut { limit }) };
    let followed = tokio::time::timeout(limit, running.follow(stdout, stderr, output, watch)).await;
    let enough = match followed {
        Ok(Ok(enough)) => enough,
        Ok(Err(error)) => return Err(error),
        Err(_) => return Err(CallError::TimedOut { limit }),
    };
    let exit = if enough { None } else { running.reports.exit };
    let lines = std::mem::take(&mut running.reports.tail).into_lines();
    if !enough {
        guard.0 = None;
    }
    Ok(CallOutcome { exit, enough, lines })
}

/// A plugin at work, with what it needs until its end.
struct Running {
    core: Core,
    holder: Holder,
    process: Process,
    handle: PluginHandle,
    events: mpsc::Receiver<PluginEvent>,
    reports: Reports,
    _server: HostServer,
    _hold: Option<Arc<EnvironmentHold>>,
    _loan: Option<Arc<Loan>>,
    _folder: TempDir,
}

impl Running {
    async fn start(
        core: &Core,
        plugin: &ReadyPlugin,
        role: LogSource,
        arguments: Vec<OsString>,
        input: Option<Zeroizing<Vec<u8>>>,
    ) -> Result<(Self, ChildStdout, ChildStderr), CallError> {
        let folder = tempfile::Builder::new().prefix("tributary-call-").tempdir().map_err(CallError::Prepare)?;
        // Placeholders only: the file holds no secret.
        let config = folder.path().join("config.json");
        let nested = Value::Object(plugin_config::nest(&plugin.config.settings));
        std::fs::write(&config, nested.to_string()).map_err(CallError::Prepare)?;
        let (server, events) = HostServer::open().map_err(CallError::Prepare)?;
        let (token, handle) = server.admit(role, plugin.launch(core));
        let mut environment = core.engine().plugin_environment();
        environment.insert(SOCKET_VARIABLE.to_owned(), server.name().to_owned());
        let (word, variable) = match role {
            LogSource::Loader => ("loader", LOADER_TOKEN_VARIABLE),
            _ => ("extractor", EXTRACTOR_TOKEN_VARIABLE),
        };
        environment.insert(ROLE_VARIABLE.to_owned(), word.to_owned());
        environment.insert(variable.to_owned(), token);
        let mut all: Vec<OsString> = vec!["--config".into(), config.into()];
        all.extend(arguments);
        let mut process = Process::start(Spawn {
            program: core.resources().plugin_host.clone(),
            arguments: all,
            environment,
            folder: folder.path().to_owned(),
            input,
        })
        .await?;
        let (Some(stdout), Some(stderr)) = (process.stdout(), process.stderr()) else {
            return Err(CallError::Prepare(io::Error::other("the connector's pipes are missing")));
        };
        let running = Self {
            core: core.clone(),
            holder: plugin.holder,
            process,
            handle,
            events,
            reports: Reports::default(),
            _server: server,
            _hold: plugin.environment_hold.clone(),
            _loan: plugin.loan.clone(),
            _folder: folder,
        };
        Ok((running, stdout, stderr))
    }

    /// Reads everything the plugin prints until its end. Whether its reader had enough before that.
    async fn follow(
        &mut self,
        mut stdout: ChildStdout,
        stderr: ChildStderr,
        output: &mut (dyn FnMut(&[u8]) -> Flow + Send),
        watch: &mut (dyn FnMut(&str) + Send),
    ) -> Result<bool, CallError> {
        let (sender, mut complaints) = mpsc::channel(256);
        // The host itself says nothing there unless it cannot reach the app; the task ends with the pipe.
        tokio::spawn(read_lines(stderr, sender));
        let mut piece = vec![0; 64 * 1024];
        let mut printing = true;
        while printing {
            tokio::select! {
                Some(event) = self.events.recv() => self.take(event.report, watch).await?,
                Some(line) = complaints.recv() => self.reports.tail.push(&line),
                read = stdout.read(&mut piece) => match read.map_err(CallError::Prepare)? {
                    0 => printing = false,
                    length => match output(&piece[..length]) {
                        Flow::More => {}
                        Flow::Enough => return Ok(true),
                        Flow::TooMuch => return Err(CallError::TooMuch { what: "data" }),
                    },
                },
            }
        }
        loop {
            tokio::select! {
                biased;
                Some(event) = self.events.recv() => self.take(event.report, watch).await?,
                status = self.process.wait() => {
                    status.map_err(CallError::Prepare)?;
                    break;
                }
            }
        }
        // The last reports may still be on their way through the socket.
        let _ = tokio::time::timeout(Duration::from_secs(2), async {
            while self.reports.connected && !self.reports.gone {
                let Some(event) = self.events.recv().await else { break };
                self.take(event.report, watch).await?;
            }
            Ok::<_, CallError>(())
        })
        .await;
        while let Ok(line) = complaints.try_recv() {
            self.reports.tail.push(&line);
        }
        Ok(false)
    }

    async fn take(&mut self, report: PluginReport, watch: &mut (dyn FnMut(&str) + Send)) -> Result<(), CallError> {
        match report {
            PluginReport::Connected => self.reports.connected = true,
            PluginReport::Gone => self.reports.gone = true,
            PluginReport::Said(HostMessage::Log { lines }) => {
                for line in &lines {
                    self.reports.said += line.len();
                    self.reports.tail.push(line);
                    watch(line);
                }
                if self.reports.said > MESSAGES_LIMIT {
                    return Err(CallError::TooMuch { what: "messages" });
                }
            }
            PluginReport::Said(HostMessage::SecretsChanged { secrets }) => {
                save_rotated(&self.core, self.holder, secrets).await;
            }
            PluginReport::Said(HostMessage::Exited { code, .. }) => self.reports.exit = code,
            PluginReport::Said(
                HostMessage::Hello { .. } | HostMessage::Spawned { .. } | HostMessage::Progress { .. },
            ) => {}
        }
        Ok(())
    }

    /// Ends the plugin, politely at first. A token it rotated meanwhile is still saved.
    async fn end(mut self) {
        self.handle.stop(GRACE);
        let ending = async {
            loop {
                tokio::select! {
                    event = self.events.recv() => match event {
                        Some(PluginEvent { report: PluginReport::Said(HostMessage::SecretsChanged { secrets }), .. }) => {
                            save_rotated(&self.core, self.holder, secrets).await;
                        }
                        Some(PluginEvent { report: PluginReport::Gone, .. }) | None => break,
                        Some(_) => {}
                    },
                    _ = self.process.wait() => break,
                }
            }
        };
        let _ = tokio::time::timeout(END_LIMIT, ending).await;
        self.process.end(Duration::from_millis(500)).await;
    }
}

/// Ends what it holds when it is dropped, without making anybody wait.
struct Guard(Option<Running>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(running) = self.0.take() {
            let core = running.core.clone();
            core.memory().end_later(running.end());
        }
    }
}

/// What the host reported so far.
#[derive(Default)]
struct Reports {
    connected: bool,
    gone: bool,
    exit: Option<i32>,
    /// Bytes of messages.
    said: usize,
    tail: Tail,
}

/// Saves secrets that a plugin changed, before anything else can use the old ones.
pub async fn save_rotated(core: &Core, holder: Holder, secrets: Secrets) {
    if let Err(error) = holder.merge(core.vault(), secrets).await {
        tracing::error!(owner = %holder.owner, %error, "a rotated secret could not be saved");
    }
}
