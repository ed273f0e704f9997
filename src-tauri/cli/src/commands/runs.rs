//! `trib runs`, `trib cancel`.

use crate::{
    context::Context,
    output::{Output, number},
};
use serde_json::json;
use std::collections::HashSet;
use tributary_contract::{Run, RunId, RunPage, RunQuery, RunStatus};
use tributary_core::{Error, ops};

/// Which runs are listed.
pub struct Which {
    pub limit: u32,
    pub failed: bool,
    pub before: Option<RunId>,
}

pub async fn list(context: &Context, output: Output, integration: Option<&str>, which: Which) -> Result<bool, Error> {
    let integration = match integration {
        Some(name) => Some(ops::get_integration(&context.core, name).await?.id),
        None => None,
    };
    let statuses = if which.failed { vec![RunStatus::Failed, RunStatus::Interrupted] } else { Vec::new() };
    let query = RunQuery { integration, statuses, before: which.before, limit: which.limit, ..RunQuery::default() };
    let RunPage { runs, next, total } = ops::find_runs(&context.core, query).await?;
    output.object(&json!({ "runs": runs, "next": next, "total": total }));
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
    // Of each integration only its newest run can be gone on with.
    let mut seen = HashSet::new();
    for run in runs.iter().filter(|run| seen.insert(run.integration)) {
        if run.status == RunStatus::Interrupted {
            let name = &run.integration_name;
            output.say(&format!("“{name}” was interrupted. Go on from what was confirmed: trib sync \"{name}\""));
        }
    }
    if let Some(next) = next {
        output.say(&format!("{} of {}. Older ones: --before {next}", number(runs.len() as u64), number(total)));
    }
    Ok(true)
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
