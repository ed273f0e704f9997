//! `trib runs`, `trib logs`, `trib cancel`.

use crate::{
    context::Context,
    output::{Output, number},
};
use serde_json::json;
use std::time::Duration;
use tributary_contract::{LogLine, Run, RunId, RunStatus};
use tributary_core::{Error, ops};

/// Lines that are read at once.
const PAGE: u32 = 1_000;
/// Pause between looks at a log that grows.
const PAUSE: Duration = Duration::from_millis(200);

pub async fn list(context: &Context, output: Output, integration: Option<&str>, limit: u32) -> Result<bool, Error> {
    let runs = ops::list_runs(&context.core, integration, limit).await?;
    output.object(&json!({ "runs": runs }));
    let rows = runs
        .iter()
        .map(|run| {
            vec![
                run.queued_at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
                run.integration_name.clone(),
                status_in_words(run.status).to_owned(),
                number(run.records()),
                duration_in_words(run),
                run.id.to_string(),
            ]
        })
        .collect();
    output.table(&["Started", "Integration", "Result", "Rows", "Took", "Id"], rows, &[3, 4]);
    Ok(true)
}

pub async fn logs(context: &Context, output: Output, run: RunId, follow: bool) -> Result<bool, Error> {
    let mut offset = 0;
    loop {
        let page = ops::read_log(&context.core, run, offset, PAGE).await?;
        let full = page.lines.len() == PAGE as usize;
        for line in &page.lines {
            show(output, line);
        }
        offset = page.next_offset;
        if page.complete || (!follow && !full) {
            return Ok(true);
        }
        if !full {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn show(output: Output, line: &LogLine) {
    output.object(line);
    let source = serde_json::to_value(line.source).ok();
    let source = source.as_ref().and_then(|value| value.as_str()).unwrap_or_default();
    output.say(&format!("{}  {source:9}  {}", line.time.format("%H:%M:%S%.3f"), line.text));
}

pub async fn cancel(context: &Context, output: Output, run: RunId) -> Result<bool, Error> {
    ops::cancel_run(&context.core, run).await?;
    let run = ops::wait_for_run(&context.core, run).await?;
    output.object(&json!({ "run": run }));
    output.say(&format!("The run has ended: {}.", status_in_words(run.status)));
    Ok(true)
}

/// The words of the window.
pub const fn status_in_words(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Queued => "Waiting",
        RunStatus::Running => "Syncing",
        RunStatus::Succeeded => "Succeeded",
        RunStatus::Failed => "Failed",
        RunStatus::Cancelled => "Cancelled",
        RunStatus::Interrupted => "Interrupted",
        RunStatus::Skipped => "Skipped",
    }
}

/// How long a run took, for people.
pub fn duration_in_words(run: &Run) -> String {
    let took = run.started_at.zip(run.finished_at).map(|(from, to)| to - from);
    took.map(|took| format!("{:.1} s", took.as_seconds_f64())).unwrap_or_default()
}
