//! Why a sign-in, or a question to Salesforce, failed. Never repeats a token.

use super::refusals;
use crate::{
    runs::problems::{self, Evidence},
    secrets::SecretError,
    store::StoreError,
};
use tributary_contract::{FixAction, Problem, ProblemCode, Subject};

/// Why it failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SignInError {
    /// Salesforce refused.
    #[error("Salesforce refused the sign-in: {error} ({description})")]
    Refused {
        /// Its error word, for instance `invalid_grant`.
        error: String,
        /// Its explanation.
        description: String,
    },
    /// Salesforce refused, and its clock and this computer's lie minutes apart.
    #[error("Salesforce refused the sign-in: {error} ({description}); this computer's clock is {minutes} minutes off")]
    ClockOff {
        /// Its error word.
        error: String,
        /// Its explanation.
        description: String,
        /// Minutes between the two clocks.
        minutes: i64,
    },
    /// Salesforce answered something else.
    #[error("Salesforce answered the sign-in with status {status}")]
    Unexpected {
        /// The HTTP status.
        status: u16,
    },
    /// It was not reached.
    #[error("Salesforce could not be reached for the sign-in: {detail}")]
    Unreachable {
        /// Why, without the address's query.
        detail: String,
    },
    /// The question went out, and no answer came back.
    #[error("the connection to Salesforce broke off before its answer had arrived: {detail}")]
    Lost {
        /// Why.
        detail: String,
    },
    /// A proxy or certificate of the settings cannot be used.
    #[error("the network settings cannot be used: {detail}")]
    Network {
        /// Which and why.
        detail: String,
    },
    /// The reply had no refresh token.
    #[error("Salesforce did not let the app stay signed in: the app has no right to (refresh_token, offline_access)")]
    NoRefreshToken,
    /// All ports of the call-back addresses are in use.
    #[error("the ports {ports} are all in use{by}")]
    PortsTaken {
        /// The ports.
        ports: String,
        /// By whom, where that is known, with a comma before it.
        by: String,
    },
    /// The browser did not come back.
    #[error("the browser did not come back within {minutes} minutes")]
    NeverReturned {
        /// The limit.
        minutes: u64,
    },
    /// The person signed out.
    #[error("nobody is signed in: you signed out")]
    SignedOut,
    /// There is no token.
    #[error("nobody is signed in yet")]
    NotSignedIn,
    /// The app ended in the moment in which Salesforce replaced the token.
    #[error("the app ended in the moment Salesforce renewed the sign-in, and the new one was not received")]
    Unsure,
    /// The sign-in leads to another org than the settings name.
    #[error("the settings name {named}, but the sign-in belongs to {found}")]
    WrongInstance {
        /// The address in the settings.
        named: String,
        /// The address the sign-in returned.
        found: String,
    },
    /// The keychain.
    #[error("{0}")]
    Keychain(String, bool),
    /// The database.
    #[error("the sign-in could not be noted: {0}")]
    Store(String),
}

impl From<SecretError> for SignInError {
    fn from(error: SecretError) -> Self {
        Self::Keychain(error.to_string(), matches!(error, SecretError::Locked))
    }
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Store(crate::error::with_sources(&error))
    }
}

