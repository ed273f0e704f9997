use super::*;
use crate::runs::tail::Tail;
use std::collections::HashSet;
use tributary_contract::{DestinationId, DraftId, IntegrationId};

/// Every code there is. The match has an arm for each, so that one that is added is not forgotten here.
#[allow(clippy::enum_glob_use, reason = "it lists them all")]
fn all_codes() -> Vec<ProblemCode> {
    use ProblemCode::*;
    let all = [
        SignInExpired,
        SignInRevoked,
        AppBlocked,
        WrongClient,
        WrongInstance,
        MissingPermission,
        QuotaUsedUp,
        RateLimited,
        NetworkDown,
        NameLookUp,
        TlsOrProxy,
        ServerError,
        SettingInvalid,
        StreamGone,
        FieldGone,
        ConnectorBroken,
        EngineBroken,
        DestinationUnreachable,
        DestinationRefused,
        DestinationFailed,
        CountsDiffer,
        KeychainUnavailable,
        DiskFull,
        OutOfMemory,
        Hung,
        Killed,
        Cancelled,
        Interrupted,
        Unknown,
    ];
    match Unknown {
        SignInExpired
        | SignInRevoked
        | AppBlocked
        | WrongClient
        | WrongInstance
        | MissingPermission
        | QuotaUsedUp
        | RateLimited
        | NetworkDown
        | NameLookUp
        | TlsOrProxy
        | ServerError
        | SettingInvalid
        | StreamGone
        | FieldGone
        | ConnectorBroken
        | EngineBroken
        | DestinationUnreachable
        | DestinationRefused
        | DestinationFailed
        | CountsDiffer
        | KeychainUnavailable
        | DiskFull
        | OutOfMemory
        | Hung
        | Killed
        | Cancelled
        | Interrupted
        | Unknown => all.into(),
    }
}

fn tail(text: &str) -> Vec<String> {
    let mut tail = Tail::default();
    text.lines().for_each(|line| tail.push(line));
    tail.into_lines()
}

/// What a connector left that failed with these lines.
fn extractor_failed(text: &str) -> Evidence {
    Evidence {
        extractor_exit: Some(1),
        loader_exit: Some(0),
        meltano_exit: Some(1),
        extractor_lines: tail(text),
        source: "X".to_owned(),
        destination: "Y".to_owned(),
        ..Evidence::default()
    }
}

fn code(evidence: &Evidence) -> ProblemCode {
    classify(evidence, IntegrationId::new()).code
}

