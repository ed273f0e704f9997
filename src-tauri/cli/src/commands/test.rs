//! `trib test`.

use crate::{context::Context, output::Output, signals::Signals};
use serde_json::json;
use tributary_contract::{Check, CheckStatus, Problem, Subject, TestId};
use tributary_core::{Error, ops};

/// Tests the integration or destination with this id or name.
pub async fn any(context: &Context, output: Output, id_or_name: &str) -> Result<bool, Error> {
    run(context, output, ops::find_subject(&context.core, id_or_name).await?).await
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

/// A problem for people: what happened, what the connector said, what to do.
pub fn in_words(problem: &Problem) -> String {
    format!("{}. {}\n{}", problem.title, problem.explanation, remedy(problem))
}

/// What the connector said, and what to do.
fn remedy(problem: &Problem) -> String {
    let details = problem.details.as_deref().map(|text| format!("  {text}\n")).unwrap_or_default();
    format!("{details}{}", problem.hint)
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
