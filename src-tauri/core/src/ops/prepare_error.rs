//! Why a run could not start, and the problem that is shown of it.

use crate::{
    Error,
    engine::EngineError,
    runs::{
        plugin_call::CallError,
        problems::{Evidence, classify, describe},
    },
    salesforce::SignInError,
};
use tributary_contract::{ErrorCode, Problem, ProblemCode, Subject};

/// Why a run could not start.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The integration itself could not be read.
    #[error(transparent)]
    Lookup(Box<Error>),
    /// Something it needs is not there.
    #[error(transparent)]
    Needs(#[from] Error),
    /// Salesforce's sign-in failed.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// So many of the day's API calls are used that a run waits.
    #[error("{used} of {max} API calls of the last 24 hours are used, more than {share} percent")]
    Quota {
        /// Calls used, or used up by this run.
        used: u64,
        /// Calls allowed.
        max: u64,
        /// The chosen share, in percent.
        share: u32,
    },
}

impl From<EngineError> for PrepareError {
    fn from(error: EngineError) -> Self {
        Self::Needs(error.into())
    }
}

impl From<CallError> for PrepareError {
    fn from(error: CallError) -> Self {
        Self::Needs(error.into())
    }
}

impl PrepareError {
    /// What a connector said before it failed; the most telling line first.
    pub fn said(&self) -> Vec<String> {
        match self {
            Self::Needs(error) => error.said().map(|(lines, _)| lines.to_vec()).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The problem to show.
    pub fn into_problem(self, evidence: &Evidence, subject: impl Into<Subject>) -> Problem {
        let subject = subject.into();
        let line = Some(crate::error::with_sources(&self));
        let code = match &self {
            Self::Quota { used, max, share } => return waiting_for_quota(*used, *max, *share, evidence, subject, line),
            Self::SignIn(error) | Self::Needs(Error::SignIn(error)) => return error.problem(evidence, subject),
            Self::Needs(error) if error.said().is_some_and(|(_, exit)| exit != Some(0)) => {
                let (lines, exit) = error.said().unwrap_or_default();
                // One that a signal ended has failed too.
                let (extractor_exit, extractor_lines) = (exit.or(Some(-1)), lines.to_vec());
                return classify(&Evidence { extractor_exit, extractor_lines, ..evidence.clone() }, subject);
            }
            Self::Lookup(error) => code_of(error),
            Self::Needs(error) => code_of(error),
        };
        let mut problem = describe(code, evidence, subject, line);
        if let Self::Needs(error) = &self {
            if let Error::Setting(error) = error {
                problem.fix.setting = Some(error.setting().to_owned());
            }
            // What the connector did is said by the error itself, and so is what to do.
            if matches!(error, Error::Call(_)) {
                problem.explanation = format!("{}.", first_upper(&crate::error::with_sources(error)));
                problem.hint = error.hint();
            }
        }
        problem
    }
}

fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn code_of(error: &Error) -> ProblemCode {
    match error.code() {
        ErrorCode::KeychainLocked | ErrorCode::KeychainMissing => ProblemCode::KeychainUnavailable,
        ErrorCode::DiskFull => ProblemCode::DiskFull,
        ErrorCode::NetworkUnavailable => ProblemCode::NetworkDown,
        ErrorCode::InvalidSetting | ErrorCode::SecretInConfig => ProblemCode::SettingInvalid,
        ErrorCode::EngineUnavailable | ErrorCode::PythonMissing => ProblemCode::EngineBroken,
        _ => ProblemCode::Unknown,
    }
}

/// A run that waits for API calls: nothing has failed.
fn waiting_for_quota(
    used: u64,
    max: u64,
    share: u32,
    evidence: &Evidence,
    subject: Subject,
    line: Option<String>,
) -> Problem {
    let mut problem = describe(ProblemCode::QuotaUsedUp, evidence, subject, line);
    "Waiting for API calls to become free".clone_into(&mut problem.title);
    problem.explanation = format!(
        "{used} of the {max} API calls that Salesforce allows within 24 hours are used, by all programs together. The settings \
         let a sync begin up to {share} percent."
    );
    "Nothing has failed: the sync waits, and begins by itself when enough calls are free."
        .clone_into(&mut problem.meaning);
    "Wait, or raise the share (Daily API limit) in the settings.".clone_into(&mut problem.hint);
    problem
}
