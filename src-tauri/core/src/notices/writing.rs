//! Which notice the end of a run leads to.

use crate::{
    links::Place,
    runs::giving_up,
    store::{
        self, Restored, StoreError,
        notices::{NewNotice, Said},
    },
};
use chrono::{DateTime, Utc};
use rusqlite::Connection;
use tributary_contract::{NoticeKind, Problem, ProblemCode, Run, RunId, RunStatus};

/// Writes the notice that a run's end leads to, inside the transaction that ends it. `paused_itself`: its integration paused
/// itself after it. Whether there is one.
pub fn after_run(connection: &Connection, id: RunId, paused_itself: bool) -> Result<bool, StoreError> {
    let Some(run) = store::runs::find(connection, id)? else { return Ok(false) };
    let said = store::notices::newest_about(connection, run.integration)?;
    let Some(notice) = notice(&run, said, paused_itself) else { return Ok(false) };
    // What nobody was told yet needs no telling any more: it is over, or the new notice says more.
    let untold = store::notices::take_back(connection, run.integration)?;
    let id = store::notices::insert(connection, &notice)?;
    let told_before = said.is_some_and(|said| said.told) && !untold;
    if notice.kind == NoticeKind::Recovery && !told_before {
        store::notices::settle(connection, &[id], false)?;
    }
    Ok(true)
}

/// Writes the notice of a damaged database that was put right.
pub fn after_restore(connection: &Connection, restored: &Restored, now: DateTime<Utc>) -> Result<(), StoreError> {
    let notice = NewNotice {
        kind: NoticeKind::Restored,
        integration: None,
        run: None,
        code: None,
        retry: false,
        title: "The app's database was damaged and is in order again".to_owned(),
        body: restored.in_words(),
        route: Place::Activity.to_string(),
        at: now,
    };
    store::notices::insert(connection, &notice).map(drop)
}

/// The notice a run's end leads to, given what the newest notice about its integration said.
pub fn notice(run: &Run, said: Option<Said>, paused_itself: bool) -> Option<NewNotice> {
    let at = run.finished_at?;
    let name = &run.integration_name;
    let in_trouble = said.filter(|said| matches!(said.kind, NoticeKind::Failure | NoticeKind::PausedItself));
    let new = |kind, title: String, body: String, place: Place| NewNotice {
        kind,
        integration: Some(run.integration),
        run: Some(run.id),
        code: None,
        retry: false,
        title,
        body,
        route: place.to_string(),
        at,
    };
    match (run.status, &run.problem) {
        (RunStatus::Succeeded, _) => in_trouble.map(|_| {
            let rows = run.records();
            let brought = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
            let body = format!("Its last sync brought in {brought}.");
            new(NoticeKind::Recovery, format!("“{name}” works again"), body, Place::Integration(run.integration))
        }),
        // It is tried again by itself: it is early to trouble anybody.
        (RunStatus::Failed, _) if run.retry_at.is_some() => None,
        (RunStatus::Failed, Some(problem)) if paused_itself => {
            let body = format!("It failed again and again for one reason: {}. {}", problem.title, problem.hint);
            let title = format!("“{name}” paused itself");
            let place = Place::Fix(run.integration, problem.code);
            Some(NewNotice { code: Some(problem.code), ..new(NoticeKind::PausedItself, title, body, place) })
        }
        (RunStatus::Failed, Some(problem)) => {
            let same = |said: Said| said.kind == NoticeKind::Failure && said.code == Some(problem.code);
            if said.is_some_and(same) {
                return None;
            }
            let title = format!("“{name}” needs attention");
            let body = format!("{}. {}", problem.title, problem.hint);
            let place = Place::Fix(run.integration, problem.code);
            let retry = retry_may_help(problem);
            Some(NewNotice { code: Some(problem.code), retry, ..new(NoticeKind::Failure, title, body, place) })
        }
        _ => None,
    }
}

