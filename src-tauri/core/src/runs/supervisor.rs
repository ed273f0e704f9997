//! One run from start to end: what it needs, Meltano, the plugins' reports, the verdict.

mod preparing;

use super::{
    changes,
    host_server::{HostServer, PluginHandle, PluginReport},
    live::Live,
    log::{LogLimits, LogWriter, meaning},
    meltano_command::{self, Prepared, Tokens},
    meltano_log::{self, read_lines},
    plugin_call::save_rotated,
    problems::{self, Evidence, memory},
    queue::StopReason,
    survivors,
    tail::Tail,
    verdict,
    waiting::{Connections, at, stopped},
    watchdog::{Finding, Limits, Watchdog},
};
use crate::{
    Core,
    engine::process::Process,
    ops::{self, prepare_error::PrepareError},
};
use std::{io, path::Path, process::ExitStatus, time::Duration};
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};
use tributary_contract::{LogLevel, LogSource, Problem, ProblemCode, Run, RunPhase, RunStatus, RunStream};
use tributary_plugin_host::{
    protocol::{HostMessage, Launch},
    redact::Redactor,
};

/// How long the extractor may take to end by itself after it was asked to.
const EXTRACTOR_GRACE: Duration = Duration::from_secs(5);
/// How long a stopped run may take to save what it has, before it is ended by force.
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// How a run ended.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Its final status.
    pub status: RunStatus,
    /// Why, where it did not succeed.
    pub problem: Option<Problem>,
    /// Final counts.
    pub streams: Vec<RunStream>,
}

impl Verdict {
    /// The run as it ended.
    pub fn of(&self, run: &Run, now: chrono::DateTime<chrono::Utc>) -> Run {
        let (status, problem, streams) = (self.status, self.problem.clone(), self.streams.clone());
        Run { status, problem, streams, finished_at: Some(now), ..run.clone() }
    }
}

/// Executes a run that was just marked as running. Never fails: whatever happens becomes the verdict.
pub async fn execute(core: &Core, run: &Run, folder: &Path, stop: watch::Receiver<Option<StopReason>>) -> Verdict {
    let mut work = match Work::begin(core, run, folder) {
        Ok(work) => work,
        Err(error) => {
            let evidence = Evidence::default();
            let line = Some(error.to_string());
            let problem = problems::describe(ProblemCode::EngineBroken, &evidence, run.integration, line);
            return Verdict { status: RunStatus::Failed, problem: Some(problem), streams: Vec::new() };
        }
    };
    let verdict = work.go(stop).await;
    work.log.flush();
    meltano_command::remove_own_log(core, run.id);
    verdict
}

/// Why Meltano was not started.
enum Stopped {
    /// Something is wrong.
    Failed(Problem),
    /// Nothing is wrong; it is not the time.
    Waits(Problem),
}

