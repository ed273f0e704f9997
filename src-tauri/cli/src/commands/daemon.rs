//! `trib daemon`: the scheduler for machines without a desktop.

use super::runs::status_in_words;
use crate::{
    context::Context,
    output::{Output, number},
    signals::Signals,
};
use serde_json::json;
use std::collections::HashSet;
use tokio::sync::mpsc;
use tributary_contract::{AppEvent, RunId, Tag};
use tributary_core::{Core, Error, ops, scheduler::Event};

/// Syncs by schedule until it is asked to end; runs that are at work then end in good order.
pub async fn run(mut context: Context, output: Output) -> Result<bool, Error> {
    // Before anything is started: a signal that comes in between is not lost.
    let mut signals = Signals::listen();
    let core = context.core.clone();
    let (sender, mut reports) = mpsc::unbounded_channel();
    // Nobody listening any more is no reason to stop.
    core.start_scheduler(move |event| drop(sender.send(event)));
    let mut open = HashSet::new();
    loop {
        tokio::select! {
            biased;
            () = signals.next() => break,
            Some(event) = reports.recv() => {
                tell(output, &event);
                if let Event::Started(run) = event {
                    open.insert(run.id);
                    tell_end(&core, output, &mut open, run.id).await?;
                }
            }
            Some(event) = context.events.recv() => tell_ends(&core, output, &mut open, event).await?,
        }
    }
    output.remark("Ending: what has arrived is being saved.");
    core.shutdown().await;
    while let Ok(event) = context.events.try_recv() {
        tell_ends(&core, output, &mut open, event).await?;
    }
    Ok(true)
}

fn tell(output: Output, event: &Event) {
    output.object(&match event {
        Event::Waiting => json!({ "event": "waiting" }),
        Event::Scheduling => json!({ "event": "scheduling" }),
        Event::Woke => json!({ "event": "woke" }),
        Event::Paused(pause) => json!({ "event": "paused", "until": pause.until }),
        Event::Resumed => json!({ "event": "resumed" }),
        Event::WaitingForNetwork => json!({ "event": "waiting_for_network" }),
        Event::Started(run) => json!({ "event": "started", "run": run }),
        Event::Skipped(run) => json!({ "event": "skipped", "run": run }),
        Event::Failed { integration, message } => {
            json!({ "event": "failed", "integration": integration, "message": message })
        }
    });
    let text = event.to_string();
    let mut letters = text.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    output.say(&format!("{first}{}.", letters.as_str()));
}

async fn tell_ends(core: &Core, output: Output, open: &mut HashSet<RunId>, event: AppEvent) -> Result<(), Error> {
    let AppEvent::Invalidate(tags) = event else { return Ok(()) };
    for tag in tags {
        if let Tag::Run(id) = tag {
            tell_end(core, output, open, id).await?;
        }
    }
    Ok(())
}

/// Tells of a run that has ended, once.
async fn tell_end(core: &Core, output: Output, open: &mut HashSet<RunId>, id: RunId) -> Result<(), Error> {
    if !open.contains(&id) {
        return Ok(());
    }
    let run = match ops::get_run(core, id).await {
        Ok(run) if run.status.is_terminal() => run,
        Ok(_) => return Ok(()),
        // Deleted with its integration.
        Err(Error::NotFound { .. }) => {
            open.remove(&id);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    open.remove(&id);
    output.object(&json!({ "event": "ended", "run": run }));
    let (status, rows) = (status_in_words(run.status), number(run.records()));
    output.say(&format!("“{}”: {status}, {rows} rows.", run.integration_name));
    if let Some(problem) = &run.problem {
        output.say(&format!("{}. {}", problem.title, problem.hint));
    }
    let integration = ops::get_integration(core, &run.integration.to_string()).await;
    let because = integration.ok().and_then(|integration| integration.schedule_state?.paused_because);
    if let Some(problem) = because {
        output.object(&json!({ "event": "gave_up", "integration": run.integration, "problem": problem }));
        output.say(&format!("“{}” paused itself: it failed again and again for this reason.", run.integration_name));
    }
    Ok(())
}
