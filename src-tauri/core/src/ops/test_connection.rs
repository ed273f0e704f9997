//! Testing a connection: named checks, each with its own verdict.

use super::prepare::{self, PrepareError};
use crate::{
    Core, Error,
    connectors::{LoginCheck, settings},
    runs::{
        classify::{Evidence, classify},
        plugin_call::call,
    },
    secrets::VaultOwner,
    store,
};
use std::time::Duration;
use tributary_contract::{
    AppEvent, Check, CheckStatus, ConnectorKind, Integration, IntegrationStatus, Problem, Tag, TestReport,
};

/// How long a sign-in check may take.
const LIMIT: Duration = Duration::from_mins(1);
/// The checks, in order.
const CHECKS: [&str; 4] = ["engine", "settings", "connector", "sign_in"];

/// Tests an integration's connection. `watch` is told each check's verdict as it comes.
pub async fn test_connection(
    core: &Core,
    id_or_name: &str,
    watch: &(dyn Fn(&Check) + Send + Sync),
) -> Result<TestReport, Error> {
    let integration = super::get_integration(core, id_or_name).await?;
    let mut report = TestReport { ok: true, checks: Vec::new(), problem: None };
    let found = run_checks(core, &integration, &mut |name, message| {
        let check = Check { name: name.to_owned(), status: CheckStatus::Passed, message };
        watch(&check);
        report.checks.push(check);
    })
    .await;
    if let Err(problem) = found {
        report.ok = false;
        for (position, name) in CHECKS.iter().enumerate().skip(report.checks.len()) {
            let failed =
                position == report.checks.len() && report.checks.iter().all(|c| c.status == CheckStatus::Passed);
            let check = Check {
                name: (*name).to_owned(),
                status: if failed { CheckStatus::Failed } else { CheckStatus::Skipped },
                message: if failed {
                    format!("{}. {}", problem.title, problem.explanation)
                } else {
                    "Not reached.".to_owned()
                },
            };
            watch(&check);
            report.checks.push(check);
        }
        report.problem = Some(problem);
    }
    let (id, status) =
        (integration.id, if report.ok { IntegrationStatus::Ready } else { IntegrationStatus::Attention });
    core.database().transact(move |connection| store::integrations::set_status(connection, id, status)).await?;
    core.events().send(AppEvent::Invalidate(vec![Tag::Integrations, Tag::Integration(id)]));
    Ok(report)
}

async fn run_checks(
    core: &Core,
    integration: &Integration,
    passed: &mut (dyn FnMut(&str, String) + Send),
) -> Result<(), Problem> {
    let mut evidence = Evidence { source: integration.connector.clone(), ..Evidence::default() };
    let definition = super::connectors::find(core, ConnectorKind::Extractor, &integration.connector);
    let definition = definition.map_err(|error| problem(error.into(), &evidence, integration))?;
    evidence.source.clone_from(&definition.label);
    prepare::engine(core).await.map_err(|error| problem(error.into(), &evidence, integration))?;
    passed("engine", "The engine is ready.".to_owned());

    let names = integration.secrets.iter().map(String::as_str).collect();
    settings::check(&definition, &integration.config, &names)
        .map_err(|error| problem(Error::from(error).into(), &evidence, integration))?;
    if !integration.secrets.is_empty() {
        core.vault()
            .load(VaultOwner::Integration(integration.id))
            .await
            .map_err(|error| problem(Error::from(error).into(), &evidence, integration))?;
    }
    passed("settings", "Everything needed is there.".to_owned());

    let (_, plugin) =
        prepare::extractor(core, integration).await.map_err(|error| problem(error.into(), &evidence, integration))?;
    passed("connector", format!("{} is installed.", definition.label));

    prepare::check_instance(core, integration, &plugin)
        .await
        .map_err(|error| problem(error, &evidence, integration))?;
    // The check above may have rotated the token.
    let (_, plugin) =
        prepare::extractor(core, integration).await.map_err(|error| problem(error.into(), &evidence, integration))?;
    let arguments: &[&str] = match definition.check {
        LoginCheck::Login => &[],
        LoginCheck::Test => &["--test"],
        LoginCheck::None => &["--discover"],
    };
    let outcome = call(core, &plugin, arguments, LIMIT)
        .await
        .map_err(|error| problem(Error::from(error).into(), &evidence, integration))?;
    if outcome.exit != Some(0) {
        evidence.extractor_exit = outcome.exit.or(Some(-1));
        evidence.extractor_lines = outcome.lines;
        return Err(classify(&evidence, integration.id));
    }
    let message = if integration.secrets.is_empty() {
        format!("{} can be read.", definition.label)
    } else {
        format!("{} accepts the sign-in.", definition.label)
    };
    passed("sign_in", message);
    Ok(())
}

fn problem(error: PrepareError, evidence: &Evidence, integration: &Integration) -> Problem {
    error.into_problem(evidence, integration.id)
}