/// A run at work.
struct Work<'a> {
    core: &'a Core,
    run: &'a Run,
    log: LogWriter,
    live: Live<'a>,
    evidence: Evidence,
    /// Chosen streams that the source no longer has.
    gone: Vec<String>,
    /// How many processes the system had ended for want of memory when this began.
    ended_for_memory: Option<u64>,
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
            live: Live::new(core, run),
            evidence: Evidence::default(),
            gone: Vec::new(),
            ended_for_memory: memory::ended_for_memory(),
            extractor_tail: Tail::default(),
            loader_tail: Tail::default(),
            meltano_tail: Tail::default(),
        })
    }

    async fn go(&mut self, mut stop: watch::Receiver<Option<StopReason>>) -> Verdict {
        self.note(LogLevel::Info, "Preparing the sync.");
        self.live.expect().await;
        let prepared = tokio::select! {
            prepared = self.prepare() => prepared,
            reason = stopped(&mut stop) => return self.stopped_verdict(reason),
        };
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(Stopped::Failed(problem)) => return self.failed(problem),
            Err(Stopped::Waits(problem)) => {
                self.note(LogLevel::Info, &format!("{}. {}", problem.title, problem.explanation));
                return Verdict { status: RunStatus::Skipped, problem: Some(problem), streams: Vec::new() };
            }
        };
        match self.sync(&prepared, &mut stop).await {
            Ok((_, Some(reason))) => self.stopped_verdict(reason),
            Ok((status, None)) => {
                self.gather(status);
                if status.success() {
                    return self.succeeded().await;
                }
                // What it was lent may be why: the next run gets it anew.
                ops::prepare::forget_access(self.core, &prepared.extractor).await;
                let problem = ops::fault::of_run(self.core, self.run, &self.evidence).await;
                self.failed(problem)
            }
            Err(error) => {
                let line = Some(error.to_string());
                let code = if error.kind() == io::ErrorKind::StorageFull {
                    ProblemCode::DiskFull
                } else {
                    ProblemCode::EngineBroken
                };
                let problem = problems::describe(code, &self.evidence, self.run.integration, line);
                self.failed(problem)
            }
        }
    }

    /// Everything that is known of how it ended.
    fn gather(&mut self, status: ExitStatus) {
        self.evidence.extractor_lines = std::mem::take(&mut self.extractor_tail).into_lines();
        self.evidence.loader_lines = std::mem::take(&mut self.loader_tail).into_lines();
        self.evidence.meltano_lines = std::mem::take(&mut self.meltano_tail).into_lines();
        self.evidence.meltano_exit = problems::exit_code(status);
        self.evidence.memory_used_up = memory::ended_for_memory() > self.ended_for_memory;
        self.evidence.at = Some(self.core.now());
    }

    /// It ended well; whether all is well its counts say.
    async fn succeeded(&mut self) -> Verdict {
        let streams = self.live.streams();
        let (streams, problem) = verdict::of_success(self.core, self.run, streams, &self.gone, &self.evidence).await;
        match problem {
            Some(problem) => self.failed_with(problem, streams),
            None => Verdict { status: RunStatus::Succeeded, problem: None, streams },
        }
    }

    /// Meltano from start to end. Gives its exit status, and why it was stopped where it was.
    async fn sync(
        &mut self,
        prepared: &Prepared,
        stop: &mut watch::Receiver<Option<StopReason>>,
    ) -> io::Result<(ExitStatus, Option<StopReason>)> {
        let (server, mut events) = HostServer::open()?;
        let launches = [prepared.extractor.launch(self.core), prepared.loader.launch(self.core)];
        let redactor = Redactor::new(launches.iter().flat_map(Launch::hidden_texts).map(|text| text.to_string()));
        let [extractor_launch, loader_launch] = launches;
        let (extractor_token, extractor) = server.admit(LogSource::Extractor, extractor_launch);
        let (loader_token, _loader) = server.admit(LogSource::Loader, loader_launch);
        let tokens = Tokens { extractor: extractor_token, loader: loader_token };
        let mut process = meltano_command::start(self.core, self.run, prepared, &server, tokens).await?;
        self.note(LogLevel::Info, "Started Meltano.");
        let (sender, mut lines) = mpsc::channel(256);
        let (Some(stdout), Some(stderr)) = (process.stdout(), process.stderr()) else {
            return Err(io::Error::other("Meltano's pipes are missing"));
        };
        let reading = tokio::spawn(read_lines(stdout, sender.clone()));
        let reading_errors = tokio::spawn(read_lines(stderr, sender));
        let mut connections = Connections::default();
        let mut stopping: Option<(StopReason, Instant)> = None;
        // Read anew for each run: another program may have saved others.
        let settings = ops::get_settings(self.core).await.unwrap_or_default();
        let limits = Limits::new(&settings, |name| std::env::var(name).ok());
        let mut watchdog = Watchdog::new(limits, Instant::now());
        let mut flushing = tokio::time::interval(Duration::from_millis(100));
        flushing.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let status = loop {
            let deadline = stopping.map(|(_, begun)| begun + STOP_LIMIT);
            tokio::select! {
                // What is rare comes before what may come without a pause, and the end after all that was said.
                biased;
                reason = stopped(stop), if stopping.is_none() => {
                    stopping = Some((reason, Instant::now()));
                    self.begin_stop(&extractor, connections, &mut process).await;
                }
                () = at(deadline) => {
                    self.note(LogLevel::Warning, "The sync did not end in time and is ended by force.");
                    process.end(Duration::from_secs(2)).await;
                    stopping = stopping.map(|(reason, _)| (reason, Instant::now()));
                }
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
                () = at(self.live.due()) => self.live.report(),
                Some(event) = events.recv() => {
                    watchdog.heard(Instant::now());
                    self.take(prepared, event.role, event.report, &mut connections).await;
                }
                Some(line) = lines.recv() => {
                    watchdog.heard(Instant::now());
                    self.take_meltano_line(&redactor.redact_line(&line));
                }
                status = process.wait() => break status?,
            }
        };
        self.live.enter(RunPhase::Finishing);
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
        if self.evidence.extractor_exit.is_none() || self.evidence.loader_exit.is_none() {
            // A host that was itself ended by force could not end what its plugin had started.
            let run = self.run.id;
            let _ = tokio::task::spawn_blocking(move || survivors::end(run)).await;
        }
        self.live.report_end();
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
                self.evidence.extractor_started |= role == LogSource::Extractor;
                self.evidence.loader_started |= role == LogSource::Loader;
            }
            PluginReport::Gone => connections.open = connections.open.saturating_sub(1),
            PluginReport::Said(HostMessage::Log { lines }) => {
                let now = self.core.now();
                let tail = if role == LogSource::Loader { &mut self.loader_tail } else { &mut self.extractor_tail };
                for line in lines {
                    if role == LogSource::Loader
                        && let Some((stream, changes)) = changes::of_line(&line)
                    {
                        self.live.change(&stream, changes);
                    }
                    let meaning = meaning::of(&line);
                    self.log.line(now, role, meaning.level, meaning.stream.as_deref(), &line);
                    tail.push(&line);
                }
            }
            PluginReport::Said(HostMessage::Progress { streams, .. }) => {
                self.live.count(role, streams).await;
            }
            PluginReport::Said(HostMessage::Spawned { .. }) => {
                if role == LogSource::Extractor {
                    self.live.enter(RunPhase::Reading);
                }
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
                    self.live.loader_ended();
                } else {
                    self.evidence.extractor_exit = code;
                    self.live.enter(RunPhase::Loading);
                }
            }
            PluginReport::Said(HostMessage::Hello { .. }) => {}
        }
    }

    fn take_meltano_line(&mut self, line: &str) {
        let parsed = meltano_log::parse(line);
        self.log.line(self.core.now(), LogSource::Meltano, parsed.level, None, &parsed.text);
        if parsed.level == LogLevel::Error || parsed.error.is_some() {
            self.meltano_tail.push(&format!("ERROR {}", parsed.text));
        }
    }

    fn note(&mut self, level: LogLevel, text: &str) {
        self.log.line(self.core.now(), LogSource::App, level, None, text);
        self.log.flush();
    }

    fn problem(&self, error: PrepareError) -> Problem {
        error.into_problem(&self.evidence, self.run.integration)
    }

    fn failed(&mut self, problem: Problem) -> Verdict {
        let streams = self.live.streams();
        self.failed_with(problem, streams)
    }

    fn failed_with(&mut self, problem: Problem, mut streams: Vec<RunStream>) -> Verdict {
        let details = problem.details.as_deref().unwrap_or_default();
        self.note(LogLevel::Error, &format!("{}. {} {details}", problem.title, problem.explanation));
        verdict::of_failure(&mut streams, &self.gone, &problem);
        Verdict { status: RunStatus::Failed, problem: Some(problem), streams }
    }

    fn stopped_verdict(&mut self, reason: StopReason) -> Verdict {
        let (status, code) = match reason {
            StopReason::Person => (RunStatus::Cancelled, ProblemCode::Cancelled),
            StopReason::Shutdown => (RunStatus::Interrupted, ProblemCode::Interrupted),
            StopReason::Silent | StopReason::TooLong => (RunStatus::Failed, ProblemCode::Hung),
        };
        self.note(LogLevel::Info, "Stopped.");
        let problem = problems::describe(code, &self.evidence, self.run.integration, None);
        Verdict { status, problem: Some(problem), streams: self.live.streams() }
    }
}
