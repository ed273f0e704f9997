//! `trib test`.

use super::{schedules::on_the_wall, several};
use crate::{context::Context, output::Output, signals::Signals};
use serde_json::json;
use tributary_contract::{Check, CheckStatus, Problem, Subject, TestId};
use tributary_core::{Error, ops};

/// Tests the integrations or destinations with these ids or names, one after the other.
pub async fn any(context: &Context, output: Output, names: Vec<String>, all: bool) -> Result<bool, Error> {
    let names = several::chosen(&context.core, names, all).await?;
    let many = names.len() > 1;
    several::each(output, &names, async |name| {
        let subject = ops::find_subject(&context.core, name).await?;
        if many {
            output.object(&json!({ "test": subject }));
            output.say(&format!("{}:", name_of(context, name).await));
        }
        run(context, output, subject).await
    })
    .await
}

/// What people call it.
async fn name_of(context: &Context, id_or_name: &str) -> String {
    let integration = ops::get_integration(&context.core, id_or_name).await;
    integration.map_or_else(|_| id_or_name.to_owned(), |integration| integration.name)
}

/// Tests it. For programs each check is a line of its own, as it comes, and the last line is the whole report.
pub async fn run(context: &Context, output: Output, subject: Subject) -> Result<bool, Error> {
    let test = TestId::new();
    let watch = |check: &Check| {
        show(output, check);
        output.object(&json!({ "check": check }));
    };
    let testing = ops::test_connection(&context.core, subject, test, &watch);
    tokio::pin!(testing);
    let mut signals = Signals::listen();
    let report = tokio::select! {
        report = &mut testing => report?,
        () = signals.next() => {
            ops::cancel_test(&context.core, test);
            testing.await?
        }
    };
    output.object(&report);
    if let Some(problem) = &report.problem {
        output.say(&remedy(problem));
    }
    Ok(report.ok)
}

/// A problem for people: what happened, what it means, what the connector said, what to do.
pub fn in_words(problem: &Problem) -> String {
    let meaning = if problem.meaning.is_empty() { String::new() } else { format!("{}\n", problem.meaning) };
    format!("{}. {}\n{meaning}{}", problem.title, problem.explanation, remedy(problem))
}

/// What the connector said, and what to do.
fn remedy(problem: &Problem) -> String {
    let details = problem.details.as_deref().map(|text| format!("  {text}\n")).unwrap_or_default();
    let until = problem.until.map(|until| format!(" It is over {} at the latest.", on_the_wall(until)));
    format!("{details}{}{}", problem.hint, until.unwrap_or_default())
}

/// One check for people.
pub fn show(output: Output, check: &Check) {
    let mark = match check.status {
        CheckStatus::Passed => "✓",
        CheckStatus::Failed => "✗",
        CheckStatus::Skipped => "–",
    };
    output.say(&format!("{mark} {:10} {}", check.name.replace('_', " "), check.message));
}
