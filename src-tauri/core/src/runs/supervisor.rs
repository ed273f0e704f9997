//! One run from start to end: what it needs, Meltano, the plugins' reports, the verdict.

use super::{
    classify::{self, Evidence},
    host_server::{HostServer, PluginHandle, PluginReport},
    log_file::{LogLimits, LogWriter, level_of},
    meltano_command::{self, Prepared, Tokens},
    meltano_log::{self, read_lines},
    plugin_call::save_rotated,
    queue::StopReason,
    tail::Tail,
    waiting::{Connections, at, stopped},
    watchdog::{Finding, Limits, Watchdog},
};
use crate::{
    Core, Error,
    engine::{process::Process, project},
    error::with_sources,
    ops::{self, discovery::Age, prepare::PrepareError},
    store,
};
use std::{io, path::Path, process::ExitStatus, time::Duration};
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};
use tributary_contract::{
    AppEvent, Integration, LogLevel, LogSource, Problem, ProblemCode, Run, RunPhase, RunProgress, RunStatus, RunStream,
};
use tributary_plugin_host::{
    protocol::{HostMessage, Launch, StreamCount},
    redact::Redactor,
};

/// How long the extractor may take to end by itself after it was asked to.
const EXTRACTOR_GRACE: Duration = Duration::from_secs(5);
/// How long a stopped run may take to save what it has, before it is ended by force.
const STOP_LIMIT: Duration = Duration::from_secs(15);
/// How often counts go to the database, so that a crash does not lose them.
const SAVE_EVERY: Duration = Duration::from_secs(2);

/// How a run ended.
#[derive(Debug)]
pub struct Verdict {
    /// Its final status.
    pub status: RunStatus,
    /// Why, where it did not succeed.
    pub problem: Option<Problem>,
    /// Final counts.
    pub streams: Vec<RunStream>,
}

/// Executes a run that was just marked as running. Never fails: whatever happens becomes the verdict.
pub async fn execute(core: &Core, run: &Run, folder: &Path, stop: watch::Receiver<Option<StopReason>>) -> Verdict {
    let mut work = match Work::begin(core, run, folder) {
        Ok(work) => work,
        Err(error) => {
            let evidence = Evidence::default();
            let line = Some(error.to_string());
            let problem = classify::describe(ProblemCode::EngineBroken, &evidence, run.integration, line);
            return Verdict { status: RunStatus::Failed, problem: Some(problem), streams: Vec::new() };
        }
    };
    let verdict = work.go(stop).await;
    work.log.flush();
    meltano_command::remove_own_log(core, run.id);
    verdict
}

/// A run at work.
struct Work<'a> {
    core: &'a Core,
    run: &'a Run,
    log: LogWriter,
    phase: RunPhase,
    streams: Vec<RunStream>,
    /// When counts last went to the database.
    saved: Option<Instant>,
    evidence: Evidence,
    extractor_tail: Tail,
    loader_tail: Tail,
    meltano_tail: Tail,
}

impl<'a> Work<'a> {
    fn begin(core: &'a Core, run: &'a Run, folder: &'a Path) -> io::Result<Self> {
        Ok(Self {
            core,
            run,
            log: LogWriter::create(folder, LogLimits::default())?,
            phase: RunPhase::Preparing,
            streams: Vec::new(),
            saved: None,
            evidence: Evidence::default(),
            extractor_tail: Tail::default(),
            loader_tail: Tail::default(),
            meltano_tail: Tail::default(),
        })
    }

