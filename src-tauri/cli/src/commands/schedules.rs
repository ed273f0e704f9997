//! `trib schedule`, `trib pause`, `trib resume`.

use super::several;
use crate::{
    arguments::{PauseFor, ScheduleArguments, SeveralArguments},
    context::Context,
    output::Output,
};
use chrono::{DateTime, Local, Utc};
use serde_json::json;
use tributary_contract::Integration;
use tributary_core::{Error, ops, scheduler::PauseLength};

/// Shows schedules, or sets them first.
pub async fn schedule(context: &Context, output: Output, arguments: ScheduleArguments) -> Result<bool, Error> {
    let ScheduleArguments { integration, when, set, all } = arguments;
    let mut names: Vec<String> = integration.into_iter().collect();
    let Some(set) = set else {
        return several::each(output, &names, async |name| one(context, output, name, &when).await).await;
    };
    // What cannot be read is one mistake, not one for each.
    ops::canonical_schedule(&set)?;
    names.extend(when);
    let names = several::chosen(&context.core, names, all).await?;
    several::each(output, &names, async |name| one(context, output, name, std::slice::from_ref(&set)).await).await
}

/// Shows a schedule, or sets it first.
async fn one(context: &Context, output: Output, name: &str, when: &[String]) -> Result<bool, Error> {
    let core = &context.core;
    let integration = if when.is_empty() {
        ops::get_integration(core, name).await?
    } else {
        ops::set_schedule(core, name, &when.join(" ")).await?
    };
    let preview = ops::preview_schedule(core, integration.schedule.as_deref().unwrap_or("off"))?;
    output.object(&json!({
        "integration": integration.id,
        "name": integration.name,
        "schedule": preview.schedule,
        "words": preview.words,
        "next": preview.next,
        "state": integration.schedule_state,
    }));
    output.say(&format!("“{}”: {}", integration.name, preview.words));
    for time in &preview.next {
        output.say(&format!("  {}", on_the_wall(*time)));
    }
    let state = integration.schedule_state.as_ref();
    if state.is_some_and(|state| state.late) {
        output.say("Its data is older than this promises.");
    }
    explain_pause(output, &integration);
    if let Some(pause) = ops::current_pause(core).await? {
        output.say(&format!("Everything pauses {}.", until_in_words(pause.until)));
    }
    Ok(true)
}

/// Pauses integrations, or everything.
pub async fn pause(
    context: &Context,
    output: Output,
    which: SeveralArguments,
    length: Option<PauseFor>,
) -> Result<bool, Error> {
    let core = &context.core;
    if which.all {
        let length = match length {
            Some(PauseFor::HalfAnHour) => PauseLength::HalfAnHour,
            Some(PauseFor::TwoHours) => PauseLength::TwoHours,
            Some(PauseFor::Tomorrow) => PauseLength::UntilTomorrow,
            None => PauseLength::UntilResumed,
        };
        let pause = ops::pause_all(core, length).await?;
        output.object(&json!({ "paused": pause }));
        output.say(&format!("Nothing is synced by schedule {}.", until_in_words(pause.until)));
        return Ok(true);
    }
    several::each(output, &which.integrations, async |name| {
        let integration = ops::pause_integration(core, name).await?;
        output.say(&format!("“{}” is paused.", integration.name));
        output.object(&json!({ "integration": integration }));
        Ok(true)
    })
    .await
}

/// Resumes integrations, or everything.
pub async fn resume(context: &Context, output: Output, which: SeveralArguments) -> Result<bool, Error> {
    let core = &context.core;
    if which.all {
        ops::resume_all(core).await?;
        output.object(&json!({ "paused": null }));
        output.say("Schedules are followed again. Integrations that were paused one by one stay so.");
        return Ok(true);
    }
    several::each(output, &which.integrations, async |name| {
        let integration = ops::resume_integration(core, name).await?;
        output.say(&format!("“{}” is resumed.{}", integration.name, next_in_words(&integration)));
        output.object(&json!({ "integration": integration }));
        Ok(true)
    })
    .await
}

fn explain_pause(output: Output, integration: &Integration) {
    let because = integration.schedule_state.as_ref().and_then(|state| state.paused_because.as_ref());
    if let Some(problem) = because {
        output.say(&format!("It paused itself after failing again and again: {}. {}", problem.title, problem.hint));
        output.say("Go on with: trib resume NAME");
    } else if integration.status == tributary_contract::IntegrationStatus::Paused {
        output.say("It is paused. Go on with: trib resume NAME");
    }
}

fn next_in_words(integration: &Integration) -> String {
    let next = integration.schedule_state.as_ref().and_then(|state| state.next);
    next.map(|time| format!(" Its next sync: {}.", on_the_wall(time))).unwrap_or_default()
}

fn until_in_words(until: Option<DateTime<Utc>>) -> String {
    until.map_or("until you resume it".to_owned(), |until| format!("until {}", on_the_wall(until)))
}

/// A moment as the clock on the wall shows it.
pub fn on_the_wall(time: DateTime<Utc>) -> String {
    time.with_timezone(&Local).format("%a %Y-%m-%d %H:%M").to_string()
}
