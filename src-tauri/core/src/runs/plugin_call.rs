//! One direct call of a plugin, without Meltano: a sign-in check or a discovery. The plugin still gets its secrets
//! through `plugin-host`, and rotated ones are saved at once.

use super::{
    classify::Tail,
    host_server::{HostServer, PluginReport},
};
use crate::{
    Core,
    connectors::plugin_config::{self, PluginConfig},
    engine::{
        EnvironmentHold,
        process::{Process, Spawn, base_environment},
    },
    secrets::{Secrets, VaultOwner},
};
use serde_json::Value;
use std::{collections::BTreeMap, ffi::OsString, io, path::PathBuf, sync::Arc, time::Duration};
use tokio::io::AsyncReadExt;
use tributary_contract::LogSource;
use tributary_plugin_host::protocol::{EXTRACTOR_TOKEN_VARIABLE, HostMessage, Launch, ROLE_VARIABLE, SOCKET_VARIABLE};

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
    /// Whose secrets they are.
    pub owner: VaultOwner,
    /// Variables on top of the usual ones.
    pub environment: BTreeMap<String, String>,
    /// Keeps its Python environment in place.
    pub environment_hold: Arc<EnvironmentHold>,
}

impl ReadyPlugin {
    /// What the host is told to start.
    pub fn launch(&self) -> Launch {
        let mut env = base_environment();
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

/// What a call found.
#[derive(Debug)]
pub struct CallOutcome {
    /// The plugin's exit code; `None` when a signal or the time limit ended it.
    pub exit: Option<i32>,
    /// What it printed on standard output.
    pub output: Vec<u8>,
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
}

/// Starts the plugin with its configuration and `arguments` and waits for its end.
pub async fn call(
    core: &Core,
    plugin: &ReadyPlugin,
    arguments: &[&str],
    limit: Duration,
) -> Result<CallOutcome, CallError> {
    let folder = tempfile::Builder::new().prefix("tributary-call-").tempdir().map_err(CallError::Prepare)?;
    // Placeholders only: the file holds no secret.
    let config = folder.path().join("config.json");
    let nested = Value::Object(plugin_config::nest(&plugin.config.settings));
    std::fs::write(&config, nested.to_string()).map_err(CallError::Prepare)?;
    let (server, mut events) = HostServer::open().map_err(CallError::Prepare)?;
    let (token, _handle) = server.admit(LogSource::Extractor, plugin.launch());
    let mut environment = base_environment();
    environment.insert(SOCKET_VARIABLE.to_owned(), server.name().to_owned());
    environment.insert(ROLE_VARIABLE.to_owned(), "extractor".to_owned());
    environment.insert(EXTRACTOR_TOKEN_VARIABLE.to_owned(), token);
    let mut all: Vec<OsString> = vec!["--config".into(), config.into()];
    all.extend(arguments.iter().map(OsString::from));
    let mut process = Process::start(Spawn {
        program: core.resources().plugin_host.clone(),
        arguments: all,
        environment,
        folder: folder.path().to_owned(),
    })
    .await?;

    let mut reports = Reports::default();
    let mut output = Vec::new();
    let mut complaints = Vec::new();
    let (Some(mut stdout), Some(mut stderr)) = (process.stdout(), process.stderr()) else {
        return Err(CallError::Prepare(io::Error::other("the connector's pipes are missing")));
    };
    let ended = tokio::time::timeout(limit, async {
        let running = async {
            tokio::try_join!(stdout.read_to_end(&mut output), stderr.read_to_end(&mut complaints))?;
            process.wait().await
        };
        tokio::pin!(running);
        loop {
            tokio::select! {
                biased;
                Some(event) = events.recv() => reports.take(core, plugin, event.report).await,
                status = &mut running => return status,
            }
        }
    })
    .await;
    match ended {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => return Err(CallError::Prepare(error)),
        Err(_) => {
            process.end(Duration::from_secs(2)).await;
            return Err(CallError::TimedOut { limit });
        }
    }
    // The last reports may still be on their way through the socket.
    let _ = tokio::time::timeout(Duration::from_secs(2), async {
        while reports.connected && !reports.gone {
            let Some(event) = events.recv().await else { break };
            reports.take(core, plugin, event.report).await;
        }
    })
    .await;
    String::from_utf8_lossy(&complaints).lines().for_each(|line| reports.tail.push(line));
    Ok(CallOutcome { exit: reports.exit, output, lines: reports.tail.into_lines() })
}

/// What the host reported so far.
#[derive(Default)]
struct Reports {
    connected: bool,
    gone: bool,
    exit: Option<i32>,
    tail: Tail,
}

impl Reports {
    async fn take(&mut self, core: &Core, plugin: &ReadyPlugin, report: PluginReport) {
        match report {
            PluginReport::Connected => self.connected = true,
            PluginReport::Gone => self.gone = true,
            PluginReport::Said(HostMessage::Log { lines }) => lines.iter().for_each(|line| self.tail.push(line)),
            PluginReport::Said(HostMessage::SecretsChanged { secrets }) => {
                save_rotated(core, plugin.owner, secrets).await;
            }
            PluginReport::Said(HostMessage::Exited { code, .. }) => self.exit = code,
            PluginReport::Said(
                HostMessage::Hello { .. } | HostMessage::Spawned { .. } | HostMessage::Progress { .. },
            ) => {}
        }
    }
}

/// Saves secrets that a plugin changed, before anything else can use the old ones.
pub async fn save_rotated(core: &Core, owner: VaultOwner, secrets: Secrets) {
    if let Err(error) = core.vault().merge(owner, secrets).await {
        tracing::error!(%owner, %error, "a rotated secret could not be saved");
    }
}