    async fn go(&mut self, mut stop: watch::Receiver<Option<StopReason>>) -> Verdict {
        self.note(LogLevel::Info, "Preparing the sync.");
        self.report();
        let prepared = tokio::select! {
            prepared = self.prepare() => prepared,
            reason = stopped(&mut stop) => return self.stopped_verdict(reason),
        };
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(problem) => return self.failed(problem),
        };
        match self.sync(&prepared, &mut stop).await {
            Ok((status, None)) if status.success() => {
                Verdict { status: RunStatus::Succeeded, problem: None, streams: std::mem::take(&mut self.streams) }
            }
            Ok((_, Some(reason))) => self.stopped_verdict(reason),
            Ok((_, None)) => {
                self.evidence.extractor_lines = std::mem::take(&mut self.extractor_tail).into_lines();
                self.evidence.loader_lines = std::mem::take(&mut self.loader_tail).into_lines();
                self.evidence.meltano_lines = std::mem::take(&mut self.meltano_tail).into_lines();
                let problem = classify::classify(&self.evidence, self.run.integration);
                self.failed(problem)
            }
            Err(error) => {
                let line = Some(error.to_string());
                let code = if error.kind() == io::ErrorKind::StorageFull {
                    ProblemCode::DiskFull
                } else {
                    ProblemCode::EngineBroken
                };
                let problem = classify::describe(code, &self.evidence, self.run.integration, line);
                self.failed(problem)
            }
        }
    }

    /// Environments, secrets, catalog and project file.
    async fn prepare(&mut self) -> Result<Prepared, Problem> {
        let core = self.core;
        let integration = ops::get_integration(core, &self.run.integration.to_string())
            .await
            .map_err(|error| self.problem(PrepareError::Lookup(Box::new(error))))?;
        let prepared = self.prepare_integration(&integration).await;
        prepared.map_err(|error| self.problem(error))
    }

    async fn prepare_integration(&mut self, integration: &Integration) -> Result<Prepared, PrepareError> {
        let core = self.core;
        let setup = ops::setup::Setup::from(integration);
        let (extractor_definition, extractor) = ops::prepare::extractor(core, &setup).await?;
        self.evidence.source.clone_from(&extractor_definition.label);
        let (destination, loader_definition, loader) = ops::prepare::loader(core, integration).await?;
        self.evidence.destination.clone_from(&destination.name);
        ops::prepare::check_instance(core, &setup, &extractor).await?;
        let integration = self.discover(integration, &setup).await?;
        for name in ops::prepare::write_catalog(core, &integration, &extractor_definition).await? {
            self.note(LogLevel::Warning, &format!("The source no longer has “{name}”, so it is left out."));
        }
        ops::prepare::write_project(core).await?;
        // Secrets may have rotated during discovery.
        let (_, extractor) = ops::prepare::extractor(core, &setup).await?;
        Ok(Prepared {
            extractor,
            loader,
            extractor_name: project::extractor_name(&extractor_definition, integration.id),
            loader_name: project::loader_name(&loader_definition, destination.id),
            meltano_hold: core.engine().hold("meltano")?,
            meltano: core.engine().executable("meltano", "meltano")?,
        })
    }

    /// Says that the source is asked what it has, where it is; asks it again now and then. Gives the integration with what
    /// became of new data.
    async fn discover(&mut self, integration: &Integration, setup: &ops::setup::Setup) -> Result<Integration, Error> {
        let age = ops::discovery::age(self.core, setup).await?;
        if age == Age::Fresh {
            return Ok(integration.clone());
        }
        self.phase = RunPhase::Discovering;
        self.note(LogLevel::Info, "Asking the source what it has.");
        self.report();
        if age == Age::Old
            && let Err(error) = ops::discovery::look_again(self.core, setup).await
        {
            let text =
                format!("It did not say what is new, so what was known before is used: {}", with_sources(&error));
            self.note(LogLevel::Warning, &text);
        }
        ops::get_integration(self.core, &integration.id.to_string()).await
    }

    /// Meltano from start to end. Gives its exit status, and why it was stopped where it was.
    async fn sync(
        &mut self,
        prepared: &Prepared,
        stop: &mut watch::Receiver<Option<StopReason>>,
    ) -> io::Result<(ExitStatus, Option<StopReason>)> {
        let (server, mut events) = HostServer::open()?;
        let launches = [prepared.extractor.launch(), prepared.loader.launch()];
        let redactor = Redactor::new(launches.iter().flat_map(Launch::hidden_texts).map(|text| text.to_string()));
        let [extractor_launch, loader_launch] = launches;
        let (extractor_token, extractor) = server.admit(LogSource::Extractor, extractor_launch);
        let (loader_token, _loader) = server.admit(LogSource::Loader, loader_launch);
        let tokens = Tokens { extractor: extractor_token, loader: loader_token };
        let mut process = meltano_command::start(self.core, self.run, prepared, &server, tokens).await?;
        self.note(LogLevel::Info, "Started Meltano.");
        self.phase = RunPhase::Reading;
        let (sender, mut lines) = mpsc::channel(256);
        let (Some(stdout), Some(stderr)) = (process.stdout(), process.stderr()) else {
            return Err(io::Error::other("Meltano's pipes are missing"));
        };
        let reading = tokio::spawn(read_lines(stdout, sender.clone()));
        let reading_errors = tokio::spawn(read_lines(stderr, sender));
        let mut connections = Connections::default();
        let mut stopping: Option<(StopReason, Instant)> = None;
        let limits = Limits::from_environment(|name| std::env::var(name).ok());
        let mut watchdog = Watchdog::new(limits, Instant::now());
        let mut flushing = tokio::time::interval(Duration::from_millis(100));
        flushing.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let status = loop {
            let deadline = stopping.map(|(_, begun)| begun + STOP_LIMIT);
            tokio::select! {
                biased;
                Some(event) = events.recv() => {
                    watchdog.heard(Instant::now());
                    self.take(prepared, event.role, event.report, &mut connections).await;
                }
                Some(line) = lines.recv() => {
                    watchdog.heard(Instant::now());
                    self.take_meltano_line(&redactor.redact_line(&line));
                }
                reason = stopped(stop), if stopping.is_none() => {
                    stopping = Some((reason, Instant::now()));
                    self.begin_stop(&extractor, connections, &mut process).await;
                }
                () = at(deadline) => {
                    self.note(LogLevel::Warning, "The sync did not end in time and is ended by force.");
                    process.end(Duration::from_secs(2)).await;
                    stopping = stopping.map(|(reason, _)| (reason, Instant::now()));
                }
                status = process.wait() => break status?,
                _ = flushing.tick() => {
                    self.log.flush();
                    match watchdog.look(Instant::now()) {
                        Finding::Stop(reason) if stopping.is_none() => {
                            stopping = Some((reason, Instant::now()));
                            self.begin_stop(&extractor, connections, &mut process).await;
                        }
                        Finding::Silent(time) => {
                            let minutes = time.as_secs() / 60;
                            self.note(LogLevel::Warning, &format!("Nothing was heard for {minutes} minutes."));
                        }
                        Finding::Nothing | Finding::Stop(_) => {}
                    }
                }
            }
        };
        self.phase = RunPhase::Finishing;
        let _ = tokio::time::timeout(Duration::from_secs(2), async {
            while connections.open > 0 {
                let Some(event) = events.recv().await else { break };
                self.take(prepared, event.role, event.report, &mut connections).await;
            }
            let _ = tokio::join!(reading, reading_errors);
        })
        .await;
        while let Ok(line) = lines.try_recv() {
            self.take_meltano_line(&redactor.redact_line(&line));
        }
        self.report();
        Ok((status, stopping.map(|(reason, _)| reason)))
    }

    /// Ends the extractor; the loader then sees the end of its input, writes what it has and confirms its state, which
    /// Meltano saves. Before the extractor runs there is nothing to save.
    async fn begin_stop(&mut self, extractor: &PluginHandle, connections: Connections, process: &mut Process) {
        self.note(LogLevel::Info, "Stopping: what has arrived is being saved.");
        self.log.flush();
        if connections.extractor_seen {
            extractor.stop(EXTRACTOR_GRACE);
        } else {
            process.end(Duration::from_secs(2)).await;
        }
    }

    async fn take(
        &mut self,
        prepared: &Prepared,
        role: LogSource,
        report: PluginReport,
        connections: &mut Connections,
    ) {
        match report {
            PluginReport::Connected => {
                connections.open += 1;
                connections.extractor_seen |= role == LogSource::Extractor;
            }
            PluginReport::Gone => connections.open = connections.open.saturating_sub(1),
            PluginReport::Said(HostMessage::Log { lines }) => {
                let now = self.core.now();
                let tail = if role == LogSource::Loader { &mut self.loader_tail } else { &mut self.extractor_tail };
                for line in lines {
                    self.log.line(now, role, level_of(&line), &line);
                    tail.push(&line);
                }
            }
            PluginReport::Said(HostMessage::Progress { streams, .. }) if role == LogSource::Extractor => {
                self.count(streams).await;
            }
            PluginReport::Said(HostMessage::SecretsChanged { secrets }) => {
                let plugin = if role == LogSource::Loader { &prepared.loader } else { &prepared.extractor };
                save_rotated(self.core, plugin.holder, secrets).await;
                self.note(LogLevel::Info, "The source renewed the sign-in; the new one is in the keychain.");
            }
            PluginReport::Said(HostMessage::Exited { code, signal }) => {
                let code = code.or(signal.map(|signal| 128 + signal));
                if role == LogSource::Loader {
                    self.evidence.loader_exit = code;
                } else {
                    self.evidence.extractor_exit = code;
                    self.phase = RunPhase::Loading;
                    self.report();
                }
            }
            PluginReport::Said(
                HostMessage::Progress { .. } | HostMessage::Hello { .. } | HostMessage::Spawned { .. },
            ) => {}
        }
    }

    fn take_meltano_line(&mut self, line: &str) {
        let parsed = meltano_log::parse(line);
        self.log.line(self.core.now(), LogSource::Meltano, parsed.level, &parsed.text);
        if parsed.level == LogLevel::Error || parsed.error.is_some() {
            self.meltano_tail.push(&format!("ERROR {}", parsed.text));
        }
    }

    async fn count(&mut self, streams: Vec<StreamCount>) {
        self.streams = streams
            .into_iter()
            .map(|stream| RunStream { name: stream.name, records: stream.records, bytes: stream.bytes })
            .collect();
        self.report();
        if self.saved.is_none_or(|saved| saved.elapsed() >= SAVE_EVERY) {
            self.saved = Some(Instant::now());
            let (id, streams) = (self.run.id, self.streams.clone());
            let saved =
                self.core.database().transact(move |connection| store::runs::save_streams(connection, id, &streams));
            if let Err(error) = saved.await {
                tracing::warn!(%error, "counts could not be saved yet");
            }
        }
    }

    fn report(&self) {
        self.core.events().send(AppEvent::RunProgress(RunProgress {
            run: self.run.id,
            integration: self.run.integration,
            phase: self.phase,
            streams: self.streams.clone(),
        }));
    }

    fn note(&mut self, level: LogLevel, text: &str) {
        self.log.line(self.core.now(), LogSource::App, level, text);
        self.log.flush();
    }

    fn problem(&self, error: PrepareError) -> Problem {
        error.into_problem(&self.evidence, self.run.integration)
    }

    fn failed(&mut self, problem: Problem) -> Verdict {
        let details = problem.details.as_deref().unwrap_or_default();
        self.note(LogLevel::Error, &format!("{}. {} {details}", problem.title, problem.explanation));
        Verdict { status: RunStatus::Failed, problem: Some(problem), streams: std::mem::take(&mut self.streams) }
    }

    fn stopped_verdict(&mut self, reason: StopReason) -> Verdict {
        let (status, code) = match reason {
            StopReason::Person => (RunStatus::Cancelled, ProblemCode::Cancelled),
            StopReason::Shutdown => (RunStatus::Interrupted, ProblemCode::Interrupted),
            StopReason::Silent | StopReason::TooLong => (RunStatus::Failed, ProblemCode::Hung),
        };
        self.note(LogLevel::Info, "Stopped.");
        let problem = classify::describe(code, &self.evidence, self.run.integration, None);
        Verdict { status, problem: Some(problem), streams: std::mem::take(&mut self.streams) }
    }
}
