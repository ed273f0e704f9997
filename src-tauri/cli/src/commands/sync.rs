//! `trib sync`.

use super::{
    runs::{duration_in_words, status_in_words},
    schedules::on_the_wall,
};
use crate::{
    context::Context,
    output::{Output, number},
    progress::RunLines,
    signals::Signals,
};
use serde_json::json;
use std::collections::HashSet;
use tokio::task::JoinSet;
use tributary_contract::{AppEvent, KeychainState, Run, RunId, RunStatus, RunStream, StreamMark, Trigger};
use tributary_core::{
    Core, Error,
    ops::{self, StartRun},
};

pub async fn run(
    context: Context,
    output: Output,
    mut names: Vec<String>,
    all: bool,
    full_refresh: bool,
) -> Result<bool, Error> {
    let Context { core, mut events, .. } = context;
    if all {
        names =
            ops::list_integrations(&core).await?.into_iter().map(|integration| integration.id.to_string()).collect();
    }
    let mut failed_to_start = None;
    let mut runs = Vec::new();
    for name in &names {
        match ops::start_run(&core, name, StartRun { trigger: Trigger::Manual, full_refresh }).await {
            Ok(run) => runs.push(run),
            // The others still run; the first reason is told at the end.
            Err(error) if names.len() > 1 => {
                output.error(&error.into());
                failed_to_start.get_or_insert(());
            }
            Err(error) => return Err(error),
        }
    }
    let finished = watch(&core, output, &mut events, &runs).await?;
    for run in &finished {
        report(output, run);
    }
    let succeeded = finished.iter().all(|run| run.status == RunStatus::Succeeded);
    Ok(succeeded && failed_to_start.is_none())
}

/// Shows the runs until all have ended, and gives them. Ctrl+C stops them in good order.
pub async fn watch(
    core: &Core,
    output: Output,
    events: &mut tokio::sync::mpsc::UnboundedReceiver<AppEvent>,
    runs: &[Run],
) -> Result<Vec<Run>, Error> {
    // Before anything is waited for: a signal that comes in between is not lost.
    let mut signals = Signals::listen();
    let mut lines = RunLines::new(output);
    let mut waiting = JoinSet::new();
    let mut open: HashSet<RunId> = HashSet::new();
    for run in runs {
        lines.add(run.id, &run.integration_name);
        open.insert(run.id);
        let (core, id) = (core.clone(), run.id);
        waiting.spawn(async move { (id, ops::wait_for_run(&core, id).await) });
    }
    let mut finished = Vec::new();
    let mut interrupts = 0;
    while !open.is_empty() {
        tokio::select! {
            biased;
            Some(event) = events.recv() => match event {
                AppEvent::RunProgress(progress) => lines.show(&progress),
                AppEvent::Keychain(KeychainState::Waiting) => output.remark("Waiting for your keychain to be unlocked."),
                _ => {}
            },
            () = signals.next() => {
                interrupts += 1;
                if interrupts == 1 {
                    output.remark("Stopping: what has arrived is being saved.");
                }
                for id in &open {
                    ops::cancel_run(core, *id).await?;
                }
            }
            Some(Ok((id, run))) = waiting.join_next() => {
                lines.remove(id);
                open.remove(&id);
                finished.push(run?);
            }
        }
    }
    Ok(finished)
}

/// A finished run: the last line of `trib sync --json`, a table for people.
fn report(output: Output, run: &Run) {
    output.object(&json!({ "run": run }));
    let took = duration_in_words(run);
    let rows = number(run.records());
    let result = match run.status {
        RunStatus::Succeeded if run.records() == 0 => "Nothing new",
        status => status_in_words(status),
    };
    output.say(&format!("“{}”: {result} in {took}, {rows} rows.", run.integration_name));
    if let Some(problem) = &run.problem {
        output.say(&super::test::in_words(problem));
    }
    if let Some(at) = run.retry_at {
        let at = on_the_wall(at);
        let what = if run.status == RunStatus::Skipped { "begins" } else { "is tried again" };
        output.say(&format!("It {what} by itself {at}, while Tributary or trib daemon runs."));
    }
    if !run.streams.is_empty() {
        let row = |stream: &RunStream| {
            let remark = stream.mark.map(mark_in_words).unwrap_or_default();
            vec![stream.name.clone(), number(stream.records), remark.to_owned()]
        };
        output.table(&["Stream", "Rows", ""], run.streams.iter().map(row).collect(), &[1]);
    }
}

/// What is odd about a stream.
const fn mark_in_words(mark: StreamMark) -> &'static str {
    match mark {
        StreamMark::UsuallyMore => "usually brings rows",
        StreamMark::NoPermission => "may not be read by this user",
        StreamMark::Gone => "no longer there",
        StreamMark::CountsDiffer => "not all of it arrived",
    }
}
