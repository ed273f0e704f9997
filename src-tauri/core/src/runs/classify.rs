//! From the evidence a failed run leaves to a problem in plain words with its fix.
//!
//! Structured evidence comes first (who failed, with which exit code), the lines of the plugin second. Each rule on
//! text is backed by captured output in `tests/fixtures/problems`.

use tributary_contract::{FixTarget, Problem, ProblemCode, Subject};

/// What a failed run left behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The extractor's exit code, where it got as far as exiting.
    pub extractor_exit: Option<i32>,
    /// The loader's exit code, where it got as far as exiting.
    pub loader_exit: Option<i32>,
    /// The extractor's last lines, those that name an error first.
    pub extractor_lines: Vec<String>,
    /// The loader's last lines, those that name an error first.
    pub loader_lines: Vec<String>,
    /// Meltano's last errors.
    pub meltano_lines: Vec<String>,
    /// What people call the source.
    pub source: String,
    /// What people call the destination.
    pub destination: String,
    /// Whether it was a test of the connection: then no data was on its way.
    pub testing: bool,
}

/// One rule on the extractor's lines: words that must all be in one line, in any case of letters.
struct Rule {
    words: &'static [&'static str],
    code: ProblemCode,
}

const EXTRACTOR_RULES: &[Rule] = &[
    Rule { words: &["invalid_client_id"], code: ProblemCode::WrongClient },
    Rule { words: &["invalid_client"], code: ProblemCode::WrongClient },
    Rule { words: &["oauth_app_"], code: ProblemCode::MissingPermission },
    Rule { words: &["oauth_ec_app_not_found"], code: ProblemCode::WrongClient },
    Rule { words: &["invalid_grant"], code: ProblemCode::SignInExpired },
    Rule { words: &["invalid_session_id"], code: ProblemCode::SignInExpired },
    Rule { words: &["inactive_user"], code: ProblemCode::SignInExpired },
    Rule { words: &["request_limit_exceeded"], code: ProblemCode::QuotaUsedUp },
    Rule { words: &["terminating replication", "quota"], code: ProblemCode::QuotaUsedUp },
    Rule { words: &["quota", "exceed"], code: ProblemCode::QuotaUsedUp },
    Rule { words: &["api_disabled_for_org"], code: ProblemCode::MissingPermission },
    Rule { words: &["insufficient_access"], code: ProblemCode::MissingPermission },
    Rule { words: &["certificate verify failed"], code: ProblemCode::TlsOrProxy },
    Rule { words: &["sslerror"], code: ProblemCode::TlsOrProxy },
    Rule { words: &["proxyerror"], code: ProblemCode::TlsOrProxy },
    Rule { words: &["unable to connect to proxy"], code: ProblemCode::TlsOrProxy },
    Rule { words: &["nameresolutionerror"], code: ProblemCode::NetworkDown },
    Rule { words: &["failed to resolve"], code: ProblemCode::NetworkDown },
    Rule { words: &["name or service not known"], code: ProblemCode::NetworkDown },
    Rule { words: &["connection refused"], code: ProblemCode::NetworkDown },
    Rule { words: &["connection reset"], code: ProblemCode::NetworkDown },
    Rule { words: &["remote end closed connection"], code: ProblemCode::NetworkDown },
    Rule { words: &["connectionerror"], code: ProblemCode::NetworkDown },
    Rule { words: &["read timed out"], code: ProblemCode::NetworkDown },
    // The Salesforce tap says this, and nothing else, when the answer was no JSON or broke off (facts of the tap).
    Rule { words: &["'nonetype' object has no attribute 'text'"], code: ProblemCode::ServerError },
    Rule { words: &["401 client error"], code: ProblemCode::SignInExpired },
    Rule { words: &["403 client error"], code: ProblemCode::MissingPermission },
    Rule { words: &["500 server error"], code: ProblemCode::ServerError },
    Rule { words: &["502 server error"], code: ProblemCode::ServerError },
    Rule { words: &["503 server error"], code: ProblemCode::ServerError },
    Rule { words: &["config is missing required keys"], code: ProblemCode::SettingInvalid },
    Rule { words: &["no space left on device"], code: ProblemCode::DiskFull },
    Rule { words: &["modulenotfounderror"], code: ProblemCode::ConnectorBroken },
    Rule { words: &["importerror"], code: ProblemCode::ConnectorBroken },
];

