//! The one Meltano command of a run.

use super::{host_server::HostServer, plugin_call::ReadyPlugin};
use crate::{
    Core,
    engine::{
        EnvironmentHold,
        process::{Process, Spawn},
    },
    ops,
};
use std::{io, path::PathBuf};
use tributary_contract::{Run, RunId};
use tributary_plugin_host::protocol::{EXTRACTOR_TOKEN_VARIABLE, LOADER_TOKEN_VARIABLE, RUN_VARIABLE, SOCKET_VARIABLE};

/// Everything a run needs, ready to start.
pub struct Prepared {
    /// What reads.
    pub extractor: ReadyPlugin,
    /// What writes.
    pub loader: ReadyPlugin,
    /// The extractor's name in the project.
    pub extractor_name: String,
    /// The loader's name in the project.
    pub loader_name: String,
    /// The Meltano program.
    pub meltano: PathBuf,
    /// Keeps its Python environment in place.
    pub meltano_hold: EnvironmentHold,
}

/// One-time tokens of a run's plugins.
pub struct Tokens {
    /// The extractor's.
    pub extractor: String,
    /// The loader's.
    pub loader: String,
}

/// Starts it.
pub async fn start(
    core: &Core,
    run: &Run,
    prepared: &Prepared,
    server: &HostServer,
    tokens: Tokens,
) -> io::Result<Process> {
    let mut environment = core.engine().plugin_environment();
    environment.extend([
        (SOCKET_VARIABLE.to_owned(), server.name().to_owned()),
        (EXTRACTOR_TOKEN_VARIABLE.to_owned(), tokens.extractor),
        (LOADER_TOKEN_VARIABLE.to_owned(), tokens.loader),
        (RUN_VARIABLE.to_owned(), run.id.to_string()),
    ]);
    environment.extend(ops::prepare::meltano_environment(core));
    // `--force`: a run that was killed leaves a lock in Meltano's database for minutes; that only one run of an
    // integration is active is our own database's promise.
    let mut arguments: Vec<String> = ["--log-format", "json", "run", "--force", "--run-id"].map(str::to_owned).into();
    arguments.push(run.id.to_string());
    if run.full_refresh {
        arguments.push("--full-refresh".to_owned());
    }
    arguments.extend([prepared.extractor_name.clone(), prepared.loader_name.clone()]);
    let spawn = Spawn {
        program: prepared.meltano.clone(),
        arguments: arguments.into_iter().map(Into::into).collect(),
        environment,
        folder: core.home().project(),
        input: None,
    };
    Process::start(spawn).await.map_err(|error| io::Error::new(error.source.kind(), error))
}

/// Removes the log Meltano keeps of a run: it repeats ours.
pub fn remove_own_log(core: &Core, run: RunId) {
    // Where the XDG state folder is LOGS, the log is in LOGS/meltano/log/elt/JOB/RUN.
    let folder = core.home().meltano_logs().join("meltano").join("log").join("elt");
    for job in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let log = job.path().join(run.to_string());
        if log.is_dir() {
            // What cannot go now does no harm: it holds nothing that ours does not.
            let _ = std::fs::remove_dir_all(log);
        }
    }
}
