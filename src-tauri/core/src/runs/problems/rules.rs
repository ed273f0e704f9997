//! Which words of a connector mean which problem.
//!
//! The first rule that any telling line fits decides, so what is exact comes before what is general. Each rule is backed by
//! captured output in `tests/fixtures/problems`; a test says so when one is not.

use super::words::Words;
use tributary_contract::{FixAction, ProblemCode};

/// Words that must all be in one line, in any case of letters, and what they mean.
pub(super) struct Rule {
    pub(super) words: &'static [&'static str],
    pub(super) code: ProblemCode,
    /// Where the usual words of the code say too little.
    pub(super) instead: Option<&'static Instead>,
}

/// What is said in place of the usual words of a code.
#[derive(Default)]
pub(super) struct Instead {
    pub(super) explanation: Option<&'static str>,
    pub(super) hint: Option<&'static str>,
    pub(super) action: Option<FixAction>,
    pub(super) setting: Option<&'static str>,
    /// Hours after which it is over at the latest.
    pub(super) hours: Option<i64>,
}

impl Instead {
    /// Puts its words in place of the usual ones.
    pub(super) fn of(&self, usual: &Words) -> Words {
        Words {
            explanation: self.explanation.unwrap_or(usual.explanation),
            hint: self.hint.unwrap_or(usual.hint),
            action: self.action.unwrap_or(usual.action),
            setting: self.setting.or(usual.setting),
            ..*usual
        }
    }
}

const fn rule(words: &'static [&'static str], code: ProblemCode) -> Rule {
    Rule { words, code, instead: None }
}

const fn told(words: &'static [&'static str], code: ProblemCode, instead: &'static Instead) -> Rule {
    Rule { words, code, instead: Some(instead) }
}

const NOTHING: Instead = Instead { explanation: None, hint: None, action: None, setting: None, hours: None };

const NOT_FROM_HERE: Instead = Instead {
    explanation: Some(
        "An administrator of {source} allows this sign-in from certain networks only, and not from here.",
    ),
    hint: Some(
        "Ask your administrator to allow this network, or to relax the IP restrictions of the app; then {again}.",
    ),
    ..NOTHING
};
const CALLS_OF_A_DAY: Instead = Instead {
    explanation: Some(
        "{source} allows a number of API calls within 24 hours, for all programs together, and they are used.",
    ),
    // Not "tomorrow": each call counts for the 24 hours after it.
    hint: Some(
        "Wait: each call counts for 24 hours, so some become free all the time. Syncing fewer objects, or less often, \
         needs fewer.",
    ),
    hours: Some(24),
    ..NOTHING
};
const SHARE_OF_ALL: Instead = Instead {
    explanation: Some(
        "More of the API calls that {source} allows within 24 hours are used (by all programs together) than the settings \
         let a sync go on with, so it stopped to leave the rest to others.",
    ),
    hint: Some("Wait until calls have become free (each counts for 24 hours), or raise the share in the settings."),
    hours: Some(24),
    ..NOTHING
};
const SHARE_OF_A_RUN: Instead = Instead {
    explanation: Some("This sync made as many API calls as the settings let a single sync make, and stopped there."),
    hint: Some("Sync again to bring the rest, or raise the share of a single sync in the settings."),
    action: Some(FixAction::CorrectSetting),
    setting: Some("quota_percent_per_run"),
    ..NOTHING
};
const AT_ONCE: Instead = Instead {
    explanation: Some("{source} worked on as many requests at once as it allows, from all programs together."),
    ..NOTHING
};
const NO_API: Instead = Instead {
    explanation: Some("The API of {source} is switched off for this organisation, or its edition has none."),
    hint: Some("Ask your administrator to switch the API on, then {again}."),
    action: Some(FixAction::AskAdministrator),
    ..NOTHING
};
const NO_DATA: Instead = Instead {
    explanation: Some(
        "{source} answered with something that is no data (a page that says it is being worked on, as a rule), or its \
         answer broke off on the way. The connector's own words hide that.",
    ),
    ..NOTHING
};
const NOT_THERE: Instead = Instead {
    explanation: Some(
        "{source} says that there is nothing at an address the connector asked for: what was chosen is gone, or the \
         address in the settings is wrong.",
    ),
    ..NOTHING
};
const NO_FILE_ACCESS: Instead = Instead {
    explanation: Some("A file of the source may not be read by you."),
    hint: Some("Give yourself the right to read it, or choose another file; then {again}."),
    action: Some(FixAction::CorrectSetting),
    ..NOTHING
};
const LOCKED: Instead = Instead {
    explanation: Some("Another program has the file of {destination} open, and lets nobody else write to it."),
    hint: Some("Close the file in the other program, then {again}."),
    ..NOTHING
};
const READ_ONLY: Instead = Instead {
    explanation: Some("The place of {destination} can be read but not written to."),
    hint: Some("Choose a folder that can be written to, then {again}."),
    ..NOTHING
};
const NO_RIGHTS: Instead = Instead {
    explanation: Some("The user that {destination} is written with lacks the right to do so."),
    hint: Some("Give that user the right to create and write tables there, or choose another place; then {again}."),
    ..NOTHING
};
const NOT_LET_IN: Instead = Instead {
    explanation: Some("{destination} did not let the user in that the settings name."),
    hint: Some("Correct the user, password or database of the destination, then {again}."),
    ..NOTHING
};

