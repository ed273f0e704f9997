//! The words of each problem. `{source}` and `{destination}` stand for their names, `{again}` for what is done next.

use super::Evidence;
use tributary_contract::{FixAction, ProblemCode};

/// The words of one problem, and what fixes it.
pub(super) struct Words {
    pub(super) title: &'static str,
    /// What happened.
    pub(super) explanation: &'static str,
    /// What it means for the data.
    pub(super) meaning: &'static str,
    /// The one thing to do.
    pub(super) hint: &'static str,
    pub(super) action: FixAction,
    /// The setting that is mostly at fault, of those connectors that have it.
    pub(super) setting: Option<&'static str>,
}

const UNTIL_MENDED: &str = "What was brought in before stays as it is. Nothing new comes in until this is mended; then the next sync goes on \
     from there.";
const GOES_ON: &str = "What arrived before it broke off is kept; the next sync goes on from there.";
const NOT_WRITTEN: &str = "What the destination confirmed is kept. What was read after that is read once more by the \
                           next sync, so nothing is left out.";

/// Texts with the names put in.
pub(super) fn fill(text: &str, evidence: &Evidence) -> String {
    let named = |name: &str, otherwise: &str| if name.is_empty() { otherwise.to_owned() } else { name.to_owned() };
    let text = text
        .replace("{source}", &named(&evidence.source, "the source"))
        .replace("{destination}", &named(&evidence.destination, "the destination"))
        .replace("{again}", if evidence.testing { "test again" } else { "sync again" });
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The words of this code.
#[expect(clippy::too_many_lines, reason = "a table, one entry a code")]
pub(super) const fn of(code: ProblemCode) -> Words {
    match code {
        ProblemCode::SignInExpired => Words {
            title: "{source} no longer accepts the sign-in",
            explanation: "The sign-in has expired, was taken back, or its password or key has changed.",
            meaning: UNTIL_MENDED,
            hint: "Sign in again, or replace the saved secret; then {again}.",
            action: FixAction::SignIn,
            setting: Some("refresh_token"),
        },
        ProblemCode::SignInRevoked => Words {
            title: "The user of this sign-in is no longer active",
            explanation: "{source} says that the user who signed in was switched off, or that the sign-in was taken back.",
            meaning: UNTIL_MENDED,
            hint: "Sign in as a user who is active (or ask your administrator to activate the user); then {again}.",
            action: FixAction::SignIn,
            setting: Some("refresh_token"),
        },
        ProblemCode::AppBlocked => Words {
            title: "{source} does not let this app in",
            explanation: "An administrator of {source} has blocked this app, or has to allow it for this user first.",
            meaning: UNTIL_MENDED,
            hint: "Ask your administrator to allow this app for the user who signed in; then {again}.",
            action: FixAction::AskAdministrator,
            setting: None,
        },
        ProblemCode::WrongClient => Words {
            title: "{source} does not know this app",
            explanation: "The client id or client secret is not the one of an app that {source} knows.",
            meaning: UNTIL_MENDED,
            hint: "Copy the client id and client secret once more from the app's page at {source}; then {again}.",
            action: FixAction::SignIn,
            setting: Some("client_id"),
        },
        ProblemCode::WrongInstance => Words {
            title: "The sign-in belongs to another Salesforce org",
            explanation: "The address in the settings and the org that the sign-in leads to are not the same.",
            meaning: "Nothing was read, so that no data of another org was mixed in.",
            hint: "Correct the instance address, or sign in to the org it names; then {again}.",
            action: FixAction::CorrectSetting,
            setting: Some("instance_url"),
        },
        ProblemCode::MissingPermission => Words {
            title: "{source} does not allow this",
            explanation: "The sign-in works, but its user may not read something that was chosen.",
            meaning: UNTIL_MENDED,
            hint: "Ask your administrator to let this user read it, or leave it out; then {again}.",
            action: FixAction::AskAdministrator,
            setting: None,
        },
        ProblemCode::QuotaUsedUp => Words {
            title: "The API quota of {source} is used up",
            explanation: "{source} allows a number of API calls in a time, and they (or the share set for syncs) are used.",
            meaning: GOES_ON,
            hint: "Wait until calls become free again, or raise the share in the settings.",
            action: FixAction::Wait,
            setting: Some("quota_percent_total"),
        },
        ProblemCode::RateLimited => Words {
            title: "{source} asks for fewer requests",
            explanation: "{source} got more requests in a short time than it allows, from this app and others together.",
            meaning: GOES_ON,
            hint: "Wait a few minutes. If it happens often, sync less often, or not together with others.",
            action: FixAction::Wait,
            setting: None,
        },
        ProblemCode::NetworkDown => Words {
            title: "{source} cannot be reached",
            explanation: "The connection could not be made, or it broke off.",
            meaning: GOES_ON,
            hint: "Check the network of this computer, then {again}.",
            action: FixAction::CheckNetwork,
            setting: None,
        },
        ProblemCode::NameLookUp => Words {
            title: "{source} cannot be found",
            explanation: "This computer could not find out where the name of {source} leads: it has no network, or the \
                          address in the settings is wrong.",
            meaning: GOES_ON,
            hint: "Check the network of this computer and the address in the settings, then {again}.",
            action: FixAction::CheckNetwork,
            setting: None,
        },
        ProblemCode::TlsOrProxy => Words {
            title: "No secure connection to {source}",
            explanation: "A proxy stands between this computer and {source} and does not answer, or shows a certificate \
                          that this computer does not trust.",
            meaning: UNTIL_MENDED,
            hint: "Ask your IT department for the proxy's address and certificate, and enter both in the network settings; \
                   then {again}.",
            action: FixAction::CheckNetwork,
            setting: None,
        },
        ProblemCode::ServerError => Words {
            title: "{source} answered with an error",
            explanation: "The fault is on the other side.",
            meaning: GOES_ON,
            hint: "Wait a few minutes, then {again}.",
            action: FixAction::Wait,
            setting: None,
        },
        ProblemCode::SettingInvalid => Words {
            title: "A setting is missing or not accepted",
            explanation: "The connector could not work with these settings.",
            meaning: UNTIL_MENDED,
            hint: "Correct the settings, then {again}.",
            action: FixAction::CorrectSetting,
            setting: None,
        },
        ProblemCode::StreamGone => Words {
            title: "Something that was chosen is gone",
            explanation: "{source} no longer has an object that was chosen, or does not show it to this user.",
            meaning: "What was brought in of it before stays. The sync stopped there, so what comes after it is not \
                      up to date.",
            hint: "Look at what is brought in and leave it out (or ask your administrator for the right to see it); then \
                   {again}.",
            action: FixAction::ReviewStreams,
            setting: None,
        },
        ProblemCode::FieldGone => Words {
            title: "A field that was chosen is gone",
            explanation: "{source} no longer has a field that was chosen, or does not show it to this user.",
            meaning: "What was brought in before stays. The sync stopped there, so what comes after it is not up to \
                      date.",
            hint: "Look at what is brought in and leave the field out; then {again}.",
            action: FixAction::ReviewStreams,
            setting: None,
        },
        ProblemCode::ConnectorBroken => Words {
            title: "The connector is not installed properly",
            explanation: "Parts of the connector are missing on this computer, or cannot be started.",
            meaning: UNTIL_MENDED,
            hint: "Repair the connector (Settings, Engine, or trib doctor --repair), then {again}.",
            action: FixAction::RepairConnector,
            setting: None,
        },
        ProblemCode::EngineBroken => Words {
            title: "The engine did not work",
            explanation: "What runs the connectors did not start, or failed by itself.",
            meaning: UNTIL_MENDED,
            hint: "Repair the engine (Settings, Engine, or trib doctor --repair), then {again}.",
            action: FixAction::RepairEngine,
            setting: None,
        },
        ProblemCode::DestinationUnreachable => Words {
            title: "{destination} cannot be reached",
            explanation: "The connection to the destination could not be made.",
            meaning: NOT_WRITTEN,
            hint: "Check that the destination runs and that its address in the settings is right; then {again}.",
            action: FixAction::CheckDestination,
            setting: None,
        },
        ProblemCode::DestinationRefused => Words {
            title: "{destination} does not let itself be written to",
            explanation: "The destination refused what was to be written.",
            meaning: NOT_WRITTEN,
            hint: "Check the destination's settings and its rights, then {again}.",
            action: FixAction::CheckDestination,
            setting: None,
        },
        ProblemCode::DestinationFailed => Words {
            title: "{destination} could not be written to",
            explanation: "The destination did not take what was to be written.",
            meaning: NOT_WRITTEN,
            hint: "Check the destination's settings and that it can be written to, then {again}.",
            action: FixAction::CheckDestination,
            setting: None,
        },
        ProblemCode::CountsDiffer => Words {
            title: "Not everything that was read arrived",
            explanation: "More rows were read from {source} than reached the connector of {destination}, although both said \
                          that all went well.",
            meaning: "Rows may be missing in the streams that are marked, and the next sync would not bring them.",
            hint: "Sync the marked streams again from the start.",
            action: FixAction::SyncAgain,
            setting: None,
        },
        ProblemCode::KeychainUnavailable => Words {
            title: "The keychain did not give the sign-in",
            explanation: "The saved secrets could not be read from this computer's keychain.",
            meaning: UNTIL_MENDED,
            hint: "Unlock the keychain, or enter the secrets again; then {again}.",
            action: FixAction::UnlockKeychain,
            setting: None,
        },
        ProblemCode::DiskFull => Words {
            title: "The disk is full",
            explanation: "There was no room left to write to.",
            meaning: NOT_WRITTEN,
            hint: "Make room on the disk, then {again}.",
            action: FixAction::FreeSpace,
            setting: None,
        },
        ProblemCode::OutOfMemory => Words {
            title: "The memory of this computer was not enough",
            explanation: "A connector needed more memory than there was, and was ended.",
            meaning: NOT_WRITTEN,
            hint: "Close other programs or choose fewer streams, then {again}.",
            action: FixAction::SyncAgain,
            setting: None,
        },
        ProblemCode::Hung => Words {
            title: "The sync got stuck",
            explanation: "It was ended because nothing was heard of it for too long, or it did not come to an end.",
            meaning: GOES_ON,
            hint: "Sync again. If it gets stuck again, the last lines of its log say where.",
            action: FixAction::SyncAgain,
            setting: None,
        },
        ProblemCode::Killed => Words {
            title: "The sync was ended from outside",
            explanation: "Another program on this computer, or the system, ended the connector or the engine by force.",
            meaning: NOT_WRITTEN,
            hint: "Sync again. If it happens again, see whether a virus scanner or a clean-up program ends programs.",
            action: FixAction::SyncAgain,
            setting: None,
        },
        ProblemCode::Cancelled => Words {
            title: "Stopped",
            explanation: "The sync was stopped by you.",
            meaning: "What had arrived by then is kept; the next sync goes on from there.",
            hint: "Sync again whenever you like.",
            action: FixAction::SyncAgain,
            setting: None,
        },
        ProblemCode::Interrupted => Words {
            title: "The sync was interrupted",
            explanation: "The app or the computer stopped in the middle.",
            meaning: "What was confirmed by then is kept; the next sync goes on from there.",
            hint: "Sync again.",
            action: FixAction::SyncAgain,
            setting: None,
        },
        ProblemCode::Unknown => Words {
            title: "The sync failed",
            explanation: "The connector gave up.",
            meaning: GOES_ON,
            hint: "Look at the log for details, check the settings, then {again}.",
            action: FixAction::SyncAgain,
            setting: None,
        },
    }
}
