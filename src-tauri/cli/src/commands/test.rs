//! `trib test`.

use crate::{context::Context, output::Output};
use tributary_contract::{Check, CheckStatus};
use tributary_core::{Error, ops};

pub async fn run(context: &Context, output: Output, integration: &str) -> Result<bool, Error> {
    let report = ops::test_connection(&context.core, integration, &|check| show(output, check)).await?;
    output.object(&report);
    if let Some(problem) = &report.problem {
        output.say(&problem.hint);
    }
    Ok(report.ok)
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