/// Rules on what the extractor printed.
pub(super) const EXTRACTOR: &[Rule] = &[
    rule(&["oauth_app_"], ProblemCode::AppBlocked),
    told(&["invalid_grant", "ip restricted"], ProblemCode::AppBlocked, &NOT_FROM_HERE),
    rule(&["oauth_ec_app_not_found"], ProblemCode::WrongClient),
    rule(&["invalid_client"], ProblemCode::WrongClient),
    rule(&["inactive_user"], ProblemCode::SignInRevoked),
    rule(&["invalid_grant"], ProblemCode::SignInExpired),
    rule(&["invalid_session_id"], ProblemCode::SignInExpired),
    rule(&["password authentication failed"], ProblemCode::SignInExpired),
    // Before the day's quota, which has the same code at Salesforce.
    told(&["request_limit_exceeded", "concurrent"], ProblemCode::RateLimited, &AT_ONCE),
    told(&["request_limit_exceeded"], ProblemCode::QuotaUsedUp, &CALLS_OF_A_DAY),
    told(&["terminating replication", "per replication"], ProblemCode::QuotaUsedUp, &SHARE_OF_A_RUN),
    told(&["terminating replication", "total quota"], ProblemCode::QuotaUsedUp, &SHARE_OF_ALL),
    rule(&["429 client error"], ProblemCode::RateLimited),
    rule(&["invalid_type"], ProblemCode::StreamGone),
    rule(&["nosuchtableerror"], ProblemCode::StreamGone),
    rule(&["invalid_field"], ProblemCode::FieldGone),
    told(&["api_disabled_for_org"], ProblemCode::MissingPermission, &NO_API),
    rule(&["insufficient_access"], ProblemCode::MissingPermission),
    rule(&["insufficientprivilege"], ProblemCode::MissingPermission),
    rule(&["certificate verify failed"], ProblemCode::TlsOrProxy),
    rule(&["unable to connect to proxy"], ProblemCode::TlsOrProxy),
    rule(&["nameresolutionerror"], ProblemCode::NameLookUp),
    rule(&["name or service not known"], ProblemCode::NameLookUp),
    rule(&["connection refused"], ProblemCode::NetworkDown),
    rule(&["connection reset"], ProblemCode::NetworkDown),
    rule(&["503 server error"], ProblemCode::ServerError),
    rule(&["500 server error"], ProblemCode::ServerError),
    rule(&["401 client error"], ProblemCode::SignInExpired),
    rule(&["403 client error"], ProblemCode::MissingPermission),
    told(&["404 client error"], ProblemCode::StreamGone, &NOT_THERE),
    // The Salesforce tap says this, and nothing else, when the answer was no JSON or broke off (facts of the tap).
    told(&["'nonetype' object has no attribute 'text'"], ProblemCode::ServerError, &NO_DATA),
    told(&["jsondecodeerror: expecting value"], ProblemCode::ServerError, &NO_DATA),
    rule(&["database", "does not exist"], ProblemCode::SettingInvalid),
    rule(&["is a required property"], ProblemCode::SettingInvalid),
    rule(&["config is missing required keys"], ProblemCode::SettingInvalid),
    told(&["permissionerror"], ProblemCode::MissingPermission, &NO_FILE_ACCESS),
];

/// Rules on what the loader printed.
pub(super) const LOADER: &[Rule] = &[
    told(&["could not set lock on file"], ProblemCode::DestinationRefused, &LOCKED),
    told(&["read-only file system"], ProblemCode::DestinationRefused, &READ_ONLY),
    told(&["insufficientprivilege"], ProblemCode::DestinationRefused, &NO_RIGHTS),
    told(&["permission denied"], ProblemCode::DestinationRefused, &READ_ONLY),
    told(&["password authentication failed"], ProblemCode::DestinationRefused, &NOT_LET_IN),
    told(&["database", "does not exist"], ProblemCode::DestinationRefused, &NOT_LET_IN),
    rule(&["name or service not known"], ProblemCode::DestinationUnreachable),
    rule(&["connection refused"], ProblemCode::DestinationUnreachable),
];

/// Rules on what anybody printed: they are about this computer.
pub(super) const COMPUTER: &[Rule] = &[
    rule(&["no space left on device"], ProblemCode::DiskFull),
    rule(&["memoryerror"], ProblemCode::OutOfMemory),
    rule(&["modulenotfounderror"], ProblemCode::ConnectorBroken),
];