/// Whether the same sync may work a moment later, without anything having been changed in the app.
fn retry_may_help(problem: &Problem) -> bool {
    let waits = matches!(problem.code, ProblemCode::QuotaUsedUp | ProblemCode::RateLimited) || problem.until.is_some();
    giving_up::mends_itself(problem.code) && !waits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tributary_contract::{FixAction, FixTarget, IntegrationId, Trigger};

    fn problem(code: ProblemCode) -> Problem {
        Problem {
            code,
            title: "Salesforce no longer accepts the sign-in".to_owned(),
            explanation: "token abc123 of row 7".to_owned(),
            meaning: String::new(),
            details: Some("token abc123".to_owned()),
            hint: "Sign in again.".to_owned(),
            until: None,
            fix: FixTarget { route: "/elsewhere".to_owned(), action: FixAction::SignIn, setting: None },
        }
    }

    fn run(status: RunStatus, code: Option<ProblemCode>) -> Run {
        let at = "2026-11-26T08:00:00Z".parse().unwrap();
        Run {
            id: RunId::new(),
            integration: IntegrationId::new(),
            integration_name: "CRM".to_owned(),
            status,
            trigger: Trigger::Scheduled,
            full_refresh: false,
            attempt: 1,
            queued_at: at,
            started_at: Some(at),
            finished_at: Some(at),
            streams: Vec::new(),
            problem: code.map(problem),
            retry_at: None,
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "what is said is asked for as it is found: perhaps nothing")]
    fn said(kind: NoticeKind, code: Option<ProblemCode>) -> Option<Said> {
        Some(Said { kind, code, told: true })
    }

    #[test]
    fn a_failure_leads_to_its_fix_and_repeats_nothing_a_connector_said() {
        let run = run(RunStatus::Failed, Some(ProblemCode::SignInExpired));
        let notice = notice(&run, None, false).unwrap();
        assert_eq!(notice.title, "“CRM” needs attention");
        assert_eq!(notice.route, format!("/integrations/{}/fix/sign_in_expired", run.integration));
        assert!(!notice.body.contains("abc123") && notice.body.contains("Sign in again."), "{}", notice.body);
        assert!(!notice.retry, "the sign-in is as bad a moment later");
    }

    #[test]
    fn another_try_is_offered_where_it_can_help() {
        let helps = |code| notice(&run(RunStatus::Failed, Some(code)), None, false).unwrap().retry;
        assert!(helps(ProblemCode::NetworkDown) && helps(ProblemCode::DiskFull));
        assert!(!helps(ProblemCode::QuotaUsedUp) && !helps(ProblemCode::SettingInvalid));
    }

    #[test]
    fn a_run_that_is_tried_again_by_itself_is_no_notice_yet() {
        let mut run = run(RunStatus::Failed, Some(ProblemCode::NetworkDown));
        run.retry_at = run.finished_at;
        assert_eq!(notice(&run, None, false), None);
    }

    #[test]
    fn a_streak_is_told_once_and_its_end_once() {
        let (code, other) = (ProblemCode::NetworkDown, ProblemCode::DiskFull);
        let failed = run(RunStatus::Failed, Some(code));
        assert_eq!(notice(&failed, said(NoticeKind::Failure, Some(code)), false), None);
        assert!(notice(&failed, said(NoticeKind::Failure, Some(other)), false).is_some(), "another kind of failure");
        assert!(notice(&failed, said(NoticeKind::Recovery, None), false).is_some(), "a new streak");
        assert!(notice(&failed, said(NoticeKind::PausedItself, Some(code)), false).is_some(), "it was resumed");
        let paused = notice(&failed, said(NoticeKind::Failure, Some(code)), true).unwrap();
        assert_eq!((paused.kind, paused.title.as_str()), (NoticeKind::PausedItself, "“CRM” paused itself"));

        let well = run(RunStatus::Succeeded, None);
        let back = notice(&well, said(NoticeKind::Failure, Some(code)), false).unwrap();
        assert_eq!((back.kind, back.title.as_str()), (NoticeKind::Recovery, "“CRM” works again"));
        assert_eq!(notice(&well, said(NoticeKind::Recovery, None), false), None);
        assert_eq!(notice(&well, None, false), None);
        assert_eq!(notice(&run(RunStatus::Cancelled, None), said(NoticeKind::Failure, Some(code)), false), None);
    }

    proptest! {
        /// Whatever happens in whatever order: two notices in a row never say the same, and all is well is only said
        /// after something was wrong.
        #[test]
        fn no_two_notices_in_a_row_say_the_same(outcomes in proptest::collection::vec(0_u8..5, 0..40)) {
            let mut last: Option<Said> = None;
            for outcome in outcomes {
                let run = match outcome {
                    0 => run(RunStatus::Succeeded, None),
                    1 => run(RunStatus::Cancelled, Some(ProblemCode::Cancelled)),
                    2 => run(RunStatus::Failed, Some(ProblemCode::NetworkDown)),
                    3 => run(RunStatus::Failed, Some(ProblemCode::DiskFull)),
                    _ => run(RunStatus::Interrupted, Some(ProblemCode::Interrupted)),
                };
                let Some(new) = notice(&run, last, false) else { continue };
                prop_assert!(last.is_none_or(|last| (last.kind, last.code) != (new.kind, new.code)));
                prop_assert!(new.kind != NoticeKind::Recovery || last.is_some_and(|last| last.kind == NoticeKind::Failure));
                last = Some(Said { kind: new.kind, code: new.code, told: true });
            }
        }
    }
}