impl SignInError {
    /// Whether the source said that the token no longer counts, so that asking again cannot help.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. } | Self::ClockOff { .. } | Self::SignedOut | Self::NotSignedIn | Self::Unsure
        )
    }

    /// The kind of problem.
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::Refused { error, description } | Self::ClockOff { error, description, .. } => {
                refusals::of(error, description).map_or(ProblemCode::SignInExpired, |refusal| refusal.code)
            }
            Self::Unexpected { status: 429 } => ProblemCode::RateLimited,
            Self::Unexpected { .. } => ProblemCode::ServerError,
            Self::Unreachable { detail } if is_about_trust(detail) => ProblemCode::TlsOrProxy,
            Self::Unreachable { detail } if is_name_look_up(detail) => ProblemCode::NameLookUp,
            Self::Unreachable { .. } | Self::Lost { .. } => ProblemCode::NetworkDown,
            Self::Network { .. } => ProblemCode::TlsOrProxy,
            Self::NoRefreshToken => ProblemCode::MissingPermission,
            Self::WrongInstance { .. } => ProblemCode::WrongInstance,
            Self::Keychain(..) => ProblemCode::KeychainUnavailable,
            Self::Store(_) | Self::PortsTaken { .. } => ProblemCode::Unknown,
            Self::NeverReturned { .. } | Self::SignedOut | Self::NotSignedIn | Self::Unsure => {
                ProblemCode::SignInExpired
            }
        }
    }

    /// What to do.
    pub fn hint(&self) -> String {
        self.problem(
            &Evidence { testing: true, ..Evidence::default() },
            Subject::Draft(tributary_contract::DraftId::new()),
        )
        .hint
    }

    /// The problem to show, with words of its own.
    pub fn problem(&self, evidence: &Evidence, subject: Subject) -> Problem {
        let mut problem = problems::describe(self.code(), evidence, subject, Some(self.to_string()));
        let words = self.words();
        if let Some(title) = words.title {
            problem.title = title;
        }
        if let Some(explanation) = words.explanation {
            problem.explanation = explanation;
        }
        if let Some(hint) = words.hint {
            problem.hint = hint;
        }
        if let Some(action) = words.action {
            problem.fix.action = action;
        }
        if let Some(setting) = words.setting {
            problem.fix.setting = Some(setting.to_owned());
        }
        problem
    }

    /// Words that say more than the usual ones of the code.
    fn words(&self) -> Told {
        match self {
            Self::Refused { error, description } => {
                refusals::of(error, description).map(refusals::Refusal::told).unwrap_or_default()
            }
            Self::ClockOff { error, description, minutes } => {
                let mut told = refusals::of(error, description).map(refusals::Refusal::told).unwrap_or_default();
                let clock =
                    format!("The clock of this computer is {minutes} minutes off, which alone can be the reason.");
                told.explanation = Some(match told.explanation {
                    Some(text) => format!("{text} {clock}"),
                    None => clock,
                });
                told.hint = Some("Set the clock of this computer (let it set itself), then try again.".to_owned());
                told
            }
            Self::Unreachable { detail } if is_about_time(detail) => Told::new(
                "No secure connection to Salesforce",
                "The certificate that Salesforce showed is not valid at the time this computer believes it is: its clock is \
                 wrong, or a proxy stands between.",
                "Check the date and time of this computer, then try again.",
            ),
            Self::Lost { .. } => Told::new(
                "The connection broke off while signing in",
                "Salesforce was asked, and its answer did not arrive.",
                "Check the network, then sign in again. Nothing was changed on this computer.",
            ),
            Self::NoRefreshToken => Told {
                action: Some(FixAction::AskAdministrator),
                ..Told::new(
                    "Salesforce did not let the app stay signed in",
                    "The registration of the app in your org lacks the scope “Perform requests at any time \
                     (refresh_token, offline_access)”.",
                    "Ask your administrator to add this scope to the External Client App, then sign in again.",
                )
            },
            Self::PortsTaken { ports, by } => Told {
                action: Some(FixAction::SignIn),
                ..Told::new(
                    "No port is free for the sign-in",
                    format!("Signing in needs one of the ports {ports} of this computer, and all are in use{by}."),
                    "Close the program that uses one of them, then sign in again.",
                )
            },
            Self::NeverReturned { minutes } => Told {
                action: Some(FixAction::SignIn),
                ..Told::new(
                    "The browser did not come back",
                    format!(
                        "For {minutes} minutes nobody finished signing in. If Salesforce showed “redirect_uri_mismatch”, \
                         the call-back addresses are not registered exactly as the app shows them; at “invalid_client_id” \
                         the consumer key is wrong, or the app was registered less than ten minutes ago."
                    ),
                    "Sign in again. Nothing was changed.",
                )
            },
            Self::SignedOut | Self::NotSignedIn => Told {
                action: Some(FixAction::SignIn),
                ..Told::new("Nobody is signed in", "There is no sign-in for this any more.", "Sign in with Salesforce.")
            },
            Self::Unsure => Told {
                action: Some(FixAction::SignIn),
                ..Told::new(
                    "The sign-in has to be renewed",
                    "The app ended in the very moment Salesforce replaced the sign-in by a new one. Using the old one again \
                     would look like theft to Salesforce, so it was not done.",
                    "Sign in again; the next sync goes on where the last one ended.",
                )
            },
            _ => Told::default(),
        }
    }
}

/// What is told of an error, where the usual words of its code say too little.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) title: Option<String>,
    pub(super) explanation: Option<String>,
    pub(super) hint: Option<String>,
    pub(super) action: Option<FixAction>,
    pub(super) setting: Option<&'static str>,
}

impl Told {
    fn new(title: &str, explanation: impl Into<String>, hint: &str) -> Self {
        Self {
            title: Some(title.to_owned()),
            explanation: Some(explanation.into()),
            hint: Some(hint.to_owned()),
            action: None,
            setting: None,
        }
    }
}

fn is_about_trust(detail: &str) -> bool {
    let text = detail.to_lowercase();
    text.contains("certificate") || text.contains("unknownissuer")
}

fn is_about_time(detail: &str) -> bool {
    let text = detail.to_lowercase();
    text.contains("certificate")
        && (text.contains("expired") || text.contains("not valid yet") || text.contains("notvalidyet"))
}

fn is_name_look_up(detail: &str) -> bool {
    let text = detail.to_lowercase();
    text.contains("failed to lookup address")
        || text.contains("dns error")
        || text.contains("name or service not known")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tributary_contract::IntegrationId;

    #[test]
    fn every_error_says_what_happened_and_what_to_do() {
        let refused = |error: &str, description: &str| SignInError::Refused {
            error: error.to_owned(),
            description: description.to_owned(),
        };
        let errors = [
            refused("invalid_grant", "expired access/refresh token"),
            refused("something_new", "of a later release"),
            SignInError::ClockOff { error: "invalid_grant".into(), description: "x".into(), minutes: 90 },
            SignInError::Unexpected { status: 503 },
            SignInError::Unreachable { detail: "invalid peer certificate: Expired".into() },
            SignInError::Lost { detail: "connection reset".into() },
            SignInError::NoRefreshToken,
            SignInError::PortsTaken { ports: "1717".into(), by: String::new() },
            SignInError::NeverReturned { minutes: 5 },
            SignInError::SignedOut,
            SignInError::Unsure,
        ];
        let mut seen = std::collections::HashSet::new();
        for error in errors {
            let problem = error.problem(&Evidence::default(), IntegrationId::new().into());
            assert!(
                !problem.title.is_empty() && !problem.explanation.is_empty() && !problem.hint.is_empty(),
                "{error}"
            );
            seen.insert(problem.explanation);
        }
        assert!(seen.len() >= 9, "{seen:?}");
        let clock = SignInError::Unreachable { detail: "invalid peer certificate: Expired".into() };
        let problem = clock.problem(&Evidence::default(), IntegrationId::new().into());
        assert!(problem.hint.contains("date and time"));
    }
}
