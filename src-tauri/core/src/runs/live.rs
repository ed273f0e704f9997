//! The counts of a run on their way to the window and the database.

use super::progress::Progress;
use crate::{Core, store};
use std::time::Duration;
use tokio::time::Instant;
use tributary_contract::{AppEvent, LogSource, Run, RunPhase, RunStream, StreamChanges};
use tributary_plugin_host::protocol::StreamCount;

/// How often counts go to the database, so that a crash does not lose them.
const SAVE_EVERY: Duration = Duration::from_secs(2);

/// Counts of one run at work.
pub(super) struct Live<'a> {
    core: &'a Core,
    run: &'a Run,
    progress: Progress,
    /// When counts last went to the database.
    saved: Option<Instant>,
}

impl<'a> Live<'a> {
    /// Nothing was read yet.
    pub(super) fn new(core: &'a Core, run: &'a Run) -> Self {
        Self { core, run, progress: Progress::new(run.id, run.integration, Instant::now()), saved: None }
    }

    /// Finds out how much earlier runs let expect; a run does without.
    pub(super) async fn expect(&mut self) {
        let (integration, full) = (self.run.integration, self.run.full_refresh);
        let rows =
            self.core.database().read(move |connection| store::estimates::expected_rows(connection, integration, full));
        self.progress.expect(rows.await.ok().flatten());
        self.report();
    }

    /// The run goes on to another phase.
    pub(super) fn enter(&mut self, phase: RunPhase) {
        self.progress.enter(phase);
        self.report();
    }

    /// Takes the totals a plugin's host reported.
    pub(super) async fn count(&mut self, role: LogSource, counts: Vec<StreamCount>) {
        if role == LogSource::Loader {
            self.progress.load(counts);
        } else {
            self.progress.read(counts);
        }
        self.report();
        if self.saved.is_none_or(|saved| saved.elapsed() >= SAVE_EVERY) {
            self.saved = Some(Instant::now());
            self.save().await;
        }
    }

    async fn save(&self) {
        let (id, streams) = (self.run.id, self.streams());
        let saved =
            self.core.database().transact(move |connection| store::runs::save_streams(connection, id, &streams));
        if let Err(error) = saved.await {
            tracing::warn!(%error, "counts could not be saved yet");
        }
    }

    /// Takes what the loader says it changed.
    pub(super) fn change(&mut self, stream: &str, changes: StreamChanges) {
        self.progress.change(stream, changes);
    }

    /// The loader has ended: what it was not given it will never be.
    pub(super) fn loader_ended(&mut self) {
        self.progress.loader_ended();
        self.enter(RunPhase::Finishing);
    }

    /// The counts so far.
    pub(super) fn streams(&self) -> Vec<RunStream> {
        self.progress.streams().to_vec()
    }

    /// When to call [`Live::report`] next; `None`: nothing is new.
    pub(super) fn due(&self) -> Option<Instant> {
        self.progress.due()
    }

    /// Tells how far the run is, when it is time for that.
    pub(super) fn report(&mut self) {
        if let Some(update) = self.progress.update(Instant::now()) {
            self.core.events().send(AppEvent::RunProgress(update));
        }
    }

    /// Tells how far the run came.
    pub(super) fn report_end(&mut self) {
        self.core.events().send(AppEvent::RunProgress(self.progress.last(Instant::now())));
    }
}