/// Names the problem. It is fixed where `subject` is set up.
pub fn classify(evidence: &Evidence, subject: impl Into<Subject>) -> Problem {
    let subject = subject.into();
    // A loader that died makes the extractor fail too (its output has nowhere to go), so it is asked first.
    if evidence.loader_exit.is_some_and(|code| code != 0) {
        let line = telling_line(&evidence.loader_lines);
        let full = find(&evidence.loader_lines, &["no space left on device"]);
        let code = if full { ProblemCode::DiskFull } else { ProblemCode::DestinationFailed };
        return told(code, evidence, subject, line);
    }
    if evidence.extractor_exit.is_some_and(|code| code != 0) {
        for rule in EXTRACTOR_RULES {
            if let Some(line) = evidence.extractor_lines.iter().find(|line| has(line, rule.words)) {
                return told(rule.code, evidence, subject, Some(line.clone()));
            }
        }
        return told(ProblemCode::Unknown, evidence, subject, telling_line(&evidence.extractor_lines));
    }
    let code = if find(&evidence.meltano_lines, &["no space left on device"]) {
        ProblemCode::DiskFull
    } else if evidence.extractor_exit.is_none() && evidence.loader_exit.is_none() {
        ProblemCode::EngineBroken
    } else {
        ProblemCode::Unknown
    };
    told(code, evidence, subject, telling_line(&evidence.meltano_lines))
}

/// The problem of this code with what a plugin said: told at once where nothing else is known.
fn told(code: ProblemCode, evidence: &Evidence, subject: Subject, line: Option<String>) -> Problem {
    match code {
        ProblemCode::Unknown => describe(code, evidence, subject, line),
        code => Problem { details: line, ..describe(code, evidence, subject, None) },
    }
}

fn has(line: &str, words: &[&str]) -> bool {
    let line = line.to_lowercase();
    words.iter().all(|word| line.contains(word))
}

fn find(lines: &[String], words: &[&str]) -> bool {
    lines.iter().any(|line| has(line, words))
}

/// The first line is the most telling one: see [`Tail`].
fn telling_line(lines: &[String]) -> Option<String> {
    lines.first().map(|line| line.chars().take(400).collect())
}