/// The captured outputs: the code they have to lead to, who printed them (`CODE.WHAT.txt`, `CODE.WHAT.loader.txt`,
/// `CODE.WHAT.meltano.txt`), and their lines as printed.
fn captured() -> Vec<(String, String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/problems");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let who = name.rsplit('.').nth(1).filter(|who| ["loader", "meltano"].contains(who)).unwrap_or("extractor");
            (name.clone(), who.to_owned(), std::fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn evidence_of(who: &str, text: &str) -> Evidence {
    match who {
        "loader" => Evidence {
            // It takes the extractor along.
            extractor_exit: Some(1),
            loader_exit: Some(1),
            meltano_exit: Some(1),
            loader_lines: tail(text),
            ..Evidence::default()
        },
        "meltano" => {
            let mut tail = Tail::default();
            for parsed in text.lines().map(crate::runs::meltano_log::parse) {
                if parsed.level == LogLevel::Error || parsed.error.is_some() {
                    tail.push(&format!("ERROR {}", parsed.text));
                }
            }
            Evidence { meltano_exit: Some(1), meltano_lines: tail.into_lines(), ..Evidence::default() }
        }
        _ => extractor_failed(text),
    }
}

#[test]
fn captured_output_leads_to_the_right_problem() {
    let cases = captured();
    assert!(cases.len() > 40, "captured output is missing");
    for (name, who, text) in cases {
        let found = classify(&evidence_of(&who, &text), IntegrationId::new());
        assert_eq!(super::name(found.code), name.split('.').next().unwrap(), "{name}: {found:?}");
    }
}

#[test]
fn each_rule_is_backed_by_captured_output() {
    let cases = captured();
    for (who, rules) in [("extractor", EXTRACTOR), ("loader", LOADER), ("", COMPUTER)] {
        for rule in rules {
            let backed = cases.iter().filter(|(_, by, _)| who.is_empty() || by == who).any(|(_, _, text)| {
                let lines = tail(text);
                lines.iter().any(|line| rule.words.iter().all(|word| line.to_lowercase().contains(word)))
            });
            assert!(backed, "no captured output of the {who} has {:?}", rule.words);
        }
    }
}

#[test]
fn every_problem_has_its_own_words_and_leads_to_its_fix() {
    let evidence = Evidence { source: "X".to_owned(), destination: "Y".to_owned(), ..Evidence::default() };
    let (integration, draft) = (IntegrationId::new(), DraftId::new());
    let mut titles = HashSet::new();
    for code in all_codes() {
        let problem = describe(code, &evidence, integration, None);
        assert!(titles.insert(problem.title.clone()), "two problems have the title {}", problem.title);
        for text in [&problem.title, &problem.explanation, &problem.meaning, &problem.hint] {
            assert!(!text.is_empty() && !text.contains('{'), "{code:?}: {text}");
            assert!(!text.contains("tap") && !text.contains("target"), "{code:?}: {text}");
        }
        assert_eq!(problem.fix.route, format!("/integrations/{integration}/fix/{}", name(code)));
        let tested = describe(code, &Evidence { testing: true, ..evidence.clone() }, draft, None);
        assert_eq!(tested.meaning, "", "no data was on its way");
        let engine = matches!(code, ProblemCode::EngineBroken | ProblemCode::ConnectorBroken);
        assert_eq!(tested.fix.route == "/settings/engine", engine);
        assert!(engine || tested.fix.route == format!("/setup/{draft}"));
    }
    let destination = DestinationId::new();
    let refused = describe(ProblemCode::DestinationRefused, &evidence, destination, None);
    assert_eq!(refused.fix.route, "/settings/destinations");
}

#[test]
fn what_no_rule_knows_keeps_its_most_telling_line() {
    let text = "CRITICAL the moon is in the wrong phase\nINFO connection refused, trying again\nINFO bye";
    let problem = classify(&extractor_failed(text), IntegrationId::new());
    assert_eq!(problem.code, ProblemCode::Unknown);
    assert!(problem.explanation.contains("the moon is in the wrong phase"));
    let only_remarks = extractor_failed("WARNING Backing off: connection refused\nINFO bye");
    assert_eq!(code(&only_remarks), ProblemCode::NetworkDown, "all there is to go by");
}

#[test]
fn what_ended_it_comes_before_what_went_wrong_on_the_way() {
    let text = "WARNING Backing off: connection refused\nCRITICAL 401 Client Error: Unauthorized";
    assert_eq!(code(&extractor_failed(text)), ProblemCode::SignInExpired);
}

#[test]
fn a_dead_loader_is_blamed_before_the_extractor_it_took_along() {
    let evidence = Evidence {
        loader_exit: Some(1),
        loader_lines: vec!["ERROR it did not work".to_owned()],
        ..extractor_failed("BrokenPipeError: [Errno 32] Broken pipe")
    };
    assert_eq!(code(&evidence), ProblemCode::DestinationFailed);
}

#[test]
fn signals_and_missing_programs_need_no_words() {
    let failed = extractor_failed("");
    for (exit, expected) in [
        (Some(137), ProblemCode::Killed),
        (Some(143), ProblemCode::Killed),
        // A program that crashes was not ended from outside.
        (Some(139), ProblemCode::Unknown),
        (Some(127), ProblemCode::ConnectorBroken),
        (Some(126), ProblemCode::ConnectorBroken),
    ] {
        assert_eq!(code(&Evidence { extractor_exit: exit, ..failed.clone() }), expected, "{exit:?}");
    }
    let vanished = Evidence { extractor_exit: None, extractor_started: true, ..failed.clone() };
    assert_eq!(code(&vanished), ProblemCode::Killed, "its host was ended together with it");
    let for_memory = Evidence { extractor_exit: Some(137), memory_used_up: true, ..failed.clone() };
    assert_eq!(code(&for_memory), ProblemCode::OutOfMemory);
    assert_eq!(code(&Evidence { memory_used_up: true, ..failed }), ProblemCode::Unknown, "it ended by itself");
    let meltano = Evidence { meltano_exit: Some(137), extractor_exit: Some(143), ..Evidence::default() };
    assert_eq!(code(&meltano), ProblemCode::Killed);
    assert_eq!(code(&Evidence { meltano_exit: Some(1), ..Evidence::default() }), ProblemCode::EngineBroken);
}

#[test]
fn the_days_quota_is_free_again_after_24_hours_at_the_latest() {
    let at: chrono::DateTime<chrono::Utc> = "2026-11-24T06:00:00Z".parse().unwrap();
    let failed = |text: &str| classify(&Evidence { at: Some(at), ..extractor_failed(text) }, IntegrationId::new());
    let used_up =
        failed("CRITICAL [{\"message\":\"TotalRequests Limit exceeded.\",\"errorCode\":\"REQUEST_LIMIT_EXCEEDED\"}]");
    assert_eq!((used_up.code, used_up.until), (ProblemCode::QuotaUsedUp, Some(at + TimeDelta::hours(24))));
    assert_eq!(used_up.fix.action, FixAction::Wait);
    let at_once = failed(
        "CRITICAL [{\"message\":\"ConcurrentRequests (Concurrent API Requests) Limit exceeded.\",\
         \"errorCode\":\"REQUEST_LIMIT_EXCEEDED\"}]",
    );
    assert_eq!((at_once.code, at_once.until), (ProblemCode::RateLimited, None));
}

#[test]
fn a_test_speaks_of_no_data_and_leads_to_the_draft() {
    let evidence = Evidence { testing: true, ..extractor_failed("CRITICAL invalid_grant") };
    let draft = DraftId::new();
    let problem = classify(&evidence, draft);
    assert_eq!(problem.fix.route, format!("/setup/{draft}"));
    assert!(problem.hint.contains("then test again") && problem.meaning.is_empty(), "{problem:?}");
}
