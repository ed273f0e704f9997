//! Progress of the engine and of runs on the terminal.

use crate::output::{Output, number};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tributary_contract::{EngineProgress, EngineStep, RunId, RunPhase, RunProgress};

/// Bars for environments that are being prepared.
pub struct EngineBars {
    output: Output,
    bars: MultiProgress,
    by_name: Mutex<HashMap<String, ProgressBar>>,
}

impl EngineBars {
    /// No bar yet.
    pub fn new(output: Output) -> Self {
        Self { output, bars: MultiProgress::new(), by_name: Mutex::default() }
    }

    /// Moves the bar of an environment.
    pub fn show(&self, progress: &EngineProgress) {
        self.output.object(&serde_json::json!({ "progress": progress }));
        let done = progress.step == EngineStep::Done;
        if !self.output.is_live() {
            if done {
                self.output.remark(&format!("{} is ready.", progress.environment));
            }
            return;
        }
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = by_name.entry(progress.environment.clone()).or_insert_with(|| {
            let style = ProgressStyle::with_template("{prefix:18} {bar:28} {percent:>3} %  {msg}");
            let bar = self.bars.add(ProgressBar::new(1000));
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
                .with_prefix(progress.environment.clone())
        });
        // A share between 0 and 1 in thousandths.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000")]
        bar.set_position((progress.fraction.clamp(0.0, 1.0) * 1000.0) as u64);
        bar.set_message(step_in_words(progress.step));
        if done {
            bar.abandon();
        }
    }
}

const fn step_in_words(step: EngineStep) -> &'static str {
    match step {
        EngineStep::FindingPython => "looking for Python",
        EngineStep::FetchingPython => "fetching Python",
        EngineStep::Installing => "installing",
        EngineStep::Compiling => "compiling",
        EngineStep::Activating => "finishing",
        EngineStep::Done => "ready",
    }
}

/// A line for each run that is at work.
pub struct RunLines {
    output: Output,
    bars: MultiProgress,
    lines: HashMap<RunId, (String, ProgressBar)>,
}

impl RunLines {
    /// No line yet.
    pub fn new(output: Output) -> Self {
        Self { output, bars: MultiProgress::new(), lines: HashMap::new() }
    }

    /// Shows a run from now on.
    pub fn add(&mut self, run: RunId, name: &str) {
        let bar = if self.output.is_live() { self.bars.add(ProgressBar::new_spinner()) } else { ProgressBar::hidden() };
        bar.enable_steady_tick(Duration::from_millis(120));
        bar.set_message(format!("{name}  waiting"));
        self.lines.insert(run, (name.to_owned(), bar));
    }

    /// Takes live counts.
    pub fn show(&self, progress: &RunProgress) {
        let Some((name, bar)) = self.lines.get(&progress.run) else { return };
        self.output.object(&serde_json::json!({ "progress": progress }));
        let rows: u64 = progress.streams.iter().map(|stream| stream.records).sum();
        let streams: Vec<String> =
            progress.streams.iter().rev().take(4).map(|s| format!("{} {}", s.name, number(s.records))).collect();
        bar.set_message(format!(
            "{name}  {}  {} rows  {}",
            phase_in_words(progress.phase),
            number(rows),
            streams.join(" · ")
        ));
    }

    /// Ends a run's line.
    pub fn remove(&mut self, run: RunId) {
        if let Some((_, bar)) = self.lines.remove(&run) {
            bar.finish_and_clear();
        }
    }
}

const fn phase_in_words(phase: RunPhase) -> &'static str {
    match phase {
        RunPhase::Preparing => "preparing",
        RunPhase::Discovering => "looking at what there is",
        RunPhase::Reading => "bringing in",
        RunPhase::Loading => "writing",
        RunPhase::Finishing => "finishing",
    }
}