/// The problem of this code in words.
pub fn describe(code: ProblemCode, evidence: &Evidence, subject: impl Into<Subject>, line: Option<String>) -> Problem {
    let (source, destination) = (&evidence.source, &evidence.destination);
    let kept = if evidence.testing { "" } else { " What arrived before is kept; the next sync goes on from there." };
    let (title, explanation, hint, place, setting): (String, String, &str, &str, Option<&str>) = match code {
        ProblemCode::SignInExpired => (
            format!("{source} no longer accepts the sign-in"),
            format!("The sign-in has expired or was revoked, so nothing new could be read.{kept}"),
            "Sign in again, or replace the refresh token, then sync.",
            "setup",
            Some("refresh_token"),
        ),
        ProblemCode::WrongClient => (
            format!("{source} does not know this app"),
            format!("The client id or client secret is not the one of an app that {source} knows.{kept}"),
            "Copy the client id and client secret once more from the app's page in Salesforce.",
            "setup",
            Some("client_id"),
        ),
        ProblemCode::WrongInstance => (
            "The sign-in belongs to another Salesforce org".to_owned(),
            "The address in the settings and the org that the sign-in leads to are not the same, so nothing was read."
                .to_owned(),
            "Correct the instance address, or sign in to the org it names.",
            "setup",
            Some("instance_url"),
        ),
        ProblemCode::MissingPermission => (
            format!("{source} does not allow this"),
            format!("The user that is signed in, or the app, may not read what was asked for.{kept}"),
            "Ask your administrator to allow API access for this user and app, or leave the object out.",
            "setup",
            None,
        ),
        ProblemCode::QuotaUsedUp => (
            format!("The API quota of {source} is used up"),
            format!(
                "{source} allows a number of API calls a day, and they (or the share set for syncs) are used.{kept}"
            ),
            "Wait until the quota refills (within 24 hours), or raise the share in the advanced settings.",
            "setup",
            Some("quota_percent_total"),
        ),
        ProblemCode::NetworkDown => (
            format!("{source} cannot be reached"),
            format!("The connection could not be made or broke off.{kept}"),
            "Check the network of this computer, then sync again.",
            "runs",
            None,
        ),
        ProblemCode::TlsOrProxy => (
            format!("No secure connection to {source}"),
            format!("A proxy or its certificate stands between this computer and {source}.{kept}"),
            "Ask your IT department for the proxy's address and certificate and set HTTPS_PROXY and REQUESTS_CA_BUNDLE.",
            "runs",
            None,
        ),
        ProblemCode::ServerError => (
            format!("{source} answered with an error"),
            format!("The fault is on the other side, or the answer broke off on its way.{kept}"),
            "Sync again in a few minutes.",
            "runs",
            None,
        ),
        ProblemCode::SettingInvalid => (
            "A setting is missing or not accepted".to_owned(),
            format!("The connector did not start with these settings.{kept}"),
            "Check the settings.",
            "setup",
            None,
        ),
        ProblemCode::ConnectorBroken => (
            "The connector is not installed properly".to_owned(),
            format!("Parts of the connector are missing on this computer.{kept}"),
            "Repair the engine (Settings, Engine, or trib doctor --repair), then sync again.",
            "engine",
            None,
        ),
        ProblemCode::EngineBroken => (
            "The engine did not start".to_owned(),
            format!("The sync ended before the connectors were started.{kept}"),
            "Repair the engine (Settings, Engine, or trib doctor --repair), then sync again.",
            "engine",
            None,
        ),
        ProblemCode::DestinationFailed => (
            format!("{destination} could not be written to"),
            if evidence.testing {
                "A row that was to be written there was not taken.".to_owned()
            } else {
                format!("The data was read, but the destination did not take it.{kept}")
            },
            "Check the destination's settings and that it can be reached and written to.",
            "destination",
            None,
        ),
        ProblemCode::KeychainUnavailable => (
            "The keychain did not give the sign-in".to_owned(),
            format!("The secrets of this integration could not be read from the keychain.{kept}"),
            "Unlock the keychain, or enter the secrets again, then sync.",
            "setup",
            None,
        ),
        ProblemCode::DiskFull => (
            "The disk is full".to_owned(),
            format!("There was no room left to write to.{kept}"),
            "Free some space, then sync again.",
            "runs",
            None,
        ),
        ProblemCode::Hung => (
            "The sync got stuck".to_owned(),
            format!("It was ended because it did not get on.{kept}"),
            "Sync again. If it gets stuck again, the last lines of its log say where.",
            "runs",
            None,
        ),
        ProblemCode::Cancelled => (
            "Stopped".to_owned(),
            "The sync was stopped. What had arrived by then is kept; the next sync goes on from there.".to_owned(),
            "Sync again whenever you like.",
            "runs",
            None,
        ),
        ProblemCode::Interrupted => (
            "The sync was interrupted".to_owned(),
            "The app or the computer stopped in the middle. What was confirmed by then is kept; the next sync goes on \
             from there."
                .to_owned(),
            "Sync again.",
            "runs",
            None,
        ),
        ProblemCode::Unknown if evidence.testing => (
            "The connection does not work".to_owned(),
            "The connector gave up.".to_owned(),
            "Check the settings, then test again.",
            "setup",
            None,
        ),
        ProblemCode::Unknown => (
            "The sync failed".to_owned(),
            format!("The connector gave up.{kept}"),
            "Look at the log for details.",
            "runs",
            None,
        ),
    };
    let explanation = match line {
        Some(line) if !line.is_empty() => format!("{explanation} It said: {line}"),
        _ => explanation,
    };
    let route = match (place, subject.into()) {
        ("engine", _) => "/settings/engine".to_owned(),
        (place, Subject::Integration(id)) => format!("/integrations/{id}/{place}"),
        (_, Subject::Destination(_)) => "/settings/destinations".to_owned(),
        (_, Subject::Draft(id)) => format!("/setup/{id}"),
    };
    let hint = if evidence.testing {
        hint.replace("then sync again", "then test again").replace("then sync", "then test again")
    } else {
        hint.to_owned()
    };
    let fix = FixTarget { route, setting: setting.map(str::to_owned) };
    Problem { code, title, explanation, details: None, hint, fix }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tail::Tail;
    use tributary_contract::{DraftId, IntegrationId};

    fn failed_with(line: &str) -> ProblemCode {
        let mut tail = Tail::default();
        tail.push("INFO Starting sync");
        tail.push(line);
        tail.push("INFO done");
        let evidence = Evidence {
            extractor_exit: Some(1),
            loader_exit: Some(0),
            extractor_lines: tail.into_lines(),
            ..Evidence::default()
        };
        classify(&evidence, IntegrationId::new()).code
    }

    #[test]
    fn captured_output_leads_to_the_right_problem() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/problems");
        let mut cases = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            // "CODE.what-happened.txt" holds the lines as the connector printed them.
            let expected = path.file_name().unwrap().to_str().unwrap().split('.').next().unwrap().to_owned();
            let mut tail = Tail::default();
            text.lines().for_each(|line| tail.push(line));
            let evidence =
                Evidence { extractor_exit: Some(1), extractor_lines: tail.into_lines(), ..Evidence::default() };
            let found = serde_json::to_value(classify(&evidence, IntegrationId::new()).code).unwrap();
            assert_eq!(found, serde_json::json!(expected), "{}", path.display());
            cases += 1;
        }
        assert!(cases > 5, "captured output is missing");
    }

    #[test]
    fn what_no_rule_knows_keeps_its_most_telling_line() {
        let mut tail = Tail::default();
        tail.push("CRITICAL the moon is in the wrong phase");
        tail.push("INFO bye");
        let evidence = Evidence { extractor_exit: Some(1), extractor_lines: tail.into_lines(), ..Evidence::default() };
        let problem = classify(&evidence, IntegrationId::new());
        assert_eq!(problem.code, ProblemCode::Unknown);
        assert!(problem.explanation.contains("the moon is in the wrong phase"));
    }

    #[test]
    fn a_dead_loader_is_blamed_before_the_extractor_it_took_along() {
        let evidence = Evidence {
            extractor_exit: Some(1),
            loader_exit: Some(1),
            extractor_lines: vec!["BrokenPipeError".to_owned()],
            loader_lines: vec!["ERROR permission denied".to_owned()],
            ..Evidence::default()
        };
        assert_eq!(classify(&evidence, IntegrationId::new()).code, ProblemCode::DestinationFailed);
    }

    #[test]
    fn the_salesforce_taps_misleading_line_is_understood() {
        assert_eq!(failed_with("CRITICAL 'NoneType' object has no attribute 'text'"), ProblemCode::ServerError);
    }

    #[test]
    fn a_test_speaks_of_no_data_and_leads_to_the_draft() {
        let evidence = Evidence {
            extractor_exit: Some(1),
            extractor_lines: vec!["CRITICAL invalid_grant".to_owned()],
            source: "X".to_owned(),
            testing: true,
            ..Evidence::default()
        };
        let draft = DraftId::new();
        let problem = classify(&evidence, draft);
        assert_eq!(problem.fix.route, format!("/setup/{draft}"));
        assert!(!problem.explanation.contains("next sync") && problem.hint.contains("then test again"), "{problem:?}");
    }
}
