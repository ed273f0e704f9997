//! Testing a connection: named checks, each with its own verdict, told as they come.

use super::{
    fault,
    prepare_error::PrepareError,
    setup::Setup,
    {test_destination, test_source},
};
use crate::{Core, Error, connectors::Definition, runs::problems::Evidence, store};
use std::sync::{Mutex, PoisonError};
use tributary_contract::{
    AppEvent, Check, CheckStatus, ConnectorKind, IntegrationStatus, Problem, Subject, Tag, TestId, TestReport,
};

/// The checks of a source, in order.
const SOURCE_CHECKS: [&str; 5] = ["engine", "connector", "settings", "sign_in", "read"];
/// The checks of a destination, in order.
const DESTINATION_CHECKS: [&str; 5] = ["engine", "connector", "settings", "connect", "write"];

/// The integration or, failing that, the destination with this id or name.
pub async fn find_subject(core: &Core, id_or_name: &str) -> Result<Subject, Error> {
    match super::get_integration(core, id_or_name).await {
        Ok(integration) => Ok(integration.id.into()),
        Err(Error::NotFound { .. }) => match super::get_destination(core, id_or_name).await {
            Ok(destination) => Ok(destination.id.into()),
            Err(Error::NotFound { name, .. }) => Err(Error::NotFound { kind: "integration or destination", name }),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// Tests a connection. `watch` is told each check's verdict as it comes, and so are events. Ends with [`Error::Cancelled`]
/// when [`cancel_test`] stops it.
pub async fn test_connection(
    core: &Core,
    subject: Subject,
    test: TestId,
    watch: &(dyn Fn(&Check) + Send + Sync),
) -> Result<TestReport, Error> {
    let mut stopped = core.memory().begin_test(test);
    let _ended = Ended { core, test };
    tokio::select! {
        biased;
        _ = stopped.wait_for(|stopped| *stopped) => {
            core.memory().cancel_discovery(subject);
            Err(Error::Cancelled)
        }
        report = run(core, subject, test, watch) => report,
    }
}

/// Stops a test and ends its processes; one that has ended is left as it is.
pub fn cancel_test(core: &Core, test: TestId) {
    core.memory().cancel_test(test);
}

struct Ended<'a> {
    core: &'a Core,
    test: TestId,
}

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.core.memory().test_ended(self.test);
    }
}

async fn run(
    core: &Core,
    subject: Subject,
    test: TestId,
    watch: &(dyn Fn(&Check) + Send + Sync),
) -> Result<TestReport, Error> {
    let setup = Setup::find(core, subject).await?;
    let verdicts = Verdicts { core, test, watch, checks: Mutex::default() };
    let (names, found) = match setup.kind {
        ConnectorKind::Extractor => (SOURCE_CHECKS, test_source::run(core, &setup, &verdicts).await),
        ConnectorKind::Loader => (DESTINATION_CHECKS, test_destination::run(core, &setup, &verdicts).await),
    };
    let problem = found.err();
    if let Some(problem) = &problem {
        let reached = verdicts.len();
        for (position, name) in names.iter().enumerate().skip(reached) {
            if position == reached {
                verdicts.tell(name, CheckStatus::Failed, format!("{}. {}", problem.title, problem.explanation));
            } else {
                verdicts.tell(name, CheckStatus::Skipped, "Not reached.".to_owned());
            }
        }
    }
    let report = TestReport { ok: problem.is_none(), checks: verdicts.into_checks(), problem };
    remember(core, &setup, report.ok).await?;
    Ok(report)
}

/// What was found out is part of the integration or draft.
async fn remember(core: &Core, setup: &Setup, passed: bool) -> Result<(), Error> {
    let tags = match setup.subject {
        Subject::Integration(id) => {
            let status = if passed { IntegrationStatus::Ready } else { IntegrationStatus::Attention };
            let saved =
                core.database().transact(move |connection| store::integrations::set_status(connection, id, status));
            saved.await?;
            vec![Tag::Integrations, Tag::Integration(id)]
        }
        Subject::Draft(_) => {
            if let Some(draft) = setup.draft.clone() {
                let saved =
                    core.database().transact(move |connection| store::drafts::set_tested(connection, &draft, passed));
                saved.await?;
            }
            vec![Tag::Drafts]
        }
        Subject::Destination(_) => return Ok(()),
    };
    core.events().send(AppEvent::Invalidate(tags));
    Ok(())
}

/// Verdicts as they come.
pub struct Verdicts<'a> {
    core: &'a Core,
    test: TestId,
    watch: &'a (dyn Fn(&Check) + Send + Sync),
    checks: Mutex<Vec<Check>>,
}

impl Verdicts<'_> {
    /// This check passed.
    pub fn passed(&self, name: &str, message: String) {
        self.tell(name, CheckStatus::Passed, message);
    }

    /// This check was not possible, which is no failure.
    pub fn skipped(&self, name: &str, message: String) {
        self.tell(name, CheckStatus::Skipped, message);
    }

    fn tell(&self, name: &str, status: CheckStatus, message: String) {
        let check = Check { name: name.to_owned(), status, message };
        (self.watch)(&check);
        self.core.events().send(AppEvent::TestCheck { test: self.test, check: check.clone() });
        self.checks.lock().unwrap_or_else(PoisonError::into_inner).push(check);
    }

    fn len(&self) -> usize {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn into_checks(self) -> Vec<Check> {
        self.checks.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a failure of a test is blamed on.
pub struct Blame<'a> {
    /// What is tested.
    pub setup: &'a Setup,
    /// Its connector, where it is known.
    pub definition: Option<&'a Definition>,
    /// What is known of the failure so far.
    pub evidence: Evidence,
}

impl Blame<'_> {
    /// The problem to show, with the setting at fault where there is one.
    pub fn problem(&self, error: impl Into<PrepareError>) -> Problem {
        let error = error.into();
        let said = error.said();
        let problem = error.into_problem(&self.evidence, self.setup.subject);
        self.refine(problem, &said)
    }

    /// The same for a problem that was classified.
    pub fn refine(&self, problem: Problem, lines: &[String]) -> Problem {
        match self.definition {
            Some(definition) => fault::refine(problem, definition, self.setup, lines),
            None => problem,
        }
    }
}
